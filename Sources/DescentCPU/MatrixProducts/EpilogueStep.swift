import CDescentKernels
import CDescentRuntime
import DescentGraph

/// Computes the products of a contraction strip by strip, and runs a row program on each strip while it is in the cache.
///
/// The products as a whole are stored only if somebody else reads them; otherwise a strip lies in memory of its thread.
final class EpilogueStep: Step, @unchecked Sendable {
  private let batch: BatchProduct
  private let strips: ProductStrips
  private let program: RowProgramStep
  /// The buffer by which the program reads the products, and whether it is there.
  private let product: (buffer: Int, isStored: Bool)

  // The slot of a thread's workspace for its strip; products and programs use the others.
  private static let slot = 2

  init(
    _ batch: BatchProduct, _ strips: ProductStrips, _ program: RowProgramStep, product: (buffer: Int, isStored: Bool),
    reads: [Int], summary: StepSummary
  ) {
    (self.batch, self.strips, self.program, self.product) = (batch, strips, program, product)
    super.init(
      reads: reads + program.reads, writes: program.writes + (product.isStored ? [product.buffer] : []),
      summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    if strips.sharesRight {
      let (left, right) = batch.operands(context, of: 0)
      guard let kernels = batch.product.element.kernels else { preconditionFailure("only packed products share") }
      let packed = PackedProduct(
        product: batch.product, kernels: kernels, left: left, right: right,
        result: .init(elements: context.buffers[product.buffer], rowStride: batch.product.columns))
      StripProduct(packed: packed, strips: strips.rows).run(
        at: { rows in place(of: rows, context) }, then: { item, strip in runProgram(item, strip, context) })
    } else {
      runInParallel(strips.rows.count) { item in
        let strip = place(of: strips.rows[item], context)
        multiply(strips.rows[item], into: strip, context)
        runProgram(item, strip, context)
      }
    }
    try program.finish(context)
  }

  private var rowBytes: Int { batch.product.columns * batch.product.element.size }

  private func place(of rows: Range<Int>, _ context: RunContext) -> UnsafeMutableRawPointer {
    product.isStored
      ? context.buffers[product.buffer] + rows.lowerBound * rowBytes
      : UnsafeMutableRawPointer(descent_thread_workspace(Self.slot, strips.rows.longest * rowBytes))
  }

  private func runProgram(_ item: Int, _ strip: UnsafeMutableRawPointer, _ context: RunContext) {
    let start = strip - strips.rows[item].lowerBound * rowBytes
    program.runItem(item, context, own: .init(number: product.buffer, start: start))
  }

  /// Computes rows that belong to one product of the batch or to several.
  private func multiply(_ rows: Range<Int>, into strip: UnsafeMutableRawPointer, _ context: RunContext) {
    let product = batch.product
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (index, first) = row.quotientAndRemainder(dividingBy: product.rows)
      let part = MatrixProduct(
        product.element, rows: min(product.rows - first, rows.upperBound - row), columns: product.columns,
        depth: product.depth)
      let (left, right) = batch.operands(context, of: index)
      part.run(
        left.part(row: first, column: 0, size: product.element.size), right,
        into: .init(elements: strip + (row - rows.lowerBound) * rowBytes, rowStride: product.columns))
      row += part.rows
    }
  }
}
