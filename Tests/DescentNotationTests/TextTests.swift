import DescentNotation
import TestSupport
import Testing

private let x = Formula.name("x")
private let y = Formula.name("y")
private let z = Formula.name("z")

private func number(_ value: Double) -> Formula { .number(value) }
private func sum(_ terms: Formula...) -> Formula { .sum(terms.map { Formula.Term($0) }) }
private func difference(_ x: Formula, _ y: Formula) -> Formula { .sum([.init(x), .init(y, isNegative: true)]) }
private func dots(_ factors: Formula...) -> Formula { .product(factors, .dots) }
private func plain(_ factors: Formula...) -> Formula { .product(factors) }
private func element(_ name: String, _ places: Int...) -> Formula { .name(Name(name).element(places)) }

private func expect(
  _ rows: [(formula: Formula, text: String)], sourceLocation: SourceLocation = #_sourceLocation
) {
  withEvery("text", in: rows.map(\.text).indices) { index in
    #expect(rows[index].formula.text == rows[index].text, sourceLocation: sourceLocation)
  }
}

/// Formulas as one line of text.
struct TextTests {
  @Test func sumsAndSigns() {
    expect([
      (sum(x, y, z), "x + y + z"), (sum(x, sum(y, z)), "x + (y + z)"), (sum(sum(x, y), z), "x + y + z"),
      (difference(x, difference(y, z)), "x − (y − z)"), (difference(x, .negation(y)), "x − (−y)"),
      (sum(x, number(-3)), "x + (−3)"), (sum(.negation(x), y), "−x + y"), (.sum([]), "0"), (.sum([.init(x)]), "x"),
      (.sum([.init(x, isNegative: true)]), "−x"), (.sum([.init(.quotient(x, y), isNegative: true)]), "−x/y"),
      (.sum([.init(x, isNegative: true), .init(y)]), "−x + y"), (.negation(sum(x, y)), "−(x + y)"),
      (.negation(.negation(x)), "−(−x)"), (.negation(.quotient(x, y)), "−(x/y)"), (.negation(dots(x, y)), "−x·y"),
      (.negation(number(-2)), "−(−2)"), (.relation("=", [x, sum(y, z)]), "x = y + z"),
      (sum(.relation("<", [x, y]), z), "(x < y) + z"),
      (.relation("∧", [.relation("=", [x, y]), .relation("≤", [y, z])]), "(x = y) ∧ (y ≤ z)"),
      (.equation(x, y, z), "x = y = z"),
    ])
  }

  @Test func productsWithDots() {
    let cosine = Formula.function("cos", x)
    expect([
      (dots(x, y, z), "x·y·z"), (dots(x, dots(y, z)), "x·y·z"), (dots(sum(x, y), z), "(x + y)·z"),
      (dots(x, .quotient(y, z)), "x·(y/z)"), (dots(.quotient(x, y), z), "(x/y)·z"), (dots(.negation(x), y), "(−x)·y"),
      (dots(x, .negation(y)), "x·(−y)"), (dots(number(-0.5), x), "(−0.5)·x"), (dots(number(2), x), "2·x"),
      (dots(cosine, y), "(cos x)·y"), (dots(y, cosine), "y·cos x"), (dots(dots(y, cosine), z), "(y·cos x)·z"),
      (dots(y, cosine, z), "y·(cos x)·z"), (sum(cosine, y), "cos x + y"),
      (dots(.function("ln", number(2)), x), "(ln 2)·x"), (dots(x), "x"), (.product([], .dots), "1"),
      (.product([element("y", 1), element("x", 2)], .elements), "y₁ ⊙ x₂"),
    ])
  }

  @Test func plainProducts() {
    let y1 = element("y", 1)
    let x1 = element("x", 1)
    let inner = sum(plain(number(3), x), plain(number(2), .power(x, number(2))))
    let outer = sum(number(3), plain(number(4), x))
    expect([
      (plain(number(10), x), "10x"), (plain(number(2), y1, x1), "2y₁·x₁"),
      (plain(number(2), inner, outer), "2(3x + 2x²)·(3 + 4x)"),
      (plain(.name("a"), .name("n"), .power(x, difference(.name("n"), number(1)))), "a·n·x^(n − 1)"),
      (plain(number(-6), x1), "−6x₁"), (plain(number(2), number(3)), "2·3"), (plain(number(-6), number(1)), "(−6)·1"),
      (plain(number(3), .power(number(2), number(2))), "3·2²"),
      (plain(number(2), number(-3), number(1)), "2·(−3)·1"), (.power(number(-3), number(2)), "(−3)²"),
      (.product([plain(number(2), y), outer], .crosses), "2y × (3 + 4x)"),
      (.product([.name("w"), x], .matrices), "w x"),
      (.product([sum(.name("a"), .name("b")), .marked(.name("c"), "T")], .matrices), "(a + b) cᵀ"),
      (.product([plain(x, y), z], .matrices), "(x·y) z"), (plain(.product([x, y], .matrices), z), "(x y)·z"),
      (.product([.product([x, y], .matrices), z], .matrices), "x y z"), (plain(x, number(2)), "x·2"),
      (plain(number(1), x), "1·x"), (plain(number(2), .name("loss")), "2·loss"), (plain(number(0.5), x), "0.5x"),
      (plain(number(2), .root(2, x)), "2√x"), (plain(number(2), .function("exp", x)), "2·exp x"),
      (plain(number(2), .quotient(x, y)), "2(x/y)"), (plain(.negation(x), y), "−x·y"),
      (plain(.negation(.negation(x)), y), "(−(−x))·y"), (plain(x, .negation(y)), "x·(−y)"),
      (sum(x, plain(number(-6), y)), "x + (−6y)"), (.power(plain(number(2), x), number(2)), "(2x)²"),
      (plain(number(1e-9), x), "10⁻⁹·x"), (plain(number(2), x, plain(number(3), y)), "2x·3y"),
      (plain(y, plain(number(-6), x)), "y·(−6x)"), (plain(number(-6), .quotient(number(1), x)), "−6(1/x)"),
      (plain(number(-6), .power(number(2), x)), "(−6)·2^x"), (.product([number(-6), x], .dots), "(−6)·x"),
      (plain(plain(sum(x, y)), z), "(x + y)·z"),
    ])
  }

  @Test func quotientsPowersRoots() {
    expect([
      (.quotient(x, y), "x/y"), (.quotient(dots(x, y), z), "x·y/z"), (.quotient(x, dots(y, z)), "x/(y·z)"),
      (.quotient(.quotient(x, y), z), "(x/y)/z"), (.quotient(x, .quotient(y, z)), "x/(y/z)"),
      (.quotient(number(1), sum(number(1), x)), "1/(1 + x)"), (.quotient(number(-2), .root(2, .name("π"))), "−2/√π"),
      (.quotient(.negation(x), y), "−x/y"), (.quotient(x, .negation(y)), "x/(−y)"),
      (.quotient(.function("cos", x), y), "(cos x)/y"), (.quotient(y, .function("cos", x)), "y/cos x"),
      (.quotient(number(1), plain(number(2), x)), "1/(2x)"), (.quotient(number(2), .root(2, .name("π"))), "2/√π"),
      (.power(x, number(2)), "x²"), (.power(x, number(-12)), "x⁻¹²"), (.power(x, number(0.5)), "x^0.5"),
      (.power(x, number(-0.5)), "x^(−0.5)"), (.power(x, y), "x^y"), (.power(number(2), x), "2^x"),
      (.power(sum(x, y), number(-2)), "(x + y)⁻²"), (.power(.power(x, number(2)), number(3)), "(x²)³"),
      (.power(x, .power(y, number(2))), "x^(y²)"), (.power(.marked(x, "T"), number(2)), "(xᵀ)²"),
      (.power(.function("cos", x), number(2)), "(cos x)²"),
      (.power(.function("cos", sum(x, y)), number(2)), "(cos(x + y))²"),
      (.root(2, x), "√x"), (.root(2, sum(x, y)), "√(x + y)"), (.root(3, x), "∛x"), (.root(5, x), "⁵√x"),
      (.power(.root(2, x), number(2)), "(√x)²"),
    ])
  }

  @Test func functionsAndSigns() {
    let a = Formula.name("a")
    expect([
      (.function("cos", x), "cos x"), (.function("cos", sum(x, y)), "cos(x + y)"),
      (.function("exp", .negation(x)), "exp(−x)"),
      (.function("log₂", x), "log₂ x"), (.enclosed("|", difference(x, y), "|"), "|x − y|"),
      (.enclosed("[", .relation("=", [x, number(0)]), "]"), "[x = 0]"), (.call("max", [x, y]), "max(x, y)"),
      (.call("sum", [x], remarks: ["axis 0"]), "sum(x, axis 0)"),
      (.call("iota", [], remarks: ["axis 0"]), "iota(axis 0)"),
      (.call("", [x, y]), "(x, y)"), (.prefixed("¬", x), "¬x"), (.prefixed("¬", .relation("<", [x, y])), "¬(x < y)"),
      (.indexed(x, "1..<4, :"), "x[1..<4, :]"), (.indexed(.marked(x, "T"), "0"), "xᵀ[0]"), (.marked(x, "T"), "xᵀ"),
      (dots(.marked(a, "−1"), x), "a⁻¹·x"), (.marked(.marked(a, "T"), "−1"), "aᵀ⁻¹"), (.marked(a, "⁻ᵀ"), "a⁻ᵀ"),
      (.marked(sum(x, y), "T"), "(x + y)ᵀ"), (.marked(a, "+"), "a⁺"), (.words("for every x"), "for every x"),
    ])
  }

  @Test func sumsOverIndices() {
    func letters(_ name: String, _ letters: String...) -> Formula {
      .name(Name(name, indices: letters.map { .letter($0) }))
    }
    let product = dots(letters("a", "i", "k"), letters("b", "k", "j"))
    expect([
      (.indexedSum(["k"], product), "Σₖ aᵢₖ·bₖⱼ"), (.negation(.indexedSum(["k"], product)), "−(Σₖ aᵢₖ·bₖⱼ)"),
      (sum(.indexedSum(["k"], x), y), "Σₖ x + y"), (sum(y, .indexedSum(["k"], x)), "y + (Σₖ x)"),
      (.indexedSum(["i", "j"], dots(.element(of: sum(x, y), [.letter("i"), .letter("j")]), z)), "Σᵢⱼ (x + y)ᵢⱼ·z"),
      (.element(of: .indexedSum(["k"], x), [.letter("i")]), "(Σₖ x)ᵢ"),
      (.element(of: .marked(x, "T"), [.letter("i"), .letter("k")]), "xᵀᵢₖ"),
      (.indexedSum(["i"], .indexedSum(["j"], letters("a", "i", "j"))), "Σᵢ Σⱼ aᵢⱼ"), (letters("w", "q"), "w_q"),
    ])
  }

  @Test func names() {
    expect([
      (element("w", 1, 1), "w₁₁"), (element("w", 10, 1), "w₁₀,₁"), (.name("hidden.weight"), "hidden.weight"),
      (.name(Name("y", accent: .bar)), "y\u{304}"),
      (.name(Name("y", indices: [.number(2)], accent: .dot)), "y\u{307}₂"),
      (.name("t₁"), "t₁"), (.name("t\u{304}₁"), "t\u{304}₁"), (.name("₁"), "₁"), (.name(""), ""),
      (.name("a\nb\u{1B}[31m"), "a\u{FFFD}b\u{FFFD}[31m"),
    ])
    #expect(Array(Formula.name(Name("y", accent: .bar)).text.unicodeScalars) == ["y", "\u{304}"])
    #expect(Name("w").element([1, 2]).text == "w₁₂")
  }

  @Test func derivatives() {
    let f = Formula.name("f")
    expect([
      (.derivative(of: f, by: [x]), "∂f/∂x"), (.derivative(of: f, by: [x, y]), "∂²f/∂x∂y"),
      (.derivative(of: f, by: [x, x]), "∂²f/∂x²"), (.derivative(of: f, by: [x, x, y]), "∂³f/∂x²∂y"),
      (.derivative(of: f, by: [x], isPartial: false), "df/dx"), (.derivative(of: sum(x, y), by: [x]), "∂(x + y)/∂x"),
      (.derivative(of: f, by: [element("w", 1, 1)]), "∂f/∂w₁₁"),
      (.derivative(of: number(3), by: [x], isPartial: false), "d(3)/dx"),
      (.differentiating(sum(plain(number(3), x), y), by: x, isPartial: false), "d/dx(3x + y)"),
      (.differentiating(x, by: y), "∂/∂y(x)"), (.derivative(of: f, by: []), "f"),
      (plain(.derivative(of: f, by: [y]), .derivative(of: y, by: [x])), "∂f/∂y·∂y/∂x"),
      (plain(number(2), .differentiating(x, by: y)), "2·∂/∂y(x)"),
      (.quotient(number(1), .derivative(of: f, by: [x])), "1/(∂f/∂x)"),
      (.quotient(.derivative(of: f, by: [x]), number(2)), "(∂f/∂x)/2"),
      (.power(.derivative(of: f, by: [x]), number(2)), "(∂f/∂x)²"), (.negation(.derivative(of: f, by: [x])), "−∂f/∂x"),
    ])
  }

  @Test func matricesAndCases() {
    let matrix = Formula.matrix([[number(1), number(-2)], [number(2), number(1)]])
    let cases = Formula.cases([.init(x, if: .relation(">", [x, number(0)])), .init(number(0), if: nil)])
    expect([
      (matrix, "[[1, −2], [2, 1]]"), (.equation(.name("w"), matrix), "w = [[1, −2], [2, 1]]"), (.matrix([]), "[]"),
      (.function("det", matrix), "det([[1, −2], [2, 1]])"), (cases, "{x if x > 0; 0 otherwise}"),
      (.product([matrix, x], .matrices), "[[1, −2], [2, 1]] x"),
      (plain(number(2), cases), "2·{x if x > 0; 0 otherwise}"),
    ])
  }

  @Test func numbers() {
    let rows: [(Double, Digits, String)] = [
      (0, .atMost(6), "0"), (-0.0, .all, "0"), (3, .atMost(6), "3"), (-2, .atMost(6), "−2"), (0.1, .atMost(6), "0.1"),
      (1.0 / 3, .atMost(6), "0.333333"), (1.0 / 3, .all, "0.3333333333333333"), (2.0 / 3, .atMost(3), "0.667"),
      (1.5e-7, .atMost(6), "1.5·10⁻⁷"), (-1e-7, .atMost(6), "−10⁻⁷"), (0.00012345678, .atMost(6), "0.000123457"),
      (0.99999999, .atMost(6), "1"), (123456789, .atMost(6), "123456789"), (1234567.8, .atMost(6), "1.23457·10⁶"),
      (1234567.8, .all, "1234567.8"), (123456.78, .atMost(6), "123457"), (1e18, .atMost(6), "10¹⁸"),
      (1.25e300, .atMost(6), "1.25·10³⁰⁰"), (.infinity, .atMost(6), "∞"), (-.infinity, .atMost(6), "−∞"),
      (.nan, .atMost(6), "NaN"), (.leastNonzeroMagnitude, .all, "5·10⁻³²⁴"),
      (6.661338147750939e-16, .all, "6.661338147750939·10⁻¹⁶"),
      (9.9999999, .atMost(1), "10¹"), (99.5, .atMost(3), "99.5"),
    ]
    withEvery("row", in: rows.indices) { index in
      #expect(Formula.number(rows[index].0).text(digits: rows[index].1) == rows[index].2)
    }
    #expect(Formula.power(.number(1.5e-7), .number(2)).text == "(1.5·10⁻⁷)²")
    #expect(Formula.quotient(.number(1), .number(1.5e-7)).text == "1/(1.5·10⁻⁷)")
  }

  /// Long sums and products don't use up the stack.
  @Test func termsMayBeMany() {
    let terms = Array(repeating: x, count: 5_000)
    #expect(Formula.sum(terms.map { Formula.Term($0) }).text == terms.map(\.text).joined(separator: " + "))
    #expect(Formula.product(terms).text == terms.map(\.text).joined(separator: "·"))
  }
}
