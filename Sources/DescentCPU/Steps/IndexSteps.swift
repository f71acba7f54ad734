import CDescentKernels
import DescentGraph

/// Gathers slices of an array, or adds slices at their places, by an array of indices.
final class IndexStep: Step, @unchecked Sendable {
  private let axis: IndexedAxis
  private let isGather: Bool
  private let type: ScalarType
  private let indexType: ScalarType
  private let indexCount: Int
  private let (source, indices, result): (MemoryPlace, MemoryPlace, MemoryPlace)

  // Slices of about this many bytes are moved by one item of parallel work.
  private static let itemBytes = 1 << 18

  init(
    _ value: Value, axis: IndexedAxis, isGather: Bool, indexType: ScalarType, source: MemoryPlace,
    indices: MemoryPlace, result: MemoryPlace, summary: StepSummary
  ) {
    (self.axis, self.isGather, self.indexType, type) = (axis, isGather, indexType, value.type)
    indexCount = value.operands[1].count
    (self.source, self.indices, self.result) = (source, indices, result)
    super.init(reads: [source.buffer, indices.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    var indexed = descent_indexed_axis(
      outer: axis.outer, extent: axis.extent, inner: axis.inner, indices: context.address(of: indices),
      count: indexCount, is_wide: indexType == .int64)
    let bad = descent_find_bad_index(&indexed)
    if bad >= 0 {
      throw TensorError(
        .indexOutOfBounds, isGather ? "gather" : "scatterAdd",
        "index \(descent_index_at(&indexed, bad)) at position \(bad) is outside axis \(axis.axis), which has "
          + "\(axis.extent) elements")
    }
    if isGather { gather(indexed, context) } else { scatter(indexed, context) }
  }

  private func gather(_ indexed: descent_indexed_axis, _ context: RunContext) {
    let (x, y) = (context.address(of: source), context.address(of: result))
    let perItem = max(1, Self.itemBytes / (axis.inner * type.byteCount))
    let slices = Partition(axis.outer * indexCount, unit: perItem, limit: perItem)
    runInParallel(slices.count) { item in
      withUnsafePointer(to: indexed) {
        descent_gather($0, type.byteCount, slices[item].lowerBound, slices[item].upperBound, x, y)
      }
    }
  }

  /// Items have the destination's outer parts, or else its columns, for themselves: no two add to one element.
  private func scatter(_ indexed: descent_indexed_axis, _ context: RunContext) {
    let (x, y) = (context.address(of: source), context.address(of: result))
    y.initializeMemory(as: UInt8.self, repeating: 0, count: axis.outer * axis.extent * axis.inner * type.byteCount)
    let items = axis.outer * indexCount * axis.inner * type.byteCount / Self.itemBytes
    let outer = Partition(axis.outer, unit: 1, count: max(1, min(items, 64)))
    let inner = Partition(axis.inner, unit: 16, count: max(1, min(items / outer.count, 64)))
    runInParallel(outer.count * inner.count) { item in
      let (outer, inner) = (outer[item / inner.count], inner[item % inner.count])
      withUnsafePointer(to: indexed) {
        descent_scatter_add(
          $0, type.kernel, outer.lowerBound, outer.upperBound, inner.lowerBound, inner.upperBound, x, y)
      }
    }
  }
}
