import DescentExplain
import DescentGraph
import DescentNotation
import DescentProgram
import TestSupport
import Testing

/// Derivatives of expressions as a teacher writes them.
struct ScalarDerivationTests {
  private func derived(_ text: String, _ variable: String = "x") throws -> ScalarDerivation {
    try #require(try derive(text, withRespectTo: [variable]).last)
  }

  @Test func derivativesLookAsAPersonWritesThem() throws {
    let rows: [(String, String, String)] = [
      ("5x^3", "x", "15x²"), ("5x^2 - 2x + 3", "x", "10x − 2"), ("(3x + 2x^2)^2", "x", "2(3x + 2x²)·(3 + 4x)"),
      ("a x^n + b y^m", "x", "a·n·x^(n − 1)"), ("a x^n + b y^m", "y", "b·m·y^(m − 1)"), ("xy", "x", "y"),
      ("xy", "y", "x"), ("x sin x", "x", "sin x + x·cos x"), ("ln(x^2 + 1)", "x", "2x/(x² + 1)"),
      ("sqrt(1 + x)", "x", "1/(2√(1 + x))"), ("e^(-x^2)", "x", "−2x·e^(−x²)"), ("1/x", "x", "−1/x²"),
      ("a^x", "x", "a^x·ln a"), ("7", "x", "0"), ("x", "x", "1"), ("x^2 y^3", "x", "2x·y³"), ("-x", "x", "−1"),
      ("sin x cos x", "x", "(cos x)² − (sin x)²"), ("x/2", "x", "1/2"), ("0.1x^2", "x", "0.2x"),
      ("|x|", "x", "sign x"), ("tanh(3x)", "x", "3(1 − (tanh(3x))²)"), ("x^x", "x", "x^x + x^x·ln x"),
      ("relu(x)", "x", "[x > 0]"), ("cosh x", "x", "sinh x"), ("x^(1/2)", "x", "1/(2√x)"),
    ]
    for (text, variable, expected) in rows {
      let derivation = try derived(text, variable)
      #expect(derivation.derivative.text == expected, "\(text) by \(variable)")
      #expect(derivation.check.isCorrect && derivation.check.points > 3, "\(text) by \(variable): \(derivation.check)")
    }
  }

  @Test func everyStepNamesItsRule() throws {
    let lines = try derived("5x^2 - 2x + 3").lines
    #expect(
      lines.map(\.formula.text) == [
        "d/dx(5x² − 2x + 3)", "d/dx(5x²) − d/dx(2x) + d/dx(3)", "5·d/dx(x²) − 2·d/dx(x) + 0", "5·2·x − 2·1 + 0",
        "10x − 2",
      ])
    #expect(lines.map(\.rule) == ["", "sum rule", "constant factor rule, constant rule", "power rule", "simplify"])
    #expect(lines[2].remarks == ["3 = 3x⁰, so its derivative is 3·0·x⁻¹ = 0"])
  }

  @Test func chainsAreShownAsCompositions() throws {
    let derivation = try derived("(3x + 2x^2)^2")
    #expect(derivation.lines[1].rule == "power rule, chain rule")
    #expect(derivation.lines[1].remarks == ["with y = 3x + 2x²: d/dy(y²) = 2y"])
    #expect(derivation.composition?.definitions.map(\.text) == ["f = y²", "y = 3x + 2x²"])
    #expect(
      derivation.composition?.product.text == "df/dx = df/dy·dy/dx = 2y × (3 + 4x) = 2(3x + 2x²)·(3 + 4x)")
    let nested = try derived("sin(3x^2)^3")
    #expect(nested.composition?.definitions.map(\.text) == ["f = y³", "y = sin u", "u = 3x²"])
  }

  @Test func otherVariablesAreHeldConstant() throws {
    let derivation = try derived("a x^n + b y^m")
    #expect(derivation.title.text == "∂f/∂x")
    #expect(derivation.lines.flatMap(\.remarks).contains("b·y^m does not depend on x and is held constant"))
    #expect(try derived("x^2").title.text == "df/dx")
  }

  @Test func higherDerivativesInAnyOrder() throws {
    let text = "x^2 y^3"
    let mixed = try derive(text, withRespectTo: ["x", "y"]).map(\.derivative.text)
    #expect(mixed == ["2x·y³", "6x·y²"])
    let other = try derive(text, withRespectTo: ["y", "x"])
    #expect(other.last?.derivative.text == "6x·y²" && other.last?.title.text == "∂²f/∂y∂x")
    #expect(try derive("x^4", withRespectTo: ["x", "x", "x"]).last?.derivative.text == "24x")
    #expect(try derive("sin x", withRespectTo: [String](repeating: "x", count: 4)).last?.derivative.text == "sin x")
    #expect(try derive("x^2", withRespectTo: ["x", "x", "x"]).last?.derivative.text == "0")
  }

  @Test func programsNotationReadsBack() throws {
    #expect(try derived("(3x + 2x^2)^2").derivative.program == "2*(3*x + 2*x**2)*(3 + 4*x)")
    for text in ["5x^2 - 2x + 3", "e^(-x^2)", "sin(x)/x", "sqrt(1+x^2)", "x ln x"] {
      let first = try derived(text)
      let program = try #require(first.derivative.program, "\(text)")
      let again = try #require(try derive("t*(\(program))", withRespectTo: ["t"]).last)
      #expect(again.expression == first.expression, "\(text): \(program)")
    }
  }

  @Test func tensorsAreRefused() {
    #expect {
      try derive("[1, 2] x", withRespectTo: ["x"])
    } throws: {
      "\($0)" == "derive: a part has shape [2]; derive takes expressions of single numbers, explain takes tensors"
    }
  }
}
