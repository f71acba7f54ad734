import Foundation
import TestSupport

@testable import DescentData

extension SplitMix64 {
  /// Changes, inserts, drops, repeats or cuts off a few bytes.
  mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &self)!
      case 2: bytes.insert(.random(in: 0...255, using: &self), at: index)
      case 3: bytes.remove(at: index)
      case 4: bytes += Array(bytes[index...].prefix(100))
      default: bytes.removeLast(bytes.count - index)
      }
    }
    return bytes
  }

  /// Up to `limit` bytes of any value.
  mutating func bytes(upTo limit: Int) -> [UInt8] {
    (0..<Int.random(in: 0...limit, using: &self)).map { _ in .random(in: 0...255, using: &self) }
  }
}

/// Whether the tests are compiled without optimisation, where laws over many samples run over a tenth of them: the
/// readers are then a hundred times slower.
let isDebugBuild: Bool = {
  #if DEBUG
    true
  #else
    false
  #endif
}()

/// The error that a reader threw, or nil.
func dataError(_ body: () throws(DataError) -> Void) -> DataError? {
  do throws(DataError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// Bytes from base 64; line ends are skipped.
func decoded(_ base64: String) -> [UInt8] {
  Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters)!)
}

/// A folder of its own for one test, removed at the end.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("DescentDataTests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// The folder with whole data sets, where there is one: `DESCENT_SHARED_DATA`, or `shared/data` beside the package.
enum SharedData {
  static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
    let usual = package.appendingPathComponent("../shared/data").standardizedFileURL.path
    let folder = ProcessInfo.processInfo.environment["DESCENT_SHARED_DATA"] ?? usual
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()
}

/// The files that other programs have written; Tools/data-references makes them.
enum References {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/References"

  static func bytes(_ name: String) throws(DataError) -> [UInt8] { try FileBytes.read("\(folder)/\(name)") }
}
