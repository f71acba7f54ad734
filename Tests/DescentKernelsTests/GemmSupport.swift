// Matrices for the tests of products: elements from a small generator, laid out with gaps that must not be touched.

import CDescentKernels
import Testing

/// The types whose products have tables of kernels.
protocol GemmScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static var isDouble: Bool { get }
}

extension Float: GemmScalar { static var isDouble: Bool { false } }
extension Double: GemmScalar { static var isDouble: Bool { true } }

/// Every table that this machine can run for a type.
func gemmTables<Scalar: GemmScalar>(for type: Scalar.Type) -> [descent_gemm_table] {
  withUnsafeTemporaryAllocation(of: UnsafePointer<descent_gemm_table>.self, capacity: 4) { tables in
    guard let start = tables.baseAddress else { return [] }
    let count = descent_available_gemm(Scalar.isDouble, start)
    return (0..<count).map { start[$0].pointee }
  }
}

/// How a matrix lies in memory.
enum Layout: String, CaseIterable {
  case rowMajor, columnMajor, padded, paddedTransposed, strided, reversed

  /// Pairs for both operands in which each layout occurs on both sides, with itself and with another.
  static var pairs: [(Layout, Layout)] { Array(zip(allCases + allCases, allCases.reversed() + allCases)) }

  func strides(rows: Int, columns: Int) -> (row: Int, column: Int) {
    switch self {
    case .rowMajor: (columns, 1)
    case .columnMajor: (1, rows)
    case .padded: (columns + 3, 1)
    case .paddedTransposed: (1, rows + 5)
    case .strided: (2 * columns + 1, 2)
    case .reversed: (-columns, -1)
    }
  }
}

/// A matrix of numbers in [-1, 1); the memory around and between its elements is NaN.
struct SampleMatrix<Scalar: GemmScalar> {
  let rows: Int
  let columns: Int
  let strides: (row: Int, column: Int)
  private let elements: [Scalar]
  private let origin: Int

  init(_ rows: Int, _ columns: Int, _ layout: Layout, seed: UInt64) {
    (self.rows, self.columns) = (rows, columns)
    strides = layout.strides(rows: rows, columns: columns)
    let reach = max(rows - 1, 0) * abs(strides.row) + max(columns - 1, 0) * abs(strides.column)
    origin = 16 + (layout == .reversed ? reach : 0)
    var elements = [Scalar](repeating: .nan, count: reach + 33)
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    for row in 0..<rows {
      for column in 0..<columns {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value = Scalar(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
        elements[origin + row * strides.row + column * strides.column] = value
      }
    }
    self.elements = elements
  }

  subscript(row: Int, column: Int) -> Double {
    Double(elements[origin + row * strides.row + column * strides.column])
  }

  /// Calls `body` with the address of element (0, 0).
  func withElements<Value>(_ body: (UnsafeRawPointer) -> Value) -> Value {
    elements.withUnsafeBufferPointer { body(UnsafeRawPointer($0.baseAddress.unsafelyUnwrapped + origin)) }
  }
}

/// A row-major matrix that is written, with sentinels in every gap.
struct ResultMatrix<Scalar: GemmScalar> {
  let rows: Int
  let columns: Int
  let rowStride: Int
  private(set) var elements: [Scalar]

  private static var sentinel: Scalar { -77 }
  private static var margin: Int { 40 }

  init(_ rows: Int, _ columns: Int, gap: Int, value: Scalar = .nan) {
    (self.rows, self.columns, rowStride) = (rows, columns, columns + gap)
    elements = [Scalar](repeating: Self.sentinel, count: rows * rowStride + 2 * Self.margin)
    for row in 0..<rows {
      for column in 0..<columns { elements[Self.margin + row * rowStride + column] = value }
    }
  }

  mutating func withElements(_ body: (UnsafeMutableRawPointer) -> Void) {
    elements.withUnsafeMutableBufferPointer {
      body(UnsafeMutableRawPointer($0.baseAddress.unsafelyUnwrapped + Self.margin))
    }
  }

  /// Says what is wrong about `self` as `initial` + `left`·`right`, or nil.
  ///
  /// The bound is depth·ε·Σ|a||b|, the standard one for a sum of products in any order (Higham, 2002, section 3.1).
  func mistake(_ left: SampleMatrix<Scalar>, _ right: SampleMatrix<Scalar>, initial: Double = 0) -> String? {
    var isWritten = [Bool](repeating: false, count: elements.count)
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, magnitude) = (initial, abs(initial))
        for k in 0..<left.columns {
          sum += left[row, k] * right[k, column]
          magnitude += abs(left[row, k] * right[k, column])
        }
        let index = Self.margin + row * rowStride + column
        isWritten[index] = true
        let bound = Double(left.columns + 1) * Double(Scalar.ulpOfOne) * magnitude
        if !(abs(Double(elements[index]) - sum) <= bound) {
          return "[\(row), \(column)] is \(elements[index]), not \(sum) ± \(bound)"
        }
      }
    }
    let touched = elements.indices.first { !isWritten[$0] && elements[$0] != Self.sentinel }
    return touched.map { "wrote outside the matrix, at \($0 - Self.margin)" }
  }
}
