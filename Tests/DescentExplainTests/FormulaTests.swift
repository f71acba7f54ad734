import DescentCalculus
import DescentExplain
import DescentGraph
import TestSupport
import Testing

/// Nodes with names, of one shape.
private func named(_ names: String..., shape: Shape = [3]) -> [Node] {
  names.map { name in
    let node = Node.literal([Double](repeating: 1, count: shape.elementCount), shape)
    node.note = .name(name)
    return node
  }
}

private func text(_ node: Node) -> String {
  var printer = FormulaPrinter()
  return printer.equations(of: node, called: "f").joined(separator: "; ")
}

struct FormulaTests {
  @Test func parenthesesStandWhereTheyAreNeeded() {
    let x = named("a", "b", "c")
    let (a, b, c) = (x[0], x[1], x[2])
    let cosine = Node.unary(.cos, a)
    let rows: [(Node, String)] = [
      (a + b + c, "a + b + c"), (a + (b + c), "a + (b + c)"), (a - (b - c), "a − (b − c)"), (a - b - c, "a − b − c"),
      (a * b + c, "a·b + c"), (a * (b + c), "a·(b + c)"), (a * (b * c), "a·b·c"), ((a + b) * c, "(a + b)·c"),
      (a * (b / c), "a·(b/c)"), (a / b * c, "(a/b)·c"), (a * b / c, "a·b/c"), (a / (b * c), "a/(b·c)"),
      (-(a + b), "−(a + b)"), (-(a * b), "−a·b"), (-a * b, "(−a)·b"), (a * -b, "a·(−b)"), (a - -b, "a − (−b)"),
      (-(-a), "−(−a)"), (-0.5 * a, "(−0.5)·a"), (1 - a, "1 − a"), (1 / (1 + a), "1/(1 + a)"),
      (cosine * b, "(cos a)·b"), (b * cosine, "b·cos a"), (b * cosine * c, "b·(cos a)·c"), (cosine + b, "cos a + b"),
      (.unary(.cos, a + b), "cos(a + b)"), (.unary(.exp, -a), "exp(−a)"), (.power(a, 3), "a³"),
      (.power(a + b, -2), "(a + b)⁻²"), (.power(a, 0.5), "a^0.5"), (.power(.power(a, 2), 3), "(a²)³"),
      (.power(-a, 2), "(−a)²"), (.binary(.power, a, b - c), "a^(b − c)"), (.unary(.sqrt, a + b), "√(a + b)"),
      (.unary(.absolute, a - b), "|a − b|"), (.compare(.less, a, b + c), "(a < b + c)"),
      (.convert(a .== b, to: .float64), "[a = b]"), (.fill(.infinity, [], .float64), "∞"), (a + 0 * b, "a + 0·b"),
      (a + a.filled(0), "a"), (a.filled(0.6931471805599453) * a, "(ln 2)·a"),
    ]
    withEvery("row", in: rows.map(\.1).indices) { #expect(text(rows[$0].0) == "f = " + rows[$0].1) }
  }

  @Test func resultsUsedTwiceHaveNames() {
    let x = named("a", "b")
    let shared = Node.unary(.tanh, x[0] * x[1] + x[0])
    let short = x[0] + x[1]
    #expect(text(shared * shared + shared) == "t₁ = tanh(a·b + a); f = t₁·t₁ + t₁")
    #expect(text(short * short) == "f = (a + b)·(a + b)")
    #expect(text(x[0]) == "f = a")
  }

  @Test func namesHoldForLaterEquations() {
    let x = named("a", "b")
    let shared = Node.unary(.tanh, x[0] * x[1] + x[0])
    var printer = FormulaPrinter(naming: [(x[0] + x[1], "unused")])
    #expect(printer.equations(of: shared * shared, called: "f") == ["t₁ = tanh(a·b + a)", "f = t₁·t₁"])
    #expect(printer.equations(of: shared + x[0], called: "g") == ["g = t₁ + a"])
  }

  @Test func contractionsAreSumsOverIndices() {
    let a = named("a", "b", shape: [2, 3])
    let batch = named("a", "b", shape: [2, 3, 3])
    let rows: [(Node, String)] = [
      (.contract(a[0], a[1], Contraction(leftContracting: [1], rightContracting: [1])), "fᵢⱼ = Σₖ aᵢₖ·bⱼₖ"),
      (
        .contract(a[0] + a[1], a[1], Contraction(leftContracting: [0, 1], rightContracting: [0, 1])),
        "f = Σᵢⱼ (a + b)ᵢⱼ·bᵢⱼ"
      ),
      (
        .contract(
          batch[0], batch[1],
          Contraction(leftBatch: [0], rightBatch: [0], leftContracting: [2], rightContracting: [1])),
        "fᵢⱼₖ = Σₗ aᵢⱼₗ·bᵢₗₖ"
      ),
    ]
    withEvery("row", in: rows.indices) { #expect(text(rows[$0].0) == rows[$0].1) }
  }

  @Test func windowsAreRanges() {
    let x = named("x", shape: [5, 4])[0]
    var window = Window(rank: 2)
    window.starts[0] = 4
    window.strides[0] = -2
    #expect(text(.slice(x, window, to: [3, 4])) == "f = x[4...0 by −2, :]")
    #expect(text(.slice(x, window, to: [1, 2])) == "f = x[4, 0..<2]")
    window.starts[0] = 8
    #expect(text(.place(x, window, in: [9, 4])) == "f = place(x, at [8...0 by −2, :], in [9, 4])")
    #expect(text(.transpose(x, [1, 0])) == "f = xᵀ")
  }

  /// A long chain must not use up the stack.
  @Test func chainsMayBeLong() {
    let x = named("x")[0]
    let sum = (0..<5_000).reduce(x) { sum, _ in sum + x }
    #expect(text(sum).count > 5_000)
  }
}
