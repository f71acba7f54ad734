import CDescentKernels
import DescentGraph

/// Adds the elements of windows where they stand.
final class OverlapStep: Step, @unchecked Sendable {
  private let grid: descent_window_grid
  private let lineCount: Int
  private let type: ScalarType
  private let (source, result): (MemoryPlace, MemoryPlace)
  /// The parts of a line that are made one after the other.
  private let parts: Partition
  private let items: Partition

  // A part of about so many elements of the result stays in the first level of cache while windows are added to it.
  private static let partElements = 4096
  // An item adds up about so many elements of windows.
  private static let itemElements = 1 << 16

  init(_ grid: WindowGrid, _ type: ScalarType, source: MemoryPlace, result: MemoryPlace, summary: StepSummary) {
    func axis(_ index: Int) -> descent_window_axis {
      let axis = grid.axes[index]
      return descent_window_axis(
        extent: axis.extent, count: axis.count, size: axis.size, stride: axis.stride, dilation: axis.dilation)
    }
    self.grid = descent_window_grid(axes: (axis(0), axis(1), axis(2)), inner: grid.inner)
    (self.type, self.source, self.result) = (type, source, result)
    let length = grid.axes[2].extent
    lineCount = grid.outer * grid.axes[0].extent * grid.axes[1].extent
    parts = Partition(length, unit: 1, limit: max(1, Self.partElements / grid.inner))
    let added = grid.axes.reduce(grid.outer * grid.inner) { $0 * $1.count * $1.size }
    items = Partition(lineCount * parts.count, unit: 1, count: (added + Self.itemElements - 1) / Self.itemElements)
    super.init(reads: [source.buffer], writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let (x, y) = (context.address(of: source), context.address(of: result))
    runInParallel(items.count) { item in
      withUnsafePointer(to: grid) { grid in
        for index in items[item] {
          let part = parts[index % parts.count]
          descent_overlap(grid, type.kernel, index / parts.count, part.lowerBound, part.upperBound, x, y)
        }
      }
    }
  }
}
