/// Writes PNG files: each row with the filter that leaves the smallest differences, all of it deflated.
struct PNGEncoder {
  private let header: PNGHeader

  init(_ header: PNGHeader) { self.header = header }

  /// A file with these bytes of rows, which the header describes; not interlaced.
  func file(_ rows: [UInt8]) -> [UInt8] {
    PNGChunks.signature + chunk("IHDR", header.bytes) + chunk("IDAT", Zlib.compress(filtered(rows))) + chunk("IEND", [])
  }

  private func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    return [UInt8](bigEndian: contents.count) + body
      + [UInt8](bigEndian: Int(body.withUnsafeBytes(CRC32.checksum)))
  }

  /// The rows with their filter types.
  ///
  /// The sum of the absolute differences, as signed bytes, tells how well a row will compress: the heuristic that the
  /// PNG specification suggests in section 12.7.
  private func filtered(_ rows: [UInt8]) -> [UInt8] {
    let count = header.rowByteCount(header.width)
    let step = max(1, header.bitsPerPixel / 8)
    var result = [UInt8](repeating: 0, count: header.height * (1 + count))
    var attempt = [UInt8](repeating: 0, count: count)
    rows.withUnsafeBufferPointer { rows in
      for row in 0..<header.height {
        let start = rows.baseAddress! + row * count
        let place = row * (1 + count)
        var smallest = Int.max
        for filter in PNGFilter.allCases {
          attempt.withUnsafeMutableBufferPointer {
            filter.apply(start, above: row > 0 ? start - count : nil, count: count, step: step, to: $0.baseAddress!)
          }
          let size = attempt.reduce(0) { $0 + Int(Int8(bitPattern: $1).magnitude) }
          guard size < smallest else { continue }
          smallest = size
          result[place] = filter.rawValue
          result.replaceSubrange(place + 1..<place + 1 + count, with: attempt)
        }
      }
    }
    return result
  }
}
