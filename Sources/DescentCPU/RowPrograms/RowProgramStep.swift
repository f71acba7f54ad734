import CDescentKernels
import CDescentRuntime
import DescentGraph

/// Runs a row program.
final class RowProgramStep: Step, @unchecked Sendable {
  private let program: RowProgram
  private let instructions: UnsafeMutableBufferPointer<BlockInstruction>
  private let bindings: UnsafeMutableBufferPointer<RowProgram.Binding>
  private let registers: UnsafeMutableBufferPointer<RowProgram.Register>
  private let (rows, columns, blockRows, blockColumns, columnBlocks): (Int, Int, Int, Int, Int)
  private let (blockCount, blocksPerItem, itemCount): (Int, Int, Int)
  private let tableBytes: Int
  private let checksZeros: Bool

  init(_ program: RowProgram, reads: [Int], writes: [Int], summary: StepSummary) {
    self.program = program
    instructions = .allocate(copying: program.instructions)
    bindings = .allocate(copying: program.bindings)
    registers = .allocate(copying: program.registers)
    (rows, columns, columnBlocks) = (program.rows, program.columns, program.columnBlocks)
    (blockRows, blockColumns) = (program.blockRows, program.blockColumns)
    (blockCount, blocksPerItem, itemCount) = (program.blockCount, program.blocksPerItem, program.itemCount)
    tableBytes = (program.registers.count * MemoryLayout<UnsafeMutableRawPointer>.stride + 63) / 64 * 64
    checksZeros = program.instructions.contains { if case .findZero = $0.call { true } else { false } }
    super.init(reads: reads, writes: writes, summary: summary)
  }

  deinit {
    instructions.deallocate()
    bindings.deallocate()
    registers.deallocate()
  }

  override func run(_ context: RunContext) throws(TensorError) {
    if itemCount == 1 {
      runItem(0, context)
    } else {
      runInParallel(itemCount) { self.runItem($0, context) }
    }
    try finish(context)
  }

  /// Makes the results of what all items left behind.
  func finish(_ context: RunContext) throws(TensorError) {
    for combination in program.combinations { combine(combination, context) }
    if checksZeros, context.foundZero.pointee.load(ordering: .relaxed) {
      throw TensorError(.divisionByZero, "divide", "an integer is divided by zero")
    }
  }

  private func combine(_ combination: RowProgram.Combination, _ context: RunContext) {
    switch combination {
    case .rows(let kernel, let rows, let count, let parts, let result):
      kernel(rows, count, context.buffers[parts], context.buffers[result])
    case .columns(let kernel, let empty, let columns, let count, let parts, let result):
      empty(columns, 0, context.buffers[parts], context.buffers[result])
      kernel(count, columns, context.buffers[parts], context.buffers[result])
    }
  }

  // MARK: Items and blocks

  /// A buffer of which only a part is there, at the place where all of it would put that part.
  struct PartialBuffer {
    var number: Int
    var start: UnsafeMutableRawPointer
  }

  /// Runs the blocks of an item, which may have a buffer of its own.
  func runItem(_ item: Int, _ context: RunContext, own: PartialBuffer? = nil) {
    let workspace = UnsafeMutableRawPointer(descent_thread_workspace(1, tableBytes + program.slotBytes))
    let pointers = workspace.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    for index in registers.indices { pointers[index] = workspace + tableBytes + registers[index].offset }
    for accumulator in program.accumulators {
      let start = context.buffers[accumulator.binding.buffer] + item * accumulator.binding.itemStride
      accumulator.kernel(accumulator.count, 0, start, start)
    }
    let first = item * blocksPerItem
    let end = min(first + blocksPerItem, blockCount)
    var block = Block(step: self, item: item, number: first, pointers: pointers, context: context, own: own)
    while block.number < end {
      block.run(instructions, bindings)
      block.advance(self)
    }
  }

  /// A block at its turn.
  private struct Block {
    let item: Int
    let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let context: RunContext
    let own: PartialBuffer?
    let strip: Range<Int>?
    let accesses: [StridedAccess]
    let registers: UnsafeMutableBufferPointer<RowProgram.Register>
    var number: Int
    var columnBlock: Int
    var firstRow: Int
    var firstColumn: Int
    var rows: Int
    var columns: Int

    init(
      step: RowProgramStep, item: Int, number: Int, pointers: UnsafeMutablePointer<UnsafeMutableRawPointer>,
      context: RunContext, own: PartialBuffer?
    ) {
      (self.item, self.number, self.pointers, self.context, self.own) = (item, number, pointers, context, own)
      strip = step.program.strips?[item]
      accesses = step.program.accesses
      registers = step.registers
      columnBlock = number % step.columnBlocks
      firstRow = number / step.columnBlocks * step.blockRows
      firstColumn = columnBlock * step.blockColumns
      rows = min(step.blockRows, step.rows - firstRow)
      columns = min(step.blockColumns, step.columns - firstColumn)
      takeStripRows(step)
    }

    /// The rows of a strip's block, of which there are about as many in each.
    private mutating func takeStripRows(_ step: RowProgramStep) {
      guard let strip else { return }
      let (place, count) = (number - item * step.blocksPerItem, step.blocksPerItem)
      firstRow = strip.lowerBound + strip.count * place / count
      rows = strip.lowerBound + strip.count * (place + 1) / count - firstRow
    }

    /// Where a buffer begins.
    @inline(__always)
    private func address(_ buffer: Int) -> UnsafeMutableRawPointer {
      if let own, own.number == buffer { own.start } else { context.buffers[buffer] }
    }

    mutating func advance(_ step: RowProgramStep) {
      number += 1
      if strip != nil { return takeStripRows(step) }
      columnBlock += 1
      firstColumn += step.blockColumns
      if columnBlock == step.columnBlocks {
        (columnBlock, firstColumn) = (0, 0)
        firstRow += step.blockRows
        rows = min(step.blockRows, step.rows - firstRow)
      }
      columns = min(step.blockColumns, step.columns - firstColumn)
    }

    func run(
      _ instructions: UnsafeMutableBufferPointer<BlockInstruction>,
      _ bindings: UnsafeMutableBufferPointer<RowProgram.Binding>
    ) {
      for index in bindings.indices {
        let binding = bindings.baseAddress.unsafelyUnwrapped + index
        let offset =
          binding.pointee.offset + firstRow * binding.pointee.rowStride + firstColumn * binding.pointee.columnStride
        let parts =
          columnBlock * binding.pointee.columnBlockStride + number * binding.pointee.blockStride
          + item * binding.pointee.itemStride
        pointers[binding.pointee.register] = address(binding.pointee.buffer) + offset + parts
      }
      for index in instructions.indices { run(instructions.baseAddress.unsafelyUnwrapped + index) }
    }

    @inline(__always)
    private func count(_ extent: Extent) -> Int {
      switch extent {
      case .full: rows * columns
      case .row: rows
      case .column: columns
      case .scalar: 1
      }
    }

    /// 0 for a register of which one element serves all.
    @inline(__always)
    private func step(_ register: Int) -> Int { registers[register].extent == .scalar ? 0 : 1 }

    private func run(_ instruction: UnsafeMutablePointer<BlockInstruction>) {
      let (x, y, result) = (instruction.pointee.x, instruction.pointee.y, instruction.pointee.result)
      let count = count(instruction.pointee.extent)
      switch instruction.pointee.call {
      case .unary(let kernel): kernel(count, pointers[x], pointers[result])
      case .binary(let kernel): kernel(count, pointers[x], step(x), pointers[y], step(y), pointers[result])
      case .binaryByRows(let kernel): runByRows(kernel, x, y, result)
      case .select(let kernel):
        let condition = pointers[instruction.pointee.condition].assumingMemoryBound(to: UInt8.self)
        kernel(count, condition, pointers[x], step(x), pointers[y], step(y), pointers[result])
      case .load(let access): collect(accesses[access], instruction.pointee.extent, result)
      case .store(let access): spread(accesses[access], x)
      case .expand: expand(x, result)
      case .reduceRows(let kernel): kernel(rows, columns, pointers[x], pointers[result])
      case .reduceColumns(let kernel, let fold): reduceColumns(kernel, fold, x, result)
      case .reduceAll(let kernel): kernel(1, rows * columns, pointers[x], pointers[result])
      case .argument(let kernel):
        kernel(rows, columns, pointers[x], pointers[result].assumingMemoryBound(to: Int64.self))
      case .findZero:
        if descent_contains_zero(count, registers[x].size, pointers[x]) {
          context.foundZero.pointee.store(true, ordering: .relaxed)
        }
      }
    }

    // MARK: Instructions in several pieces

    private func runByRows(_ kernel: descent_binary_kernel, _ x: Int, _ y: Int, _ result: Int) {
      /// The step within a row, and the bytes from one row to the next.
      func walk(_ register: Int) -> (step: Int, rowStride: Int) {
        let size = registers[register].size
        return switch registers[register].extent {
        case .full: (1, columns * size)
        case .row: (0, size)
        case .column: (1, 0)
        case .scalar: (0, 0)
        }
      }
      let (xWalk, yWalk) = (walk(x), walk(y))
      let resultStride = columns * registers[result].size
      for row in 0..<rows {
        kernel(
          columns, pointers[x] + row * xWalk.rowStride, xWalk.step, pointers[y] + row * yWalk.rowStride, yWalk.step,
          pointers[result] + row * resultStride)
      }
    }

    private func reduceColumns(_ kernel: descent_reduce_columns_kernel, _ fold: Int, _ x: Int, _ result: Int) {
      let (folded, rest) = fold == 1 ? (rows, 0) : rows.quotientAndRemainder(dividingBy: fold)
      kernel(folded, columns * fold, pointers[x], pointers[result])
      if rest > 0 {
        kernel(1, columns * rest, pointers[x] + folded * fold * columns * registers[x].size, pointers[result])
      }
    }

    private func expand(_ x: Int, _ result: Int) {
      let size = registers[x].size
      switch (registers[x].extent, registers[result].extent) {
      case (.row, .full): descent_expand_rows(rows, columns, size, pointers[x], pointers[result])
      case (.column, .full): descent_expand_columns(rows, columns, size, pointers[x], pointers[result])
      case (.scalar, let extent): descent_load_strided(count(extent), size, pointers[x], 0, pointers[result])
      case (.full, _), (.row, _), (.column, _):
        pointers[result].copyMemory(from: pointers[x], byteCount: count(registers[x].extent) * size)
      }
    }

    private func spread(_ access: StridedAccess, _ x: Int) {
      let place = StridedPlace(
        firstRow: firstRow, rows: rows, firstColumn: firstColumn, columns: columns, size: registers[x].size)
      place.spread(access, from: pointers[x], into: context.buffers[access.buffer] + access.offset)
    }

    private func collect(_ access: StridedAccess, _ extent: Extent, _ result: Int) {
      let source = UnsafeRawPointer(address(access.buffer)) + access.offset
      let hasRows = extent == .full || extent == .row
      let hasColumns = extent == .full || extent == .column
      let place = StridedPlace(
        firstRow: hasRows ? firstRow : 0, rows: hasRows ? rows : 1, firstColumn: hasColumns ? firstColumn : 0,
        columns: hasColumns ? columns : 1, size: registers[result].size)
      place.collect(access, from: source, into: pointers[result])
    }
  }
}

extension UnsafeMutableBufferPointer {
  /// Memory with the elements of an array, which hold no references.
  fileprivate static func allocate(copying elements: [Element]) -> UnsafeMutableBufferPointer {
    let buffer = allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }
}
