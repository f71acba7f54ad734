import DescentNotation
import TestSupport
import Testing

private let x = FormulaSamples.x
private let y = FormulaSamples.y

private func number(_ value: Double) -> Formula { .number(value) }
private func sum(_ terms: Formula...) -> Formula { .sum(terms.map { Formula.Term($0) }) }

private func expect(
  _ rows: [(formula: Formula, program: String?)], sourceLocation: SourceLocation = #_sourceLocation
) {
  withEvery("row", in: rows.indices) { index in
    #expect(rows[index].formula.program == rows[index].program, sourceLocation: sourceLocation)
  }
}

/// Formulas as expressions of programs.
struct ProgramTests {
  @Test func operators() {
    expect([
      (sum(x, .product([number(2), y])), "x + 2*y"), (sum(x, sum(y, x)), "x + (y + x)"),
      (sum(sum(x, y), x), "x + y + x"),
      (.sum([.init(.product([x, y]), isNegative: true), .init(y, isNegative: true)]), "-(x*y) - y"),
      (.product([number(-6), x]), "-6*x"), (.product([x, number(-6)]), "x*(-6)"),
      (.product([x, .product([x, y])]), "x*(x*y)"),
      (.quotient(x, .product([x, y])), "x/(x*y)"), (.product([.quotient(x, y), x]), "x/y*x"),
      (.power(x, number(2)), "x**2"),
      (.power(number(-3), number(2)), "(-3)**2"), (.power(x, number(-0.5)), "x**-0.5"),
      (.negation(.power(x, number(2))), "-x**2"),
      (.power(.power(x, y), y), "(x**y)**y"), (.power(x, .power(y, x)), "x**y**x"), (.negation(.negation(x)), "-(-x)"),
      (.product([x, y], .matrices), "x @ y"), (.product([], .dots), "1"), (.sum([]), "0"),
      (.relation("=", [x, y]), "x == y"),
      (.relation("∧", [.relation("<", [x, y]), .relation("≥", [y, x])]), "logical_and(x < y, y >= x)"),
      (.relation("<", [.relation("<", [x, y]), y]), "(x < y) < y"),
      (.prefixed("¬", .relation("≠", [x, y])), "logical_not(x != y)"),
    ])
  }

  @Test func callsAndElements() {
    let w = Name("w")
    expect([
      (.function("ln", x), "log(x)"), (.function("exp", .negation(x)), "exp(-x)"), (.function("σ", x), "sigmoid(x)"),
      (.function("log₂", x), "log2(x)"), (.root(2, x), "sqrt(x)"), (.root(3, x), "cbrt(x)"), (.root(5, x), nil),
      (.enclosed("|", x, "|"), "abs(x)"), (.enclosed("(", sum(x, y), ")"), "(x + y)"), (.enclosed("[", x, "]"), nil),
      (.call("sum", [x], remarks: ["axis 0"]), "sum(x, axis=0)"),
      (.call("sum", [x], remarks: ["axes 0, 2"]), "sum(x, axis=(0, 2))"),
      (.call("scan", [x], remarks: ["4 steps"]), nil), (.marked(x, "T"), "x.T"), (.marked(x, "−1"), "inv(x)"),
      (.marked(x, "⁺"), "pinv(x)"), (.marked(x, "*"), nil),
      (.name(w.element([1, 1])), "w[0, 0]"), (.name(Name("w", indices: [.letter("i")])), nil),
      (.name(w.element([0])), nil),
      (.element(of: sum(x, y), [.number(2)]), "(x + y)[1]"), (.indexed(x, "1..<4, :, 2"), "x[1:4, :, 2]"),
      (.indexed(x, "4...0 by −2"), nil), (.marked(number(2), "T"), "(2).T"), (.name("hidden.weight"), nil),
      (.name("lambda"), nil), (.name("θ"), "θ"), (.name("y₁"), "y₁"), (.relation("<", [x, y, x]), nil),
      (.name(Name("y", accent: .bar)), nil),
      (FormulaSamples.matrix, "[[1, -2], [2, 0.5]]"), (.words("for x"), nil), (.indexedSum(["k"], x), nil),
      (.derivative(of: y, by: [x]), nil), (.differentiating(y, by: x), nil), (sum(x, .words("a")), nil),
      (.cases([.init(x, if: .relation(">", [x, number(0)])), .init(number(0), if: nil)]), "where(x > 0, x, 0)"),
      (.cases([.init(x, if: .relation(">", [x, number(0)]))]), nil),
    ])
  }

  @Test func numbersAreExact() {
    let values = [0, -0.0, 3, 0.1, 1.0 / 3, -1e-7, 1.5e300, 123456789, 1e15, 1e22, .leastNonzeroMagnitude, .ulpOfOne]
    withEvery("value", in: values) { value in
      let text = Formula.number(value).program ?? ""
      #expect(Double(text)?.bitPattern == value.bitPattern, "\(text)")
    }
    expect([(number(.infinity), "inf"), (number(-.infinity), "-inf"), (number(.nan), nil), (number(3), "3")])
  }
}
