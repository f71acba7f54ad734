import CDescentKernels
import CDescentRuntime
import DescentGraph

/// Copies arrays to their places in a larger one, over zeros where they leave gaps.
final class AssemblyStep: Step, @unchecked Sendable {
  /// One array and its place.
  struct Piece {
    var source: StridedAccess
    /// Nil if the source has to be collected first.
    var contiguousSource: MemoryPlace?
    var target: StridedAccess
    var rows: Int
    var columns: Int
  }

  private let pieces: [Piece]
  private let elementSize: Int
  private let result: MemoryPlace
  /// 0 if the pieces cover everything.
  private let clearedBytes: Int

  private static let blockElements = 4096
  private static let clearedAtOnce = 1 << 20
  private static let blocksPerItem = 16

  init(
    _ pieces: [Piece], elementSize: Int, result: MemoryPlace, clearedBytes: Int, reads: [Int], summary: StepSummary
  ) {
    (self.pieces, self.elementSize, self.result, self.clearedBytes) = (pieces, elementSize, result, clearedBytes)
    super.init(reads: reads, writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let address = context.address(of: result)
    let cleared = Partition(clearedBytes, unit: Self.clearedAtOnce, limit: Self.clearedAtOnce)
    runInParallel(cleared.count) { item in
      let range = cleared[item]
      (address + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
    }
    for piece in pieces {
      let blockRows = max(1, Self.blockElements / piece.columns)
      let rows = Partition(piece.rows, unit: blockRows, limit: blockRows * Self.blocksPerItem)
      // Long rows are cut as well.
      let columns = Partition(piece.columns, unit: Self.blockElements, limit: Self.blockElements)
      runInParallel(rows.count * columns.count) { item in
        let range = rows[item / columns.count]
        for first in stride(from: range.lowerBound, to: range.upperBound, by: blockRows) {
          let block = first..<min(first + blockRows, range.upperBound)
          copy(piece, rows: block, columns: columns[item % columns.count], context)
        }
      }
    }
  }

  private func copy(_ piece: Piece, rows: Range<Int>, columns: Range<Int>, _ context: RunContext) {
    let place = StridedPlace(
      firstRow: rows.lowerBound, rows: rows.count, firstColumn: columns.lowerBound, columns: columns.count,
      size: elementSize)
    let target = context.address(of: result) + piece.target.offset
    if let contiguous = piece.contiguousSource, rows.count == 1 || columns.count == piece.columns {
      let skipped = (rows.lowerBound * piece.columns + columns.lowerBound) * elementSize
      return place.spread(piece.target, from: context.address(of: contiguous) + skipped, into: target)
    }
    let block = UnsafeMutableRawPointer(descent_thread_workspace(1, rows.count * columns.count * elementSize))
    let source = UnsafeRawPointer(context.buffers[piece.source.buffer]) + piece.source.offset
    place.collect(piece.source, from: source, into: block)
    place.spread(piece.target, from: block, into: target)
  }
}
