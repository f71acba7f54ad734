import CDescentKernels
import Testing

/// Reductions agree with exact references, propagate NaN, and give a row's bits whatever the other rows are.
@Suite struct ReductionTests {
  private static let columnCounts = [
    0, 1, 2, 3, 5, 8, 10, 15, 16, 17, 33, 64, 65, 100, 129, 511, 1000, 4096, 4097, 20_001,
  ]

  // MARK: - Exact types: any order gives the same

  @Test(arguments: Kernels.all, descent_reduction.all)
  func integersAndBools(_ kernels: Kernels, _ reduction: descent_reduction) throws {
    try check(kernels, reduction, Int32.self, identity: Self.identity(reduction)) { Self.combine(reduction, $0, $1) }
    try check(kernels, reduction, Int64.self, identity: Self.identity(reduction)) { Self.combine(reduction, $0, $1) }
    switch reduction {
    case .DESCENT_MAX: try check(kernels, reduction, UInt8.self, identity: 0) { $0 | $1 }
    case .DESCENT_MIN: try check(kernels, reduction, UInt8.self, identity: 1) { $0 & $1 }
    case .DESCENT_SUM, .DESCENT_PRODUCT:
      #expect(kernels.reduceRows(reduction, rows: 1, columns: 1, [UInt8(1)]) == nil)
      #expect(kernels.reduceColumns(reduction, rows: 1, columns: 1, [UInt8(1)], into: [0]) == nil)
    }
  }

  /// Largest and smallest have no rounding, so floating point is exact there too.
  @Test(arguments: Kernels.all, [descent_reduction.DESCENT_MAX, .DESCENT_MIN])
  func extremes(_ kernels: Kernels, _ reduction: descent_reduction) throws {
    func combine<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T {
      a.isNaN || b.isNaN ? .nan : reduction == .DESCENT_MAX ? max(a, b) : min(a, b)
    }
    let isMax = reduction == .DESCENT_MAX
    try check(kernels, reduction, Float.self, identity: isMax ? -.infinity : .infinity, combine)
    try check(kernels, reduction, Double.self, identity: isMax ? -.infinity : .infinity, combine)
  }

  private func check<T: Sampled>(
    _ kernels: Kernels, _ reduction: descent_reduction, _: T.Type, identity: T, _ combine: (T, T) -> T
  ) throws {
    for columns in Self.columnCounts {
      let rows = columns > 1000 ? 2 : 19
      let x = T.samples(rows * columns, seed: UInt64(columns))
      let byRow = try #require(kernels.reduceRows(reduction, rows: rows, columns: columns, x))
      let expected = (0..<rows).map { x[($0 * columns)..<(($0 + 1) * columns)].reduce(identity, combine) }
      let message = "\(reduction) of \(T.self), \(rows) x \(columns)"
      #expect(firstDifference(byRow, expected, exactly: false) == nil, "rows: \(message)")

      let start = T.samples(columns, seed: 1)
      let byColumn = try #require(kernels.reduceColumns(reduction, rows: rows, columns: columns, x, into: start))
      let expectedColumns = (0..<columns).map { c in
        (0..<rows).reduce(start[c]) { combine($0, x[$1 * columns + c]) }
      }
      #expect(firstDifference(byColumn, expectedColumns, exactly: false) == nil, "columns: \(message)")
    }
  }

  private static func identity<T: FixedWidthInteger>(_ reduction: descent_reduction) -> T {
    switch reduction {
    case .DESCENT_SUM: 0
    case .DESCENT_PRODUCT: 1
    case .DESCENT_MAX: .min
    case .DESCENT_MIN: .max
    }
  }

  private static func combine<T: FixedWidthInteger>(_ reduction: descent_reduction, _ a: T, _ b: T) -> T {
    switch reduction {
    case .DESCENT_SUM: a &+ b
    case .DESCENT_PRODUCT: a &* b
    case .DESCENT_MAX: max(a, b)
    case .DESCENT_MIN: min(a, b)
    }
  }

  // MARK: - Rounded sums and products

  @Test(arguments: Kernels.all)
  func floatingPointSums(_ kernels: Kernels) throws {
    for columns in Self.columnCounts + [1_000_003] {
      var generator = SampleGenerator(seed: UInt64(columns))
      let rows = columns > 100_000 ? 1 : 3
      let x = (0..<(rows * columns)).map { _ in Float.random(in: 0...1, using: &generator) }
      let sums = try #require(kernels.reduceRows(.DESCENT_SUM, rows: rows, columns: columns, x))
      let wideSums = try #require(kernels.reduceRows(.DESCENT_SUM, rows: rows, columns: columns, x.map(Double.init)))
      for row in 0..<rows {
        let exact = x[(row * columns)..<((row + 1) * columns)].reduce(0.0) { $0 + Double($1) }
        // Adding one after the other is off by thousands of ULP at a million columns.
        #expect(ulps(sums[row], from: exact) <= 40, "float32 sum of \(columns)")
        #expect(abs(wideSums[row] - exact) <= exact * 1e-10, "float64 sum of \(columns)")
      }
    }
    #expect(try #require(kernels.reduceRows(.DESCENT_SUM, rows: 2, columns: 0, [Float]())) == [0, 0])
    #expect(try #require(kernels.reduceRows(.DESCENT_PRODUCT, rows: 2, columns: 0, [Double]())) == [1, 1])
  }

  @Test(arguments: Kernels.all)
  func floatingPointProducts(_ kernels: Kernels) throws {
    for columns in Self.columnCounts where columns <= 1000 {
      var generator = SampleGenerator(seed: UInt64(columns))
      let x = (0..<(3 * columns)).map { _ in Float.random(in: 0.9...1.11, using: &generator) }
      let products = try #require(kernels.reduceRows(.DESCENT_PRODUCT, rows: 3, columns: columns, x))
      for row in 0..<3 {
        let exact = x[(row * columns)..<((row + 1) * columns)].reduce(1.0) { $0 * Double($1) }
        #expect(ulps(products[row], from: exact) <= Double(columns + 1), "product of \(columns)")
      }
    }
  }

  /// Column reductions add in the order of the rows, so a loop gives the same bits.
  @Test(arguments: Kernels.all)
  func columnOrder(_ kernels: Kernels) throws {
    for (rows, columns) in [(1, 1), (3, 10), (8, 16), (9, 17), (30, 100), (17, 1000)] {
      var generator = SampleGenerator(seed: UInt64(rows * columns))
      let x = (0..<(rows * columns)).map { _ in Float.random(in: -1...1, using: &generator) }
      let start = (0..<columns).map { _ in Float.random(in: -1...1, using: &generator) }
      let sums = try #require(kernels.reduceColumns(.DESCENT_SUM, rows: rows, columns: columns, x, into: start))
      let expected = (0..<columns).map { c in (0..<rows).reduce(start[c]) { $0 + x[$1 * columns + c] } }
      #expect(sums == expected, "\(rows) x \(columns)")
    }
  }

  @Test(arguments: Kernels.all)
  func bitsOfARowDoNotDependOnTheOthers(_ kernels: Kernels) throws {
    for columns in [1, 3, 10, 15, 17, 31, 100, 129, 1001, 5000] {
      var generator = SampleGenerator(seed: UInt64(columns))
      let x = (0..<(9 * columns)).map { _ in Float.random(in: -1...1, using: &generator) }
      for reduction in [descent_reduction.DESCENT_SUM, .DESCENT_PRODUCT] {
        let together = try #require(kernels.reduceRows(reduction, rows: 9, columns: columns, x))
        let alone = try (0..<9).map { row in
          let part = Array(x[(row * columns)..<((row + 1) * columns)])
          return try #require(kernels.reduceRows(reduction, rows: 1, columns: columns, part)).first
        }
        #expect(together == alone, "\(reduction), \(columns) columns")
      }
    }
  }

  // MARK: - Arguments

  @Test(arguments: Kernels.all, [true, false])
  func arguments(_ kernels: Kernels, _ largest: Bool) {
    func better<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> Bool {
      if b.isNaN { return false }
      return a.isNaN || (largest ? a > b : a < b)
    }
    checkArguments(kernels, largest, Float.self, better)
    checkArguments(kernels, largest, Double.self, better)
    checkArguments(kernels, largest, Int32.self) { largest ? $0 > $1 : $0 < $1 }
    checkArguments(kernels, largest, Int64.self) { largest ? $0 > $1 : $0 < $1 }
    checkArguments(kernels, largest, UInt8.self) { largest ? $0 > $1 : $0 < $1 }
  }

  private func checkArguments<T: Sampled>(
    _ kernels: Kernels, _ largest: Bool, _: T.Type, _ better: (T, T) -> Bool
  ) {
    for columns in Self.columnCounts where columns > 0 {
      let rows = columns > 1000 ? 2 : 19
      // Few distinct values, so that ties occur; specials only in every other row, so that not all hold NaN.
      let pool = T.samples(7, seed: UInt64(columns)).filter { $0 == $0 }
      var x: [T] = []
      var expected: [Int64] = []
      for row in 0..<rows {
        let values =
          row % 2 == 0
          ? T.samples(columns, seed: UInt64(row))
          : (0..<columns).map { column in pool[(column * column + row) % pool.count] }
        x += values
        expected.append(Int64(values.indices.reduce(0) { best, i in better(values[i], values[best]) ? i : best }))
      }
      let found = kernels.argument(largest: largest, rows: rows, columns: columns, x)
      #expect(found == expected, "\(T.self), \(columns) columns")
    }
  }
}
