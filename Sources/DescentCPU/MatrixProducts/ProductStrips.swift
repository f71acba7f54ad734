// Products that are computed a strip of whole rows at a time, and what follows each strip while it is in the cache.

import CDescentKernels
import CDescentRuntime
import DescentGraph

/// How the rows of a contraction's products are cut into strips, if they are to be.
///
/// This is the one place that says which products may have an epilogue. It pays where the products are too large for the
/// caches nearest the core, so that another pass would fetch them from afar, and where strips of all columns are as fast
/// to compute as blocks: there must be enough of them to keep threads busy, with enough rows in each to be worth
/// reading all of the right operand.
struct ProductStrips {
  /// The rows of all products of the batch, one product after the other.
  let rows: Partition
  /// Whether all strips share a right operand that is packed beforehand; otherwise each packs what it needs.
  let sharesRight: Bool
  private let columns: Int

  /// The same strips in rows of another length, which divides that of the products' rows.
  func rows(columns: Int?) -> Partition {
    let factor = self.columns / (columns ?? self.columns)
    return Partition(rows.extent * factor, unit: rows.unit * factor, count: rows.count)
  }

  /// Nil for products that are better computed by themselves.
  init?(_ shape: ContractionShape, _ element: MatrixProduct.Element, _ granularity: Granularity) {
    let product = MatrixProduct(element, rows: shape.rowCount, columns: shape.columnCount, depth: shape.depthCount)
    columns = product.columns
    let count = shape.batchCount * product.rows
    let rowBytes = product.columns * element.size
    guard shape.packed != .rows, product.columns > 1, product.depth > 0,
      count * rowBytes >= granularity.epilogueBytes, !DeepProduct.suits(product)
    else { return nil }
    let most = max(1, granularity.stripBytes / rowBytes)
    if shape.batchCount == 1, let kernels = element.kernels, product.isPacked {
      guard let rows = Self.sharing(product, kernels, shape, most: most, granularity) else { return nil }
      (self.rows, sharesRight) = (rows, true)
      return
    }
    guard shape.packed == nil else { return nil }
    let wanted = max(1, min(most, count / granularity.stripCount))
    var unit = 1
    if shape.batchCount > 1 {
      // Whole products, or equal parts of them.
      unit = product.rows <= most ? product.rows : product.rows.largestDivisor(upTo: wanted)
      guard unit == product.rows || unit >= granularity.stripRows else { return nil }
    }
    (rows, sharesRight) = (Partition(count, unit: unit, limit: max(unit, wanted / unit * unit)), false)
    guard rows.count >= granularity.stripCount else { return nil }
  }

  /// Strips of about as many rows as blocks have, fewer if the strip would be too large.
  private static func sharing(
    _ product: MatrixProduct, _ kernels: descent_gemm_table, _ shape: ContractionShape, most: Int,
    _ granularity: Granularity
  ) -> Partition? {
    let element = product.element
    let isOneSpan =
      PackedProduct.lines(product.columns, unit: kernels.tile_columns).count == 1
      && PackedProduct.depths(product.depth, element).count == 1
    guard isOneSpan || shape.packed == nil,
      (product.columns + kernels.tile_columns) * product.depth * element.size <= PackedProduct.mostSharedBytes
    else { return nil }
    // The packed rows of a strip lie in the cache as well.
    let depth = min(product.depth, kernels.block_depth)
    let limit = min(most, kernels.block_rows * kernels.block_depth / depth)
    let enough = min(product.rows / granularity.stripRows, max(granularity.stripCount, product.items))
    let count = max((product.rows + limit - 1) / limit, enough)
    let rows = Partition(product.rows, unit: kernels.tile_rows, count: count)
    guard rows.count >= granularity.stripCount, product.rows / rows.count >= granularity.stripRows else { return nil }
    return rows
  }
}

extension MatrixProduct {
  fileprivate var isPacked: Bool {
    Self.packs(element == .float32 ? .float32 : .float64, rows: rows, columns: columns, depth: depth)
  }
}

extension Int {
  /// The largest divisor that is not greater than a positive limit.
  fileprivate func largestDivisor(upTo limit: Int) -> Int {
    (1...Swift.max(1, limit)).last { isMultiple(of: $0) } ?? 1
  }
}

/// A single product whose strips share the packed right operand.
struct StripProduct {
  let packed: PackedProduct
  let strips: Partition

  // An item packs so many columns of a block of the depth.
  private static let packedColumns = 64

  private var product: MatrixProduct { packed.product }
  private var kernels: descent_gemm_table { packed.kernels }
  private var size: Int { product.element.size }

  /// Computes each strip where `place` says that it is to lie, with rows one after the other, and calls `body` with it.
  func run(at place: (Range<Int>) -> UnsafeMutableRawPointer, then body: (Int, UnsafeMutableRawPointer) -> Void) {
    let depths = PackedProduct.blocks(product.depth, kernels)
    let columns = Partition(product.columns, unit: kernels.tile_columns, limit: Self.packedColumns)
    let right = packedRight(depths, columns)
    runInParallel(strips.count) { index in
      let rows = strips[index]
      let strip = place(rows)
      let left = UnsafeMutableRawPointer(descent_thread_workspace(1, strips.longest * depths.longest * size))
      for block in 0..<depths.count {
        let depth = depths[block]
        packed.packLeft(rows, depth, to: left)
        kernels.multiply(
          rows.count, product.columns, depth.count, left, right + columns.padded * depth.lowerBound * size, strip,
          product.columns, block > 0)
      }
      body(index, strip)
    }
  }

  /// The right operand in panels, in the order [depth block][columns].
  private func packedRight(_ depths: Partition, _ columns: Partition) -> UnsafeMutableRawPointer {
    if packed.right.isPacked { return UnsafeMutableRawPointer(mutating: packed.right.elements) }
    let right = UnsafeMutableRawPointer(descent_thread_workspace(0, columns.padded * depths.extent * size))
    runInParallel(depths.count * columns.count) { item in
      let (depth, columnRange) = (depths[item % depths.count], columns[item / depths.count])
      let place = columns.padded * depth.lowerBound + columnRange.lowerBound * depth.count
      packed.packRight(depth, columnRange, to: right + place * size)
    }
    return right
  }
}
