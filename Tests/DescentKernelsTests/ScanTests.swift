import CDescentKernels
import Testing

/// Scans against plain loops, for every type, direction and arrangement of lines.
@Suite struct ScanTests {
  /// Fewer and more lines than run side by side, with and without a rest.
  private static let arrays = [
    (1, 1, 1), (1, 9, 1), (7, 5, 1), (8, 5, 1), (21, 3, 1), (2, 4, 3), (3, 5, 128), (1, 4, 300), (2, 1, 5),
  ]

  private static func axis(_ array: (Int, Int, Int), _ isReversed: Bool) -> descent_scanned_axis {
    descent_scanned_axis(outer: array.0, extent: array.1, inner: array.2, is_reversed: isReversed)
  }

  private static func whole(_ axis: descent_scanned_axis) -> descent_scanned_part {
    descent_scanned_part(first_outer: 0, end_outer: axis.outer, first_inner: 0, end_inner: axis.inner)
  }

  /// The scan as its definition says: the first element of a line as it is, each other one from that before it.
  private func expected<T>(_ axis: descent_scanned_axis, _ b: [T], _ next: (_ before: T, _ place: Int) -> T) -> [T] {
    var y = b
    let order = axis.is_reversed ? Array((0..<axis.extent).reversed()) : Array(0..<axis.extent)
    for outer in 0..<axis.outer {
      for inner in 0..<axis.inner {
        for (before, i) in zip(order, order.dropFirst()) {
          let place = (outer * axis.extent + i) * axis.inner + inner
          y[place] = next(y[(outer * axis.extent + before) * axis.inner + inner], place)
        }
      }
    }
    return y
  }

  private func checkRecurrence<T: Numeric & BitwiseCopyable>(_ type: descent_type, _: T.Type, _ step: (T, T, T) -> T) {
    for (array, isReversed) in Self.arrays.flatMap({ [($0, false), ($0, true)] }) {
      let axis = Self.axis(array, isReversed)
      let count = axis.outer * axis.extent * axis.inner
      let a = (0..<count).map { T(exactly: ($0 * 37 + 5) % 7)! - T(exactly: 3)! }
      let b = (0..<count).map { T(exactly: ($0 * 101 + 3) % 11)! - T(exactly: 5)! }
      for isOneFactor in [false, true] {
        let y = makeArray(count, like: T.self) { y in
          withUnsafePointer(to: axis) { descent_recurrence($0, Self.whole(axis), type, isOneFactor, a, b, y) }
        }
        let expected = expected(axis, b) { before, place in step(isOneFactor ? a[0] : a[place], before, b[place]) }
        #expect(y == expected, "\(type) \(array), reversed \(isReversed), one factor \(isOneFactor)")
      }
    }
  }

  @Test func recurrences() {
    checkRecurrence(.DESCENT_FLOAT32, Float.self) { $0 * $1 + $2 }
    checkRecurrence(.DESCENT_FLOAT64, Double.self) { $0 * $1 + $2 }
    checkRecurrence(.DESCENT_INT32, Int32.self) { $0 &* $1 &+ $2 }
    checkRecurrence(.DESCENT_INT64, Int64.self) { $0 &* $1 &+ $2 }
  }

  private func checkExtremes<T: Comparable & BitwiseCopyable>(_ type: descent_type, _ element: (Int) -> T) {
    for (array, isReversed) in Self.arrays.flatMap({ [($0, false), ($0, true)] }) {
      let axis = Self.axis(array, isReversed)
      let x = (0..<axis.outer * axis.extent * axis.inner).map { element(($0 * 37 + 5) % 23 - 11) }
      let largest = makeArray(x.count, like: T.self) { y in
        withUnsafePointer(to: axis) { descent_cumulative_maximum($0, Self.whole(axis), type, x, y) }
      }
      let smallest = makeArray(x.count, like: T.self) { y in
        withUnsafePointer(to: axis) { descent_cumulative_minimum($0, Self.whole(axis), type, x, y) }
      }
      #expect(largest == expected(axis, x) { max($0, x[$1]) }, "\(type) \(array), reversed \(isReversed)")
      #expect(smallest == expected(axis, x) { min($0, x[$1]) }, "\(type) \(array), reversed \(isReversed)")
    }
  }

  @Test func extremes() {
    checkExtremes(.DESCENT_FLOAT32) { Float($0) }
    checkExtremes(.DESCENT_FLOAT64) { Double($0) }
    checkExtremes(.DESCENT_INT32) { Int32($0) }
    checkExtremes(.DESCENT_INT64) { Int64($0) }
    checkExtremes(.DESCENT_BOOL) { UInt8($0 < 0 ? 0 : 1) }
  }

  @Test func nanStays() {
    let x: [Double] = [1, .nan, 2, -3]
    for isReversed in [false, true] {
      let axis = Self.axis((1, 4, 1), isReversed)
      for scan in [descent_cumulative_maximum, descent_cumulative_minimum] {
        let y = makeArray(4, like: Double.self) { y in
          withUnsafePointer(to: axis) { scan($0, Self.whole(axis), .DESCENT_FLOAT64, x, y) }
        }
        #expect(y.map(\.isNaN) == (isReversed ? [true, true, false, false] : [false, true, true, true]))
      }
    }
  }

  /// A part leaves all else alone.
  @Test func parts() {
    let axis = Self.axis((3, 2, 5), false)
    let part = descent_scanned_part(first_outer: 1, end_outer: 2, first_inner: 1, end_inner: 3)
    let x = [Float](repeating: 1, count: 30)
    let y = makeArray(30, like: Float.self) { y in
      y.initializeMemory(as: Float.self, repeating: 0, count: 30)
      withUnsafePointer(to: axis) { descent_recurrence($0, part, .DESCENT_FLOAT32, false, x, x, y) }
    }
    let touched = [11: Float(1), 12: 1, 16: 2, 17: 2]
    #expect(y == (0..<30).map { touched[$0] ?? 0 })
  }
}
