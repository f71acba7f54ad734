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

  /// Rows and columns of one to three dimensions, from any place on, with runs of every length that copying has a way for.
  @Test func runs() {
    checkRuns(UInt8.self)
    checkRuns(Int32.self)
    checkRuns(Int64.self)
  }

  private func checkRuns<T: Sampled & FixedWidthInteger>(_: T.Type) {
    let size = MemoryLayout<T>.stride
    // Sizes and strides in elements: padded to one dimension where there is none.
    let rowLists = [[(1, 0)], [(5, 40)], [(2, 600), (3, 0)], [(3, 700), (2, 20), (2, 300)]]
    let columnLists = [[(1, 1)], [(37, 1)], [(3, 50), (11, 1)], [(2, 0), (2, 90), (33, 1)], [(500, 1)]]
    let x = (0..<4000).map { T(truncatingIfNeeded: $0 &* 101 &+ 7) }
    func offset(_ place: Int, _ dimensions: [(size: Int, stride: Int)]) -> Int {
      var (rest, sum) = (place, 0)
      for dimension in dimensions.reversed() {
        sum += rest % dimension.size * dimension.stride
        rest /= dimension.size
      }
      return sum
    }
    for (rowDimensions, columnDimensions) in rowLists.flatMap({ rows in columnLists.map { (rows, $0) } }) {
      let (height, width) = (rowDimensions.reduce(1) { $0 * $1.0 }, columnDimensions.reduce(1) { $0 * $1.0 })
      for (firstRow, firstColumn) in [(0, 0), (height / 2, 0), (0, width / 3), (height - 1, width - 1)] {
        let (rows, columns) = (height - firstRow, width - firstColumn)
        let loaded = makeArray(rows * columns, like: T.self) { y in
          withDimensions(rowDimensions, size) { rowDimensions in
            withDimensions(columnDimensions, size) { columnDimensions in
              descent_load_runs(rows, columns, size, x, rowDimensions, firstRow, columnDimensions, firstColumn, y)
            }
          }
        }
        let expected = (0..<(rows * columns)).map { place in
          x[offset(firstRow + place / columns, rowDimensions) + offset(firstColumn + place % columns, columnDimensions)]
        }
        #expect(
          loaded == expected,
          "\(T.self), rows \(rowDimensions) from \(firstRow), columns \(columnDimensions) from \(firstColumn)")
      }
    }
  }

  private func withDimensions(
    _ dimensions: [(size: Int, stride: Int)], _ size: Int, _ body: (UnsafePointer<descent_dimensions>) -> Void
  ) {
    dimensions.map(\.size).withUnsafeBufferPointer { sizes in
      dimensions.map { $0.stride * size }.withUnsafeBufferPointer { strides in
        var dimensions = descent_dimensions(
          count: dimensions.count, sizes: sizes.baseAddress!, strides: strides.baseAddress!)
        body(&dimensions)
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
