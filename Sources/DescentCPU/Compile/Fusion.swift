import DescentGraph

/// Which values are computed together: greedily, in order, each value joins the program that computes its operands.
///
/// A value may join, and two programs may become one, if all fits into one iteration space and no path leads out of
/// the program and back into it.
struct Fusion {
  /// Values computed by one step.
  struct Unit {
    /// Nil for a value that has a step of its own kind.
    var group: FusionGroup?
    var members: [Int]
    /// The contraction, a member beside the group's, whose strips the group's program takes.
    var product: Int?
    /// The members that are computed nowhere else.
    var stored: Set<Int> = []
    /// The units whose results it needs, directly or not.
    var needs = BitSet()
  }

  private let values: [Value]
  private let granularity: Granularity
  private let outputs: Set<Int>
  /// The values that read each value.
  private let readers: [[Int]]
  /// The values to place, in order.
  ///
  /// What comes before them is there already, what comes after is yet to be placed.
  private let segment: ArraySlice<Int>
  /// Nil where a unit has become part of another one.
  private var units: [Unit?] = []
  /// The unit that computes each value, nil for what is there already.
  private var home: [Int: Int] = [:]
  /// The units that compute each value a second time.
  private var copies: [Int: [Int]] = [:]

  /// The units that compute everything a graph needs, in order.
  ///
  /// Looking for what fits together costs more than linearly, so a long graph is cut into segments, each of which is
  /// fused by itself.
  static func units(of lowering: Lowering) -> [Unit] {
    let needed = lowering.values.indices.filter { lowering.isNeeded[$0] }
    return stride(from: 0, to: needed.count, by: lowering.granularity.longestSegment).flatMap { start in
      Fusion(lowering, needed[start...].prefix(lowering.granularity.longestSegment)).orderedUnits
    }
  }

  private init(_ lowering: Lowering, _ segment: ArraySlice<Int>) {
    values = lowering.values
    granularity = lowering.granularity
    outputs = Set(lowering.outputs)
    readers = lowering.readers
    self.segment = segment
    for number in segment { place(number) }
    mergeSiblings()
    inlineCheapValues()
    takeAssemblies()
  }

  /// The units, each after those that it needs; otherwise by their last members, so that results are read soon.
  private var orderedUnits: [Unit] {
    var waiting = units.indices.filter { units[$0] != nil }.sorted {
      (units[$0]?.members.last ?? 0) < (units[$1]?.members.last ?? 0)
    }
    var done = BitSet()
    var result: [Unit] = []
    while !waiting.isEmpty {
      guard let place = waiting.firstIndex(where: { units[$0]?.needs.isSubset(of: done) == true }) else {
        preconditionFailure("units need each other")
      }
      let index = waiting.remove(at: place)
      done.insert(index)
      guard var unit = units[index] else { continue }
      unit.stored = Set(unit.members.filter { home[$0] == index })
      result.append(unit)
    }
    return result
  }

  // MARK: Placing values

  private mutating func place(_ number: Int) {
    switch values[number].kind {
    case .input, .scalar, .constant, .empty: return
    case .iota, .random, .assemble, .gather, .scatterAdd, .contract, .pack, .scan, .argSort, .control, .unpack, .after,
      .overlap, .matrices:
      home[number] = units.count
      units.append(Unit(group: nil, members: [number], needs: needs(of: number, except: nil)))
    case .element, .reduce, .argument:
      let candidates = Set(values[number].operands.compactMap { home[$0.root] }).sorted(by: >)
      guard let unit = candidates.first(where: { join(number, $0) }) else {
        home[number] = units.count
        let group = FusionGroup(opening: number, values, granularity)
        return units.append(Unit(group: group, members: [number], needs: needs(of: number, except: nil)))
      }
      for other in candidates where other != unit { merge(other, into: home[number] ?? unit) }
    }
  }

  /// The units that compute a value's operands and what those need, but for one.
  private func needs(of number: Int, except unit: Int?) -> BitSet {
    var result = BitSet()
    for root in values[number].operands.map(\.root) {
      guard let other = home[root], other != unit else { continue }
      result.insert(other)
      result.formUnion(units[other]?.needs ?? BitSet())
    }
    return result
  }

  private mutating func join(_ number: Int, _ unit: Int) -> Bool {
    guard let group = units[unit]?.group else { return false }
    let needs = needs(of: number, except: unit)
    guard !needs.contains(unit), let grown = group.adding(number, values), keepsScalarsInside(grown) else {
      return false
    }
    replace(unit, with: grown, adding: needs)
    home[number] = unit
    return true
  }

  private mutating func replace(_ unit: Int, with group: FusionGroup, adding needs: BitSet) {
    units[unit]?.group = group
    units[unit]?.members = group.members
    units[unit]?.needs.formUnion(needs)
    for index in units.indices where units[index]?.needs.contains(unit) == true {
      units[index]?.needs.formUnion(needs)
    }
  }

  /// A program does not store its scalars: every block computes them anew.
  private func keepsScalarsInside(_ group: FusionGroup) -> Bool {
    group.members.allSatisfy { member in
      group.count == 1 || group.roles[member] != .scalar
        || !outputs.contains(member) && readers[member].allSatisfy(group.members.contains)
    }
  }

  // MARK: Merging units

  /// Makes `other` a part of `unit` if that is possible.
  @discardableResult
  private mutating func merge(_ other: Int, into unit: Int) -> Bool {
    guard let a = units[unit], let b = units[other], let first = a.group, let second = b.group else { return false }
    guard first.members.count + second.members.count <= granularity.longestProgram, !hasPath(between: unit, other)
    else { return false }
    let (larger, smaller) = first.count >= second.count ? (first, second) : (second, first)
    let columns = larger.columns ?? (larger.count == smaller.count ? smaller.columns : nil)
    let members = (first.members + second.members).sorted()
    guard let merged = FusionGroup(of: members, count: larger.count, columns: columns, values, granularity),
      keepsScalarsInside(merged)
    else { return false }
    absorb(other, into: unit, as: merged)
    return true
  }

  /// Makes `other` a part of `unit`, with all that both compute.
  private mutating func absorb(_ other: Int, into unit: Int, as merged: FusionGroup) {
    for member in units[other]?.members ?? [] { home[member] = unit }
    var needs = units[unit]?.needs ?? BitSet()
    needs.formUnion(units[other]?.needs ?? BitSet())
    needs.remove(unit)
    needs.remove(other)
    units[other] = nil
    units[unit]?.needs = needs
    for index in units.indices where units[index]?.needs.contains(other) == true {
      units[index]?.needs.remove(other)
      units[index]?.needs.insert(unit)
    }
    replace(unit, with: merged, adding: needs)
  }

  /// What is put together of values that one program computes is written by that program, piece by piece.
  private mutating func takeAssemblies() {
    for number in segment {
      guard case .assemble = values[number].kind, let own = home[number],
        let unit = values[number].operands.first.flatMap({ home[$0.root] }), let group = units[unit]?.group,
        group.members.count < granularity.longestProgram
      else { continue }
      let members = (group.members + [number]).sorted()
      if let grown = FusionGroup(of: members, count: group.count, columns: group.columns, values, granularity) {
        absorb(own, into: unit, as: grown)
      }
    }
  }

  /// Whether one of two units needs the other by way of a third.
  private func hasPath(between first: Int, _ second: Int) -> Bool {
    guard let a = units[first]?.needs, let b = units[second]?.needs else { return true }
    return units.indices.contains { index in
      guard let needs = units[index]?.needs else { return false }
      return needs.contains(first) && b.contains(index) || needs.contains(second) && a.contains(index)
    }
  }

  /// Units that read the same large value become one, so that it is read once.
  private mutating func mergeSiblings() {
    let roots = Set(segment.flatMap { values[$0].operands.map(\.root) })
    for root in roots.sorted() where !values[root].isScalar && values[root].count > 1 {
      let candidates = Set(readers[root].compactMap { home[$0] }).sorted()
      for (place, first) in candidates.enumerated() {
        for second in candidates[(place + 1)...] {
          guard let a = units[first]?.group, let b = units[second]?.group, a.count == b.count else { continue }
          merge(second, into: first)
        }
      }
    }
  }

  // MARK: Computing twice

  /// Cheap values that only other programs read are computed by each of them instead of being stored.
  private mutating func inlineCheapValues() {
    for number in segment.reversed() {
      guard let unit = home[number], case .element(let function) = values[number].kind, function.cost < 0.1,
        !outputs.contains(number), readers[number].allSatisfy({ $0 <= segment.last ?? 0 })
      else { continue }
      let others = unitsReading(number)
      if others.isEmpty || others.contains(where: { units[$0]?.group == nil }) { continue }
      let operands = Set(values[number].operands.map(\.root)).filter { !values[$0].isScalar }
      guard operands.count <= 2, operands.allSatisfy(isStored) else { continue }
      let grown = others.map { self.grown($0, by: number) }
      guard grown.allSatisfy({ $0 != nil }) else { continue }
      for (other, group) in zip(others, grown) {
        guard let group else { continue }
        replace(other, with: group, adding: needs(of: number, except: other))
        copies[number, default: []].append(other)
      }
      dropUnread(number, from: unit)
    }
  }

  /// The units that read a value without computing it.
  private func unitsReading(_ number: Int) -> [Int] {
    var found: Set<Int> = []
    for reader in readers[number] {
      for unit in copies[reader, default: []] + [home[reader]].compactMap(\.self) {
        guard let members = units[unit]?.members else { continue }
        if members.contains(reader), !members.contains(number) { found.insert(unit) }
      }
    }
    return found.sorted()
  }

  /// Whether a value has a buffer in any case.
  private func isStored(_ number: Int) -> Bool {
    home[number] == nil || outputs.contains(number) || !unitsReading(number).isEmpty
  }

  private func grown(_ unit: Int, by number: Int) -> FusionGroup? {
    guard let group = units[unit]?.group, !needs(of: number, except: unit).contains(unit) else { return nil }
    let members = (group.members + [number]).sorted()
    guard members.count <= granularity.longestProgram else { return nil }
    return FusionGroup(of: members, count: group.count, columns: group.columns, values, granularity)
  }

  /// Takes a value out of its program if nothing there reads it any longer.
  private mutating func dropUnread(_ number: Int, from unit: Int) {
    guard let group = units[unit]?.group else { return }
    let rest = group.members.filter { $0 != number }
    if rest.contains(where: { values[$0].operands.contains { $0.root == number } }) { return }
    if rest.isEmpty {
      units[unit] = nil
      for index in units.indices { units[index]?.needs.remove(unit) }
    } else if let smaller = FusionGroup(of: rest, count: group.count, columns: group.columns, values, granularity) {
      units[unit]?.group = smaller
      units[unit]?.members = rest
    }
  }
}
