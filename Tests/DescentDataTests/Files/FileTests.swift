import Foundation
import Testing

@testable import DescentData

@Suite struct DataErrorTests {
  @Test func descriptionsAreOneLine() {
    let positions: [(DataError.Position?, String)] = [
      (nil, "a.csv"), (.byte(7), "a.csv, byte 7"), (.line(17), "a.csv:17"),
      (.character(line: 17, column: 3), "a.csv:17:3"),
    ]
    for (position, place) in positions {
      let error = DataError(.corrupt, in: "a.csv", at: position, "found x, expected y", remedy: "write y")
      #expect(error.description == "\(place): found x, expected y; write y")
    }
  }

  @Test func foreignTextIsEscapedAndCut() {
    #expect(DataError.quoted("a\nb\u{7F}\u{2028}é") == "'a\\nb\\u{7F}\\u{2028}é'")
    #expect(DataError.quoted(String(repeating: "x", count: 40)) == "'\(String(repeating: "x", count: 40))'")
    #expect(DataError.quoted(String(repeating: "x", count: 41)) == "'\(String(repeating: "x", count: 40))…'")
    #expect(!DataError(.empty, in: "a\nb", "is empty", remedy: "fill it").description.contains("\n"))
  }
}

@Suite struct FileBytesTests {
  private func error(reading path: String) -> DataError? {
    dataError { () throws(DataError) in _ = try FileBytes.read(path) }
  }

  @Test(arguments: [0, 1, 4096, 1_000_003])
  func wholeFilesAreRead(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try withTemporaryFolder { folder in
      try write(bytes, to: "\(folder)/a")
      #expect(try FileBytes.read("\(folder)/a") == bytes)
    }
  }

  @Test func unreadableFilesAreNamed() throws {
    try withTemporaryFolder { folder in
      let remedy = "check the path and its permissions"
      #expect(
        error(reading: "\(folder)/none")?.description
          == "\(folder)/none: can't be read: no such file or directory; \(remedy)")
      #expect(error(reading: folder)?.description == "\(folder): can't be read: it is a folder, not a file; \(remedy)")
      #expect(error(reading: "a\0b")?.description == "a\\0b: can't be read: the path contains a zero byte; \(remedy)")
      #expect(error(reading: "/dev/zero")?.problem == "can't be read: it is a pipe or a device, not a regular file")
      #expect(error(reading: "")?.kind == .unreadable)
    }
  }

  /// A file may have a size that no memory can hold, without having as many bytes.
  @Test func giantFilesAreRefused() throws {
    try withTemporaryFolder { folder in
      try write([], to: "\(folder)/giant")
      #expect(truncate("\(folder)/giant", 1 << 42) == 0)
      let error = error(reading: "\(folder)/giant")
      #expect(error?.kind == .tooLarge)
      #expect(error?.problem.hasPrefix("the file has 4398046511104 bytes, this machine has ") == true)
    }
  }
}
