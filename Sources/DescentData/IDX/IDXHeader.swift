/// The header of an IDX file: what it promises, and whether the file keeps it.
struct IDXHeader {
  /// A header with 255 dimensions.
  static let maximumByteCount = 4 + 4 * 255

  let scalarType: IDXArray.ScalarType
  let dimensions: [Int]
  /// The size of the header and the elements.
  let totalByteCount: Int

  /// The size of the header itself.
  var byteCount: Int { 4 + 4 * dimensions.count }

  /// Reads a header from the start of the contents.
  init(_ bytes: [UInt8], file: String) throws(DataError) {
    guard bytes.count >= 4 else {
      throw Self.truncated(in: file, at: bytes.count, "an IDX header of at least 4 bytes")
    }
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw DataError(
        .corrupt, in: file, at: .byte(0),
        "not an IDX file: it begins with \(hexadecimal(bytes[0])) \(hexadecimal(bytes[1])), expected 00 00",
        remedy: "give an IDX file, plain or packed by gzip")
    }
    guard let scalarType = IDXArray.ScalarType(rawValue: bytes[2]) else {
      throw DataError(
        .unsupported, in: file, at: .byte(2),
        "found element type \(hexadecimal(bytes[2])), expected one of 08, 09, 0B, 0C, 0D, 0E",
        remedy: "write the file with one of these types")
    }
    let rank = Int(bytes[3])
    guard bytes.count >= 4 + 4 * rank else {
      throw Self.truncated(in: file, at: bytes.count, "\(4 + 4 * rank) bytes of header for \(rank) dimensions")
    }
    let dimensions = (0..<rank).map { index in
      bytes[4 + 4 * index..<8 + 4 * index].reduce(0) { $0 << 8 | Int($1) }
    }
    (self.scalarType, self.dimensions) = (scalarType, dimensions)
    totalByteCount = try Self.totalByteCount(scalarType, dimensions, file)
  }

  /// The size of header and elements.
  ///
  /// The other extents must not overflow beside a zero one either: whoever multiplies them later may not look.
  private static func totalByteCount(
    _ scalarType: IDXArray.ScalarType, _ dimensions: [Int], _ file: String
  ) throws(DataError) -> Int {
    var count = scalarType.byteCount
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(1, dimension))
      // Half the range leaves room for adding the header.
      guard !overflow, product < Int.max / 2 else {
        throw DataError(
          .corrupt, in: file, at: .byte(4), "the dimensions \(dimensions) have too many elements for any file",
          remedy: "copy or download the file again")
      }
      count = product
    }
    return (dimensions.contains(0) ? 0 : count) + 4 + 4 * dimensions.count
  }

  /// Compares the size that the header promises with the size of the contents.
  func check(byteCount found: Int, file: String) throws(DataError) {
    guard found >= totalByteCount else {
      throw Self.truncated(in: file, at: found, "\(totalByteCount) bytes for \(scalarType) \(dimensions)")
    }
    guard found == totalByteCount else { throw trailingData("\(found - totalByteCount) more", file: file) }
  }

  /// The file goes on by `excess` bytes.
  func trailingData(_ excess: String, file: String) -> DataError {
    DataError(
      .trailingData, in: file, at: .byte(totalByteCount),
      "found \(excess) after the \(totalByteCount) bytes that \(scalarType) \(dimensions) takes",
      remedy: "copy or download the file again")
  }

  private static func truncated(in file: String, at offset: Int, _ expected: String) -> DataError {
    DataError(
      .truncated, in: file, at: .byte(offset), "the contents end here, expected \(expected)",
      remedy: "copy or download the file again")
  }
}

/// Two hexadecimal digits.
private func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return byte < 16 ? "0" + digits : digits
}
