import Descent
import Foundation
import Testing

@testable import DescentNetworks

@Suite struct EventFileTests {
  @Test func checksumsAreThoseOfTheStandard() {
    // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
  }

  @Test func fieldsAreThoseOfProtocolBuffers() {
    var message = ProtocolBuffer()
    message.add(1, 150)
    message.add(2, Array("testing".utf8))
    message.add(3, Float(1))
    message.add(4, 1.0)
    #expect(
      message.bytes
        == [
          0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1D, 0, 0, 0x80, 0x3F, 0x21, 0, 0, 0,
          0, 0, 0, 0xF0, 0x3F,
        ])
  }

  /// The contents of the records, whose lengths and checksums are checked.
  private func records(_ path: String) throws -> [[UInt8]] {
    var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))[...]
    func number(_ count: Int) -> UInt64 {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    var found: [[UInt8]] = []
    while !rest.isEmpty {
      let head = Array(rest.prefix(8))
      let length = Int(number(8))
      #expect(number(4) == UInt64(CRC32C.masked(head)))
      let content = Array(rest.prefix(length))
      rest = rest.dropFirst(length)
      #expect(content.count == length && number(4) == UInt64(CRC32C.masked(content)))
      found.append(content)
    }
    return found
  }

  @Test func trainingsAreLogged() throws {
    // With a folder in the environment the file stays, for check_event_file.py.
    let kept = ProcessInfo.processInfo.environment["DESCENT_EVENT_FOLDER"]
    let folder =
      kept ?? FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
    defer { if kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
    var model = Dense(weight: [[0.5], [1.5]], bias: [0])
    try model.fit(
      Samples(inputs: [[1, 1]], targets: [[2]]), epochs: 2, optimizer: SGD(learningRate: 0), loss: .meanSquaredError,
      metrics: [.meanAbsoluteError], progress: .silent, callbacks: [TensorBoardLog(folder, histograms: true)])
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    try EventFile(folder: folder + "/more").add(text: "**well**", tag: "note", step: 3)
    let texts = try records("\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    #expect(texts.count == 1 + 2 * 5 && texts[0].contains("brain.Event:2"))
    for (text, tag) in zip(texts.dropFirst(), ["learning rate", "loss", "mean absolute error", "weight", "bias"]) {
      #expect(text.contains(tag))
    }
    #expect(throws: DataError.self) { try EventFile(folder: "/dev/null/runs") }
  }
}
