import CDescentKernels
import DescentGraph

// How a row program's builder gives out registers, and brings operands into them.

extension RowProgramBuilder {
  // MARK: Registers

  mutating func append(
    _ call: BlockInstruction.Call, _ extent: Extent, x: Int = -1, y: Int = -1, condition: Int = -1, result: Int = -1
  ) {
    program.instructions.append(
      BlockInstruction(call: call, extent: extent, x: x, y: y, condition: condition, result: result))
  }

  mutating func newSlot(_ extent: Extent, _ type: ScalarType) -> Int {
    program.registers.append(.init(extent: extent, size: type.byteCount))
    return program.registers.count - 1
  }

  /// A register in memory.
  mutating func bound(_ extent: Extent, _ type: ScalarType, _ binding: RowProgram.Binding) -> Int {
    program.registers.append(.init(extent: extent, size: type.byteCount, isInMemory: true))
    program.bindings.append(binding)
    program.bindings[program.bindings.count - 1].register = program.registers.count - 1
    return program.registers.count - 1
  }

  /// The register that holds a member, in its buffer if it has one.
  mutating func newRegister(_ extent: Extent, _ number: Int) -> Int {
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

  func joined(_ operands: [Int]) -> Extent {
    let extents = operands.map { program.registers[$0].extent }
    if extents.contains(.full) || (extents.contains(.row) && extents.contains(.column)) { return .full }
    return extents.contains(.row) ? .row : extents.contains(.column) ? .column : .scalar
  }

  /// A register with the elements of another one for each place of a larger extent.
  mutating func expand(_ register: Int, to extent: Extent, into target: Int? = nil) -> Int {
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

  mutating func operand(_ view: StridedView, _ role: Role) -> Int {
    if let register = registers[view.root] { return register }
    let key = Load(view: view, isRow: role == .row)
    if let register = loads[key] { return register }
    let register = directRegister(view, role) ?? collectedRegister(view, role)
    loads[key] = register
    return register
  }

  /// The dimensions that a register's rows and columns walk.
  func split(
    _ view: StridedView, _ role: Role
  ) -> (rows: [StridedView.Dimension], columns: [StridedView.Dimension]) {
    guard role == .row else { return view.split(columns: program.columns) ?? ([], view.dimensions) }
    return (view.dimensions, [])
  }

  func extent(_ view: StridedView, _ role: Role) -> Extent {
    if group.count == 1 { return .full }
    let (rows, columns) = split(view, role)
    let variesByColumn = columns.contains { $0.stride != 0 }
    // The columns of a single row are all of it; as a column they would be copied to where they are stored.
    let variesByRow = program.rows == 1 ? variesByColumn : rows.contains { $0.stride != 0 }
    return variesByRow ? (variesByColumn ? .full : .row) : variesByColumn ? .column : .scalar
  }

  /// The register for elements that lie in memory just as a register holds them.
  mutating func directRegister(_ view: StridedView, _ role: Role) -> Int? {
    let value = values[view.root]
    let size = value.type.byteCount
    let extent = extent(view, role)
    if let place = buffers.scalarPlace(of: view.root) {
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

  mutating func collectedRegister(_ view: StridedView, _ role: Role) -> Int {
    let register = newSlot(extent(view, role), values[view.root].type)
    collect(view, role, into: register)
    return register
  }

  mutating func collect(_ view: StridedView, _ role: Role, into register: Int) {
    let size = program.registers[register].size
    let (rows, columns) = split(view, role)
    program.accesses.append(
      StridedAccess(
        buffer: buffers.number(of: view.root), offset: view.offset * size, rows: .init(rows, size: size),
        columns: .init(columns, size: size)))
    append(.load(program.accesses.count - 1), program.registers[register].extent, result: register)
  }

  /// Puts a tile's elements of a member to their places in memory.
  mutating func spread(_ number: Int) {
    guard stored.contains(number), group.roles[number] == .full, let register = registers[number] else { return }
    store(register, number, at: StridedView(whole: number, [program.rows, program.columns]))
  }

  /// Puts the elements of a register to places of a member in memory.
  mutating func store(_ register: Int, _ number: Int, at places: StridedView) {
    let size = program.registers[register].size
    let (rows, columns) = split(places, .full)
    program.accesses.append(
      StridedAccess(
        buffer: buffers.number(of: number), offset: places.offset * size, rows: .init(rows, size: size),
        columns: .init(columns, size: size)))
    append(.store(program.accesses.count - 1), .full, x: register)
  }

  /// Collects scattered elements straight into a register; false if they need no collecting.
  mutating func load(_ view: StridedView, _ role: Role, into register: Int) -> Bool {
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
  func reads(of root: Int) -> Set<StridedView> {
    Set(group.members.flatMap { values[$0].operands }.filter { $0.root == root })
  }

  /// Finds results that may be written where an operand lies that nothing reads any more.
  mutating func findReplacements() {
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
