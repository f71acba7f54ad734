import TestSupport
import Testing

@testable import DescentProgram

/// What a text is understood as: the tree with parentheses around all operations, or the error.
func understood(_ text: String, juxtaposition: Bool = false, names: Set<String> = []) -> String {
  do throws(ProgramError) {
    return try Program(parsing: text, options: .init(juxtaposition: juxtaposition, names: names)).description
  } catch { return error.description }
}

@Suite struct ParsingTests {
  /// Text and tree.
  private static let python: [(text: String, tree: String)] = [
    ("1", "1"), ("1.", "1"), (".5", "0.5"), ("1e-3", "0.001"), ("1_000", "1000"), ("1E3", "1000"), ("2.50", "2.5"),
    ("True", "True"), ("None", "None"), ("θ", "θ"), ("y₁", "y₁"), ("_a1", "_a1"), ("(x)", "x"), ("((x))", "x"),
    ("a + b * c", "(a + (b * c))"), ("a - b - c", "((a - b) - c)"), ("a - (b - c)", "(a - (b - c))"),
    ("a / b * c", "((a / b) * c)"), ("a @ b @ c", "((a @ b) @ c)"), ("a @ b + c", "((a @ b) + c)"),
    ("a // b % c", "((a // b) % c)"), ("-x**2", "(-(x ** 2))"), ("2**-1", "(2 ** (-1))"),
    ("a ** b ** c", "(a ** (b ** c))"), ("-a ** -b ** c", "(-(a ** (-(b ** c))))"), ("- - x", "(-(-x))"),
    ("-a * b", "((-a) * b)"), ("a * -b", "(a * (-b))"), ("a*-b**2", "(a * (-(b ** 2)))"), ("+x", "(+x)"),
    ("a < b + 1", "(a < (b + 1))"), ("a + 1 >= b", "((a + 1) >= b)"), ("a == b", "(a == b)"), ("a != b", "(a != b)"),
    ("a ≤ b", "(a <= b)"), ("a ≠ b", "(a != b)"), ("a − b", "(a - b)"), ("a·b×c÷d", "(((a * b) * c) / d)"),
    ("a • b", "(a @ b)"), ("a^b^c", "(a ** (b ** c))"), ("x²", "(x ** 2)"), ("x⁻¹²", "(x ** (-12))"),
    ("-x²", "(-(x ** 2))"), ("√x + 1", "(sqrt(x) + 1)"), ("√(x + 1)", "sqrt((x + 1))"), ("∛x", "cbrt(x)"),
    ("|x - 1|", "abs((x - 1))"), ("|x| + |y|", "(abs(x) + abs(y))"), ("|(|x| - 1)|", "abs((abs(x) - 1))"),
    ("[1, -2]", "[1, (-2)]"), ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"), ("[]", "[]"), ("[1, 2,]", "[1, 2]"),
    ("(1, 2)", "[1, 2]"), ("(1,)", "[1]"), ("()", "[]"), ("[\n1,\n2\n]", "[1, 2]"), ("(a +\n b)", "(a + b)"),
    ("a + \\\n b", "(a + b)"), ("sum(y, axis=0)", "sum(y, axis=0)"), ("y.sum(axis=0)", "sum(y, axis=0)"),
    ("x.reshape(2, -1).T", "transpose(reshape(x, 2, (-1)))"), ("xᵀ", "transpose(x)"), ("w.T @ x", "(transpose(w) @ x)"),
    ("x[0]", "x[0]"), ("x[0, 1:3]", "x[0, 1:3]"), ("x[:, ::2]", "x[:, ::2]"), ("x[-1]", "x[(-1)]"),
    ("x[..., None]", "x[..., None]"), ("x[1:]", "x[1:]"), ("x[:n+1:k]", "x[:(n + 1):k]"), ("x[0][1]", "x[0][1]"),
    ("x[[2, 0]]", "x[[2, 0]]"), ("-x[0]**2", "(-(x[0] ** 2))"),
    ("einsum(\"ij,jk->ik\", a, b)", "einsum(\"ij,jk->ik\", a, b)"),
    ("einsum('i,i', a, b)", "einsum(\"i,i\", a, b)"), ("np.exp(x)", "exp(x)"), ("np.linalg.inv(a)", "inv(a)"),
    ("np.pi", "pi"), ("zeros((2, 3))", "zeros([2, 3])"), ("maximum(x, 0,)", "maximum(x, 0)"),
    ("a = 1; b = 2\n\n# nothing\nc = a + b  # more", "a = 1\nb = 2\nc = (a + b)"), ("a = 1\r\nb", "a = 1\nb"),
    (";;a;;", "a"), ("sum = 1", "sum = 1"), ("e", "e"), ("1_0.5_0", "10.5"),
    ("f(x) if 1", "line 1, column 1: unknown function 'f'"),
  ]

  @Test func pythonsNotation() {
    withEvery("text", in: Self.python) { #expect(understood($0.text) == $0.tree, "\($0.text)") }
  }

  /// Text and tree where factors may stand side by side.
  private static let byHand: [(text: String, tree: String)] = [
    ("3x", "(3 * x)"), ("2(x+1)", "(2 * (x + 1))"), ("(a)(b)", "(a * b)"), ("xy", "(x * y)"), ("x y", "(x * y)"),
    ("(3x + 2x^2)^2", "(((3 * x) + (2 * (x ** 2))) ** 2)"), ("ax^n + by^m", "((a * (x ** n)) + (b * (y ** m)))"),
    ("1/2x", "((1 / 2) * x)"), ("a/bc", "((a / b) * c)"), ("-2x", "((-2) * x)"), ("-x^2", "(-(x ** 2))"),
    ("2 - x", "(2 - x)"),
    ("x^2y", "((x ** 2) * y)"), ("x^-1y", "((x ** (-1)) * y)"), ("2x²y³", "((2 * (x ** 2)) * (y ** 3))"),
    ("x(x+1)", "(x * (x + 1))"), ("x(2)^2", "(x * (2 ** 2))"), ("xy(x+1)", "((x * y) * (x + 1))"),
    ("sin x", "sin(x)"), ("sin 3x", "sin((3 * x))"), ("sin(3x)", "sin((3 * x))"), ("sin(x)^2", "(sin(x) ** 2)"),
    ("sin^2(x)", "(sin(x) ** 2)"), ("sin^2 x", "(sin(x) ** 2)"), ("sin²x", "(sin(x) ** 2)"),
    ("sin x^2", "sin((x ** 2))"),
    ("sin 2x y", "sin(((2 * x) * y))"), ("sin 2x + 1", "(sin((2 * x)) + 1)"), ("sin 2x / 3", "(sin((2 * x)) / 3)"),
    ("sin x cos x", "(sin(x) * cos(x))"), ("sin cos x", "sin(cos(x))"), ("sin -x", "sin((-x))"),
    ("2sin x", "(2 * sin(x))"),
    ("xsin x", "(x * sin(x))"), ("x sin(x)y", "((x * sin(x)) * y)"), ("ln x", "ln(x)"),
    ("ln 2x^2", "ln((2 * (x ** 2)))"),
    ("e^x", "(e ** x)"), ("xe^x", "(x * (e ** x))"), ("2e^x", "(2 * (e ** x))"), ("2e3", "2000"),
    ("2e-x", "((2 * e) - x)"),
    ("e^(-x^2)", "(e ** (-(x ** 2)))"), ("exp(x)y", "(exp(x) * y)"), ("2√x", "(2 * sqrt(x))"), ("√2x", "(sqrt(2) * x)"),
    ("2|x|", "(2 * abs(x))"), ("|x||y|", "(abs(x) * abs(y))"), ("|x|y", "(abs(x) * y)"),
    ("|2x|^2", "(abs((2 * x)) ** 2)"),
    ("2πr", "((2 * π) * r)"), ("2π r", "((2 * π) * r)"), ("2pix", "((2 * pi) * x)"), ("θx", "(θ * x)"),
    ("thetax", "(((((t * h) * e) * t) * a) * x)"),
    ("theta x", "(theta * x)"), ("x1x2", "(x1 * x2)"), ("x_1y", "x_1y"), ("w_1 x", "(w_1 * x)"), ("x₁y₁", "(x₁ * y₁)"),
    ("loss = x^2; 3loss", "loss = (x ** 2)\n(3 * loss)"), ("ab = 2; xab", "ab = 2\n(x * ab)"),
    ("sum(xy, axis=0)", "sum((x * y), axis=0)"), ("maximum(x, 0)y", "(maximum(x, 0) * y)"), ("(x)2", "(x * 2)"),
    ("σ(x)", "σ(x)"), ("2σ", "(2 * σ)"), ("x.sum()", "sum(x)"), ("tan x/2", "(tan(x) / 2)"), ("arctan x", "arctan(x)"),
    ("x^2 sin x", "((x ** 2) * sin(x))"), ("a(b)(c)", "((a * b) * c)"), ("(x+1)²(x-1)", "(((x + 1) ** 2) * (x - 1))"),
  ]

  @Test func mathematicsByHand() {
    withEvery("text", in: Self.byHand) { #expect(understood($0.text, juxtaposition: true) == $0.tree, "\($0.text)") }
    #expect(understood("2weight x", juxtaposition: true, names: ["weight"]) == "((2 * weight) * x)")
    #expect(understood("3sin", juxtaposition: true, names: ["sin"]) == "(3 * sin)")
  }

  /// What is printed is understood as it was.
  @Test func treesRoundTrip() {
    withEvery("text", in: Self.python.map(\.text) + Self.byHand.map(\.tree)) { text in
      let tree = understood(text)
      if !tree.hasPrefix("line ") { #expect(understood(tree) == tree) }
    }
  }

  @Test func names() throws {
    let program = try Program(parsing: "y = w @ x + b; b = pi*e; z = y + b + x; z")
    #expect(program.freeNames == ["w", "x", "b"])
    #expect(program.assignedNames == ["y", "b", "z"])
    #expect(try Program(parsing: "e = 1; e + n", options: .init()).freeNames == ["n"])
    #expect(try Program(parsing: "x[i, j:k] + max(a, axis=d)").freeNames == ["x", "i", "j", "k", "a", "d"])
    #expect(program.text == "y = w @ x + b; b = pi*e; z = y + b + x; z")
  }

  /// Sums of any length are one level deep.
  @Test func longChains() throws {
    let terms = 20_000
    let program = try Program(parsing: Array(repeating: "x", count: terms).joined(separator: " + "))
    #expect(program.freeNames == ["x"])
    #expect(program.description.count(where: { $0 == "(" }) == terms - 1)
  }
}
