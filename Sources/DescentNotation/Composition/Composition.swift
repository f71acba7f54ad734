/// How strongly a formula holds together, from the weakest.
enum Strength: Int, Comparable {
  case relation, sum, summation, negation, quotient
  /// Factors with crosses or spaces between them.
  case looseProduct
  case derivative, product, application, power
  /// With a sign as its exponent: `xᵀ`.
  case marked
  case atom, name

  static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
}

/// A formula as it is written, and what it needs to stand inside a larger one.
struct Composition {
  let layout: Layout
  let strength: Strength
  /// Whether it ends in a function with a bare argument, `cos x`, which would swallow a factor after it.
  var isOpen = false

  /// In parentheses.
  var parenthesised: Layout { .fenced("(", layout, ")") }

  /// In parentheses if it holds together less than is asked.
  func layout(atLeast strength: Strength) -> Layout { self.strength >= strength ? layout : parenthesised }

  /// In parentheses too if a factor that follows would be swallowed.
  func layout(before strength: Strength) -> Layout { isOpen ? parenthesised : layout(atLeast: strength) }
}
