import DescentGraph

/// What stays the same in all runs of a loop's body: whatever is computed of its constant arguments alone.
///
/// The plan of a body computes it once, before the first run, and keeps it until the last one is over.
struct Preparation {
  private let constantInputs: Range<Int>
  /// Whether each value stays the same.
  private var isConstant: [Bool] = []

  init(constantInputs: Range<Int>) { self.constantInputs = constantInputs }

  /// Whether there is anything to prepare for.
  var isLoop: Bool { !constantInputs.isEmpty }

  /// Whether a value, which has been added, stays the same.
  func contains(_ value: Int) -> Bool { isConstant[value] }

  /// Takes note of the next value.
  mutating func add(_ value: Value) {
    switch value.kind {
    case .input(let input, _): isConstant.append(constantInputs.contains(input))
    case .scalar, .constant, .empty, .iota, .element, .reduce, .argument, .random, .assemble, .gather, .scatterAdd,
      .contract, .pack, .scan, .argSort, .control, .unpack, .after, .overlap, .matrices:
      isConstant.append(value.operands.allSatisfy { isConstant[$0.root] })
    }
  }

  /// The units of a body with those that are computed once at the beginning, and how many those are.
  ///
  /// What is put out by every run is computed by every run, and so is what a program computes beside other things.
  func ordered(_ units: [Fusion.Unit], _ lowering: Lowering) -> (units: [Fusion.Unit], count: Int) {
    guard isLoop else { return (units, 0) }
    var late = Set(lowering.outputs)
    var (first, rest): ([Fusion.Unit], [Fusion.Unit]) = ([], [])
    for unit in units {
      let isEarly = unit.members.allSatisfy { member in
        isConstant[member] && !late.contains(member)
          && lowering.values[member].operands.allSatisfy { !late.contains($0.root) }
      }
      if isEarly {
        first.append(unit)
      } else {
        rest.append(unit)
        late.formUnion(unit.members)
      }
    }
    return (first + rest, first.count)
  }
}
