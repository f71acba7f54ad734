import CDescentKernels
import DescentGraph

/// Computes the products of matrices that a contraction is.
final class ContractionStep: Step, @unchecked Sendable {
  private let product: MatrixProduct
  private let shape: ContractionShape
  private let (left, right, result): (MemoryPlace, MemoryPlace, MemoryPlace)
  /// The batch axis that one call serves, and where the calls for the other ones begin.
  private let innerBatch: ContractionShape.Batch
  private let starts: [(left: Int, right: Int)]

  init(
    _ shape: ContractionShape, _ element: MatrixProduct.Element, left: MemoryPlace, right: MemoryPlace,
    result: MemoryPlace, summary: StepSummary
  ) {
    self.shape = shape
    (self.left, self.right, self.result) = (left, right, result)
    product = MatrixProduct(element, rows: shape.rows.size, columns: shape.columns.size, depth: shape.depth)
    innerBatch = shape.batch.last ?? .init(size: 1, left: 0, right: 0)
    var starts = [(left: 0, right: 0)]
    for axis in shape.batch.dropLast() {
      starts = starts.flatMap { start in
        (0..<axis.size).map { (left: start.left + $0 * axis.left, right: start.right + $0 * axis.right) }
      }
    }
    self.starts = starts
    super.init(reads: [left.buffer, right.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let size = product.element.size
    let resultSize = product.rows * product.columns
    let strides = MatrixProduct.BatchStrides(left: innerBatch.left, right: innerBatch.right, result: resultSize)
    for (index, start) in starts.enumerated() {
      let leftOperand = MatrixProduct.Operand(
        elements: UnsafeRawPointer(context.address(of: left)) + start.left * size, rowStride: shape.rows.stride,
        columnStride: shape.leftDepth)
      let rightOperand = MatrixProduct.Operand(
        elements: UnsafeRawPointer(context.address(of: right)) + start.right * size, rowStride: shape.rightDepth,
        columnStride: shape.columns.stride)
      let target = MatrixProduct.Result(
        elements: context.address(of: result) + index * innerBatch.size * resultSize * size,
        rowStride: product.columns)
      if innerBatch.size == 1 {
        product.run(leftOperand, rightOperand, into: target)
      } else {
        product.run(batchOf: innerBatch.size, leftOperand, rightOperand, into: target, strides: strides)
      }
    }
  }
}

extension MatrixProduct.Element {
  /// Nil for bool, which has no products, and for what is computed in another type.
  init?(_ type: ScalarType) {
    switch type {
    case .float32: self = .float32
    case .float64: self = .float64
    case .int32: self = .int32
    // Wrapping products have the same bits with and without a sign.
    case .int64, .uint64: self = .int64
    case .bool, .float16, .bfloat16, .int8, .int16, .uint8, .uint16, .uint32: return nil
    }
  }
}
