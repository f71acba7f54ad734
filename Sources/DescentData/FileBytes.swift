import Foundation

/// Whole files as arrays of bytes.
package enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// Folders, pipes and devices are refused: their size is not known before they are read.
  package static func read(_ path: String) throws(DataError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw unreadable(path, "the path contains a zero byte") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, reason(errno)) }
    defer { close(descriptor) }
    return try read(descriptor, count: byteCount(of: descriptor, path), path)
  }

  /// Whether a file (not a folder) is at a path.
  static func exists(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  private static func byteCount(of descriptor: Int32, _ path: String) throws(DataError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw unreadable(path, isFolder ? "it is a folder, not a file" : "it is a pipe or a device, not a regular file")
    }
    // An allocation that the system can't serve ends the process, so it must not be tried.
    let memory = ProcessInfo.processInfo.physicalMemory
    guard let count = Int(exactly: status.st_size), UInt64(count) <= memory else {
      throw DataError(
        .tooLarge, in: path, "the file has \(status.st_size) bytes, this machine has \(memory) bytes of memory",
        remedy: "split the file")
    }
    return count
  }

  private static func read(_ descriptor: Int32, count: Int, _ path: String) throws(DataError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let step = Foundation.read(descriptor, buffer.baseAddress! + filled, count - filled)
        if step < 0, errno == EINTR { continue }
        failure = step < 0 ? errno : 0
        guard step > 0 else { break }
        filled += step
      }
    }
    guard failure == 0 else { throw unreadable(path, reason(failure)) }
    return bytes
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  private static func unreadable(_ path: String, _ reason: String) -> DataError {
    DataError(.unreadable, in: path, "can't be read: \(reason)", remedy: "check the path and its permissions")
  }
}
