import Foundation

/// Writes files so that a reader finds the old one or the new one, whole, whatever happens in between.
///
/// The bytes go to a neighbour of the file, `.NAME.partial`, which takes the file's name once the system says that they
/// have reached the disk; then the folder is written too, so that the name survives a loss of power. What is left of a
/// neighbour by a process that was killed is overwritten by the next one.
package enum AtomicFile {
  /// Writes a file, or replaces it.
  ///
  /// - Throws: ``DataError`` if the file can't be written; a file that was there is then as it was.
  package static func write(_ bytes: [UInt8], to path: String) throws(DataError) {
    let target = URL(fileURLWithPath: path)
    let folder = target.deletingLastPathComponent().path
    let neighbour = folder + "/.\(target.lastPathComponent).partial"
    guard !path.utf8.contains(0), !target.lastPathComponent.isEmpty else {
      throw FileBytes.unwritable(path, "the path names no file")
    }
    do throws(DataError) {
      try fill(neighbour, with: bytes, path)
      guard rename(neighbour, target.path) == 0 else { throw FileBytes.unwritable(path, FileBytes.reason(errno)) }
    } catch {
      unlink(neighbour)
      throw error
    }
    try synchronize(folder, path)
  }

  private static func fill(_ neighbour: String, with bytes: [UInt8], _ path: String) throws(DataError) {
    let descriptor = open(neighbour, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileBytes.unwritable(path, FileBytes.reason(errno)) }
    let failure = written(bytes, descriptor)
    guard close(descriptor) == 0, failure == 0 else {
      throw FileBytes.unwritable(path, FileBytes.reason(failure == 0 ? errno : failure))
    }
  }

  /// Writes everything and waits until it is on the disk; the number of the error, or 0.
  private static func written(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    let failure = FileBytes.writeAll(bytes, descriptor)
    return failure == 0 && fsync(descriptor) != 0 ? errno : failure
  }

  private static func synchronize(_ folder: String, _ path: String) throws(DataError) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileBytes.unwritable(path, FileBytes.reason(errno)) }
    defer { close(descriptor) }
    // Some file systems can't synchronise folders, and need not.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileBytes.unwritable(path, FileBytes.reason(errno)) }
  }
}
