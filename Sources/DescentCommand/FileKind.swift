import Foundation

/// What a path leads to.
struct FileKind {
  let isFolder: Bool
  /// The size of a file.
  let byteCount: Int

  /// Looks at a path; pipes and devices, which may never end, are refused.
  init(_ path: String) throws {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else {
      throw CommandError("\(path): there is no such file or folder")
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFDIR else { throw CommandError("\(path): is a pipe or a device") }
    (isFolder, byteCount) = (kind == S_IFDIR, Int(status.st_size))
  }

  /// The visible entries of a folder, in order.
  static func entries(of path: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw CommandError("\(path): the folder can't be read")
    }
    return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
