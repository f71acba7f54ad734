import DescentNotation
import TestSupport
import Testing

private let x = FormulaSamples.x
private let y = FormulaSamples.y

private func number(_ value: Double) -> Formula { .number(value) }
private func sum(_ terms: Formula...) -> Formula { .sum(terms.map { Formula.Term($0) }) }

private func expect(
  _ rows: [(formula: Formula, latex: String)], sourceLocation: SourceLocation = #_sourceLocation
) {
  withEvery("row", in: rows.indices) { index in
    #expect(rows[index].formula.latex == rows[index].latex, sourceLocation: sourceLocation)
  }
}

/// Formulas as LaTeX.
struct LaTeXTests {
  @Test func arithmetic() {
    expect([
      (.quotient(x, sum(x, y)), "\\frac{x}{x + y}"), (.product([number(2), x, sum(x, y)]), "2x \\cdot (x + y)"),
      (.product([number(2), .quotient(x, y)]), "2 \\cdot \\frac{x}{y}"),
      (.product([sum(x, .quotient(x, y)), y]), "\\left(x + \\frac{x}{y}\\right) \\cdot y"),
      (.power(sum(x, y), number(-2)), "(x + y)^{-2}"), (.power(.power(x, y), y), "(x^{y})^{y}"),
      (.power(.quotient(x, y), number(2)), "\\left(\\frac{x}{y}\\right)^{2}"), (.power(x, sum(x, y)), "x^{x + y}"),
      (.root(2, sum(x, y)), "\\sqrt{x + y}"), (.root(3, x), "\\sqrt[3]{x}"),
      (.negation(.quotient(x, y)), "-\\frac{x}{y}"),
      (.power(.root(2, x), number(2)), "\\sqrt{x}^{2}"), (.product([x, y], .crosses), "x \\times y"),
      (.product([x, .negation(y)], .dots), "x \\cdot (-y)"), (.product([x, y], .matrices), "x\\,y"),
      (.product([x, y], .elements), "x \\odot y"), (number(1.5e-7), "1.5 \\cdot 10^{-7}"),
      (number(-.infinity), "-\\infty"),
      (number(.nan), "\\mathrm{NaN}"),
    ])
  }

  @Test func functionsAndSigns() {
    expect([
      (.function("cos", x), "\\cos x"), (.product([.function("cos", x), y]), "(\\cos x) \\cdot y"),
      (.function("softmax", sum(x, y)), "\\operatorname{softmax}(x + y)"), (.function("log₂", x), "\\log_{2} x"),
      (.function("σ", x), "\\operatorname{\\sigma} x"), (.call("max", [x, y]), "\\max(x, y)"),
      (.call("sum", [x], remarks: ["axis 0"]), "\\operatorname{sum}(x, \\text{axis 0})"),
      (.enclosed("|", x, "|"), "\\lvert x\\rvert"),
      (.enclosed("⌊", .quotient(x, y), "⌋"), "\\left\\lfloor\\frac{x}{y}\\right\\rfloor"),
      (.marked(x, "T"), "x^{\\mathsf{T}}"), (.marked(.marked(x, "T"), "⁻¹"), "{x^{\\mathsf{T}}}^{-1}"),
      (.indexed(x, "1..<4, :"), "x[\\text{1..$<$4, :}]"), (.relation("≤", [x, y]), "x \\le y"),
      (.relation("since", [x, y]), "x \\mathrel{\\text{since}} y"), (.prefixed("¬", x), "\\lnot x"),
      (.element(of: .name(Name("x", indices: [.number(1)])), [.letter("i")]), "{x_{1}}_{i}"),
      (.element(of: .name(Name("x", indices: [.number(1)], accent: .bar)), [.letter("i")]), "{{}\\bar{x}_{1}}_{i}"),
      (.indexedSum(["k"], .name(Name("a", indices: [.letter("i"), .letter("k")]))), "\\sum_{k} a_{ik}"),
    ])
  }

  @Test func derivativesMatricesCases() {
    let f = Formula.name("f")
    expect([
      (.derivative(of: f, by: [x]), "\\frac{\\partial f}{\\partial x}"),
      (.derivative(of: f, by: [x, y]), "\\frac{\\partial^{2}f}{\\partial x\\,\\partial y}"),
      (.derivative(of: f, by: [x, x], isPartial: false), "\\frac{\\mathrm{d}^{2}f}{\\mathrm{d}x^{2}}"),
      (.differentiating(sum(x, y), by: x), "\\frac{\\partial}{\\partial x}(x + y)"),
      (FormulaSamples.matrix, "\\begin{bmatrix} 1 & -2 \\\\ 2 & 0.5 \\end{bmatrix}"),
      (.matrix([[x], [.enclosed("[", x, "]")]]), "\\begin{bmatrix} x \\\\ {}[x] \\end{bmatrix}"),
      (
        .matrix([Array(repeating: x, count: 11)]),
        "\\left[\\begin{array}{ccccccccccc} x & x & x & x & x & x & x & x & x & x & x \\end{array}\\right]"
      ),
      (
        .cases([.init(x, if: .relation(">", [x, number(0)])), .init(number(0), if: nil)]),
        "\\begin{cases} x & \\text{if } x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}"
      ),
    ])
  }

  @Test func names() {
    let rows: [(Name, String)] = [
      (Name("w").element([1, 1]), "w_{11}"), (Name("w").element([10, 1]), "w_{10,1}"),
      (Name("y", accent: .bar), "\\bar{y}"),
      (Name("y", indices: [.number(2)], accent: .dot), "\\dot{y}_{2}"), (Name("loss"), "\\mathit{loss}"),
      (Name("loss", accent: .bar), "\\overline{\\mathit{loss}}"), (Name("θ"), "\\theta"),
      (Name("Δx"), "\\mathit{\\Delta x}"),
      (Name("a_b"), "\\mathit{a\\_b}"), (Name("t₁"), "t_{1}"), (Name("t\u{304}₁"), "\\bar{t}_{1}"),
      (Name("hidden.weight"), "\\mathit{hidden.weight}"), (Name("50%"), "\\textit{50\\%}"),
      (Name("x", indices: [.letter("row")]), "x_{\\mathit{row}}"),
      (Name("\\end{document}"), "\\textit{\\textbackslash{}end\\{document\\}}"), (Name("a\nb"), "\\textit{a b}"),
      (Name("^~"), "\\textit{\\textasciicircum{}\\textasciitilde{}}"), (Name("x²"), "\\textit{x$^{2}$}"),
      (Name("a≤b"), "\\textit{a$\\le$b}"), (Name(""), "\\textit{}"),
    ]
    withEvery("row", in: rows.indices) { #expect(rows[$0].0.latex == rows[$0].1) }
  }

  /// Braces, growing fences and environments close where they have to, whatever the names are.
  @Test func everyFormulaIsBalanced() {
    var random = SplitMix64(seed: 1)
    withEvery("sample", in: 0..<300) { _ in
      let latex = FormulaSamples.any(depth: 4, using: &random).latex
      #expect(isBalanced(latex), "\(latex)")
    }
  }

  private func isBalanced(_ latex: String) -> Bool {
    var open: [Substring] = []
    var rest = latex[...]
    while let character = rest.popFirst() {
      switch character {
      case "{": open.append("{")
      case "}": if open.popLast() != "{" { return false }
      case "$": if open.last == "$" { open.removeLast() } else { open.append("$") }
      case "\\":
        let command = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(max(1, command.count))
        if command == "left" || command == "begin" { open.append(command) }
        if command == "right", open.popLast() != "left" { return false }
        if command == "end", open.popLast() != "begin" { return false }
      default: break
      }
    }
    return open.isEmpty
  }
}
