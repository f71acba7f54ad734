import DescentGraph

/// What has to come before a result may be written over a donated input: the input's other readers, and whatever can fail,
/// for after an error everything is as it was.
///
/// Units are given in an order in which operands come first. What needs no unit that overwrites may be moved before all of
/// them; of the others, those that stand before stay there. So no circle closes.
struct Donations {
  /// The units that must be done before each unit.
  private(set) var predecessors: [[Int]]
  /// Whether each unit can fail.
  private(set) var canFail: [Bool]

  init(_ units: [Fusion.Unit], _ lowering: Lowering) {
    predecessors = units.map { _ in [] }
    canFail = Self.failures(units, lowering.values)
    if lowering.donatedInputs.isEmpty { return }
    let outputs = Set(lowering.outputs)
    let donated = units.map { Self.donatedInputs($0, lowering) }
    let overwriters = units.indices.filter {
      units[$0].group != nil && !donated[$0].isEmpty && !units[$0].stored.isDisjoint(with: outputs)
    }
    let isBound = Self.units(units, needing: overwriters, lowering)
    for place in overwriters {
      predecessors[place] = units.indices.filter {
        $0 != place && ($0 < place || !isBound[$0]) && (canFail[$0] || !donated[$0].isDisjoint(with: donated[place]))
      }
    }
  }

  /// Which units are among `first` or need one of them, directly or not.
  private static func units(_ units: [Fusion.Unit], needing first: [Int], _ lowering: Lowering) -> [Bool] {
    var isBound = [Bool](repeating: false, count: units.count)
    for place in first { isBound[place] = true }
    var values: Set<Int> = []
    for (place, unit) in units.enumerated() {
      let operands = unit.members.flatMap { lowering.values[$0].operands }
      isBound[place] = isBound[place] || operands.contains { values.contains($0.root) }
      if isBound[place] { values.formUnion(unit.group == nil ? Set(unit.members) : unit.stored) }
    }
    return isBound
  }

  /// The donated inputs that a unit reads, by number.
  private static func donatedInputs(_ unit: Fusion.Unit, _ lowering: Lowering) -> Set<Int> {
    var found: Set<Int> = []
    for operand in unit.members.flatMap({ lowering.values[$0].operands }) {
      guard case .input(let input, _) = lowering.values[operand.root].kind else { continue }
      if lowering.donatedInputs.contains(input) { found.insert(input) }
    }
    return found
  }

  /// Which units can fail.
  ///
  /// Indices that an earlier unit has found within the same bounds are right.
  private static func failures(_ units: [Fusion.Unit], _ values: [Value]) -> [Bool] {
    struct Lookup: Hashable {
      var indices: StridedView
      var extent: Int
    }
    var checked: Set<Lookup> = []
    return units.map { unit in
      unit.members.contains { member in
        switch values[member].kind {
        case .gather(let axis), .scatterAdd(let axis):
          checked.insert(Lookup(indices: values[member].operands[1], extent: axis.extent)).inserted
        case .element(.binary(let function)): function.refusesZero(values[member].type)
        case .control, .matrices: true
        case .input, .scalar, .constant, .empty, .element, .reduce, .argument, .iota, .random, .assemble, .contract,
          .pack, .scan, .argSort, .unpack, .after, .overlap:
          false
        }
      }
    }
  }
}
