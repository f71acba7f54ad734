import DescentGraph
import DescentTensor
import TestSupport
import Testing

@testable import DescentData

/// The reader of NPZ files on what NumPy and Python's zipfile have written, and the writer.
@Suite struct NPZTests {
  @Test(arguments: ["stored", "deflated", "forced", "descriptors", "zip64", "commented"])
  func everyKindOfArchiveIsRead(_ name: String) throws {
    let file = try NPZFile(bytes: References.bytes("\(name).npz"), file: name)
    #expect(file.names == ["a", "b", "größe"])
    #expect(try file.tensor("a").scalars == (0..<600).map { Double($0 % 7) })
    #expect(try file.tensor("b").scalars == [0, 0.25, 0.5, 0.75, 1])
    #expect(try file.tensor("größe").scalarType == .bool)
  }

  @Test func whatNumPySavedIsRead() throws {
    let file = try NPZFile(contentsOfFile: "\(References.folder)/savez.npz")
    #expect(try file.tensor("a").scalars == (0..<10).map(Double.init))
    #expect(try file.tensor("b").scalars == [1, 0, 0, 0, 1, 0, 0, 0, 1])
  }

  @Test func mistakesAreNamed() throws {
    func words(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let stored = try References.bytes("stored.npz")
    let file = try NPZFile(bytes: stored, file: "f.npz")
    #expect(words { _ = try file.tensor("gröse") }.contains("no array 'gröse', the arrays are 'a', 'b', 'größe'; did"))
    let bzip2 = try References.bytes("bzip2.npz")
    #expect(words { _ = try NPZFile(bytes: bzip2) }.contains("has compression method 12, expected 0 (stored) or 8"))
    for bytes in [[], [0x50, 0x4B], Array(stored.dropLast())] as [[UInt8]] {
      #expect(words { _ = try NPZFile(bytes: bytes) }.contains("not a ZIP archive, or one whose end is missing"))
    }
    var changed = stored
    changed[400] ^= 1
    let broken = try NPZFile(bytes: changed, file: "f.npz")
    #expect(words { _ = try broken.tensor("a") }.contains("f.npz, byte 0: the checksum of member 'a.npy' is not"))
    #expect(try broken.tensor("b").scalars.count == 5)
  }

  @Test func whatIsWrittenIsRead() throws {
    let tensors: [String: Tensor] = [
      "weight": .normal([40, 50], using: .init(seed: 1)), "zeros": .zeros([100, 100]), "größe": [true, false],
      "scalar": Tensor(2.5, type: .float64), "none": .zeros([0]), "": [1], "a/b": [2],
    ]
    for isCompressed in [false, true] {
      let bytes = try NPZFile.bytes(of: tensors, isCompressed: isCompressed)
      let file = try NPZFile(bytes: bytes)
      #expect(file.names == tensors.keys.sorted())
      for (name, tensor) in tensors {
        let read = try file.tensor(name)
        #expect(read.shape == tensor.shape && read.scalars == tensor.scalars, "\(name)")
      }
      #expect(bytes.count > 48_000 || isCompressed)
      #expect(bytes.count < 10_000 || !isCompressed)
      #expect(try NPZFile.bytes(of: tensors, isCompressed: isCompressed) == bytes)
    }
    #expect(try NPZFile(bytes: NPZFile.bytes(of: [:])).names.isEmpty)
  }

  /// Sizes and offsets beyond 32 bits, tried with a smaller limit.
  @Test func largeArchivesHaveLargeFields() throws {
    var writer = ZipWriter(largeSize: 10)
    let members = ["a": [UInt8](repeating: 7, count: 500), "b": [1, 2, 3], "c": []]
    for (name, contents) in members.sorted(by: { $0.key < $1.key }) { writer.add(name, contents, isCompressed: true) }
    let archive = try ZipArchive(.bytes(writer.archive()), file: "f")
    for (name, contents) in members { #expect(try archive.contents(of: archive.members[name]!) == contents) }
  }
}

/// Archives with lies in their directories.
@Suite struct HostileZipTests {
  /// An archive of one deflated member `a.npy`, some of whose directory's bytes are replaced.
  private func archive(_ offset: Int, _ bytes: [UInt8]) throws -> [UInt8] {
    var writer = ZipWriter()
    writer.add("a.npy", [UInt8](repeating: 0, count: 1000), isCompressed: true)
    var archive = writer.archive()
    let directory = archive.word(archive.count - 6, 4)
    archive.replaceSubrange(directory + offset..<directory + offset + bytes.count, with: bytes)
    return archive
  }

  private func complaint(_ offset: Int, _ bytes: [UInt8]) throws -> String {
    let bytes = try archive(offset, bytes)
    return dataError { () throws(DataError) in
      let archive = try ZipArchive(.bytes(bytes), file: "f.zip")
      for member in archive.members.values { _ = try archive.contents(of: member) }
    }?.description ?? ""
  }

  @Test func liesAreNamed() throws {
    #expect(try complaint(0, [0x50]) == "")
    #expect(try complaint(8, [1]).contains("member 'a.npy' is encrypted"))
    #expect(try complaint(16, [1, 2, 3, 4]).contains("the checksum of member 'a.npy' is not the one stored"))
    #expect(try complaint(20, [0, 1, 0, 0]).contains("claims 256 bytes and runs into the directory"))
    #expect(try complaint(24, [0, 0, 0, 0x40]).contains("to 1073741824, which is impossible"))
    #expect(try complaint(24, [0xE7, 3, 0, 0]).contains("unpacks to more than the 999 bytes expected"))
    #expect(try complaint(24, [0xE9, 3, 0, 0]).contains("has 1000 bytes, the directory says 1001"))
    #expect(try complaint(24, [255, 255, 255, 255]).contains("lacks its ZIP64 sizes"))
    #expect(try complaint(28, [255]).contains("an entry runs past the end of the directory"))
    #expect(try complaint(42, [3]).contains("has no header where it should be"))
    #expect(try complaint(42, [0, 0, 1, 0]).contains("the header of member 'a.npy' lies outside of the file"))
    #expect(try complaint(46, [0x62]).contains("member 'b.npy' has another name in its own header"))
    #expect(try complaint(46, [0xFF]).contains("the name of a member is not UTF-8"))
    // The record at the end, which is 51 bytes behind the start of the directory.
    #expect(try complaint(51 + 4, [1]).contains("the archive is spread over several files"))
    #expect(try complaint(51 + 10, [2]).contains("(2 members, 51 bytes at "))
    #expect(try complaint(51 + 12, [0x7F]).contains("lies outside of the file"))
    #expect(try complaint(51 + 16, [255, 255, 255, 255]).contains("the ZIP64 records are missing"))
  }

  @Test func twoMembersOfOneNameAreRefused() {
    var writer = ZipWriter()
    for _ in 0..<2 { writer.add("a", [1], isCompressed: false) }
    let error = dataError { () throws(DataError) in _ = try ZipArchive(.bytes(writer.archive()), file: "f") }
    #expect(error?.description.contains("member 'a' stands in the directory twice") == true)
  }
}
