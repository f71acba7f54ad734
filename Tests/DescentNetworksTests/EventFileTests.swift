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
    var negative = ProtocolBuffer()
    negative.add(1, -1)
    #expect(negative.bytes == [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
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

  /// A network with a branch, and something of its own at the end.
  private struct Branching: Layer {
    var first = Dense(weight: [[0.5, 0], [1.5, 1]], bias: [0, 0])
    var side = Sequential {
      Dropout(0)
      Dense(weight: [[1, 0], [0, 1]]).frozen().named("same")
    }
    var last = Dense(weight: [[1], [0]])

    func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
      let x = first(x, pass)
      return last(x + side(x, pass), pass)
    }
  }

  @Test func trainingsAreLogged() throws {
    // With a folder in the environment the file stays, for check_event_file.py.
    let kept = ProcessInfo.processInfo.environment["DESCENT_EVENT_FOLDER"]
    let folder =
      kept ?? FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
    defer { if kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
    var model = Branching()
    let log = TensorBoardLog(
      folder, histograms: true, graph: true, images: { ["first": $0.parameters[0].tensor] },
      texts: { ["epochs": "**\($0.history.epochs.count)**"] })
    try model.fit(
      Samples(inputs: [[1, 1]], targets: [[2]]), epochs: 2, optimizer: SGD(learningRate: 0), loss: .meanSquaredError,
      metrics: [.meanAbsoluteError], progress: .silent, callbacks: [log])
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let events = try records("\(folder)/\(name)").map(Message.init)
    #expect(events[0].texts(3) == ["brain.Event:2"])
    #expect(events[1].messages(4).count == 1)
    let tags = try events.dropFirst(2).map { try #require($0.messages(5).first?.messages(1).first?.texts(1).first) }
    let expected = [
      "learning rate", "loss", "mean absolute error", "first.weight", "first.bias", "side.same.layer.weight",
      "last.weight", "first", "epochs",
    ]
    #expect(tags == expected + expected)
    #expect(throws: DataError.self) { try EventFile(folder: "/dev/null/runs") }
  }

  @Test func graphsHaveANodeALayer() throws {
    let graph = Message(Branching().summary(inputShape: [2]).graphDefinition.bytes)
    let nodes = graph.messages(1).map { node in
      ([node.texts(1)[0], node.texts(2)[0]] + node.texts(3)).joined(separator: " ")
    }
    #expect(
      nodes == [
        "input Placeholder", "first Dense input", "side/0 Dropout first", "side/same/layer Dense side/0",
        "last Dense first side/same/layer",
      ])
    let attributes = graph.messages(1)[1].messages(5)
    #expect(
      attributes.map { $0.texts(1)[0] } == ["_output_shapes", "parameters", "multiply_adds", "frozen"])
    #expect(attributes[1].messages(2)[0].numbers(3) == [6])
    let shape = attributes[0].messages(2)[0].messages(1)[0].messages(7)[0]
    #expect(shape.messages(2).map { $0.numbers(1) } == [[.max], [2]], "the first axis is open")
    // Names that can't be, and names that are taken.
    let odd = Sequential {
      Dense(2, 2).named("input")
      Dense(2, 2).named("ä b")
      Dense(2, 2).named("- b")
    }
    let names = Message(odd.summary(inputShape: [2]).graphDefinition.bytes).messages(1).map { $0.texts(1)[0] }
    #expect(names == ["input", "input_", "__b", "__b_"])
  }

  @Test func imagesAreKept() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try EventFile(folder: folder)
    let grey = Tensor(rows: [[0, 0.5, 1], [2, -1, 0.2]])
    let table: [(image: Tensor, header: [UInt64], pixels: [Double])] = [
      (grey, [2, 3, 1], [0, 128, 255, 255, 0, 51]),
      (grey.reshaped(to: [1, 2, 3]), [1, 2, 3], [0, 128, 255, 255, 0, 51]),
      (Tensor([[7], [9]], type: .uint8), [2, 1, 1], [7, 9]),
    ]
    for (step, row) in table.enumerated() { try file.add(image: row.image, tag: "image", step: step) }
    for (event, row) in zip(try records(file.path).dropFirst().map(Message.init), table) {
      let image = event.messages(5)[0].messages(1)[0].messages(4)[0]
      #expect([1, 2, 3].flatMap(image.numbers) == row.header)
      #expect(try PNGFile(bytes: image.contents(4)[0]).tensor().scalars == row.pixels)
    }
    let words = complaint { try file.add(image: .zeros([2, 3, 5]), tag: "no image", step: 0) }
    #expect(words.contains("uint8 [2, 3, 5] is no image"), "\(words)")
  }
}

/// A message of protocol buffers taken apart: its numbers and its contents by field.
private struct Message {
  private var numbers: [(field: UInt64, value: UInt64)] = []
  private var contents: [(field: UInt64, value: [UInt8])] = []

  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    func variable() -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      return value
    }
    while !rest.isEmpty {
      let key = variable()
      switch key & 7 {
      case 0: numbers.append((key >> 3, variable()))
      case 1: rest = rest.dropFirst(8)
      case 2:
        let count = Int(variable())
        contents.append((key >> 3, Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
      default: rest = rest.dropFirst(4)
      }
    }
  }

  func numbers(_ field: UInt64) -> [UInt64] { numbers.filter { $0.field == field }.map(\.value) }
  func contents(_ field: UInt64) -> [[UInt8]] { contents.filter { $0.field == field }.map(\.value) }
  func messages(_ field: UInt64) -> [Message] { contents(field).map(Message.init) }
  func texts(_ field: UInt64) -> [String] { contents(field).map { String(decoding: $0, as: UTF8.self) } }
}
