/// Turns the chunks of a PNG file into samples: unpacks, undoes filters and interlacing, looks colours up.
struct PNGDecoder {
  private let chunks: PNGChunks
  private let header: PNGHeader
  private let file: String

  init(_ chunks: PNGChunks, file: String) {
    (self.chunks, header, self.file) = (chunks, chunks.header, file)
  }

  /// What the pixels have: a palette becomes colours, a transparent colour an alpha channel.
  var channels: ImageChannels {
    let hasAlpha = !chunks.transparency.isEmpty
    return switch header.colorType {
    case .grey: hasAlpha ? .greyAndAlpha : .grey
    case .rgb, .palette: hasAlpha ? .rgba : .rgb
    case .greyAndAlpha: .greyAndAlpha
    case .rgba: .rgba
    }
  }

  /// The samples in rows of pixels; of 8 bits unless the file has 16, fewer ones stretched to the whole range.
  func samples<Sample: FixedWidthInteger & UnsignedInteger>(_: Sample.Type) throws(DataError) -> [Sample] {
    var data = try Zlib.decompress(chunks.data, limit: header.dataByteCount, file: file)
    guard data.count == header.dataByteCount else {
      throw Gzip.corrupt(
        in: file, at: 0,
        "the image data unpack to \(data.count) bytes, \(header.width) × \(header.height) pixels take "
          + "\(header.dataByteCount)")
    }
    let channelCount = channels.count
    var samples = [Sample](repeating: 0, count: header.width * header.height * channelCount)
    var start = 0
    for pass in header.passes {
      let rowByteCount = header.rowByteCount(pass.width)
      for row in 0..<pass.height {
        try undoFilter(&data, rowAt: start, rowByteCount, isFirst: row == 0)
        let target = ((pass.y + row * pass.yStep) * header.width + pass.x) * channelCount
        try write(
          data, from: start + 1, pass.width, &samples, from: target, step: pass.xStep * channelCount)
        start += 1 + rowByteCount
      }
    }
    return samples
  }

  // MARK: Filters

  /// Undoes the filter of a row, whose type stands before it (PNG specification, section 9.2).
  private func undoFilter(
    _ data: inout [UInt8], rowAt start: Int, _ count: Int, isFirst: Bool
  ) throws(DataError) {
    guard let filter = PNGFilter(rawValue: data[start]) else {
      throw Gzip.corrupt(in: file, at: 0, "a row has filter type \(data[start]), expected 0 to 4")
    }
    let step = max(1, header.bitsPerPixel / 8)
    data.withUnsafeMutableBufferPointer { data in
      let row = data.baseAddress! + start + 1
      filter.undo(row, above: isFirst ? nil : row - 1 - count, count: count, step: step)
    }
  }

  // MARK: Colours

  /// Writes the pixels of a row to their places.
  private func write<Sample: FixedWidthInteger & UnsignedInteger>(
    _ data: [UInt8], from start: Int, _ count: Int, _ samples: inout [Sample], from target: Int, step: Int
  ) throws(DataError) {
    if header.bitDepth == 8, header.colorType != .palette, chunks.transparency.isEmpty, step == channels.count {
      for index in 0..<count * step { samples[target &+ index] = Sample(truncatingIfNeeded: data[start &+ index]) }
      return
    }
    let sampleCount = header.colorType.sampleCount
    var pixel = [Int](repeating: 0, count: sampleCount)
    for column in 0..<count {
      for channel in 0..<sampleCount { pixel[channel] = value(data, start, column * sampleCount + channel) }
      let place = target + column * step
      if header.colorType == .palette {
        try writeColor(pixel[0], &samples, place)
      } else {
        writeValues(pixel, &samples, place)
      }
    }
  }

  /// A number of a row, of any bit depth.
  @inline(__always)
  private func value(_ data: [UInt8], _ start: Int, _ index: Int) -> Int {
    switch header.bitDepth {
    case 8: return Int(data[start + index])
    case 16: return Int(data[start + 2 * index]) << 8 | Int(data[start + 2 * index + 1])
    default:
      let bit = index * header.bitDepth
      let shift = 8 - header.bitDepth - bit % 8
      return Int(data[start + bit / 8]) >> shift & (1 << header.bitDepth - 1)
    }
  }

  private func writeColor<Sample: FixedWidthInteger>(
    _ index: Int, _ samples: inout [Sample], _ place: Int
  ) throws(DataError) {
    guard 3 * index < chunks.palette.count else {
      throw Gzip.corrupt(in: file, at: 0, "a pixel has colour \(index), the palette has \(chunks.palette.count / 3)")
    }
    for channel in 0..<3 { samples[place + channel] = Sample(truncatingIfNeeded: chunks.palette[3 * index + channel]) }
    guard !chunks.transparency.isEmpty else { return }
    samples[place + 3] = Sample(
      truncatingIfNeeded: index < chunks.transparency.count ? chunks.transparency[index] : 255)
  }

  private func writeValues<Sample: FixedWidthInteger & UnsignedInteger>(
    _ pixel: [Int], _ samples: inout [Sample], _ place: Int
  ) {
    // 255 is a multiple of the largest number of 1, 2 and 4 bits.
    let factor = header.bitDepth < 8 ? 255 / (1 << header.bitDepth - 1) : 1
    for (channel, value) in pixel.enumerated() { samples[place + channel] = Sample(truncatingIfNeeded: value * factor) }
    guard !chunks.transparency.isEmpty else { return }
    let isTransparent = pixel.indices.allSatisfy { channel in
      let key = Int(chunks.transparency[2 * channel]) << 8 | Int(chunks.transparency[2 * channel + 1])
      return pixel[channel] == key & (1 << header.bitDepth - 1)
    }
    samples[place + pixel.count] = isTransparent ? 0 : .max
  }
}
