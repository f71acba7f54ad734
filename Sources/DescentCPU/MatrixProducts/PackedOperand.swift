// An operand that many products share, packed once for all of them.

import CDescentKernels
import DescentGraph

/// One side of a product, to be packed into panels: which one, and how the matrix lies that they are packed from.
struct PanelShape: Hashable {
  /// The sides of a product, by what their panels hold.
  enum Side: Hashable {
    /// Rows of the left operand.
    case rows
    /// Columns of the right operand.
    case columns
  }

  var side: Side
  /// The dimensions that number rows or columns, outermost first.
  var lines: [StridedView.Dimension]
  /// The dimensions that are summed over.
  var depth: [StridedView.Dimension]

  var lineCount: Int { lines.reduce(1) { $0 * $1.size } }
  var depthCount: Int { depth.reduce(1) { $0 * $1.size } }
}

/// How an operand lies in panels, as every product of this element type and depth takes it.
///
/// Packed spans lie in the order [rows or columns][depth], and each of them as `PackedSpan` has it: [depth block][panel].
/// Nothing of that depends on the other operand.
struct PanelLayout {
  /// A part that is packed by itself, and where it begins in bytes.
  struct Item {
    var lines, depth: Range<Int>
    var offset: Int
  }

  private let lines, depths: Partition
  private let kernels: descent_gemm_table
  private let size: Int

  init(
    _ side: PanelShape.Side, lines: Int, depth: Int, _ element: MatrixProduct.Element, _ kernels: descent_gemm_table
  ) {
    (self.kernels, size) = (kernels, element.size)
    let unit =
      switch side {
      case .rows: kernels.tile_rows
      case .columns: kernels.tile_columns
      }
    self.lines = PackedProduct.lines(lines, unit: unit)
    depths = PackedProduct.depths(depth, element)
  }

  /// How many elements all panels have, with what pads the last one.
  var count: Int { lines.padded * depths.extent }

  private func padded(_ count: Int) -> Int { Partition(count, unit: lines.unit, count: 1).padded }

  /// Where the panels of a span begin, in bytes.
  func offset(lines range: Range<Int>, depth: Range<Int>) -> Int {
    (range.lowerBound * depths.extent + padded(range.count) * depth.lowerBound) * size
  }

  /// Blocks of depth, each for at most so many lines.
  func items(limit: Int) -> [Item] {
    (0..<lines.count).flatMap { line in
      (0..<depths.count).flatMap { depth in items(in: lines[line], depths[depth], limit: limit) }
    }
  }

  private func items(in span: Range<Int>, _ depth: Range<Int>, limit: Int) -> [Item] {
    let start = offset(lines: span, depth: depth)
    let parts = Partition(span.count, unit: lines.unit, limit: limit)
    let blocks = PackedProduct.blocks(depth.count, kernels)
    return (0..<blocks.count).flatMap { block in
      (0..<parts.count).map { part in
        let (block, part) = (blocks[block], parts[part])
        let inside = padded(span.count) * block.lowerBound + part.lowerBound * block.count
        return Item(
          lines: part.lowerBound + span.lowerBound..<part.upperBound + span.lowerBound,
          depth: block.lowerBound + depth.lowerBound..<block.upperBound + depth.lowerBound,
          offset: start + inside * size)
      }
    }
  }
}

/// Packs an operand.
final class PackStep: Step, @unchecked Sendable {
  private let side: PanelShape.Side
  private let element: MatrixProduct.Element
  private let kernels: descent_gemm_table
  private let items: [PanelLayout.Item]
  private let source: OperandAccess
  private let result: MemoryPlace

  // An item packs so many rows or columns of a block: some tens of microseconds.
  private static let itemLines = 192

  init(
    _ panels: PanelShape, _ element: MatrixProduct.Element, _ kernels: descent_gemm_table, source: MemoryPlace,
    result: MemoryPlace, summary: StepSummary
  ) {
    (side, self.element, self.kernels, self.result) = (panels.side, element, kernels, result)
    self.source =
      switch panels.side {
      case .rows: OperandAccess(source, rows: panels.lines, columns: panels.depth)
      case .columns: OperandAccess(source, rows: panels.depth, columns: panels.lines)
      }
    let layout = PanelLayout(panels.side, lines: panels.lineCount, depth: panels.depthCount, element, kernels)
    items = layout.items(limit: Self.itemLines)
    super.init(reads: [source.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let (operand, target) = (source.operand(context, from: 0), context.address(of: result))
    // Packing looks at operands only.
    let product = PackedProduct(
      product: MatrixProduct(element, rows: 0, columns: 0, depth: 0), kernels: kernels, left: operand, right: operand,
      result: .init(elements: target, rowStride: 0))
    runInParallel(items.count) { index in
      let item = items[index]
      switch side {
      case .rows: product.packLeft(item.lines, item.depth, to: target + item.offset)
      case .columns: product.packRight(item.depth, item.lines, to: target + item.offset)
      }
    }
  }
}

extension Lowering {
  /// A product of matrices; an operand that is the same in all runs of a loop, or an input that is the same from run to
  /// run of the plan, is packed once for all of them.
  ///
  /// Only where the product would pack it anyway, into the same panels: results have the same bits either way.
  mutating func product(
    _ product: ContractionShape, _ shape: [Int], _ type: ScalarType, _ left: StridedView, _ right: StridedView
  ) -> StridedView {
    var (product, operands) = (product, [left, right])
    if let place = placeToPack(product, operands), let (element, kernels) = product.packing(type) {
      let panels =
        place == 0
        ? PanelShape(side: .rows, lines: product.rows, depth: product.leftDepth)
        : PanelShape(side: .columns, lines: product.columns, depth: product.rightDepth)
      let layout = PanelLayout(panels.side, lines: panels.lineCount, depth: panels.depthCount, element, kernels)
      let packed =
        preparation.isLoop
        ? add(.pack(panels), [layout.count], type, [operands[place]])
        : keptPanels(of: operands[place], panels, layout)
      if let packed { (operands[place], product.packed) = (packed, panels.side) }
    }
    return add(.contract(product), shape, type, operands)
  }

  /// The lines of the other operand up to which an input's panels are kept, an estimate: each packed element is used once
  /// for each of them.
  private static let mostLines = 256

  /// The operand that is worth packing once; nil if there is none.
  private func placeToPack(_ product: ContractionShape, _ operands: [StridedView]) -> Int? {
    if preparation.isLoop {
      let isConstant = operands.map { preparation.contains($0.root) }
      return isConstant[0] == isConstant[1] ? nil : isConstant[0] ? 0 : 1
    }
    let isInput = operands.map { if case .input = values[$0.root].kind { true } else { false } }
    if isInput[1], product.rowCount <= Self.mostLines { return 1 }
    return isInput[0] && product.columnCount <= Self.mostLines ? 0 : nil
  }
}

extension ContractionShape {
  /// The kernels whose panels an operand may be packed into beforehand, if the product takes such panels at all.
  fileprivate func packing(_ type: ScalarType) -> (MatrixProduct.Element, descent_gemm_table)? {
    guard batch.isEmpty, MatrixProduct.packs(type, rows: rowCount, columns: columnCount, depth: depthCount),
      let element = MatrixProduct.Element(type), let kernels = element.kernels,
      !DeepProduct.suits(MatrixProduct(element, rows: rowCount, columns: columnCount, depth: depthCount))
    else { return nil }
    return (element, kernels)
  }
}
