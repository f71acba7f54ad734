import DescentExplain
import DescentNotation
import DescentTensor
import TestSupport
import Testing

/// The lecture's affine layer: every line of it comes out of the general mechanism.
struct LectureDerivationTests {
  private let derivation: Derivation

  init() {
    let w = Variable(Tensor([[1, -2], [2, 1]]).converted(to: .float64), name: "w")
    let b = Variable(Tensor([0, -1]).converted(to: .float64), name: "b")
    let x = Variable(Tensor([1, 2]).converted(to: .float64), name: "x")
    derivation = explain(((w • x + b) ** 2).sum(), withRespectTo: w, b)
  }

  private func step(_ title: String) throws -> Derivation.Step {
    try #require(derivation.steps.first { $0.title.text == title })
  }

  @Test func theProgramIsSpeltOutInScalars() throws {
    #expect(try step("y").formula.text == "y = w x + b")
    #expect(
      try step("y").scalars.map(\.text) == [
        "y₁ = w₁₁·x₁ + w₁₂·x₂ + b₁ = 1·1 + (−2)·2 + 0 = −3", "y₂ = w₂₁·x₁ + w₂₂·x₂ + b₂ = 2·1 + 1·2 + (−1) = 3",
      ])
    #expect(
      try step("f").scalars.map(\.text) == [
        "f = y₁² + y₂² = (−3)² + 3² = 18", "f = (w₁₁·x₁ + w₁₂·x₂ + b₁)² + (w₂₁·x₁ + w₂₂·x₂ + b₂)²",
      ])
  }

  @Test func theChainRuleGoesBackward() throws {
    #expect(try step("∂f/∂y").formula.text == "∂f/∂y = 2y")
    #expect(try step("∂f/∂y").scalars.map(\.text)[0] == "∂f/∂y₁ = 2y₁ = 2·(−3) = −6")
    #expect(try step("∂f/∂w").formula.text == "∂f/∂w = (∂f/∂y) xᵀ")
    #expect(try step("∂f/∂w").rule == "sum rule, product rule for matrices, chain rule")
    #expect(try step("∂f/∂b").formula.text == "∂f/∂b = ∂f/∂y")
    #expect(derivation.steps.map(\.title.text) == ["y", "f", "∂f/∂f", "∂f/∂y", "∂f/∂b", "∂f/∂w"])
  }

  @Test func oneElement() {
    #expect(
      derivation.gradients[0].element?.text == "∂f/∂w₁₁ = ∂f/∂y₁·∂y₁/∂w₁₁ = 2y₁·x₁ = 2·(−3)·1 = −6")
  }

  @Test func theWholeMatrixInFourStages() {
    #expect(
      derivation.gradients[0].stages.map(\.formula.text) == [
        "∂f/∂w = [[∂f/∂w₁₁, ∂f/∂w₁₂], [∂f/∂w₂₁, ∂f/∂w₂₂]]", "∂f/∂w = [[2y₁·x₁, 2y₁·x₂], [2y₂·x₁, 2y₂·x₂]]",
        "∂f/∂w = [[−6x₁, −6x₂], [6x₁, 6x₂]]", "∂f/∂w = [[−6, −12], [6, 12]]",
      ])
    #expect(
      derivation.gradients[1].stages.map(\.formula.text) == [
        "∂f/∂b = [[∂f/∂b₁], [∂f/∂b₂]]", "∂f/∂b = [[2y₁], [2y₂]]", "∂f/∂b = [[−6], [6]]",
      ])
    #expect(derivation.gradients.map(\.value.scalars) == [[-6, -12, 6, 12], [-6, 6]])
  }

  @Test func theBlockThatNobodyBuilds() throws {
    let jacobian = try #require(derivation.gradients[0].jacobian)
    #expect(jacobian.shape == [2, 2, 2])
    #expect(jacobian.slices.map(\.symbols.text) == ["∂y₁/∂w = [[x₁, x₂], [0, 0]]", "∂y₂/∂w = [[0, 0], [x₁, x₂]]"])
    #expect(jacobian.slices.map(\.numbers.text) == ["∂y₁/∂w = [[1, 2], [0, 0]]", "∂y₂/∂w = [[0, 0], [1, 2]]"])
    #expect(
      jacobian.contraction?.text
        == "∂f/∂w = Σₖ ∂f/∂yₖ·∂yₖ/∂w = −6·[[1, 2], [0, 0]] + 6·[[0, 0], [1, 2]] = [[−6, −12], [6, 12]]")
    #expect(jacobian.remark.contains("reverse mode never builds it"))
  }

  @Test func threeAnswersAgree() {
    #expect(derivation.verification.isCorrect && derivation.verification.maximumError < 1e-9)
    #expect(derivation.verification.entries.map(\.symbolic) == [-6, -12, 6, 12, -6, 6])
    #expect(derivation.verification.entries.map(\.element) == ["w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂"])
  }

  @Test func columnsNeedNoSecondIndex() {
    let w = Tensor([[1, -2], [2, 1]]).named("w"), x = Tensor([[1], [2]]).named("x")
    let f = (matmul(w, x).named("y") ** 2).sum().named("f")
    let found = explain(f, withRespectTo: w)
    #expect(found.gradients[0].stages[1].formula.text == "∂f/∂w = [[2y₁·x₁, 2y₁·x₂], [2y₂·x₁, 2y₂·x₂]]")
    #expect(found.gradients[0].jacobian?.shape == [2, 1, 2, 2])
  }
}
