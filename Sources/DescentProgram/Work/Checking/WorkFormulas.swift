import DescentCalculus
import DescentExplain
import DescentGraph
import DescentNotation
import DescentTensor

/// Tensors of a work as formulas over its variables.
struct WorkFormulas {
  let names: WorkNames
  private static let largestSize = 300
  private static let longestText = 200

  /// A single number as an expression, nil if it has no short one.
  ///
  /// - Parameter symbols: Names that stay names, besides free variables and given numbers.
  func expression(of node: Node, keeping symbols: Set<String> = []) -> Expression? {
    guard node.shape.elementCount == 1, node.ancestors.count <= 2_000 else { return nil }
    let leaves = Set(names.leaves.map(\.name)).union(symbols)
    var reader = ElementReader(
      limit: 1, given: { node in node.name.flatMap { leaves.contains($0) ? [.symbol(Name($0))] : nil } })
    guard let found = reader.elements(of: node)?.first, found.size <= Self.largestSize else { return nil }
    return found.atGeneralPoints
  }

  /// A single number as text.
  func text(of node: Node, keeping symbols: Set<String> = []) -> String? {
    expression(of: node, keeping: symbols)?.formula.text
  }

  /// The derivative of a scalar node as text.
  func derivativeText(of node: Node, by variable: Node) -> String? {
    guard node.shape.elementCount == 1 else { return nil }
    if let derivation = derivation(of: node, by: variable, isPartial: false) {
      let text = derivation.derivative.text
      return text.count <= Self.longestText ? text : nil
    }
    let pulled = ReverseMode(node.ancestors, sources: [variable]).pullback(node.filled(1), of: node)
    guard let derivative = pulled[0] else { return "0" }
    return text(of: derivative, keeping: variable.name.map { [$0] } ?? [])
  }

  /// The derivative that a mark stands for, derived line by line; nil for what is no scalar of the first order.
  func derivation(of mark: WorkMark) -> ScalarDerivation? {
    guard mark.arguments.isEmpty, let parts = try? names.parts(of: mark), parts.held.isEmpty, parts.variables.count == 1
    else { return nil }
    return derivation(of: parts.target.node, by: parts.variables[0].node, isPartial: mark.isPartial)
  }

  private func derivation(of node: Node, by variable: Node, isPartial: Bool) -> ScalarDerivation? {
    guard let name = variable.name, node.ancestors.count <= Self.largestSize else { return nil }
    var made: [ObjectIdentifier: Node] = [ObjectIdentifier(variable): .symbol(name, Shape(), .float64)]
    for leaf in names.leaves where leaf.tensor.elementCount == 1 && leaf.tensor.node !== variable {
      made[ObjectIdentifier(leaf.tensor.node)] = .symbol(leaf.name, Shape(), .float64)
    }
    let copy = node.replaying(&made)
    return try? checked { try ScalarDerivation.derive(copy, by: [name], isPartial: isPartial).first }
  }

  /// The line that follows a mark when it is derived rule by rule, and its rule.
  func nextLine(of mark: WorkMark) -> (line: String, rule: String)? {
    guard let lines = derivation(of: mark)?.lines, lines.count > 1 else { return nil }
    let text = lines[1].formula.text
    return text.count <= Self.longestText ? (text, lines[1].rule) : nil
  }
}

extension WorkCheck.Value: CustomStringConvertible {
  /// The numbers as nested lists, with at most six digits.
  public var description: String { text }

  var text: String {
    scalars.count <= 36 ? nested(scalars[...], shape[...]) : "\(scalars.count) numbers of shape \(Shape(shape))"
  }

  private func nested(_ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> String {
    guard let count = shape.first else { return numbers.first.map(WorkNumbers.text) ?? "" }
    let width = count == 0 ? 0 : numbers.count / count
    let rows = (0..<count).map { row in
      let start = numbers.startIndex + row * width
      return nested(numbers[start..<start + width], shape.dropFirst())
    }
    return "[\(rows.joined(separator: ", "))]"
  }
}

enum WorkNumbers {
  /// A number with at most six digits.
  static func text(_ number: Double) -> String { Formula.number(number).text }
}
