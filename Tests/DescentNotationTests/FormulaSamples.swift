import DescentNotation
import TestSupport

/// Formulas of every kind, as a table and at random.
enum FormulaSamples {
  static let x = Formula.name("x")
  static let y = Formula.name("y")
  static let matrix = Formula.matrix([[.number(1), .number(-2)], [.number(2), .number(0.5)]])

  /// Names that mean something to LaTeX, to XML or to a terminal.
  static let awkwardNames = [
    "a_b", "50%", "#1", "$x$", "a&b", "<script>", "\\end{document}", "{", "}", "^", "~", "`", "a--b", "x\u{304}", "θ",
    "αβ", "hidden.weight", "two words", "t₁", "x²", "\"quoted\"", "a\u{0}b\n", "∑", "′", "|", "−", "",
  ]

  /// A tree of at most so many levels with names, numbers and every kind of notation.
  static func any(depth: Int, using random: inout SplitMix64) -> Formula {
    if depth == 0 { return leaf(using: &random) }
    func next() -> Formula { any(depth: depth - 1, using: &random) }
    switch Int.random(in: 0..<19, using: &random) {
    case 0: return .sum((0..<3).map { _ in .init(next(), isNegative: .random(using: &random)) })
    case 1: return .negation(next())
    case 2: return .product([next(), next(), next()], multiplications.randomElement(using: &random)!)
    case 3: return .quotient(next(), next())
    case 4: return .power(next(), next())
    case 5: return .root(Int.random(in: 2...5, using: &random), next())
    case 6: return .function(["sin", "ln", "σ", "log₂", "soft_max"].randomElement(using: &random)!, next())
    case 7:
      return .call(["max", "", "where to"].randomElement(using: &random)!, [next(), next()], remarks: ["axis 0"])
    case 8: return .enclosed("|", next(), "|")
    case 9: return .prefixed("¬", next())
    case 10: return .marked(next(), ["T", "−1", "⁺", "*"].randomElement(using: &random)!)
    case 11: return .indexed(next(), "1..<4, :")
    case 12: return .element(of: next(), [.letter("i"), .number(12)])
    case 13: return .relation(["=", "≤", "⊻", "since"].randomElement(using: &random)!, [next(), next()])
    case 14: return .indexedSum(["k", "q"], next())
    case 15: return .matrix([[next(), next()], [next(), next()]])
    case 16: return .cases([.init(next(), if: next()), .init(next(), if: nil)])
    case 17: return .derivative(of: next(), by: [next(), x, x], isPartial: .random(using: &random))
    default: return .differentiating(next(), by: x)
    }
  }

  /// A tree of at most so many levels whose value is a number: arithmetic, powers and functions.
  static func scalar(depth: Int, using random: inout SplitMix64) -> Formula {
    if depth == 0 || Int.random(in: 0..<8, using: &random) == 0 {
      return Bool.random(using: &random)
        ? [x, y].randomElement(using: &random)! : .number([-3, -0.5, 1, 2, 2.5].randomElement(using: &random)!)
    }
    func next() -> Formula { scalar(depth: depth - 1, using: &random) }
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      return .sum(
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
          .init(next(), isNegative: .random(using: &random))
        })
    case 1: return .negation(next())
    case 2:
      let multiplication = [.plain, .dots, .crosses].randomElement(using: &random) ?? Formula.Multiplication.plain
      return .product((0..<Int.random(in: 1...3, using: &random)).map { _ in next() }, multiplication)
    case 3: return .quotient(next(), next())
    case 4:
      return .power(next(), Bool.random(using: &random) ? next() : .number([-2, 2, 3].randomElement(using: &random)!))
    case 5: return .root([2, 3].randomElement(using: &random)!, next())
    case 6: return .function(["sin", "cos", "exp"].randomElement(using: &random)!, next())
    default: return .enclosed("|", next(), "|")
    }
  }

  private static let multiplications: [Formula.Multiplication] = [.plain, .dots, .crosses, .matrices, .elements]

  private static func leaf(using random: inout SplitMix64) -> Formula {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: .number([-2, 0, 1, 3, 0.25, 1.5e-9, -.infinity, .nan].randomElement(using: &random)!)
    case 1:
      .name(Name("w", indices: [.number(1), .letter("i")], accent: [nil, .bar, .dot].randomElement(using: &random)!))
    case 2: .words(awkwardNames.randomElement(using: &random)!)
    default:
      .name(Name(awkwardNames.randomElement(using: &random)!, accent: [nil, .bar].randomElement(using: &random)!))
    }
  }
}
