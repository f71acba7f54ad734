import CDescentKernels
import Testing

/// Movements put every element where their definition says, for each element size and any stride.
@Suite struct MovementTests {
  private static let strides = [1, 2, 3, 0, -1, -2]

  @Test func stridedLoadsAndStores() {
    check(UInt8.self)
    check(Int32.self)
    check(Int64.self)
  }

  private func check<T: Sampled & FixedWidthInteger>(_: T.Type) {
    let size = MemoryLayout<T>.stride
    let x = (0..<1000).map { T(truncatingIfNeeded: $0 &* 37 &+ 5) }
    for (count, stride) in [0, 1, 5, 100, 160].flatMap({ count in Self.strides.map { (count, $0) } }) {
      let start = 500
      let loaded = makeArray(count, like: T.self) { y in
        x.withUnsafeBytes { descent_load_strided(count, size, $0.baseAddress! + start * size, stride * size, y) }
      }
      #expect(loaded == (0..<count).map { x[start + $0 * stride] }, "load \(T.self), \(count) by \(stride)")
      if stride == 0 { continue }
      let span = abs(stride) * count
      let stored = makeArray(span + 1, like: T.self) { y in
        y.initializeMemory(as: T.self, repeating: 0, count: span + 1)
        let origin = stride < 0 ? (count - 1) * -stride : 0
        descent_store_strided(count, size, x, y + (count == 0 ? 0 : origin) * size, stride * size)
      }
      var expected = [T](repeating: 0, count: span + 1)
      for i in 0..<count { expected[(stride < 0 ? (count - 1) * -stride : 0) + i * stride] = x[i] }
      #expect(stored == expected, "store \(T.self), \(count) by \(stride)")
    }
  }

  @Test func planes() {
    checkPlanes(UInt8.self)
    checkPlanes(Int32.self)
    checkPlanes(Int64.self)
  }

  private func checkPlanes<T: Sampled & FixedWidthInteger>(_: T.Type) {
    let size = MemoryLayout<T>.stride
    for (rows, columns) in [(0, 3), (1, 1), (3, 5), (16, 16), (17, 33), (32, 48), (50, 20), (65, 31)] {
      let x = (0..<(4 * max(rows * columns, 1))).map { T(truncatingIfNeeded: $0 &* 101 &+ 7) }
      // Straight, transposed, with gaps both ways, repeated rows, repeated columns, backwards.
      let layouts = [
        (columns, 1), (1, rows), (2 * columns, 2), (2, 2 * rows), (0, 1), (1, 0), (-columns, -1), (-1, -rows),
      ]
      for (rowStride, columnStride) in layouts {
        let start = rowStride < 0 || columnStride < 0 ? x.count - 1 : 0
        let plane = makeArray(rows * columns, like: T.self) { y in
          x.withUnsafeBytes {
            descent_load_plane(
              rows, columns, size, $0.baseAddress! + start * size, rowStride * size, columnStride * size, y)
          }
        }
        let expected = (0..<(rows * columns)).map { x[start + $0 / columns * rowStride + $0 % columns * columnStride] }
        #expect(plane == expected, "\(T.self), \(rows) x \(columns), strides \(rowStride) \(columnStride)")
      }
    }
  }

  @Test func expansions() {
    checkExpansions(UInt8.self)
    checkExpansions(Int32.self)
    checkExpansions(Int64.self)
  }

  private func checkExpansions<T: Sampled & FixedWidthInteger>(_: T.Type) {
    let size = MemoryLayout<T>.stride
    for (rows, columns) in [(0, 3), (3, 0), (1, 1), (4, 1), (1, 7), (7, 10), (100, 17), (5, 3000), (3000, 5)] {
      let x = (0..<max(rows, columns)).map { T(truncatingIfNeeded: $0 &* 29 &+ 3) }
      let count = rows * columns
      let byRow = makeArray(count, like: T.self) { descent_expand_rows(rows, columns, size, x, $0) }
      #expect(byRow == (0..<count).map { x[$0 / columns] }, "rows: \(T.self), \(rows) x \(columns)")
      let byColumn = makeArray(count, like: T.self) { descent_expand_columns(rows, columns, size, x, $0) }
      #expect(byColumn == (0..<count).map { x[$0 % columns] }, "columns: \(T.self), \(rows) x \(columns)")
    }
  }
}
