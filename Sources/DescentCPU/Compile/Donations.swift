import DescentGraph

/// What has to come before a result may be written over a donated input: the input's other readers, and whatever can fail,
/// for after an error everything is as it was.
///
/// Both are found among the units that stand before in an order in which operands come first, so that no circle closes.
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
    for (place, unit) in units.enumerated() where unit.group != nil && !unit.stored.isDisjoint(with: outputs) {
      let inputs = donated[place]
      if inputs.isEmpty { continue }
      predecessors[place] = (0..<place).filter { canFail[$0] || !donated[$0].isDisjoint(with: inputs) }
    }
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
