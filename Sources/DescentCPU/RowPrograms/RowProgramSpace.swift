import DescentGraph

// How a group's elements are cut into rows, blocks and items, and where registers lie.

extension RowProgram {
  /// A program without instructions for the space of a group; its rows may come in strips.
  init(_ group: FusionGroup, _ values: [Value], strips: Partition? = nil) {
    columns = group.columns ?? RowProgram.freeColumns(group, values)
    rows = group.count / columns
    self.strips = strips
    if let strips {
      // No strip has fewer rows than blocks.
      let shortest = (0..<strips.count).reduce(rows) { min($0, strips[$1].count) }
      let blockElements = RowProgram.blockElements(group, values, columns: columns)
      let wanted = (strips.longest * columns + blockElements - 1)
      blocksPerItem = max(1, min(wanted / blockElements, shortest))
      (blockRows, blockColumns) = ((strips.longest + blocksPerItem - 1) / blocksPerItem, columns)
      return
    }
    if columns <= group.granularity.longestRow || group.isClosed {
      blockColumns = columns
      blockRows = min(rows, max(1, RowProgram.blockElements(group, values, columns: columns) / columns))
    } else {
      blockColumns = group.granularity.blockElements
      blockRows = 1
    }
    if RowProgram.transposes(group, values, columns: columns) {
      var side = 1
      while side * side < group.granularity.blockElements { side *= 2 }
      (blockRows, blockColumns) = (min(rows, side), min(columns, side))
    }
    let work = RowProgram.cost(group, values) * Double(group.count)
    var items = max(1, min(256, Int(work / group.granularity.itemNanoseconds)))
    // Each item has sums of its own for all columns, which must cost little beside the rows that they sum.
    let sumsColumns = group.members.contains { if case .reduce(_, .leading) = values[$0].kind { true } else { false } }
    if sumsColumns { items = max(1, min(items, rows / 8, 64)) }
    blocksPerItem = (blockCount + items - 1) / items
  }

  /// About how many elements a block of whole rows has: one row's where that spares enough collecting.
  ///
  /// A block of several rows collects an operand whose rows lie apart, such as one gate of several side by side; a block
  /// of one row reads it where it lies, but has the cost of calls for each row.
  private static func blockElements(_ group: FusionGroup, _ values: [Value], columns: Int) -> Int {
    let usual = 2 * group.granularity.blockElements
    guard columns >= fewestColumnsInPlace else { return usual }
    let apart = Set(group.members.flatMap { values[$0].operands }).filter { view in
      guard group.roles[view.root] == nil, view.count == group.count, let (rows, inner) = view.split(columns: columns)
      else { return false }
      return rows.count == 1 && rows[0].stride != columns && inner.count == 1 && inner[0].stride == 1
    }
    return apart.count * 4 >= group.members.count ? columns : usual
  }

  // Shorter rows cost more in calls than in collecting.
  private static let fewestColumnsInPlace = 128

  /// The length of rows in a group that does not ask for one: all, or what lets strided operands be read by rows.
  private static func freeColumns(_ group: FusionGroup, _ values: [Value]) -> Int {
    let views =
      group.members.filter { group.roles[$0] == .full || group.roles[$0] == .result }
      .flatMap { values[$0].operands }
      .filter { group.roles[$0.root] == nil && !$0.isContiguous && !$0.isConstant }
      + group.members.flatMap { values[$0].targets }.filter { !$0.isContiguous }
    let lengths = Set(views.compactMap { $0.dimensions.last?.size }).sorted()
    let fitting = lengths.first { length in views.allSatisfy { $0.split(columns: length) != nil } }
    return fitting ?? group.count
  }

  /// Whether walking along rows would touch a line of cache for each element of some operand, while walking along
  /// columns would not.
  static func transposes(_ group: FusionGroup, _ values: [Value], columns: Int) -> Bool {
    let hasRowResults = group.members.contains {
      switch values[$0].kind {
      case .reduce(_, .trailing), .argument: true
      case .input, .scalar, .constant, .empty, .element, .reduce, .iota, .random, .assemble, .gather, .scatterAdd,
        .contract, .pack, .scan, .argSort, .control, .unpack, .after, .overlap, .matrices:
        group.roles[$0] == .row
      }
    }
    if hasRowResults || columns < 16 || group.count / columns < 16 { return false }
    return group.members.flatMap { values[$0].operands }.contains { view in
      guard group.roles[view.root] == nil, view.count == group.count, let (rows, inner) = view.split(columns: columns),
        let row = rows.last, let column = inner.last
      else { return false }
      return abs(column.stride) > 8 && abs(row.stride) < abs(column.stride)
    }
  }

  /// What one element of the space costs, in nanoseconds on one thread.
  private static func cost(_ group: FusionGroup, _ values: [Value]) -> Double {
    var (cost, bytes) = (0.0, 0.0)
    for member in group.members where group.roles[member] == .full || group.roles[member] == .result {
      if case .element(let function) = values[member].kind { cost += function.cost } else { cost += 0.1 }
      bytes += Double(values[member].operands.filter { group.roles[$0.root] == nil }.count * 4)
    }
    return cost + 0.05 * bytes
  }

  /// Gives each register that is not in memory a slot; slots are used again when their last reader is done.
  mutating func allocateSlots() {
    var lastUse = [Int](repeating: -1, count: registers.count)
    for (place, instruction) in instructions.enumerated() {
      for register in instruction.reads + [instruction.result] where register >= 0 { lastUse[register] = place }
    }
    var free: [Int: [Int]] = [:]
    var held: [Int] = []
    for (place, instruction) in instructions.enumerated() {
      let result = instruction.result
      /// An operand's slot may become the result's if element i of one depends on element i of the other only, and
      /// both lie at the same place: a wider result would run over elements that are still to be read.
      func isDone(_ register: Int) -> Bool {
        let isReplaced =
          instruction.isPointwise && registers[register].extent == registers[result].extent
          && registers[register].size == registers[result].size
        return lastUse[register] <= (isReplaced ? place : place - 1)
      }
      for register in held where isDone(register) {
        free[slotBytes(register), default: []].append(registers[register].offset)
      }
      held.removeAll(where: isDone)
      guard result >= 0, !registers[result].isInMemory else { continue }
      let bytes = slotBytes(result)
      if let offset = free[bytes]?.popLast() {
        registers[result].offset = offset
      } else {
        registers[result].offset = slotBytes
        slotBytes += bytes
      }
      held.append(result)
    }
  }

  private func slotBytes(_ register: Int) -> Int {
    let count =
      switch registers[register].extent {
      case .full: blockRows * blockColumns
      case .row: blockRows
      case .column: blockColumns
      case .scalar: 1
      }
    return (count * registers[register].size + 63) / 64 * 64
  }
}
