import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Element-wise values that are computed in the order in which they are read.
@Suite struct ReadingOrderTests {
  /// The gradient of a maximum pool before a mask and a sum of columns, as convolutional networks have it.
  private func pool(_ shape: Shape, _ windows: Windows, channelsLast: Bool) throws -> GraphSketch {
    var sketch = GraphSketch()
    let over = try #require(windows.shape(over: shape))
    let places: AxisSet = [windows.axisRange.upperBound]
    let x = sketch.append(.windows(windows), over, .float32, sketch.input(shape, seed: 1))
    let extreme = sketch.broadcast(sketch.reduce(.max, x, places), to: over, along: places)
    let cotangent = sketch.broadcast(
      sketch.input(over.removing(places), seed: 2), to: over, along: places)
    let share = sketch.append(
      .select, over, .float32, sketch.compare(.equal, x, extreme), cotangent, sketch.fill(0, over))
    let image = sketch.append(.overlap(windows), shape, .float32, share)
    let mask = sketch.compare(.greater, sketch.input(shape, seed: 3), sketch.fill(0, shape))
    let masked = sketch.append(.select, shape, .float32, mask, image, sketch.fill(0, shape))
    let channel = channelsLast ? shape.rank - 1 : 1
    sketch.output(masked, sketch.reduce(.sum, masked, AxisSet((0..<shape.rank).filter { $0 != channel })))
    return sketch
  }

  private static let pools: [(Shape, Windows)] = [
    ([2, 6, 4, 8], Windows(firstAxis: 1, [.init(size: 2, stride: 2), .init(size: 2, stride: 2)])),
    ([3, 12, 17], Windows(firstAxis: 1, [.init(size: 3, stride: 3)])),
    ([1, 4, 6, 2, 16], Windows(firstAxis: 1, [2, 3, 1].map { .init(size: $0, stride: $0) })),
  ]

  @Test(arguments: pools) func gradientsOfPoolsAreOneProgramWithWhatReadsThem(shape: Shape, windows: Windows) throws {
    let sketch = try pool(shape, windows, channelsLast: true)
    let names = try sketch.stepNames()
    #expect(
      names.last?.sorted() == ["equal", "greater", "select", "select", "sum.leading"], "\(shape): \(names)")
    try sketch.expectAgreement(.relative(1e-6))
  }

  /// Rows of an image are short, and windows that overlap or leave elements out are no permutation.
  private static let otherPools: [(Shape, Windows)] = [
    ([2, 6, 4, 8], Windows(firstAxis: 1, [.init(size: 3, stride: 1), .init(size: 2, stride: 2)])),
    ([2, 7, 5, 8], Windows(firstAxis: 1, [.init(size: 2, stride: 2), .init(size: 2, stride: 2)])),
    ([2, 3, 6, 4], Windows(firstAxis: 2, [.init(size: 2, stride: 2), .init(size: 2, stride: 2)])),
  ]

  @Test(arguments: otherPools) func otherPoolsStayAsTheyAre(shape: Shape, windows: Windows) throws {
    let sketch = try pool(shape, windows, channelsLast: windows.axisRange.upperBound < shape.rank)
    #expect(try sketch.stepNames().last?.contains("equal") == false)
    try sketch.expectAgreement(.relative(1e-6))
  }

  /// What reads the functions of two permuted operands, and how many steps there are.
  struct Reading: CustomStringConvertible, Sendable {
    let description: String
    let steps: Int
    let build: @Sendable (inout GraphSketch, _ x: Int, _ y: Int) -> Void

    init(_ description: String, steps: Int, _ build: @escaping @Sendable (inout GraphSketch, Int, Int) -> Void) {
      (self.description, self.steps, self.build) = (description, steps, build)
    }
  }

  // x and y are [4, 3, 8], seen as [3, 4, 8].
  private static let readings: [Reading] = [
    Reading("back in the order of the operands", steps: 1) { sketch, x, y in
      let back = sketch.transpose(sketch.binary(.add, sketch.unary(.negate, x), y), [1, 0, 2])
      sketch.output(sketch.unary(.exp, back))
    },
    Reading("two readers, one order", steps: 1) { sketch, x, y in
      let back = sketch.transpose(sketch.binary(.multiply, x, y), [1, 0, 2])
      sketch.output(sketch.unary(.exp, back), sketch.reduce(.sum, sketch.unary(.tanh, back), [0, 1]))
    },
    Reading("a repeated row", steps: 1) { sketch, x, _ in
      let row = sketch.broadcast(sketch.input([8], seed: 5), to: [3, 4, 8], along: [0, 1])
      sketch.output(sketch.unary(.exp, sketch.transpose(sketch.binary(.add, x, row), [1, 0, 2])))
    },
    Reading("two readers, two orders", steps: 2) { sketch, x, y in
      let sum = sketch.binary(.add, x, y)
      sketch.output(sketch.unary(.exp, sketch.transpose(sum, [1, 0, 2])), sketch.unary(.tanh, sum))
    },
    Reading("an output as well", steps: 2) { sketch, x, y in
      let sum = sketch.binary(.add, x, y)
      sketch.output(sum, sketch.unary(.exp, sketch.transpose(sum, [1, 0, 2])))
    },
    Reading("an operand that would leave its order", steps: 2) { sketch, x, _ in
      let sum = sketch.binary(.add, x, sketch.input([3, 4, 8], seed: 5))
      sketch.output(sketch.unary(.exp, sketch.transpose(sum, [1, 0, 2])))
    },
    Reading("columns for rows", steps: 2) { sketch, x, y in
      let sum = sketch.binary(.add, x, y)
      sketch.output(sketch.unary(.exp, sketch.transpose(sum, [2, 0, 1])))
    },
    Reading("a function that others read", steps: 2) { sketch, x, y in
      let function = sketch.unary(.tanh, x)
      let sum = sketch.binary(.add, function, y)
      sketch.output(sketch.unary(.exp, sketch.transpose(sum, [1, 0, 2])), function)
    },
  ]

  @Test(arguments: readings) func valuesFollowTheirReaders(reading: Reading) throws {
    var sketch = GraphSketch()
    let operands = (1...2).map { seed in
      sketch.transpose(sketch.input([4, 3, 8], seed: UInt64(seed)), [1, 0, 2])
    }
    reading.build(&sketch, operands[0], operands[1])
    let names = try sketch.stepNames()
    #expect(names.count == reading.steps, "\(reading): \(names)")
    try sketch.expectAgreement(.relative(1e-6))
  }
}
