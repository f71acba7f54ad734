import DescentExplain
import DescentGraph
import DescentNetworks
import DescentTensor
import TestSupport
import Testing

private func named(_ tensor: Tensor, _ name: String) -> Tensor { tensor.converted(to: .float64).named(name) }

extension Derivation {
  /// The first step with a title.
  fileprivate func step(_ title: String) -> Step? { steps.first { $0.title.text == title } }
}

/// Derivations of what networks are made of.
struct DerivationTests {
  private let network: Derivation

  init() throws {
    let x = named([[1, 2], [0.5, -1]], "x"), w = named([[1, -2, 0.5], [2, 1, -1]], "w")
    let b = named([0.1, -1, 0.2], "b"), v = named([[0.3, 1], [0.7, -0.2], [1, 0.5]], "v")
    let h = relu((matmul(x, w) + b).named("a")).named("h")
    let loss = softmaxCrossEntropy(matmul(h, v).named("z"), Tensor([0, 1]).converted(to: .int64)).named("L")
    network = try Derivation(of: loss, withRespectTo: w, b, v)
  }

  @Test func aNetworkOfTwoLayers() {
    #expect(network.verification.isCorrect && network.verification.maximumError < 1e-8)
    #expect(
      network.steps.filter { $0.kind == .forward }.map(\.formula.text)
        == [
          "a = x w + b", "h = relu a", "z = h v", "L = crossEntropy(z, t)",
        ].map {
          $0.replacing("(z, t)", with: network.step("L")!.formula.text.hasSuffix("(z, y)") ? "(z, y)" : "(z, t)")
        })
    #expect(network.step("∂L/∂z")?.formula.text == "∂L/∂z = (softmax − t)/2")
    #expect(network.step("∂L/∂v")?.formula.text == "∂L/∂v = hᵀ (∂L/∂z)")
    #expect(network.step("∂L/∂h")?.formula.text == "∂L/∂h = (∂L/∂z) vᵀ")
    #expect(network.step("∂L/∂a")?.formula.text == "∂L/∂a = [a > 0] ⊙ ∂L/∂h")
    #expect(network.step("∂L/∂w")?.formula.text == "∂L/∂w = xᵀ (∂L/∂a)")
  }

  @Test func branchesAndSumsAreExplained() {
    #expect(
      network.step("h")?.remarks.first?.hasPrefix("relu: a₁₁ = 5.1 > 0 passes (slope 1), a₁₂ = −1 ≤ 0 becomes 0")
        ?? false)
    #expect(
      network.step("∂L/∂b")?.remarks.contains("b was repeated 2 times, so the derivatives of its copies add up")
        ?? false)
    #expect(network.step("∂L/∂b")?.formula.text == "∂L/∂b = sum(∂L/∂a, axis 0)")
  }

  @Test func scopesCanBeOpened() throws {
    let z = named([[1, 2, 0.5]], "z"), weights = named([[1, -1, 2]], "c")
    let f = (z.softmax().named("p") * weights).sum().named("f")
    let closed = try Derivation(of: f, withRespectTo: z)
    let open = try Derivation(of: f, withRespectTo: [z], options: .init(opensScopes: true))
    #expect(closed.step("p")?.formula.text == "p = softmax(z)" && closed.step("p")?.scope == "softmax")
    #expect(open.steps.count > closed.steps.count && open.step("p")?.scope == nil)
    #expect(closed.gradients[0].value == open.gradients[0].value)
    #expect(closed.step("∂f/∂z")?.formula.text == "∂f/∂z = p ⊙ (∂f/∂p − sum(p ⊙ ∂f/∂p, axis 1))")
  }

  /// Each known form gives what the rules inside give; a derivation says so loudly where it does not.
  @Test func knownFormsAgreeWithTheRules() throws {
    let x = named([[1, 2, 4], [0.5, -1, 2]], "x"), t = named([[0.2, 0.3, 0.5], [0.7, 0.1, 0.2]], "t")
    let c = named([[1, 2, 3], [1, -1, 1]], "c")
    let image = named(Tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).reshaped(to: 1, 3, 3, 1), "x")
    let kernel = named(Tensor([[1, 0.5], [2, -1]]).reshaped(to: 2, 2, 1, 1), "k")
    let norm = namedScope("layerNorm", x) { operands in
      let moments = operands[0].meanAndVariance(axes: [-1], keepingAxes: true)
      return (operands[0] - moments.mean) / sqrt(moments.variance + 1e-5)
    }
    let rows: [(String, Tensor, [Tensor])] = [
      ("softmax", (x.softmax() * c).sum(), [x]), ("softmax along columns", (x.softmax(axis: 0) * c).sum(), [x]),
      ("crossEntropy", softmaxCrossEntropy(x, t), [x, t]), ("crossEntropy of c", softmaxCrossEntropy(x, c), [x, c]),
      ("meanSquaredError", meanSquaredError(x, t), [x, t]), ("layerNorm", (norm * c).sum(), [x]),
      ("convolution", (convolution(image, kernel) ** 2).sum(), [image, kernel]),
      ("strided", (convolution(image, kernel, stride: 2, padding: .same) ** 2).sum(), [image, kernel]),
    ]
    for (name, target, sources) in rows {
      let derivation = try Derivation(of: target, withRespectTo: sources, options: ExplanationOptions())
      #expect(derivation.steps.contains { $0.scope != nil }, "\(name)")
      #expect(derivation.verification.isCorrect && !derivation.description.contains("‼"), "\(name): \(derivation)")
    }
  }

  @Test func convolutionsHaveIndexFormulas() throws {
    let x = named(Tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).reshaped(to: 1, 3, 3, 1), "x")
    let k = named(Tensor([[1, 0], [0, -1]]).reshaped(to: 2, 2, 1, 1), "k")
    let derivation = try Derivation(of: (convolution(x, k).named("y") ** 2).sum().named("f"), withRespectTo: k, x)
    #expect(
      derivation.step("y")?.scalars.first?.text
        == "y₁₁ = x₁₁·k₁₁ + x₁₂·k₁₂ + x₂₁·k₂₁ + x₂₂·k₂₂ = 1·1 + 2·0 + 4·0 + 5·(−1) = −4")
    #expect(derivation.step("∂f/∂k")?.formula.text == "∂f/∂k = Σₙᵢⱼ x[n, i + a, j + b, c]·(∂f/∂y)[n, i, j, o]")
    #expect(derivation.gradients[0].value.scalars == [-96, -128, -192, -224])
  }

  @Test func largeTensorsStayInMatrixForm() throws {
    let w = Tensor.full([40, 30], 0.01, type: .float64).named("w"),
      x = Tensor.full([30], 0.5, type: .float64).named("x")
    let derivation = try Derivation(of: (matmul(w, x).named("y") ** 2).sum().named("f"), withRespectTo: w)
    let step = try #require(derivation.step("∂f/∂w"))
    #expect(step.formula.text == "∂f/∂w = (∂f/∂y) xᵀ" && step.scalars.isEmpty)
    #expect(step.numbers.text == "∂f/∂w = 1200 numbers of shape [40, 30], from 0.15 to 0.15")
    #expect(derivation.gradients[0].stages.isEmpty && derivation.gradients[0].jacobian?.slices.isEmpty ?? false)
    #expect(derivation.verification.isCorrect && !derivation.verification.remarks.isEmpty)
  }

  @Test func float32ProgramsAreExplainedInTheirDecimals() throws {
    let w = Tensor([0.1, 0.2]).named("w")
    let derivation = try Derivation(of: (w * w).sum().named("f"), withRespectTo: w)
    #expect(derivation.step("∂f/∂w")?.scalars.first?.text == "∂f/∂w₁ = 2w₁ = 2·0.1 = 0.2")
    #expect(derivation.verification.isCorrect && derivation.verification.tolerance == 1e-4)
  }

  /// At a corner there is no derivative to compare with, and the derivation says so.
  @Test func cornersAreNoDisagreement() throws {
    let x = named([0, 1, -2], "x")
    let derivation = try Derivation(of: relu(x).sum().named("f"), withRespectTo: x)
    #expect(derivation.verification.isCorrect && derivation.gradients[0].value.scalars == [0, 1, 0])
    #expect(
      derivation.verification.remarks == [
        "at x₁ the program has a corner: the slope is 0 to the left and 1 to the right, and 0 by the rules' conventions"
      ])
  }

  @Test func derivativesOfDerivatives() throws {
    let x = named([0.5, 2], "x")
    let slope = gradient(at: x) { x in (x ** 3).sum() }
    let derivation = try Derivation(of: slope.sum().named("f"), withRespectTo: x)
    #expect(derivation.gradients[0].value.scalars == [3, 12] && derivation.verification.isCorrect)
  }

  @Test func rawFormulasAreThoseOfTheRules() throws {
    let x = named([0.5, 2], "x")
    let f = (x * x).sum().named("f")
    let raw = try Derivation(of: f, withRespectTo: [x], options: .init(simplifies: false))
    #expect(
      raw.step("∂f/∂x")?.formula.text == "∂f/∂x = broadcast(1, axis 0)·x + broadcast(1, axis 0)·x"
        || raw.step("∂f/∂x")?.formula.text == "∂f/∂x = x + x")
    #expect(raw.step("∂f/∂x")?.scalars == [] && raw.gradients[0].stages.isEmpty)
  }

  @Test func controlFlowStaysInItsOwnType() throws {
    let x = Tensor([0.5, 0.25]).named("x")
    let f = checkpoint { (x * x).sum() }.named("f")
    let derivation = try Derivation(of: f, withRespectTo: x)
    #expect(derivation.gradients[0].value.scalars == [1, 0.5] && derivation.verification.isCorrect)
  }
}

/// Rule, symbol and number come from the same card.
struct OneRuleTests {
  /// A rule that is wrong on purpose: formula and number show what it says, and the comparison shouts.
  @Test func aWrongRuleIsWrongInSymbolsAndNumbersAlike() throws {
    let x = named([3], "x")
    let square = withCustomGradient(at: x, isChecked: false) {
      $0 * $0
    } pullback: { x, _, cotangent in
      5 * x * cotangent
    }
    let f = square.sum().named("f")
    let derivation = try Derivation(of: f, withRespectTo: x)
    let step = try #require(derivation.step("∂f/∂x"))
    #expect(step.value.scalars == [15])
    #expect(step.scalars.first?.text == "∂f/∂x = 5x = 5·3 = 15")
    #expect(!derivation.verification.isCorrect)
    #expect(derivation.description.contains("‼ THEY DISAGREE in 1 of 1 elements"))
  }

  /// Every element-wise operation of the language derives in symbols what its card computes in numbers.
  @Test func everyElementwiseOperationDerives() throws {
    let examples = OperationExample.sections.filter {
      ["Functions of one element", "Functions of two elements"].contains($0.title)
    }.flatMap(\.examples)
    for example in examples {
      let card = OperationCard(example)
      guard card.types.contains(.float64), !card.pullback.isEmpty else { continue }
      let names = example.operands.map(\.name)
      let symbols = names.map { Node.symbol($0, Shape(), .float64) }
      let function = example.build(symbols, .float64)
      guard function.shape.rank == 0, function.scalarType == .float64 else { continue }
      for (place, name) in names.enumerated() {
        if case .binary(.polygamma) = function.operation, place == 0 { continue }
        let derived = try ScalarDerivation.derive(function, by: [name], isPartial: names.count > 1)[0]
        var random = SplitMix64(seed: 3)
        let points = names.map { _ in random.doubles(4, in: 0.2..<0.8) }
        let symbolic = try derived.expression.values(
          at: Dictionary(uniqueKeysWithValues: zip(names.map { .init($0) }, points)), count: 4, on: Tensor.engine)
        let numbers = points.map { Tensor(Node.numbers($0, [4])) }
        let automatic = gradient(at: numbers[place]) { x in
          var nodes = numbers.map(\.node)
          nodes[place] = x.node
          return Tensor(example.build(nodes, .float64)).sum()
        }.scalars
        // Outside of a function's domain both are no numbers.
        for (x, y) in zip(symbolic, automatic) where !(x.isNaN && y.isNaN) {
          #expect(abs(x - y) <= 1e-10 * max(1, abs(y)), "\(card.name) by \(name): \(derived.derivative.text)")
        }
      }
    }
  }
}

/// What can't be explained says why.
struct ExplanationMistakeTests {
  private func message(_ body: () throws -> Derivation) -> String {
    do { _ = try checked(body) } catch { return "\(error)" }
    return "no error"
  }

  @Test func mistakesNameTheirReason() {
    let w = Tensor([1, 2]).named("w"), v = Tensor([1, 2]).named("v")
    let lost = (w * w).sum().named("f")
    _ = lost.scalar
    let rows: [(String, String, () throws -> Derivation)] = [
      (
        "no scalar",
        "explain: w is float32 of shape [2]; a gradient needs one floating-point number: reduce it first, "
          + "for example with .sum()", { try Derivation(of: w, withRespectTo: w) }
      ),
      (
        "not connected",
        "explain: the tensor does not depend on v; use it in what is explained, and don't assign it in "
          + "between", { try Derivation(of: (w * w).sum(), withRespectTo: v) }
      ),
      (
        "looked at",
        "explain: f does not depend on w; its history is gone, since it was looked at: record it with a "
          + "GradientTape, or explain it before printing it", { try Derivation(of: lost, withRespectTo: w) }
      ),
      (
        "whole numbers", "explain: n is int32; only floating-point numbers have derivatives",
        {
          let n = Tensor([1, 2]).converted(to: .int32).named("n")
          return try Derivation(of: (n.converted(to: .float32) * w).sum(), withRespectTo: n)
        }
      ),
    ]
    for (name, expected, body) in rows {
      #expect(message(body).replacing("'", with: "") == expected.replacing("'", with: ""), "\(name)")
    }
  }

  @Test func explainInsideCheckedThrows() {
    let w = Tensor([1, 2]).named("w")
    #expect(throws: TensorError.self) { try checked { explain(w, withRespectTo: w) } }
  }

  @Test func tapesKeepWhatWasLookedAt() throws {
    let w = Variable([1, 2], name: "w")
    let tape = GradientTape(persistent: true)
    let f = tape.record { (w * w).sum() }
    #expect(f.scalar == 5)
    #expect(explain(f, withRespectTo: w).gradients[0].value.scalars == [2, 4])
  }
}
