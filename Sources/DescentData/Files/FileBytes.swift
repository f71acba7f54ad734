import Foundation

/// Whole files as arrays of bytes.
package enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// Folders, pipes and devices are refused: their size is not known before they are read.
  package static func read(_ path: String) throws(DataError) -> [UInt8] {
    let (descriptor, count) = try open(path)
    defer { close(descriptor) }
    try requireMemory(for: count, path)
    return try read(descriptor, count: count, path)
  }

  /// Writes a file, replacing one that is there only when all is written.
  package static func write(_ bytes: [UInt8], to path: String) throws(DataError) {
    do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw unwritable(path, error.localizedDescription)
    }
  }

  /// Writes everything to an open file; the number of the error, or 0.
  static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let step = Foundation.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
        if step < 0, errno == EINTR { continue }
        guard step > 0 else { return step < 0 ? errno : ENOSPC }
        done += step
      }
      return 0
    }
  }

  /// Whether a file (not a folder) is at a path.
  static func exists(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// Opens a regular file, which the caller closes.
  static func open(_ path: String) throws(DataError) -> (descriptor: Int32, byteCount: Int) {
    guard !path.utf8.contains(0) else { throw unreadable(path, "the path contains a zero byte") }
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, reason(errno)) }
    var status = stat()
    let problem: String? =
      if fstat(descriptor, &status) != 0 {
        reason(errno)
      } else if status.st_mode & S_IFMT == S_IFDIR {
        "it is a folder, not a file"
      } else {
        status.st_mode & S_IFMT == S_IFREG ? nil : "it is a pipe or a device, not a regular file"
      }
    guard let problem else { return (descriptor, Int(status.st_size)) }
    close(descriptor)
    throw unreadable(path, problem)
  }

  /// Refuses what no memory holds: an allocation that the system can't serve ends the process.
  static func requireMemory(for byteCount: Int, _ file: String) throws(DataError) {
    let memory = ProcessInfo.processInfo.physicalMemory
    guard UInt64(max(0, byteCount)) <= memory else {
      throw DataError(
        .tooLarge, in: file, "the file has \(byteCount) bytes, this machine has \(memory) bytes of memory",
        remedy: "split the file")
    }
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

  static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  /// The system's refusal to write a file.
  package static func unwritable(_ path: String, _ reason: String) -> DataError {
    DataError(
      .unwritable, in: path, "can't be written: \(reason)",
      remedy: "check the folder, its permissions and the space on the disk")
  }

  static func unreadable(_ path: String, _ reason: String) -> DataError {
    DataError(.unreadable, in: path, "can't be read: \(reason)", remedy: "check the path and its permissions")
  }
}
