// Matrix products of the engine against sums in Double: every path, layout and instruction set, on any number of
// threads.

import CDescentKernels
import CDescentRuntime
import Testing

@testable import DescentCPU

/// Row-major numbers in [-1, 1) with the strides at which they are read; several strides are covered by views.
private struct Sample<Scalar: BinaryFloatingPoint> {
  var elements: [Scalar]

  init(_ count: Int, seed: Int) {
    elements = (0..<count).map { Scalar((($0 + seed) &* 7_919 &+ seed &* 104_729) % 2_003) / 1_001.5 - 1 }
  }
}

/// A view of a sample's elements as a matrix.
private struct View: CustomStringConvertible {
  var offset = 0
  var rowStride: Int
  var columnStride: Int
  var description: String { "[\(offset): \(rowStride), \(columnStride)]" }

  /// Rows, transposed, with gaps, and backwards.
  static func all(rows: Int, columns: Int) -> [View] {
    [
      View(rowStride: columns, columnStride: 1), View(rowStride: 1, columnStride: rows),
      View(rowStride: 2 * columns + 3, columnStride: 2),
      View(offset: max(rows * columns - 1, 0), rowStride: -columns, columnStride: -1),
      View(rowStride: 0, columnStride: 1),
    ]
  }

  func operand(of elements: UnsafeRawPointer, size: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(elements: elements + offset * size, rowStride: rowStride, columnStride: columnStride)
  }

  func offsets(_ rows: Int, _ columns: Int, _ step: Int) -> MatrixProduct.Operand.Offsets {
    let all = (0..<rows).map { $0 * rowStride } + (0..<columns).map { $0 * columnStride }
    return .init(all: all, rowCount: rows, columnStep: step)
  }
}

@Suite(.serialized) struct MatrixProductTests {
  // Empty; tiny; vectors of both kinds, short and long; packed with one and several blocks, deep, tall and wide.
  private static let shapes: [(Int, Int, Int)] = [
    (0, 2, 3), (2, 2, 0), (3, 0, 2), (1, 1, 1), (2, 2, 2), (7, 5, 9), (16, 16, 16), (1, 700, 300), (300, 700, 1),
    (1, 65, 1100), (1100, 65, 1), (1, 40_000, 1), (33, 29, 35), (30, 1, 700), (3, 500, 60), (150, 100, 150),
    (15, 1100, 33), (600, 40, 20), (20, 40, 600), (85, 90, 130),
  ]

  private func element<Scalar>(_ type: Scalar.Type) -> MatrixProduct.Element {
    MemoryLayout<Scalar>.size == 4 ? .float32 : .float64
  }

  /// The product by `MatrixProduct`, in rows of `columns` + `gap` elements between 5 sentinels on each side.
  ///
  /// Operands with a step lie at sums of offsets, of which neighbouring columns are said to be so far apart.
  private func product<Scalar: BinaryFloatingPoint>(
    _ shape: (Int, Int, Int), _ left: (Sample<Scalar>, View), _ right: (Sample<Scalar>, View), gap: Int,
    kernels: descent_gemm_table? = nil, steps: (left: Int?, right: Int?) = (nil, nil)
  ) -> [Scalar] {
    let (rows, depth, columns) = shape
    var result = [Scalar](repeating: -77, count: rows * (columns + gap) + 10)
    var product = MatrixProduct(element(Scalar.self), rows: rows, columns: columns, depth: depth)
    product.kernels = kernels
    let size = MemoryLayout<Scalar>.size
    result.withUnsafeMutableBytes { c in
      left.0.elements.withUnsafeBytes { a in
        right.0.elements.withUnsafeBytes { b in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          var operands = [left.1.operand(of: a, size: size), right.1.operand(of: b, size: size)]
          if let step = steps.left { operands[0].offsets = left.1.offsets(rows, depth, step) }
          if let step = steps.right { operands[1].offsets = right.1.offsets(depth, columns, step) }
          product.run(
            operands[0], operands[1],
            into: MatrixProduct.Result(elements: c + 5 * size, rowStride: columns + gap))
        }
      }
    }
    return result
  }

  /// What is wrong about `result`, or nil; the bound is depth·ε·Σ|a||b| (Higham, 2002, section 3.1).
  private func mistake<Scalar: BinaryFloatingPoint>(
    in result: [Scalar], _ shape: (Int, Int, Int), _ left: (Sample<Scalar>, View), _ right: (Sample<Scalar>, View),
    gap: Int
  ) -> String? {
    let (rows, depth, columns) = shape
    var expected = [(sum: Double, bound: Double)?](repeating: nil, count: result.count)
    let (a, b) = (left.0.elements.map { Double($0) }, right.0.elements.map { Double($0) })
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, magnitude) = (0.0, 0.0)
        for k in 0..<depth {
          let x = a[left.1.offset + row * left.1.rowStride + k * left.1.columnStride]
          let y = b[right.1.offset + k * right.1.rowStride + column * right.1.columnStride]
          sum += x * y
          magnitude += abs(x * y)
        }
        expected[5 + row * (columns + gap) + column] = (sum, Double(depth) * Double(Scalar.ulpOfOne) * magnitude)
      }
    }
    for (index, value) in result.enumerated() {
      guard let (sum, bound) = expected[index] else {
        if value != -77 { return "wrote to \(index), outside" }
        continue
      }
      if !(abs(Double(value) - sum) <= bound) { return "\(value) at \(index), not \(sum) ± \(bound)" }
    }
    return nil
  }

  private func samples<Scalar: BinaryFloatingPoint>(_ shape: (Int, Int, Int)) -> (Sample<Scalar>, Sample<Scalar>) {
    let (rows, depth, columns) = shape
    return (
      Sample((2 * depth + 3) * max(rows, 1) + 1, seed: 1), Sample((2 * columns + 3) * max(depth, 1) + 1, seed: 2)
    )
  }

  private func checkProducts<Scalar: BinaryFloatingPoint>(_ type: Scalar.Type) {
    for shape in Self.shapes {
      let (a, b): (Sample<Scalar>, Sample<Scalar>) = samples(shape)
      let lefts = View.all(rows: shape.0, columns: shape.1)
      let rights = View.all(rows: shape.1, columns: shape.2)
      for (index, left) in lefts.enumerated() {
        for (right, gap) in [(rights[index], 0), (rights[(index + 1) % rights.count], 3)] {
          let result = product(shape, (a, left), (b, right), gap: gap)
          let mistake = mistake(in: result, shape, (a, left), (b, right), gap: gap)
          #expect(mistake == nil, "\(type) \(shape) \(left) \(right) gap \(gap)")
        }
      }
    }
  }

  @Test func productsFloat32() { checkProducts(Float.self) }

  @Test func productsFloat64() { checkProducts(Double.self) }

  private func checkTables<Scalar: BinaryFloatingPoint>(_ type: Scalar.Type) {
    let isDouble = MemoryLayout<Scalar>.size == 8
    withUnsafeTemporaryAllocation(of: UnsafePointer<descent_gemm_table>.self, capacity: 4) { tables in
      guard let start = tables.baseAddress else { return }
      for index in 0..<descent_available_gemm(isDouble, start) {
        for shape in [(9, 8, 7), (1, 300, 300), (95, 300, 101), (300, 31, 300)] {
          let (a, b): (Sample<Scalar>, Sample<Scalar>) = samples(shape)
          let left = (a, View(rowStride: shape.1, columnStride: 1))
          let right = (b, View(rowStride: shape.2, columnStride: 1))
          let result = product(shape, left, right, gap: 1, kernels: start[index].pointee)
          let mistake = mistake(in: result, shape, left, right, gap: 1)
          #expect(mistake == nil, "\(String(cString: start[index].pointee.name)) \(type) \(shape)")
        }
      }
    }
  }

  @Test func everyInstructionSet() {
    checkTables(Float.self)
    checkTables(Double.self)
  }

  @Test func bitsDoNotDependOnThreads() {
    defer { descent_pool_set_thread_count(0) }
    for shape in Self.shapes + [(700, 600, 500)] {
      let (a, b): (Sample<Float>, Sample<Float>) = samples(shape)
      for (left, right) in zip(View.all(rows: shape.0, columns: shape.1), View.all(rows: shape.1, columns: shape.2)) {
        let results = [1, 2, 5].map { threads in
          descent_pool_set_thread_count(threads)
          return product(shape, (a, left), (b, right), gap: 0).map(\.bitPattern)
        }
        #expect(results[0] == results[1] && results[0] == results[2], "\(shape) \(left) \(right)")
      }
    }
  }

  /// Operands that lie at sums of offsets, packed and read in place, give the bits of those with strides.
  @Test func offsetsAreAsGoodAsStrides() {
    // Few columns and many, also with a long depth; tiles that are whole and others.
    for shape in [(13, 70, 31), (150, 300, 128), (150, 100, 130), (40, 2100, 16), (9, 2100, 140)] {
      let (a, b): (Sample<Float>, Sample<Float>) = samples(shape)
      for (left, right) in zip(View.all(rows: shape.0, columns: shape.1), View.all(rows: shape.1, columns: shape.2)) {
        let expected = product(shape, (a, left), (b, right), gap: 2)
        for (leftStep, rightStep) in [(1, nil), (1 << 20, nil), (nil, 1), (1, 1)] as [(Int?, Int?)] {
          let actual = product(shape, (a, left), (b, right), gap: 2, steps: (leftStep, rightStep))
          #expect(actual == expected, "\(shape) \(left) \(right), steps \(leftStep as Any) \(rightStep as Any)")
        }
      }
    }
  }

  @Test func batchesEqualSingleProducts() {
    // Small ones, which share items of the pool; large ones, which are split themselves; a right operand for all.
    for (count, rows, depth, columns, rightStride) in [
      (0, 2, 2, 2, 4), (1, 3, 4, 5, 20), (700, 2, 3, 2, 6), (9, 40, 33, 21, 693), (9, 40, 33, 21, 0),
      (3, 170, 160, 165, 26_400),
    ] {
      let a = Sample<Float>(count * rows * depth + 1, seed: 3).elements
      let b = Sample<Float>(count * depth * columns + 1, seed: 4).elements
      var (batch, single) = ([Float](repeating: -77, count: count * rows * columns + 1), [Float]())
      single = batch
      let product = MatrixProduct(.float32, rows: rows, columns: columns, depth: depth)
      let strides = MatrixProduct.BatchStrides(left: rows * depth, right: rightStride, result: rows * columns)
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          func left(_ index: Int) -> MatrixProduct.Operand {
            MatrixProduct.Operand(elements: a + 4 * index * strides.left, rowStride: depth, columnStride: 1)
          }
          func right(_ index: Int) -> MatrixProduct.Operand {
            MatrixProduct.Operand(elements: b + 4 * index * strides.right, rowStride: columns, columnStride: 1)
          }
          batch.withUnsafeMutableBytes { c in
            guard let c = c.baseAddress else { return }
            let result = MatrixProduct.Result(elements: c, rowStride: columns)
            product.run(batchOf: count, left(0), right(0), into: result, strides: strides)
          }
          single.withUnsafeMutableBytes { c in
            guard let c = c.baseAddress else { return }
            for index in 0..<count {
              let result = MatrixProduct.Result(elements: c + 4 * index * strides.result, rowStride: columns)
              product.run(left(index), right(index), into: result)
            }
          }
        }
      }
      #expect(batch == single, "\(count) of \((rows, depth, columns))")
    }
  }

  private func checkIntegers<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type, _ element: MatrixProduct.Element
  ) {
    for (rows, depth, columns, gap) in [(3, 0, 2, 0), (5, 6, 7, 0), (64, 90, 70, 0), (64, 90, 70, 2), (1, 9, 1, 1)] {
      let a = (0..<rows * depth + 1).map { Integer(truncatingIfNeeded: ($0 + 1) &* 0x1234_5678_9ABC_DEF1) }
      let b = (0..<depth * columns + 1).map { Integer(truncatingIfNeeded: ($0 + 7) &* 0x0FED_CBA9_8765_4321) }
      let width = columns + gap
      var c = [Integer](repeating: 77, count: rows * width)
      let product = MatrixProduct(element, rows: rows, columns: columns, depth: depth)
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          c.withUnsafeMutableBytes { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            product.run(
              MatrixProduct.Operand(elements: a, rowStride: 1, columnStride: rows),
              MatrixProduct.Operand(elements: b, rowStride: columns, columnStride: 1),
              into: MatrixProduct.Result(elements: c, rowStride: width))
          }
        }
      }
      let isRight = c.indices.allSatisfy { index in
        let (row, column) = (index / width, index % width)
        if column >= columns { return c[index] == 77 }
        return c[index] == (0..<depth).reduce(Integer(0)) { $0 &+ a[row + $1 * rows] &* b[$1 * columns + column] }
      }
      #expect(isRight, "\(type) \((rows, depth, columns)) gap \(gap)")
    }
  }

  @Test func integerProductsWrap() {
    checkIntegers(Int32.self, .int32)
    checkIntegers(Int64.self, .int64)
  }
}
