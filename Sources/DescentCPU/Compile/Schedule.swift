import DescentGraph

/// The order in which units run: as fusion found them, but whatever gives back at least as much memory as it takes runs
/// as soon as it can.
///
/// A backward pass comes in an order that follows cotangents; the gradients of weights, which are the last to need a
/// layer's activations, would all come at its end and keep every activation until then. What overwrites a donated input
/// waits for what must come before.
struct Schedule {
  private let units: [Fusion.Unit]
  /// The values with memory of their own that a unit reads, and those that it makes.
  private let reads: [[Int]]
  private let makes: [[Int]]
  private let readers: [Int: [Int]]
  /// The bytes that come back once nobody needs a value any more; what is given or returned is there all the time.
  private let byteCounts: [Int: Int]
  /// The units that must be done before each unit though it needs nothing of theirs, and the other way round.
  private let predecessors, successors: [[Int]]

  static func ordered(_ units: [Fusion.Unit], _ lowering: Lowering) -> [Fusion.Unit] {
    let order = Schedule(units, lowering, predecessors: units.map { _ in [] }).order.map { units[$0] }
    if lowering.donatedInputs.isEmpty { return order }
    let predecessors = Donations(order, lowering).predecessors
    return Schedule(order, lowering, predecessors: predecessors).order.map { order[$0] }
  }

  private init(_ units: [Fusion.Unit], _ lowering: Lowering, predecessors: [[Int]]) {
    (self.units, self.predecessors) = (units, predecessors)
    successors = predecessors.enumerated().reduce(into: units.map { _ in [] }) { successors, unit in
      for predecessor in unit.element { successors[predecessor].append(unit.offset) }
    }
    let values = lowering.values
    let outputs = Set(lowering.outputs)
    let homes = units.enumerated().reduce(into: [Int: Int]()) { homes, unit in
      for member in unit.element.group == nil ? Set(unit.element.members) : unit.element.stored {
        homes[member] = unit.offset
      }
    }
    reads = units.enumerated().map { place, unit in
      let roots = Set(unit.members.flatMap { values[$0].operands.map(\.root) })
      return roots.filter { homes[$0] != nil && homes[$0] != place }.sorted()
    }
    var (readers, byteCounts) = ([Int: [Int]](), [Int: Int]())
    for (place, roots) in reads.enumerated() { for root in roots { readers[root, default: []].append(place) } }
    for root in readers.keys where !outputs.contains(root) { byteCounts[root] = values[root].byteCount }
    makes = units.indices.map { place in units[place].members.filter { homes[$0] == place && readers[$0] != nil } }
    (self.readers, self.byteCounts) = (readers, byteCounts)
  }

  private var order: [Int] {
    var waiting = zip(reads, predecessors).map { $0.count + $1.count }
    var unread = readers.mapValues(\.count)
    var isDone = [Bool](repeating: false, count: units.count)
    var ready = Heap(units.indices.filter { waiting[$0] == 0 })
    var giving = Heap(ready.elements.filter { balance($0, unread) <= 0 })
    var order: [Int] = []
    while let next = giving.popFirst() ?? ready.popFirst() {
      if isDone[next] { continue }
      isDone[next] = true
      order.append(next)
      for unit in makes[next].flatMap({ readers[$0, default: []] }) + successors[next] {
        waiting[unit] -= 1
        if waiting[unit] > 0 { continue }
        ready.insert(unit)
        if balance(unit, unread) <= 0 { giving.insert(unit) }
      }
      for value in reads[next] {
        unread[value, default: 0] -= 1
        guard unread[value] == 1, let last = readers[value]?.first(where: { !isDone[$0] }) else { continue }
        if waiting[last] == 0, balance(last, unread) <= 0 { giving.insert(last) }
      }
    }
    return order
  }

  /// The bytes that a unit takes, less those that it is the last to need.
  private func balance(_ unit: Int, _ unread: [Int: Int]) -> Int {
    let taken = makes[unit].reduce(0) { $0 + byteCounts[$1, default: 0] }
    let given = reads[unit].reduce(0) { $0 + (unread[$1] == 1 ? byteCounts[$1, default: 0] : 0) }
    return taken - given
  }
}

/// A binary heap of numbers, the least on top.
private struct Heap {
  private(set) var elements: [Int] = []

  init(_ sorted: [Int]) { elements = sorted }

  mutating func insert(_ element: Int) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0, elements[(place - 1) / 2] > elements[place] {
      elements.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    if elements.isEmpty { return first }
    elements[0] = last
    var place = 0
    while true {
      let children = [2 * place + 1, 2 * place + 2].filter { $0 < elements.count && elements[$0] < elements[place] }
      guard let child = children.min(by: { elements[$0] < elements[$1] }) else { return first }
      elements.swapAt(place, child)
      place = child
    }
  }
}
