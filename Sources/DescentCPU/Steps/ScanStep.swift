import CDescentKernels
import DescentGraph

/// Scans an array along one axis: a recurrence, or running extremes.
final class ScanStep: Step, @unchecked Sendable {
  private let scan: Scan
  private let axis: descent_scanned_axis
  private let type: ScalarType
  private let hasOneFactor: Bool
  private let (factors, terms, result): (MemoryPlace, MemoryPlace, MemoryPlace)
  private let (outer, inner): (Partition, Partition)

  // About so many elements are scanned by one item of parallel work; along each axis at most so many items.
  private static let itemElements = 1 << 15
  private static let mostItems = 64

  /// `number` is where the one factor of all places stands, if that is what `factors` is.
  init(
    _ scan: Scan, _ axis: IndexedAxis, isReversed: Bool, _ type: ScalarType, number: MemoryPlace?,
    factors: MemoryPlace, terms: MemoryPlace, result: MemoryPlace, summary: StepSummary
  ) {
    self.scan = scan
    self.axis = descent_scanned_axis(
      outer: axis.outer, extent: axis.extent, inner: axis.inner, is_reversed: isReversed)
    (self.type, hasOneFactor) = (type, number != nil)
    (self.factors, self.terms, self.result) = (factors, terms, result)
    let items = axis.outer * axis.extent * axis.inner / Self.itemElements
    // Whole groups of lines: a few rows run side by side, neighbours as vectors.
    outer = Partition(axis.outer, unit: axis.inner == 1 ? 8 : 1, count: min(items, Self.mostItems))
    inner = Partition(axis.inner, unit: 64, count: min(items / outer.count, Self.mostItems))
    super.init(
      reads: number == nil ? [factors.buffer, terms.buffer] : [terms.buffer], writes: [result.buffer],
      summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let (a, b, y) = (context.address(of: factors), context.address(of: terms), context.address(of: result))
    runInParallel(outer.count * inner.count) { item in
      let (outer, inner) = (outer[item / inner.count], inner[item % inner.count])
      let part = descent_scanned_part(
        first_outer: outer.lowerBound, end_outer: outer.upperBound, first_inner: inner.lowerBound,
        end_inner: inner.upperBound)
      withUnsafePointer(to: axis) { axis in
        switch scan {
        case .recurrence: descent_recurrence(axis, part, type.kernel, hasOneFactor, a, b, y)
        case .cumulative(.max): descent_cumulative_maximum(axis, part, type.kernel, b, y)
        case .cumulative(.min): descent_cumulative_minimum(axis, part, type.kernel, b, y)
        }
      }
    }
  }
}
