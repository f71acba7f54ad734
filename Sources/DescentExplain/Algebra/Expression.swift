import DescentGraph
import DescentNotation

/// A scalar expression in a form in which equal things look equal: sums and products are flat, like terms and powers
/// of one base are collected, constants are folded.
///
/// Expressions are made by the functions in `ExpressionArithmetic.swift`, which keep that form, and never know a
/// derivative: they are turned into nodes, differentiated by the rules, and read back.
package final class Expression: Hashable, Sendable {
  package enum Kind: Sendable {
    case number(Number)
    case symbol(Name)
    /// At least two terms, at most one of them a number, none a sum.
    case sum([Expression])
    /// At least two factors, none a product; a number other than 1 comes first.
    case product([Expression])
    case power(Expression, Expression)
    /// An operation from element to element that is none of the above.
    case function(Operation, [Expression])
  }

  package let kind: Kind
  /// The number of nodes of the tree, for limits.
  package let size: Int
  /// The length of the longest path to a leaf.
  package let depth: Int
  /// Does not depend on the order of terms and factors.
  private let hash: Int

  init(_ kind: Kind) {
    self.kind = kind
    let children = Expression.children(of: kind)
    let (total, overflows) = children.reduce((1, false)) { sum, child in
      let (next, overflow) = sum.0.addingReportingOverflow(child.size)
      return (next, sum.1 || overflow)
    }
    size = overflows ? .max : total
    depth = 1 + (children.map(\.depth).max() ?? 0)
    var hasher = Hasher()
    switch kind {
    case .number(let number): hasher.combine(number)
    case .symbol(let name): hasher.combine(name)
    case .sum, .product:
      hasher.combine(children.count)
      hasher.combine(children.reduce(0) { $0 &+ $1.hash })
      if case .sum = kind { hasher.combine(1) }
    case .power(let base, let exponent):
      hasher.combine(base.hash)
      hasher.combine(exponent.hash)
    case .function(let operation, let arguments):
      hasher.combine(operation)
      for argument in arguments { hasher.combine(argument.hash) }
    }
    hash = hasher.finalize()
  }

  private static func children(of kind: Kind) -> [Expression] {
    switch kind {
    case .number, .symbol: []
    case .sum(let children), .product(let children), .function(_, let children): children
    case .power(let base, let exponent): [base, exponent]
    }
  }

  /// The operands.
  package var children: [Expression] { Expression.children(of: kind) }

  package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  package static func == (left: Expression, right: Expression) -> Bool {
    if left === right { return true }
    guard left.hash == right.hash else { return false }
    switch (left.kind, right.kind) {
    case (.number(let x), .number(let y)): return x == y
    case (.symbol(let x), .symbol(let y)): return x == y
    // Like terms and powers are collected, so that no child stands twice.
    case (.sum(let x), .sum(let y)), (.product(let x), .product(let y)): return x.count == y.count && Set(x) == Set(y)
    case (.power(let a, let b), .power(let c, let d)): return a == c && b == d
    case (.function(let f, let x), .function(let g, let y)): return f == g && x == y
    case (.number, _), (.symbol, _), (.sum, _), (.product, _), (.power, _), (.function, _): return false
    }
  }
}

extension Expression {
  package static let zero = Expression(.number(.zero))
  package static let one = Expression(.number(.one))

  package static func number(_ value: Double) -> Expression { Expression(.number(Number(value))) }
  static func number(_ number: Number) -> Expression { Expression(.number(number)) }
  package static func symbol(_ name: Name) -> Expression { Expression(.symbol(name)) }

  /// The constant, if it is one.
  package var number: Number? { if case .number(let number) = kind { number } else { nil } }

  /// The symbols that the expression reads, each once, in the order in which they first appear.
  package var symbols: [Name] {
    var seen = Set<Name>()
    var found: [Name] = []
    visit { if case .symbol(let name) = $0.kind, seen.insert(name).inserted { found.append(name) } }
    return found
  }

  /// Shows each part once, operands first.
  func visit(_ body: (Expression) -> Void) {
    var seen = Set<ObjectIdentifier>()
    var waiting = [(part: self, isReady: false)]
    while let (part, isReady) = waiting.popLast() {
      if isReady {
        body(part)
      } else if seen.insert(ObjectIdentifier(part)).inserted {
        waiting.append((part, true))
        waiting += part.children.reversed().map { ($0, false) }
      }
    }
  }

  /// The expression with parts replaced, operands first; `body` returns nil for what stays.
  package func mapped(_ body: (Expression) -> Expression?) -> Expression {
    var made: [ObjectIdentifier: Expression] = [:]
    visit { part in
      let rebuilt = part.rebuilt(from: part.children.map { made[ObjectIdentifier($0)]! })
      made[ObjectIdentifier(part)] = body(rebuilt) ?? rebuilt
    }
    return made[ObjectIdentifier(self)]!
  }

  /// The expression with symbols replaced.
  package func substituting(_ values: (Name) -> Expression?) -> Expression {
    mapped { if case .symbol(let name) = $0.kind { values(name) } else { nil } }
  }

  /// The same kind of expression of other operands, in collected form.
  private func rebuilt(from operands: [Expression]) -> Expression {
    if zip(operands, children).allSatisfy({ $0 === $1 }) { return self }
    return switch kind {
    case .number, .symbol: self
    case .sum: .sum(operands)
    case .product: .product(operands)
    case .power: .power(operands[0], operands[1])
    case .function(let operation, _): .function(operation, operands)
    }
  }
}
