extension Formula {
  /// The formula as an expression of programs, in Python's syntax: `2*w[0, 0] + exp(-x)**2`.
  ///
  /// Numbers have as many digits as they need to be read back unchanged, and operations keep their order, so that the
  /// expression has the formula's value to the last bit. Elements count from 0. Lowered digits in names stay, though
  /// Python itself doesn't read them. Nil for what programs don't say: sums over index letters, words, derivatives,
  /// comparisons in a chain, names that are no identifiers.
  public var program: String? { ProgramWriter().expression(self)?.text }
}

/// How strongly an expression holds together in Python, from the weakest.
enum ProgramStrength: Int, Comparable {
  case comparison, sum, product, sign, power, atom

  static func < (left: ProgramStrength, right: ProgramStrength) -> Bool { left.rawValue < right.rawValue }
}

/// An expression with what it needs to stand inside a larger one.
struct ProgramExpression {
  let text: String
  let strength: ProgramStrength

  init(_ text: String, _ strength: ProgramStrength = .atom) {
    self.text = text
    self.strength = strength
  }

  /// The text, in parentheses if it holds together less than is asked.
  func text(atLeast strength: ProgramStrength) -> String { self.strength >= strength ? text : "(\(text))" }
}
