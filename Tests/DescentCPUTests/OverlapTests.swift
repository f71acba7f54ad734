import CDescentRuntime
import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Overlap-add where its work is cut into parts and items, which the sample table's small rows don't reach.
@Suite(.serialized) struct OverlapTests {
  /// Long lines, many lines, wide places, single places, with and without dilation.
  private static let rows: [(Shape, Windows)] = [
    ([1, 9001, 3], Windows(firstAxis: 1, [.init(size: 5, stride: 2)])),
    ([1, 24_000], Windows(firstAxis: 1, [.init(size: 3, stride: 1, dilation: 1000)])),
    ([1, 9000], Windows(firstAxis: 1, [.init(size: 7, stride: 11, dilation: 1)])),
    ([2, 30, 20, 16], Windows(firstAxis: 1, [.init(size: 3), .init(size: 3)])),
    ([3, 4, 9, 1500], Windows(firstAxis: 1, [.init(size: 2, stride: 2), .init(size: 2, stride: 3, dilation: 3)])),
    (
      [20, 11, 12, 9], Windows(firstAxis: 1, [.init(size: 3), .init(size: 2, stride: 2), .init(size: 3, dilation: 2)])
    ),
  ]

  @Test func everyElementIsTheSumOfItsWindows() throws {
    withEvery("shape", in: Self.rows) { shape, windows in
      var sketch = GraphSketch()
      let over = try #require(windows.shape(over: shape))
      sketch.output(sketch.append(.overlap(windows), shape, .float32, sketch.fill(1, over)))
      let actual = try #require(try sketch.run(on: CPUEngine()).first).doubles
      // Along each axis so many windows have a place at an element; the axes multiply.
      let counts = zip(windows.axes, windows.axisRange).map { axis, place in
        var counts = [Int](repeating: 0, count: shape[place])
        for window in 0..<axis.count(in: shape[place]) {
          for a in 0..<Int(axis.size) { counts[window * Int(axis.stride) + a * Int(axis.dilation)] += 1 }
        }
        return counts
      }
      let strides = shape.strides
      let wrong = actual.indices.first { index in
        let expected = zip(counts, windows.axisRange).reduce(1) { product, axis in
          product * axis.0[index / strides[axis.1] % shape[axis.1]]
        }
        return actual[index] != Double(expected)
      }
      #expect(wrong == nil)
    }
  }

  @Test func bitsDoNotDependOnThreads() throws {
    defer { descent_pool_set_thread_count(0) }
    withEvery("shape", in: Self.rows) { shape, windows in
      var sketch = GraphSketch()
      let x = sketch.input(try #require(windows.shape(over: shape)))
      sketch.output(sketch.append(.overlap(windows), shape, .float32, x))
      let results = try [1, 2, 5].map { count in
        descent_pool_set_thread_count(count)
        return try sketch.run(on: CPUEngine())
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  // MARK: Gradients of depth-wise convolutions

  private static func axis(_ size: Int32, _ stride: Int32 = 1, dilation: Int32 = 1) -> Windows.Axis {
    .init(size: size, stride: stride, dilation: dilation)
  }

  /// Windows behind each other and apart, with elements that none reaches, in the middle or at the end.
  private static let depthwise: [(Shape, Windows)] = [
    ([2, 7, 6, 8], Windows(firstAxis: 1, [axis(3), axis(3)])),
    ([1, 9, 8, 9], Windows(firstAxis: 1, [axis(3, 2), axis(3, 2)])),
    ([2, 8, 7, 16], Windows(firstAxis: 1, [axis(2, 2), axis(3, 1)])),
    ([2, 11, 8], Windows(firstAxis: 1, [axis(2, 3)])),
    ([3, 5, 1, 8], Windows(firstAxis: 1, [axis(5, 2), axis(1, 4)])),
    ([2, 4, 5, 6, 8], Windows(firstAxis: 1, [axis(2, 2), axis(3), axis(4, 2)])),
  ]
  /// Short rows, places apart, many places, many remainders.
  private static let others: [(Shape, Windows)] = [
    ([2, 7, 6, 4], Windows(firstAxis: 1, [axis(3), axis(3)])),
    ([2, 7, 6, 8], Windows(firstAxis: 1, [axis(3, dilation: 2), axis(3)])),
    ([2, 40, 8], Windows(firstAxis: 1, [axis(33)])),
    ([2, 12, 12, 8], Windows(firstAxis: 1, [axis(4, 3), axis(4, 3)])),
  ]

  private func products(_ shape: Shape, _ windows: Windows, _ type: ScalarType) throws -> GraphSketch {
    var sketch = GraphSketch()
    let over = try #require(windows.shape(over: shape))
    let place = windows.axisRange.upperBound
    let cotangent = sketch.broadcast(sketch.input(over.removing([place]), type, seed: 1), to: over, along: [place])
    let positions = AxisSet(0..<place)
    let kernel = sketch.broadcast(sketch.input(over.removing(positions), type, seed: 2), to: over, along: positions)
    let product = sketch.binary(.multiply, cotangent, kernel)
    sketch.output(sketch.append(.overlap(windows), shape, type, product))
    return sketch
  }

  private func overlaps(_ sketch: GraphSketch) throws -> Bool {
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    return plan.steps.contains { $0.summary.operations == ["overlap"] }
  }

  @Test(arguments: depthwise) func productsAreAddedUpWithoutBeingStored(shape: Shape, windows: Windows) throws {
    for type in [ScalarType.float32, .float64, .int32] {
      let sketch = try products(shape, windows, type)
      #expect(try !overlaps(sketch), "\(type)")
      try sketch.expectAgreement(.relative(1e-6, floor: 1))
    }
  }

  @Test(arguments: others) func otherProductsOverlap(shape: Shape, windows: Windows) throws {
    let sketch = try products(shape, windows, .float32)
    #expect(try overlaps(sketch))
    try sketch.expectAgreement(.relative(1e-6, floor: 1))
  }
}
