/// An expression of a program as a tree, each node with its place in the text.
package struct ProgramExpression: Sendable {
  package let kind: Kind
  /// The characters of the expression.
  package let range: Range<Int>
  /// How deep the tree is, 1 for a leaf: the recursion of whoever walks it.
  let depth: Int

  init(kind: Kind, range: Range<Int>) {
    (self.kind, self.range) = (kind, range)
    depth = 1 + kind.operands.reduce(0) { max($0, $1.depth) }
  }

  package indirect enum Kind: Sendable {
    case number(Double)
    case truth(Bool)
    /// Characters between quotes, for arguments such as einsum's equation.
    case text(String)
    case none
    case name(String)
    /// Entries between brackets, or separated by commas between parentheses.
    case list([ProgramExpression])
    case sign(isNegative: Bool, ProgramExpression)
    /// a − b + c: operators of one precedence from left to right.
    ///
    /// A list, and not a tree that leans to the left, so that sums of any length need no deep recursion.
    case operation(ProgramExpression, [Link])
    case call(Call)
    case part(ProgramExpression, [Selection])
  }

  /// An operator with what stands on its right.
  package struct Link: Sendable {
    package let sign: ProgramOperator
    /// The characters of the operator; empty for a product without a sign.
    package let place: Range<Int>
    package let operand: ProgramExpression
  }

  package struct Call: Sendable {
    /// The function as it is spelt in the text.
    package let function: String
    /// The characters of that name.
    package let place: Range<Int>
    /// In the order of the text; the receiver of a method comes first.
    package let arguments: [Argument]
    /// Whether it is spelt as a method: `y.sum()`.
    package let isMethod: Bool
  }

  package struct Argument: Sendable {
    /// The parameter's name, if the text says it.
    package let name: String?
    package let value: ProgramExpression
  }

  /// What stands between brackets for one axis.
  package enum Selection: Sendable {
    case index(ProgramExpression)
    case slice(start: ProgramExpression?, end: ProgramExpression?, step: ProgramExpression?)
    case newAxis
    case ellipsis
  }
}

/// The operators between two operands; the raw value is the usual spelling.
package enum ProgramOperator: String, Sendable, CaseIterable {
  case add = "+", subtract = "-"
  case multiply = "*", divide = "/", matrixProduct = "@", floorDivide = "//", remainder = "%"
  case power = "**"
  case equal = "==", notEqual = "!=", less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">="
}

extension ProgramExpression: CustomStringConvertible {
  /// The tree as a program, with parentheses around all operations.
  package var description: String {
    switch kind {
    case .number(let value): value < 0 ? "(\(ProgramValue.spelt(value)))" : ProgramValue.spelt(value)
    case .truth(let value): value ? "True" : "False"
    case .text(let text): "\"\(text)\""
    case .none: "None"
    case .name(let name): name
    case .list(let entries): "[" + entries.map(\.description).joined(separator: ", ") + "]"
    case .sign(let isNegative, let operand): "(\(isNegative ? "-" : "+")\(operand))"
    case .operation(let first, let links):
      links.reduce(first.description) { "(\($0) \($1.sign.rawValue) \($1.operand))" }
    case .call(let call): "\(call.function)(\(call.arguments.map(\.description).joined(separator: ", ")))"
    case .part(let whole, let selections):
      "\(whole)[\(selections.map(\.description).joined(separator: ", "))]"
    }
  }
}

extension ProgramExpression.Argument: CustomStringConvertible {
  package var description: String { (name.map { "\($0)=" } ?? "") + value.description }
}

extension ProgramExpression.Selection: CustomStringConvertible {
  package var description: String {
    switch self {
    case .index(let index): index.description
    case .slice(let start, let end, let step):
      "\(start?.description ?? ""):\(end?.description ?? "")" + (step.map { ":\($0)" } ?? "")
    case .newAxis: "None"
    case .ellipsis: "..."
    }
  }
}

extension ProgramExpression {
  /// Calls `visit` with each name that stands for a value, in the order of the text.
  func forEachName(_ visit: (String) -> Void) {
    if case .name(let name) = kind { visit(name) }
    kind.operands.forEach { $0.forEachName(visit) }
  }
}

extension ProgramExpression.Kind {
  /// The expressions right below, in the order of the text.
  var operands: [ProgramExpression] {
    switch self {
    case .number, .truth, .text, .none, .name: []
    case .list(let entries): entries
    case .sign(_, let operand): [operand]
    case .operation(let first, let links): [first] + links.map(\.operand)
    case .call(let call): call.arguments.map(\.value)
    case .part(let whole, let selections): [whole] + selections.flatMap(\.operands)
    }
  }
}

extension ProgramExpression.Selection {
  fileprivate var operands: [ProgramExpression] {
    switch self {
    case .index(let index): [index]
    case .slice(let start, let end, let step): [start, end, step].compactMap { $0 }
    case .newAxis, .ellipsis: []
    }
  }
}
