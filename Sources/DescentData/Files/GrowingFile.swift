import Foundation

/// A file to which a program adds as it goes: a log.
///
/// What is added is there for others as soon as `append` returns. An addition for which there is no room is taken back.
package struct GrowingFile: Sendable {
  /// Where the file is.
  package let path: String

  /// Names a file, which need not be there.
  package init(_ path: String) { self.path = path }

  /// Adds to the end of the file, which is made if it is not there.
  ///
  /// - Throws: ``DataError`` if the bytes can't be written; the file is then as it was.
  package func append(_ bytes: [UInt8]) throws(DataError) {
    let descriptor = try opened()
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    let failure = FileBytes.writeAll(bytes, descriptor)
    guard failure == 0 else {
      _ = ftruncate(descriptor, end)
      throw FileBytes.unwritable(path, FileBytes.reason(failure))
    }
  }

  /// Cuts the file off after some bytes, or makes an empty one for 0.
  ///
  /// - Throws: ``DataError`` if the file is shorter or can't be written.
  package func cut(to byteCount: Int) throws(DataError) {
    let descriptor = try opened()
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= byteCount else {
      throw DataError(
        .truncated, in: path, "the file has \(end) bytes, expected \(byteCount) or more",
        remedy: "put back the file that was written, or begin anew")
    }
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      throw FileBytes.unwritable(path, FileBytes.reason(errno))
    }
  }

  private func opened() throws(DataError) -> Int32 {
    guard !path.utf8.contains(0) else { throw FileBytes.unwritable(path, "the path names no file") }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileBytes.unwritable(path, FileBytes.reason(errno)) }
    return descriptor
  }
}
