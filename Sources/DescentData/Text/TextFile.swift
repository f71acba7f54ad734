/// Plain text from files.
public enum TextFile {
  /// The text of a UTF-8 file; a byte order mark is skipped.
  ///
  /// - Throws: ``DataError`` if the file can't be read, or with the place of what is not UTF-8.
  public static func read(_ path: String) throws(DataError) -> String {
    let bytes = try FileBytes.read(path)
    let offset = bytes.withUnsafeBufferPointer(UTF8Check.firstInvalidByte)
    if let offset {
      let place = bytes.withUnsafeBufferPointer { UTF8Check.place(of: offset, in: $0) }
      throw DataError(
        .encoding, in: path, at: place,
        "the byte 0x\(String(bytes[offset], radix: 16, uppercase: true)) is not UTF-8 here",
        remedy: "save the file as UTF-8 text")
    }
    return String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
  }
}
