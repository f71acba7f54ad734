import DescentGraph

/// Programs that read a contraction's result row by row become its epilogue: the same unit computes both, strip by
/// strip.
///
/// A unit has one program at most, and a program one contraction; a second one that it reads is stored beforehand.
struct Epilogues {
  private let lowering: Lowering
  /// Nil where a contraction has become part of another unit.
  private var units: [Fusion.Unit?]
  /// The unit that stores each value.
  private var homes: [Int: Int] = [:]
  /// The units that read what each unit stores.
  private var readers: [Set<Int>]

  /// The units with epilogues, each at the place of its program.
  static func attached(to units: [Fusion.Unit], _ lowering: Lowering) -> [Fusion.Unit] {
    var epilogues = Epilogues(units, lowering)
    for index in units.indices where units[index].group != nil { epilogues.attach(index) }
    return epilogues.units.compactMap(\.self)
  }

  private init(_ units: [Fusion.Unit], _ lowering: Lowering) {
    (self.units, self.lowering) = (units, lowering)
    for (index, unit) in units.enumerated() { for value in unit.stored { homes[value] = index } }
    readers = Array(repeating: [], count: units.count)
    for (index, unit) in units.enumerated() {
      for operand in unit.members.flatMap({ lowering.values[$0].operands }) {
        if let home = homes[operand.root], home != index { readers[home].insert(index) }
      }
    }
  }

  /// Makes a program the epilogue of a contraction that it reads, if there is a suitable one.
  private mutating func attach(_ program: Int) {
    guard let unit = units[program], let group = unit.group else { return }
    let values = lowering.values
    let roots = Set(unit.members.flatMap { values[$0].operands.map(\.root) })
    // A result that nobody else reads need not be stored at all, so it comes first.
    let candidates = roots.filter { canBeStrips($0, group) }.map { (readers: otherReaders($0, than: program), $0) }
    for (_, product) in candidates.sorted(by: <) {
      guard let home = homes[product], units[home]?.group == nil, !hasPath(from: home, to: program),
        let rows = Epilogues.group(group, readingStripsOf: product, values)
      else { continue }
      units[program]?.group = rows
      units[program]?.product = product
      units[program]?.members = [product] + unit.members
      units[program]?.stored.insert(product)
      units[home] = nil
      readers[program].formUnion(readers[home].subtracting([program]))
      for source in values[product].operands.compactMap({ homes[$0.root] }) {
        readers[source].remove(home)
        readers[source].insert(program)
      }
      homes[product] = program
      return
    }
  }

  private func otherReaders(_ value: Int, than program: Int) -> Int {
    let isOutput = lowering.outputs.contains(value)
    return (homes[value].map { readers[$0].subtracting([program]).count } ?? 0) + (isOutput ? 1 : 0)
  }

  /// Whether a value is a contraction that is computed in strips, and the group reads all of it in its order.
  private func canBeStrips(_ number: Int, _ group: FusionGroup) -> Bool {
    let value = lowering.values[number]
    guard case .contract(let shape) = value.kind, group.count == value.count, homes[number] != nil,
      // What stays the same in all runs of a loop is computed once.
      !(lowering.preparation.isLoop && lowering.preparation.contains(number)),
      let element = MatrixProduct.Element(value.type), ProductStrips(shape, element, lowering.granularity) != nil
    else { return false }
    return group.members.flatMap { lowering.values[$0].operands }.allSatisfy { view in
      view.root != number || view.isContiguous && view.offset == 0 && view.count == group.count
    }
  }

  /// The group with rows that fit into those of a product; nil if there are none.
  private static func group(_ group: FusionGroup, readingStripsOf product: Int, _ values: [Value]) -> FusionGroup? {
    guard case .contract(let shape) = values[product].kind else { return nil }
    let columns = group.columns ?? shape.columnCount
    guard columns <= group.granularity.longestRow, shape.columnCount.isMultiple(of: columns), !group.isClosed,
      !RowProgram.transposes(group, values, columns: columns)
    else { return nil }
    return FusionGroup(of: group.members, count: group.count, columns: columns, values, group.granularity)
  }

  /// Whether a unit needs another one by way of a third.
  private func hasPath(from first: Int, to last: Int) -> Bool {
    var waiting = readers[first].filter { $0 != last }
    var seen = waiting
    while let next = waiting.popFirst() {
      for reader in readers[next] where seen.insert(reader).inserted {
        if reader == last { return true }
        waiting.insert(reader)
      }
    }
    return false
  }
}
