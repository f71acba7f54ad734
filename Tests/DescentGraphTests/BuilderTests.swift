import DescentGraph
import TestSupport
import Testing

/// What builders infer, and the few nodes that they leave out.
struct BuilderTests {
  private let x = Node.literal([1, 2, 3, 4, 5, 6], [2, 3])
  private let y = Node.literal([6, 5, 4, 3, 2, 1], [2, 3])

  @Test(arguments: Sample.all)
  func resultsHaveTheirShapeAndType(sample: Sample) {
    withEvery("type", in: sample.types) { type in
      let node = sample.build(sample.tensors(type, seed: 1).map(\.node))
      #expect(node.shape == sample.shape, "\(type)")
      #expect(node.scalarType == expectedType(of: node, from: type), "\(type)")
    }
  }

  private func expectedType(of node: Node, from type: ScalarType) -> ScalarType {
    switch node.operation {
    case .compare: .bool
    case .argument, .argSort: .int64
    case .reduce(.sum, _) where type == .bool, .reduce(.product, _) where type == .bool: .int64
    case .convert: node.scalarType
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .identity, .binary, .select, .reduce, .broadcast,
      .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .recurrence,
      .cumulative, .custom, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix,
      .solve:
      type
    }
  }

  @Test func convertsToTheTypeAskedFor() {
    for type in ScalarType.allCases { #expect(Node.convert(x, to: type).scalarType == type) }
  }

  @Test func operationsThatChangeNothingMakeNoNode() {
    let same: [(String, Node)] = [
      ("power 1", .power(x, 1)), ("convert", .convert(x, to: .float64)),
      ("broadcast", .broadcast(x, to: [2, 3], along: [])), ("reshape", .reshape(x, to: [2, 3])),
      ("transpose", .transpose(x, AxisList([0, 1]))), ("slice", .slice(x, Window(rank: 2), to: [2, 3])),
      ("place", .place(x, Window(rank: 2), in: [2, 3])), ("concatenate", .concatenate([x], axis: 0)),
      ("reduce", .reduce(.sum, x, [])), ("x·1", .binary(.multiply, x, .fill(1, [2, 3], .float64))),
      ("1·x", .binary(.multiply, .fill(1, [2, 3], .float64), x)),
      ("x/1", .binary(.divide, x, .fill(1, [2, 3], .float64))),
      ("x − 0", .binary(.subtract, x, .fill(0, [2, 3], .float64))),
    ]
    for (name, node) in same { #expect(node === x, "\(name)") }
    let kept: [(String, Node)] = [
      ("x + 0, for −0", .binary(.add, x, .fill(0, [2, 3], .float64))),
      ("x − −0", .binary(.subtract, x, .fill(-0.0, [2, 3], .float64))),
      ("x·0, for NaN", .binary(.multiply, x, .fill(0, [2, 3], .float64))), ("alias", .identity(.alias, x)),
    ]
    for (name, node) in kept { #expect(node !== x && node.operandCount > 0, "\(name)") }
  }

  @Test func movedFillsAreFills() throws {
    let fill = Node.fill(7, [2, 3], .int32)
    let moved: [Node] = [
      .broadcast(fill, to: [2, 4, 3], along: [1]), .reshape(fill, to: [6]), .transpose(fill, AxisList([1, 0])),
    ]
    for (node, shape) in zip(moved, [[2, 4, 3], [6], [3, 2]] as [Shape]) {
      #expect(node.isFill(7) && node.shape == shape && node.operandCount == 0)
    }
    #expect(!fill.isFill(6) && !x.isFill(1))
  }

  @Test func operandsKeepTheirOrder() {
    let parts = (0..<6).map { Node.literal([Double($0)], [1]) }
    for count in 2...6 {
      let node = Node.concatenate(Array(parts[..<count]), axis: 0)
      #expect(node.operandCount == count)
      #expect(zip(node.operands, parts).allSatisfy { $0 === $1 })
    }
    #expect(Node.select(.compare(.less, x, y), x, y).operands.dropFirst().map { $0 === x } == [true, false])
  }

  @Test func labelsNameTheTensor() {
    let node = Node.literal([1], [1])
    #expect(node.label == "the tensor" && node.name == nil)
    node.note = .name("w")
    #expect(node.label == "'w'" && node.name == "w")
  }
}
