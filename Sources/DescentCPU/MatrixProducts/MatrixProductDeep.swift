// Products with a long depth and a small result, such as the gradient of a convolution's kernel.

import CDescentKernels
import CDescentRuntime
import DescentGraph

/// A product whose depth is split: each item sums a part of it into a result of its own, which stays in the cache, and
/// the parts are added in their order.
///
/// Splitting the small result instead would make every block read both packed operands from memory.
struct DeepProduct {
  private let packed: PackedProduct
  private let parts: Partition
  private let add: descent_binary_kernel

  // What a part does at least, and how many there are at most.
  private static let partDepth = 512
  private static let mostParts = 16
  private static let mostResultBytes = 1 << 18

  private var product: MatrixProduct { packed.product }
  private var size: Int { product.element.size }
  private var resultBytes: Int { product.rows * product.columns * size }

  /// Whether a product has such a shape.
  static func suits(_ product: MatrixProduct) -> Bool {
    product.depth >= 4 * max(product.rows, product.columns, partDepth)
      && product.rows * product.columns * product.element.size <= mostResultBytes
  }

  /// Nil for products of another shape.
  init?(_ packed: PackedProduct) {
    let product = packed.product
    guard Self.suits(product),
      let add = Kernels().binary(.add, product.element == .float32 ? .float32 : .float64)
    else { return nil }
    (self.packed, self.add) = (packed, add)
    parts = Partition(product.depth, unit: 8, count: min(Self.mostParts, product.depth / Self.partDepth))
  }

  /// Computes the product.
  func run() {
    let sums = UnsafeMutableRawPointer(descent_thread_workspace(0, parts.count * resultBytes))
    runInParallel(parts.count) { part in multiply(parts[part], into: sums + part * resultBytes) }
    let rows = Partition(product.rows, unit: 1, count: min(16, resultBytes >> 14))
    runInParallel(rows.count) { combine(rows[$0], sums) }
  }

  private func multiply(_ depth: Range<Int>, into sum: UnsafeMutableRawPointer) {
    let kernels = packed.kernels
    let rows = Partition(product.rows, unit: kernels.tile_rows, limit: kernels.block_rows)
    let blocks = Partition(depth.count, unit: 8, limit: kernels.block_depth)
    let columns = Partition(product.columns, unit: kernels.tile_columns, limit: Int.max / 2).padded
    let own = UnsafeMutableRawPointer(
      descent_thread_workspace(1, (rows.longest + columns) * blocks.longest * size))
    for index in 0..<blocks.count {
      let block = blocks[index].lowerBound + depth.lowerBound..<blocks[index].upperBound + depth.lowerBound
      packed.packRight(block, 0..<product.columns, to: own)
      let left = own + columns * block.count * size
      for row in 0..<rows.count {
        if !packed.readsLeftInPlace { packed.packLeft(rows[row], block, to: left) }
        packed.multiply(
          rows[row], product.columns, block, left, own,
          into: sum + rows[row].lowerBound * product.columns * size, rowStride: product.columns,
          accumulates: index > 0)
      }
    }
  }

  private func combine(_ rows: Range<Int>, _ sums: UnsafeMutableRawPointer) {
    for row in rows {
      let target = packed.result.elements + row * packed.result.rowStride * size
      let source = sums + row * product.columns * size
      add(product.columns, source, 1, source + resultBytes, 1, target)
      for part in 2..<max(2, parts.count) {
        add(product.columns, target, 1, source + part * resultBytes, 1, target)
      }
    }
  }
}
