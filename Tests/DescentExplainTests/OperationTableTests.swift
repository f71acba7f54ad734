import DescentCalculus
import DescentExplain
import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// What the table of operations says must be complete and true.
struct OperationTableTests {
  @Test func theDocumentationIsWhatTheRulesSay() throws {
    let written = try String(contentsOf: root.appendingPathComponent("Documentation/Operations.md"), encoding: .utf8)
    #expect(
      written == OperationTable.markdown,
      "regenerate it: swift run descent operations > Documentation/Operations.md")
  }

  /// Every operation that the sample rows make has a row here; the sample table's own test sees to it that these are
  /// all that the language has, each with a card and a batching rule, which the compiler asks for.
  @Test func everyOperationHasARow() {
    let recorder = Recorder()
    Scope.current.record(with: recorder) {
      for sample in Sample.all { _ = sample.build(sample.tensors(sample.types[0], seed: 1).map(\.node)) }
    }
    let made = Set(recorder.nodes.map(\.operation.name))
    #expect(made.subtracting(OperationTable.names) == [], "add an example in OperationExamples.swift")
    #expect(Set(OperationTable.names).subtracting(made) == [], "add a row in Tests/TestSupport/Samples")
    let families = Set(OperationCard.sections.flatMap(\.cards).map(\.operation.family))
    #expect(Set(Family.allCases).subtracting(families) == [.input, .invalid])
  }

  @Test func everyCardIsFilled() {
    withEvery("operation", in: OperationCard.sections.flatMap(\.cards).map(\.name)) { name in
      for card in OperationTable.cards(named: name) {
        #expect(!card.types.isEmpty && !card.value.isEmpty)
        #expect(card.pullback.allSatisfy { !$0.isEmpty } && card.pullback.isEmpty == card.pushforward.isEmpty)
        let isReal = card.types.contains(.float64)
        #expect(isReal || card.pullback.isEmpty)
        #expect(card.text.hasPrefix(card.name + "\n  value"))
      }
    }
  }

  /// Those that can be computed from any numbers.
  ///
  /// Matrices must be of some kind, and control has results of its own kind; the sample table computes both.
  private static let examplesOfAnyNumbers = OperationExample.sections.filter {
    !["Linear algebra", "Control"].contains($0.title)
  }.flatMap(\.examples)

  /// Every type that a card lists has a kernel, which agrees with the reference engine.
  @Test func everyTypeIsComputed() {
    let examples = Self.examplesOfAnyNumbers.filter { !$0.isRandom }
    withEvery("operation", in: examples.indices) { index in
      withEvery("type", in: OperationCard(examples[index]).types) { type in
        let expected = try examples[index].value(type, isWhole: true)
        let name = OperationCard(examples[index]).name
        expectClose(
          try examples[index].value(type, isWhole: true, on: Tensor.engine), expected, .relative(1e-5),
          "\(name) of \(type)")
      }
    }
  }

  /// An operation that is linear doubles with its operands: together, or one while the others are held.
  @Test func whatIsCalledLinearIsLinear() throws {
    for example in Self.examplesOfAnyNumbers {
      let card = OperationCard(example)
      guard card.types.contains(.float64), !card.linearity.operands.isEmpty else { continue }
      let groups = card.linearity.isJoint ? [card.linearity.operands] : card.linearity.operands.map { [$0] }
      for group in groups {
        let (once, twice) = (try example.value(), try example.value(doubling: group))
        #expect(twice == once.map { 2 * $0 }, "\(card.name) in \(group)")
      }
    }
  }

  @Test func theLinearOnesAreThese() {
    func linear(_ name: String) -> [Linearity] { OperationTable.cards(named: name).map(\.linearity) }
    #expect(linear("add") == linear("concatenate") && linear("add")[0].operands == [0, 1] && linear("add")[0].isJoint)
    #expect(linear("multiply") == linear("contract") && !linear("multiply")[0].isJoint)
    #expect(linear("divide")[0].operands == [0] && linear("recurrence")[0].operands == [1])
    #expect(linear("select")[0].operands == [1, 2])
    for name in ["remainder", "floor", "relu", "sin", "reduce.max", "reduce.product", "stopGradient"] {
      #expect(linear(name)[0].operands == [], "\(name)")
    }
  }

  @Test func namesMayBeShort() {
    #expect(OperationTable.cards(named: "MAX").map(\.name) == ["reduce.max", "argument.max", "cumulative.max"])
    #expect(OperationTable.cards(named: "power").count == 2)
    #expect(OperationTable.cards(named: "ma").isEmpty)
  }

  /// The lint asks for a comment on every public declaration.
  @Test func publicDeclarationsNeedDocumentation() throws {
    let settings = try String(contentsOf: root.appendingPathComponent(".swift-format"), encoding: .utf8)
    #expect(settings.contains("\"AllPublicDeclarationsHaveDocumentation\": true"))
  }
}

extension OperationExample {
  /// Random numbers have a test of their own, that of their distribution.
  fileprivate var isRandom: Bool { operands.first?.name == "key" }

  /// The value at numbers of its own, with those of some operands doubled.
  fileprivate func value(
    _ type: ScalarType = .float64, isWhole: Bool = false, doubling doubled: [Int] = [],
    on engine: any Engine = ReferenceEngine()
  ) throws -> [Double] {
    var generator = SplitMix64(seed: 5)
    let nodes = operands.enumerated().map { index, operand in
      let numbers = (0..<operand.shape.elementCount).map { place in
        let number = isWhole ? Double(1 + place % 2) : Double.random(in: 0.2..<0.8, using: &generator)
        return operand.type == nil ? number * (doubled.contains(index) ? 2 : 1) : Double(place % 2)
      }
      return Node.literal(numbers, operand.shape, operand.type ?? type)
    }
    return try build(nodes, type).doubles(on: engine)
  }
}
