import CDescentKernels
import DescentGraph

/// The products of matrices that a contraction is: their shape, and where their operands lie.
struct BatchProduct {
  let product: MatrixProduct
  private let (left, right): (OperandAccess, OperandAccess)
  /// The batch axis that one call serves, and where the calls for the other ones begin.
  let innerBatch: ContractionShape.Pair
  let starts: [(left: Int, right: Int)]

  init(_ shape: ContractionShape, _ element: MatrixProduct.Element, left: MemoryPlace, right: MemoryPlace) {
    self.left =
      shape.packed == .rows
      ? OperandAccess(packed: left) : OperandAccess(left, rows: shape.rows, columns: shape.leftDepth)
    self.right =
      shape.packed == .columns
      ? OperandAccess(packed: right) : OperandAccess(right, rows: shape.rightDepth, columns: shape.columns)
    product = MatrixProduct(element, rows: shape.rowCount, columns: shape.columnCount, depth: shape.depthCount)
    innerBatch = shape.batch.last ?? .init(size: 1, left: 0, right: 0)
    var starts = [(left: 0, right: 0)]
    for axis in shape.batch.dropLast() {
      starts = starts.flatMap { start in
        (0..<axis.size).map { (left: start.left + $0 * axis.left, right: start.right + $0 * axis.right) }
      }
    }
    self.starts = starts
  }

  /// The operands of the first product that a call serves.
  func operands(_ context: RunContext, ofCall index: Int) -> (left: MatrixProduct.Operand, right: MatrixProduct.Operand)
  {
    let size = product.element.size
    return (
      left.operand(context, from: starts[index].left * size), right.operand(context, from: starts[index].right * size)
    )
  }

  /// The operands of a product of the batch.
  func operands(_ context: RunContext, of index: Int) -> (left: MatrixProduct.Operand, right: MatrixProduct.Operand) {
    let (call, place) = index.quotientAndRemainder(dividingBy: innerBatch.size)
    var operands = operands(context, ofCall: call)
    operands.left.elements += place * innerBatch.left * product.element.size
    operands.right.elements += place * innerBatch.right * product.element.size
    return operands
  }
}

/// Computes the products of matrices that a contraction is.
final class ContractionStep: Step, @unchecked Sendable {
  private let batch: BatchProduct
  private let result: MemoryPlace

  init(_ batch: BatchProduct, reads: [Int], result: MemoryPlace, summary: StepSummary) {
    (self.batch, self.result) = (batch, result)
    super.init(reads: reads, writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let (product, innerBatch) = (batch.product, batch.innerBatch)
    let size = product.element.size
    let resultSize = product.rows * product.columns
    let strides = MatrixProduct.BatchStrides(left: innerBatch.left, right: innerBatch.right, result: resultSize)
    for index in batch.starts.indices {
      let (leftOperand, rightOperand) = batch.operands(context, ofCall: index)
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

/// Where the elements of an operand lie: one stride on each side, a table of offsets, or panels.
struct OperandAccess {
  private let place: MemoryPlace
  private let (rowStride, columnStride): (Int, Int)
  /// The stride of the innermost dimension of columns.
  private let columnStep: Int
  /// The offsets of all rows, then those of all columns; empty where strides say it.
  private let offsets: [Int]
  private let rowCount: Int
  private let isPacked: Bool

  init(packed place: MemoryPlace) {
    (self.place, rowStride, columnStride, columnStep, offsets, rowCount, isPacked) = (place, 0, 0, 0, [], 0, true)
  }

  init(_ place: MemoryPlace, rows: [StridedView.Dimension], columns: [StridedView.Dimension]) {
    (self.place, isPacked) = (place, false)
    (rowStride, columnStride) = (rows.first?.stride ?? 0, columns.first?.stride ?? 0)
    columnStep = columns.last?.stride ?? 0
    let isSimple = rows.count <= 1 && columns.count <= 1
    let rowOffsets = isSimple ? [] : Self.offsets(rows)
    offsets = isSimple ? [] : rowOffsets + Self.offsets(columns)
    rowCount = rowOffsets.count
  }

  private static func offsets(_ dimensions: [StridedView.Dimension]) -> [Int] {
    dimensions.reduce([0]) { offsets, dimension in
      offsets.flatMap { offset in (0..<dimension.size).map { offset + $0 * dimension.stride } }
    }
  }

  func operand(_ context: RunContext, from byteOffset: Int) -> MatrixProduct.Operand {
    var operand = MatrixProduct.Operand(
      elements: UnsafeRawPointer(context.address(of: place)) + byteOffset, rowStride: rowStride,
      columnStride: columnStride, isPacked: isPacked)
    if !offsets.isEmpty { operand.offsets = .init(all: offsets, rowCount: rowCount, columnStep: abs(columnStep)) }
    return operand
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
