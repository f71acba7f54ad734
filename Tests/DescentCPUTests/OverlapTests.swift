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
}
