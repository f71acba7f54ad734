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
  private var registers: [Int: Int] = [:]
  private var loads: [Load: Int] = [:]
  private var expansions: [Expansion: Int] = [:]

  private struct Load: Hashable {
    var view: StridedView
    var isRow: Bool
  }

  private struct Expansion: Hashable {
    var register: Int
    var extent: Extent
  }

  init(_ group: FusionGroup, _ values: [Value], stored: Set<Int>, buffers: BufferTable) {
    (self.group, self.values, self.stored, self.buffers) = (group, values, stored, buffers)
    program = RowProgram(group, values)
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
    case .input, .scalar, .constant, .empty, .iota, .random, .assemble, .gather, .scatterAdd, .contract:
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
      if function == .divide, value.type.isInteger {
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
    let isMixed = operands.contains { program.registers[$0].extent != .scalar && program.registers[$0].extent != extent }
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
    let (count, columns, size) = (program.itemCount, program.columns, value.type.byteCount)
    let parts = count == 1 ? buffers.number(of: number) : buffers.addTemporary(count * columns * size)
    let binding = RowProgram.Binding(register: 0, buffer: parts, columnStride: size, itemStride: columns * size)
    append(.reduceColumns(kernel), .column, x: x, result: bound(.column, value.type, binding))
    program.accumulators.append(.init(kernel: empty, binding: binding, count: columns))
    if count == 1 { return }
    program.combinations.append(
      .columns(
        kernel, empty: empty, columns: columns, count: count, parts: parts, result: buffers.number(of: number)))
  }

  // MARK: Registers

  private mutating func append(
    _ call: BlockInstruction.Call, _ extent: Extent, x: Int = -1, y: Int = -1, condition: Int = -1, result: Int = -1
  ) {
    program.instructions.append(
      BlockInstruction(call: call, extent: extent, x: x, y: y, condition: condition, result: result))
  }

  private mutating func newSlot(_ extent: Extent, _ type: ScalarType) -> Int {
    program.registers.append(.init(extent: extent, size: type.byteCount))
    return program.registers.count - 1
  }

  /// A register in memory.
  private mutating func bound(_ extent: Extent, _ type: ScalarType, _ binding: RowProgram.Binding) -> Int {
    program.registers.append(.init(extent: extent, size: type.byteCount, isInMemory: true))
    program.bindings.append(binding)
    program.bindings[program.bindings.count - 1].register = program.registers.count - 1
    return program.registers.count - 1
  }

  /// The register that holds a member, in its buffer if it has one.
  private mutating func newRegister(_ extent: Extent, _ number: Int) -> Int {
    let type = values[number].type
    let register: Int
    if stored.contains(number), !(program.isTiled && extent == .full) {
      var binding = RowProgram.Binding(register: 0, buffer: buffers.number(of: number))
      binding.rowStride = type.byteCount * (extent == .full ? program.columns : 1)
      binding.columnStride = extent == .full ? type.byteCount : 0
      register = bound(extent, type, binding)
    } else {
      register = newSlot(extent, type)
    }
    registers[number] = register
    return register
  }

  private func joined(_ operands: [Int]) -> Extent {
    let extents = operands.map { program.registers[$0].extent }
    if extents.contains(.full) || (extents.contains(.row) && extents.contains(.column)) { return .full }
    return extents.contains(.row) ? .row : extents.contains(.column) ? .column : .scalar
  }

  /// A register with the elements of another one for each place of a larger extent.
  private mutating func expand(_ register: Int, to extent: Extent, into target: Int? = nil) -> Int {
    let source = program.registers[register]
    if source.extent == extent, target == nil { return register }
    let key = Expansion(register: register, extent: extent)
    if target == nil, let known = expansions[key] { return known }
    program.registers.append(.init(extent: extent, size: source.size))
    let result = target ?? program.registers.count - 1
    append(.expand, extent, x: register, result: result)
    expansions[key] = result
    return result
  }

  // MARK: Operands

  private mutating func operand(_ view: StridedView, _ role: Role) -> Int {
    if let register = registers[view.root] { return register }
    let key = Load(view: view, isRow: role == .row)
    if let register = loads[key] { return register }
    let register = directRegister(view, role) ?? collectedRegister(view, role)
    loads[key] = register
    return register
  }

  /// The dimensions that a register's rows and columns walk.
  private func split(_ view: StridedView, _ role: Role) -> (rows: [StridedView.Dimension], columns: [StridedView.Dimension]) {
    guard role == .row else { return view.split(columns: program.columns) ?? ([], view.dimensions) }
    return (view.dimensions, [])
  }

  private func extent(_ view: StridedView, _ role: Role) -> Extent {
    if group.count == 1 { return .full }
    let (rows, columns) = split(view, role)
    let variesByRow = rows.contains { $0.stride != 0 }
    let variesByColumn = columns.contains { $0.stride != 0 }
    return variesByRow ? (variesByColumn ? .full : .row) : variesByColumn ? .column : .scalar
  }

  /// The register for elements that lie in memory just as a register holds them.
  private mutating func directRegister(_ view: StridedView, _ role: Role) -> Int? {
    let value = values[view.root]
    let size = value.type.byteCount
    let extent = extent(view, role)
    if let place = buffers.scalarPlace(of: view.root, value) {
      return bound(extent, value.type, .init(register: 0, buffer: place.buffer, offset: place.offset))
    }
    let (rows, columns) = split(view, role)
    let hasRows = extent == .full || extent == .row
    let hasColumns = extent == .full || extent == .column
    if hasRows, rows.count > 1 { return nil }
    if hasColumns, columns.count > 1 || (columns.first?.stride ?? 1) != 1 { return nil }
    let rowStride = hasRows ? rows.first?.stride ?? 0 : 0
    if extent == .row, rowStride != 1, program.blockRows > 1 { return nil }
    if extent == .full, program.blockRows > 1, program.isTiled || rowStride != program.columns { return nil }
    let binding = RowProgram.Binding(
      register: 0, buffer: buffers.number(of: view.root), offset: view.offset * size, rowStride: rowStride * size,
      columnStride: hasColumns ? size : 0)
    return bound(extent, value.type, binding)
  }

  private mutating func collectedRegister(_ view: StridedView, _ role: Role) -> Int {
    let register = newSlot(extent(view, role), values[view.root].type)
    collect(view, role, into: register)
    return register
  }

  private mutating func collect(_ view: StridedView, _ role: Role, into register: Int) {
    let size = program.registers[register].size
    let (rows, columns) = split(view, role)
    program.accesses.append(
      StridedAccess(
        buffer: buffers.number(of: view.root), offset: view.offset * size, rows: .init(rows, size: size),
        columns: .init(columns, size: size)))
    append(.load(program.accesses.count - 1), program.registers[register].extent, result: register)
  }

  /// Puts a tile's elements of a member to their places in memory.
  private mutating func spread(_ number: Int) {
    guard stored.contains(number), group.roles[number] == .full, let register = registers[number] else { return }
    let size = program.registers[register].size
    program.accesses.append(
      StridedAccess(
        buffer: buffers.number(of: number), offset: 0,
        rows: .init([.init(size: program.rows, stride: program.columns)], size: size),
        columns: .init([.init(size: program.columns, stride: 1)], size: size)))
    append(.store(program.accesses.count - 1), .full, x: register)
  }

  /// Collects scattered elements straight into a register; false if they need no collecting.
  private mutating func load(_ view: StridedView, _ role: Role, into register: Int) -> Bool {
    let hasSameExtent = extent(view, role) == program.registers[register].extent
    let (registerCount, bindingCount) = (program.registers.count, program.bindings.count)
    guard hasSameExtent, directRegister(view, role) == nil else {
      program.registers.removeLast(program.registers.count - registerCount)
      program.bindings.removeLast(program.bindings.count - bindingCount)
      return false
    }
    collect(view, role, into: register)
    return true
  }

  // MARK: Updates in place

  /// The ways in which the program reads a value.
  private func reads(of root: Int) -> Set<StridedView> {
    Set(group.members.flatMap { values[$0].operands }.filter { $0.root == root })
  }

  /// Finds results that may be written where an operand lies that nothing reads any more.
  private mutating func findReplacements() {
    for (number, register) in registers where stored.contains(number) && program.registers[register].isInMemory {
      guard group.roles[number] == .full, let place = program.instructions.firstIndex(where: { $0.result == register }),
        program.instructions[place].isPointwise
      else { continue }
      for (load, source) in loads where program.registers[source].isInMemory && !values[load.view.root].isScalar {
        let value = values[load.view.root]
        let isWhole = !load.isRow && load.view.isContiguous && load.view.offset == 0 && value.count == group.count
        guard isWhole, value.type.byteCount == values[number].type.byteCount,
          reads(of: load.view.root).count == 1,
          program.instructions.lastIndex(where: { $0.reads.contains(source) }) ?? 0 <= place
        else { continue }
        program.replacements.append((number, load.view.root))
      }
    }
    program.replacements.sort { $0 < $1 }
  }
}
