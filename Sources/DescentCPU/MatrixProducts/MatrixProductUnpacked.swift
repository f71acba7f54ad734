// Products that nothing is packed for: with a vector, and of integers.

import CDescentKernels
import CDescentRuntime

/// A floating-point product of a vector and a matrix whose rows or columns are contiguous.
///
/// It reads the matrix once, so it is bound by memory.
struct VectorProduct {
  private let kernels: descent_gemm_table
  private let size: Int
  // The result is matrix·vector, or vector·matrix where the matrix's contiguous lines run along the result.
  private let isMatrixFirst: Bool
  private let lines: Int
  private let lineLength: Int
  private let lineStride: Int
  private let matrix: UnsafeRawPointer
  private let vector: UnsafeRawPointer
  private let result: UnsafeMutableRawPointer

  // An item reads at least this many bytes of the matrix, and this many neighbouring elements of each line.
  private static let itemBytes = 1 << 17
  private static let itemElements = 256

  /// Nil if there is no vector, or the strides don't suit the kernels.
  init?(
    product: MatrixProduct, kernels: descent_gemm_table, left: MatrixProduct.Operand, right: MatrixProduct.Operand,
    result: MatrixProduct.Result
  ) {
    // C = x·B with x a row; or Cᵀ = xᵀ·Aᵀ with x a column, if C is contiguous.
    let matrix: MatrixProduct.Operand
    let vector: MatrixProduct.Operand
    let length: Int
    if product.rows == 1 {
      (matrix, vector, length) = (right, left, product.columns)
    } else if product.columns == 1, result.rowStride == 1 {
      (matrix, vector, length) = (left.transposed, right.transposed, product.rows)
    } else {
      return nil
    }
    guard vector.columnStride == 1 || product.depth == 1 else { return nil }
    if matrix.columnStride == 1, matrix.rowStride >= 0 {
      (isMatrixFirst, lines, lineLength, lineStride) = (false, product.depth, length, matrix.rowStride)
    } else if matrix.rowStride == 1, matrix.columnStride >= 0 {
      (isMatrixFirst, lines, lineLength, lineStride) = (true, length, product.depth, matrix.columnStride)
    } else {
      return nil
    }
    (self.kernels, size) = (kernels, product.element.size)
    (self.matrix, self.vector, self.result) = (matrix.elements, vector.elements, result.elements)
  }

  /// Computes the product.
  func run() {
    let items = lines * lineLength * size / Self.itemBytes
    let extent = isMatrixFirst ? lines : lineLength
    let ranges = Partition(extent, unit: isMatrixFirst ? 4 : Self.itemElements, count: min(items, 64))
    runInParallel(ranges.count) { item in
      let range = ranges[item]
      let part = result + range.lowerBound * size
      if isMatrixFirst {
        let start = matrix + range.lowerBound * lineStride * size
        kernels.multiply_vector(range.count, lineLength, start, lineStride, vector, part)
      } else {
        kernels.vector_multiply(lines, range.count, vector, matrix + range.lowerBound * size, lineStride, part)
      }
    }
  }
}

/// A product of integer matrices, split by rows.
struct IntegerProduct {
  let product: MatrixProduct
  let left: MatrixProduct.Operand
  let right: MatrixProduct.Operand
  let result: MatrixProduct.Result

  private static let itemWork = 1 << 16

  /// Computes the product.
  func run() {
    let size = product.element.size
    let rows = Partition(product.rows, unit: 1, count: min(product.work / Self.itemWork, 64))
    runInParallel(rows.count) { item in
      // The kernel wants C contiguous: a block of rows if it is, otherwise row by row.
      let range = rows[item]
      let step = result.rowStride == product.columns ? range.count : 1
      for row in stride(from: range.lowerBound, to: range.upperBound, by: step) {
        descent_multiply_integers(
          size, step, product.columns, product.depth, left.elements + row * left.rowStride * size, left.rowStride,
          left.columnStride, right.elements, right.rowStride, right.columnStride,
          result.elements + row * result.rowStride * size)
      }
    }
  }
}
