// Large products: operands are packed into panels that suit the micro-kernel, and C is computed block by block.

import CDescentKernels
import CDescentRuntime

/// A product of floating-point matrices through packed operands.
struct PackedProduct {
  let product: MatrixProduct
  let kernels: descent_gemm_table
  let left: MatrixProduct.Operand
  let right: MatrixProduct.Operand
  let result: MatrixProduct.Result

  // Packed operands that blocks share take (rows + columns)·depth elements: at most 64 MiB in a span of these sizes.
  private static let spanSide = 4096
  private static let spanBytes = 8192
  /// The most bytes that the packed right operand of a product may have that is one span for all columns and depths.
  static let mostSharedBytes = spanSide * spanBytes

  /// Computes the product, in spans that bound the workspace.
  func run() {
    if let deep = DeepProduct(self) { return deep.run() }
    let (rowSide, columnSide) = (kernels.tile_rows, kernels.tile_columns)
    let rows = Self.lines(product.rows, unit: rowSide)
    let columns = Self.lines(product.columns, unit: columnSide)
    let depths = Self.depths(product.depth, product.element)
    for row in 0..<rows.count {
      for column in 0..<columns.count {
        for depth in 0..<depths.count {
          let span = span(rows: rows[row], columns: columns[column], depth: depths[depth])
          PackedSpan(span, accumulates: depth > 0).run()
        }
      }
    }
  }

  /// The rows or columns of the spans.
  static func lines(_ count: Int, unit: Int) -> Partition { Partition(count, unit: unit, limit: spanSide) }

  /// The depths of the spans.
  static func depths(_ depth: Int, _ element: MatrixProduct.Element) -> Partition {
    Partition(depth, unit: 8, limit: spanBytes / element.size)
  }

  /// The blocks that the depth of a span is cut into.
  static func blocks(_ depth: Int, _ kernels: descent_gemm_table) -> Partition {
    Partition(depth, unit: 8, limit: kernels.block_depth)
  }

  private func span(rows: Range<Int>, columns: Range<Int>, depth: Range<Int>) -> PackedProduct {
    var part = MatrixProduct(product.element, rows: rows.count, columns: columns.count, depth: depth.count)
    part.kernels = kernels
    var (left, right, result) = (left, right, result)
    let size = product.element.size
    left =
      packed(left, .rows, product.rows, rows, depth)
      ?? left.part(
        row: rows.lowerBound, column: depth.lowerBound, size: size)
    right =
      packed(right, .columns, product.columns, columns, depth)
      ?? right.part(
        row: depth.lowerBound, column: columns.lowerBound, size: size)
    result.elements += (rows.lowerBound * result.rowStride + columns.lowerBound) * size
    return PackedProduct(product: part, kernels: kernels, left: left, right: right, result: result)
  }

  /// The panels of a span, of an operand of the whole product that lies in panels.
  private func packed(
    _ operand: MatrixProduct.Operand, _ side: PanelShape.Side, _ count: Int, _ lines: Range<Int>, _ depth: Range<Int>
  ) -> MatrixProduct.Operand? {
    guard operand.isPacked else { return nil }
    var part = operand
    let layout = PanelLayout(side, lines: count, depth: product.depth, product.element, kernels)
    part.elements += layout.offset(lines: lines, depth: depth)
    return part
  }

  // Where C is narrow, each element of A meets few columns, and packing costs more than it saves; the more so the nearer
  // to each other those lie that the micro-kernel reads one after the other.
  private static let mostColumnsInPlace = 128
  private static let mostReachInPlace = 5120

  /// Whether the micro-kernel reads the left operand where it lies.
  ///
  /// Sums have the same order either way, and so the same bits.
  var readsLeftInPlace: Bool {
    let step = left.offsets?.columnStep ?? abs(left.columnStride)
    return !left.isPacked && product.columns <= Self.mostColumnsInPlace
      && product.columns * step <= Self.mostReachInPlace
  }

  /// Multiplies a block of the left operand, packed unless it is read in place, with as much of the right one.
  func multiply(
    _ rows: Range<Int>, _ columnCount: Int, _ depth: Range<Int>, _ packedLeft: UnsafeMutableRawPointer,
    _ packedRight: UnsafeMutableRawPointer, into block: UnsafeMutableRawPointer, rowStride: Int, accumulates: Bool
  ) {
    guard readsLeftInPlace else {
      return kernels.multiply(
        rows.count, columnCount, depth.count, packedLeft, packedRight, block, rowStride, accumulates)
    }
    withLeftOffsets(rows, depth) { rowOffsets, depthOffsets in
      kernels.multiply_gathered(
        rows.count, columnCount, depth.count, left.elements, rowOffsets, depthOffsets, packedRight, block, rowStride,
        accumulates)
    }
  }

  /// Calls `body` with the offsets of some rows and columns of the left operand.
  private func withLeftOffsets(
    _ rows: Range<Int>, _ depth: Range<Int>, _ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Void
  ) {
    if let offsets = left.offsets {
      return offsets.withPointers(row: rows.lowerBound, column: depth.lowerBound, body)
    }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: rows.count + depth.count) { table in
      guard let start = table.baseAddress else { return }
      for (place, row) in rows.enumerated() { table[place] = row * left.rowStride }
      for (place, step) in depth.enumerated() { table[rows.count + place] = step * left.columnStride }
      body(start, start + rows.count)
    }
  }

  /// Packs a block of the left operand into panels.
  func packLeft(_ rows: Range<Int>, _ depth: Range<Int>, to packed: UnsafeMutableRawPointer) {
    if let offsets = left.offsets {
      return offsets.withPointers(row: rows.lowerBound, column: depth.lowerBound) { rowOffsets, depthOffsets in
        kernels.pack_left_gathered(rows.count, depth.count, left.elements, rowOffsets, depthOffsets, packed)
      }
    }
    let start = left.part(row: rows.lowerBound, column: depth.lowerBound, size: product.element.size).elements
    kernels.pack_left(rows.count, depth.count, start, left.rowStride, left.columnStride, packed)
  }

  /// Packs a block of the right operand into panels.
  func packRight(_ depth: Range<Int>, _ columns: Range<Int>, to packed: UnsafeMutableRawPointer) {
    if let offsets = right.offsets {
      return offsets.withPointers(row: depth.lowerBound, column: columns.lowerBound) { depthOffsets, columnOffsets in
        kernels.pack_right_gathered(depth.count, columns.count, right.elements, depthOffsets, columnOffsets, packed)
      }
    }
    let start = right.part(row: depth.lowerBound, column: columns.lowerBound, size: product.element.size).elements
    kernels.pack_right(depth.count, columns.count, start, right.rowStride, right.columnStride, packed)
  }
}

/// The part of a product whose packed operands fit the workspace.
///
/// An operand that several blocks of C use is packed beforehand, once, by all threads; one that a single block uses is
/// packed by that block, while it is in the cache. One that comes in panels is taken as it is, and so is a left one where
/// packing would not pay.
private struct PackedSpan {
  private let span: PackedProduct
  private let accumulates: Bool
  private let rows: Partition
  private let columns: Partition
  private let depths: Partition

  private var size: Int { span.product.element.size }
  private var isLeftReady: Bool { span.left.isPacked || span.readsLeftInPlace }
  private var isLeftShared: Bool { columns.count > 1 || isLeftReady }
  private var isRightShared: Bool { rows.count > 1 || span.right.isPacked }
  private var packsLeftBefore: Bool { isLeftShared && !isLeftReady }
  private var packsRightBefore: Bool { isRightShared && !span.right.isPacked }

  // The slots of the thread's workspace.
  private static let sharedSlot = 0
  private static let ownSlot = 1

  init(_ span: PackedProduct, accumulates: Bool) {
    (self.span, self.accumulates) = (span, accumulates)
    let (product, kernels) = (span.product, span.kernels)
    depths = PackedProduct.blocks(product.depth, kernels)
    var (rowCount, columnCount) = (1, 1)
    func partitions() -> (Partition, Partition) {
      (
        Partition(product.rows, unit: kernels.tile_rows, count: rowCount),
        Partition(product.columns, unit: kernels.tile_columns, count: columnCount)
      )
    }
    rowCount = Partition(product.rows, unit: kernels.tile_rows, limit: kernels.block_rows).count
    columnCount = Partition(product.columns, unit: kernels.tile_columns, limit: kernels.block_columns).count
    var (rows, columns) = partitions()
    while rows.count * columns.count < product.items, rows.longest > rows.unit || columns.longest > columns.unit {
      if columns.longest >= rows.longest, columns.longest > columns.unit || rows.longest == rows.unit {
        columnCount = columns.count * 2
      } else {
        rowCount = rows.count * 2
      }
      (rows, columns) = partitions()
    }
    (self.rows, self.columns) = (rows, columns)
  }

  func run() {
    let leftBytes = packsLeftBefore ? rows.padded * depths.extent * size : 0
    let rightBytes = packsRightBefore ? columns.padded * depths.extent * size : 0
    let shared = UnsafeMutableRawPointer(descent_thread_workspace(Self.sharedSlot, leftBytes + rightBytes))
    let left = span.left.isPacked ? UnsafeMutableRawPointer(mutating: span.left.elements) : shared
    let right = span.right.isPacked ? UnsafeMutableRawPointer(mutating: span.right.elements) : shared + leftBytes
    let leftItems = packsLeftBefore ? rows.count * depths.count : 0
    let rightItems = packsRightBefore ? columns.count * depths.count : 0
    runInParallel(leftItems + rightItems) { item in
      if item < leftItems {
        let (depth, rows) = (depths[item % depths.count], rows[item / depths.count])
        span.packLeft(rows, depth, to: sharedPanel(left, of: self.rows, at: rows, depth))
      } else {
        let item = item - leftItems
        let (depth, columns) = (depths[item % depths.count], columns[item / depths.count])
        span.packRight(depth, columns, to: sharedPanel(right, of: self.columns, at: columns, depth))
      }
    }
    runInParallel(rows.count * columns.count) { item in
      multiply(rows: rows[item % rows.count], columns: columns[item / rows.count], left, right)
    }
  }

  // Packed blocks lie in the order [depth block][row or column panel][depth][row or column].
  private func sharedPanel(
    _ packed: UnsafeMutableRawPointer, of side: Partition, at range: Range<Int>, _ depth: Range<Int>
  ) -> UnsafeMutableRawPointer {
    packed + (side.padded * depth.lowerBound + range.lowerBound * depth.count) * size
  }

  // One block of C, over the whole depth of the span.
  private func multiply(
    rows: Range<Int>, columns: Range<Int>, _ sharedLeft: UnsafeMutableRawPointer, _ sharedRight: UnsafeMutableRawPointer
  ) {
    let ownLeftBytes = isLeftShared ? 0 : self.rows.longest * depths.longest * size
    let ownRightBytes = isRightShared ? 0 : self.columns.longest * depths.longest * size
    let own = UnsafeMutableRawPointer(descent_thread_workspace(Self.ownSlot, ownLeftBytes + ownRightBytes))
    let block = span.result.elements + (rows.lowerBound * span.result.rowStride + columns.lowerBound) * size
    for index in 0..<depths.count {
      let depth = depths[index]
      let left = isLeftShared ? sharedPanel(sharedLeft, of: self.rows, at: rows, depth) : own
      let right = isRightShared ? sharedPanel(sharedRight, of: self.columns, at: columns, depth) : own + ownLeftBytes
      if !isLeftShared { span.packLeft(rows, depth, to: left) }
      if !isRightShared { span.packRight(depth, columns, to: right) }
      span.multiply(
        rows, columns.count, depth, left, right, into: block, rowStride: span.result.rowStride,
        accumulates: accumulates || index > 0)
    }
  }
}

extension MatrixProduct.Operand {
  /// The operand without the rows and columns before an element.
  func part(row: Int, column: Int, size: Int) -> Self {
    var part = self
    if let offsets {
      part.offsets = offsets.dropping(rows: row, columns: column)
    } else {
      part.elements += (row * rowStride + column * columnStride) * size
    }
    return part
  }
}
