// Matrix products for the engine: which way to compute one, by its shape. Packing, blocks and vectors lie beside it.

import CDescentKernels
import CDescentRuntime
import DescentGraph

/// A product C = A·B of matrices that lie anywhere in memory, of one element type and shape.
///
/// The work is split by shape only and every element of C is summed in one order, so the result has the same bits on
/// any number of threads. Nothing is allocated once the threads' workspaces have grown.
struct MatrixProduct {
  /// The type of all elements; integer products wrap.
  enum Element {
    case float32, float64, int32, int64

    /// The size of one element in bytes.
    var size: Int {
      switch self {
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }

    /// This machine's best kernels; nil for integers.
    var kernels: descent_gemm_table? {
      switch self {
      case .float32: descent_gemm_float32().pointee
      case .float64: descent_gemm_float64().pointee
      case .int32, .int64: nil
      }
    }
  }

  /// A matrix that is read; strides count elements, and may be zero or negative.
  struct Operand {
    var elements: UnsafeRawPointer
    var rowStride: Int
    var columnStride: Int
    /// Where the elements lie if strides don't say it.
    var offsets: Offsets?
    /// Whether they lie in panels, as a `PanelLayout` says.
    var isPacked = false

    /// The same elements with rows and columns exchanged, of an operand with strides.
    var transposed: Operand { Operand(elements: elements, rowStride: columnStride, columnStride: rowStride) }

    /// Where rows and columns begin, in elements: element (i, k) lies at the sum of the offsets of i and k.
    struct Offsets {
      private let all: [Int]
      private let rowCount: Int
      /// How far most neighbouring columns lie apart.
      let columnStep: Int
      private var (firstRow, firstColumn) = (0, 0)

      /// The offsets of all rows, then those of all columns.
      init(all: [Int], rowCount: Int, columnStep: Int) {
        (self.all, self.rowCount, self.columnStep) = (all, rowCount, columnStep)
      }

      /// The offsets of a part of the matrix, which still count from its first element.
      func dropping(rows: Int, columns: Int) -> Offsets {
        var result = self
        result.firstRow += rows
        result.firstColumn += columns
        return result
      }

      /// Calls `body` with the offsets from a row and from a column on.
      func withPointers(row: Int, column: Int, _ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Void) {
        all.withUnsafeBufferPointer { all in
          guard let start = all.baseAddress else { return }
          body(start + firstRow + row, start + rowCount + firstColumn + column)
        }
      }
    }
  }

  /// The matrix that is written: each row is contiguous, the stride of rows counts elements, and no operand overlaps.
  struct Result {
    var elements: UnsafeMutableRawPointer
    var rowStride: Int
  }

  /// How many elements lie between one product of a batch and the next.
  struct BatchStrides {
    var left: Int
    var right: Int
    var result: Int
  }

  let element: Element
  /// The rows of A and C.
  let rows: Int
  /// The columns of B and C.
  let columns: Int
  /// The columns of A and rows of B, over which the product sums; 0 gives zeros.
  let depth: Int
  /// The kernels to use instead of this machine's best; of the same element type.
  var kernels: descent_gemm_table?

  init(_ element: Element, rows: Int, columns: Int, depth: Int) {
    (self.element, self.rows, self.columns, self.depth) = (element, rows, columns, depth)
  }

  /// Multiplications and additions, as a number for each element of C and step of the depth.
  var work: Int { rows * columns * depth }

  /// Enough items for many threads where the work is large, but each with work for some tens of microseconds.
  var items: Int { min(work >> 19, 16 + work >> 23, 256) }

  // Below this many multiply-adds packing costs more than it saves.
  private static let smallWork = 16 * 1024
  // Products of a batch are split over threads themselves from this many multiply-adds on.
  private static let largeWork = 4 << 20

  /// Whether the operands of such a product are packed, so that they may lie anywhere.
  static func packs(_ type: ScalarType, rows: Int, columns: Int, depth: Int) -> Bool {
    (type == .float32 || type == .float64) && rows > 1 && columns > 1 && rows * columns * depth > smallWork
  }

  /// Computes `result` = `left`·`right`.
  func run(_ left: Operand, _ right: Operand, into result: Result) {
    guard rows > 0, columns > 0 else { return }
    guard let kernels = kernels ?? element.kernels else {
      return IntegerProduct(product: self, left: left, right: right, result: result).run()
    }
    if left.offsets != nil || right.offsets != nil || left.isPacked || right.isPacked {
      return PackedProduct(product: self, kernels: kernels, left: left, right: right, result: result).run()
    }
    let isContiguous = rows == 1 || result.rowStride == columns
    if isContiguous, depth == 0 || work <= Self.smallWork {
      return kernels.multiply_small(
        rows, columns, depth, left.elements, left.rowStride, left.columnStride, right.elements, right.rowStride,
        right.columnStride, result.elements)
    }
    guard depth > 0 else { return clear(result) }
    let vector = VectorProduct(product: self, kernels: kernels, left: left, right: right, result: result)
    if let vector { return vector.run() }
    PackedProduct(product: self, kernels: kernels, left: left, right: right, result: result).run()
  }

  /// Computes `count` products, of operands and results that lie `strides` apart.
  func run(batchOf count: Int, _ left: Operand, _ right: Operand, into result: Result, strides: BatchStrides) {
    let size = element.size
    func runOne(_ index: Int) {
      var (left, right, result) = (left, right, result)
      left.elements += index * strides.left * size
      right.elements += index * strides.right * size
      result.elements += index * strides.result * size
      run(left, right, into: result)
    }
    guard work < Self.largeWork else { return (0..<count).forEach(runOne) }
    // Each item does at least some microseconds of work.
    let groups = Partition(count, unit: max(1, Self.smallWork * 8 / max(1, work)), count: 64)
    runInParallel(groups.count) { groups[$0].forEach(runOne) }
  }

  private func clear(_ result: Result) {
    for row in 0..<rows {
      let start = result.elements + row * result.rowStride * element.size
      start.initializeMemory(as: UInt8.self, repeating: 0, count: columns * element.size)
    }
  }
}
