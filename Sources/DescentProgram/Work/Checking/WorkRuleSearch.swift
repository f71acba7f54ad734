import DescentExplain
import DescentGraph

/// The rules that lead from one side of a work to the next.
struct WorkRuleSearch {
  private let names: WorkNames

  init(_ names: WorkNames) { self.names = names }

  /// The rules of what the left side differentiates and the right side has done.
  ///
  /// Where derivatives are left on the right, only the outermost operations can have been differentiated.
  func rules(from left: WorkSide, to right: WorkSide) -> Set<WorkRule> {
    var rules: Set<WorkRule> = []
    for (label, mark) in left.marks where right.marks[label] == nil {
      guard let parts = try? names.parts(of: mark) else { continue }
      for variable in parts.variables {
        rules.formUnion(self.rules(of: parts.target.node, by: variable.node, isWhole: right.marks.isEmpty))
      }
    }
    return rules
  }

  private func rules(of target: Node, by variable: Node, isWhole: Bool) -> Set<WorkRule> {
    var dependents: Set<ObjectIdentifier> = [ObjectIdentifier(variable)]
    for node in target.ancestors where node.operands.contains(where: { dependents.contains(ObjectIdentifier($0)) }) {
      dependents.insert(ObjectIdentifier(node))
    }
    func depends(_ node: Node) -> Bool { dependents.contains(ObjectIdentifier(node)) }
    guard depends(target) else { return [.constant] }
    var rules: Set<WorkRule> = []
    var (seen, waiting) = (Set<ObjectIdentifier>(), [target])
    while let node = waiting.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      // x = x¹.
      if node === variable { rules.insert(.power) }
      guard node !== variable, depends(node) else { continue }
      let found = WorkRule.rules(of: node, node.operands.map(depends))
      rules.formUnion(found)
      // Rules that no comment can name, such as that of tanh, are found as none.
      let isLinear =
        node.operation == .identity(.alias) || !found.isEmpty && found.isSubset(of: [.sum, .constantFactor])
      if !isLinear, node.operands.contains(where: { depends($0) && $0.withoutAlias !== variable.withoutAlias }) {
        rules.insert(.chain)
      }
      if found.contains(.sum), node.operands.contains(where: { !depends($0) }) { rules.insert(.constant) }
      if isWhole || isLinear { waiting += node.operands }
    }
    return rules
  }
}
