import CDescentKernels
import DescentGraph

/// Compiles a group of values to a row program.
struct RowProgramBuilder {
  let group: FusionGroup
  let values: [Value]
  /// The members whose elements go to memory.
  let stored: Set<Int>
  let kernels = Kernels()
  var program: RowProgram
  var buffers: BufferTable
  /// The registers of members, and of what has been loaded.
  var registers: [Int: Int] = [:]
  var loads: [Load: Int] = [:]
  var expansions: [Expansion: Int] = [:]

  struct Load: Hashable {
    var view: StridedView
    var isRow: Bool
  }

  struct Expansion: Hashable {
    var register: Int
    var extent: Extent
  }

  init(
    _ group: FusionGroup, _ values: [Value], stored: Set<Int>, buffers: BufferTable, strips: Partition? = nil
  ) {
    (self.group, self.values, self.stored, self.buffers) = (group, values, stored, buffers)
    program = RowProgram(group, values, strips: strips)
  }

  /// The program; `buffers` has grown by what it needs in between.
  mutating func build() throws(TensorError) -> RowProgram {
    for member in group.members {
      try emit(member)
      if program.isTiled { spread(member) }
    }
    findReplacements()
    program.allocateSlots()
    return program
  }

  // MARK: Members

  private mutating func emit(_ number: Int) throws(TensorError) {
    let value = values[number]
    switch value.kind {
    case .element(let function): try emit(function, number, value)
    case .reduce(let reduction, let span): try emit(reduction, span, number, value)
    case .argument(let extremum):
      let x = expand(operand(value.operands[0], .full), to: .full)
      let kernel = try required(kernels.argument(extremum, type(of: value.operands[0])), value)
      append(.argument(kernel), .row, x: x, result: newRegister(.row, number))
    case .assemble(let places, _):
      for (source, target) in zip(value.operands, places) {
        store(expand(operand(source, .full), to: .full), number, at: target)
      }
    case .input, .scalar, .constant, .empty, .iota, .random, .gather, .scatterAdd, .contract, .pack, .scan, .argSort,
      .control, .unpack, .after, .overlap, .matrices:
      preconditionFailure("\(value.name) is not fused")
    }
  }

  private func type(of view: StridedView) -> ScalarType { values[view.root].type }

  private func required<Kernel>(_ kernel: Kernel?, _ value: Value) throws(TensorError) -> Kernel {
    guard let kernel else {
      throw TensorError(.scalarTypeMismatch, value.name, "has no kernel for its operands' scalar type")
    }
    return kernel
  }

  private mutating func emit(_ function: ElementFunction, _ number: Int, _ value: Value) throws(TensorError) {
    let role = group.roles[number] ?? .full
    if function == .copy { return emitCopy(number, value, role) }
    let operands = value.operands.map { operand($0, role) }
    let types = value.operands.map(type)
    let extent = joined(operands)
    let target = role == .row ? Extent.row : .full
    let isStoredAsIs = stored.contains(number) && extent == target
    let result = isStoredAsIs ? newRegister(extent, number) : newSlot(extent, value.type)
    registers[number] = result
    switch function {
    case .copy: break
    case .square: try emitUnary(required(kernels.unary(.DESCENT_SQUARE, value.type), value), extent, operands, result)
    case .unary(let function):
      try emitUnary(required(kernels.unary(function.kernel, value.type), value), extent, operands, result)
    case .convert: try emitUnary(required(kernels.convert(types[0], value.type), value), extent, operands, result)
    case .binary(let function):
      if function.refusesZero(value.type) {
        append(.findZero, program.registers[operands[1]].extent, x: operands[1])
      }
      emitBinary(try required(kernels.binary(function, value.type), value), extent, operands, result)
    case .compare(let comparison):
      emitBinary(try required(kernels.compare(comparison, types[0]), value), extent, operands, result)
    case .select:
      let parts = operands.map { program.registers[$0].extent == .scalar ? $0 : expand($0, to: extent) }
      let condition = expand(parts[0], to: extent)
      let kernel = try required(kernels.select(value.type), value)
      append(.select(kernel), extent, x: parts[1], y: parts[2], condition: condition, result: result)
    }
    if stored.contains(number), !isStoredAsIs { _ = expand(result, to: target, into: newRegister(target, number)) }
  }

  private mutating func emitUnary(
    _ kernel: descent_unary_kernel, _ extent: Extent, _ operands: [Int], _ result: Int
  ) throws(TensorError) {
    append(.unary(kernel), extent, x: operands[0], result: result)
  }

  private mutating func emitBinary(
    _ kernel: descent_binary_kernel, _ extent: Extent, _ operands: [Int], _ result: Int
  ) {
    // Long rows take an operand of another extent as it is; short ones would cost a call each.
    let goesByRows = program.blockRows == 1 || program.blockColumns >= 48
    var operands = operands
    if !goesByRows {
      operands = operands.map { program.registers[$0].extent == .scalar ? $0 : expand($0, to: extent) }
    }
    let isMixed = operands.contains { ![.scalar, extent].contains(program.registers[$0].extent) }
    append(isMixed ? .binaryByRows(kernel) : .binary(kernel), extent, x: operands[0], y: operands[1], result: result)
  }

  private mutating func emitCopy(_ number: Int, _ value: Value, _ role: Role) {
    guard stored.contains(number) else { return registers[number] = operand(value.operands[0], role) }
    let target = role == .row ? Extent.row : .full
    let register = newRegister(target, number)
    if registers[value.operands[0].root] == nil, load(value.operands[0], role, into: register) { return }
    _ = expand(operand(value.operands[0], role), to: target, into: register)
    registers[number] = register
  }

  private mutating func emit(
    _ reduction: Reduction, _ span: Span, _ number: Int, _ value: Value
  ) throws(TensorError) {
    let x = expand(operand(value.operands[0], .full), to: .full)
    let rowKernel = try required(kernels.reduceRows(reduction, value.type), value)
    let size = value.type.byteCount
    switch span {
    case .trailing:
      if group.roles[number] == .row {
        return append(.reduceRows(rowKernel), .row, x: x, result: newRegister(.row, number))
      }
      let count = program.columnBlocks
      let parts = buffers.addTemporary(program.rows * count * size)
      let part = bound(
        .row, value.type, .init(register: 0, buffer: parts, rowStride: count * size, columnBlockStride: size))
      append(.reduceRows(rowKernel), .row, x: x, result: part)
      program.combinations.append(
        .rows(rowKernel, rows: program.rows, count: count, parts: parts, result: buffers.number(of: number)))
    case .all:
      let count = program.blockCount
      let parts = count == 1 ? buffers.number(of: number) : buffers.addTemporary(count * size)
      let part = bound(.scalar, value.type, .init(register: 0, buffer: parts, blockStride: size))
      append(.reduceAll(rowKernel), .scalar, x: x, result: part)
      if count == 1 { return }
      program.combinations.append(
        .rows(rowKernel, rows: 1, count: count, parts: parts, result: buffers.number(of: number)))
    case .leading:
      let kernel = try required(kernels.reduceColumns(reduction, value.type), value)
      emitColumns(kernel, empty: rowKernel, x, number, value)
    }
  }

  private mutating func emitColumns(
    _ kernel: descent_reduce_columns_kernel, empty: @escaping descent_reduce_rows_kernel, _ x: Int, _ number: Int,
    _ value: Value
  ) {
    let (columns, size) = (program.columns, value.type.byteCount)
    let fold = program.columnBlocks == 1 ? max(1, min(64 / columns, program.blockRows / 2)) : 1
    let count = program.itemCount * fold
    let parts = count == 1 ? buffers.number(of: number) : buffers.addTemporary(count * columns * size)
    let binding = RowProgram.Binding(register: 0, buffer: parts, columnStride: size, itemStride: fold * columns * size)
    append(.reduceColumns(kernel, fold: fold), .column, x: x, result: bound(.column, value.type, binding))
    program.accumulators.append(.init(kernel: empty, binding: binding, count: fold * columns))
    if count == 1 { return }
    program.combinations.append(
      .columns(
        kernel, empty: empty, columns: columns, count: count, parts: parts, result: buffers.number(of: number)))
  }
}
