import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

@testable import DescentProgram

/// The lecture's program: f = 18 at the start, and y shrinks by the same factor at each step.
let lectureProgram = "w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]; y = w @ x + b; f = sum(y**2)"

/// A descent on a program's value.
func descent(
  _ text: String, _ names: [String], rate: Double = 0.1, steps: Int = 10, of target: String? = nil
) throws -> GradientDescent {
  try GradientDescent(program: Program(parsing: text), withRespectTo: names, rate: rate, steps: steps, of: target)
}

extension GradientDescent {
  /// The elements of one of the values at a step.
  func elements(of name: String, at step: Int) -> [Double] {
    guard let index = names.firstIndex(of: name), case .elements(let elements) = steps[step].parameters[index] else {
      return []
    }
    return elements
  }
}

@Suite struct DescentTests {
  /// y ← y − 2·rate·(1 + |x|²)·y with |x|² = 5, so that y = y₀qⁿ, f = 18q²ⁿ, ‖∇f‖² = 4(1 + |x|²)·f and
  /// w = w₀ − y₀xᵀ(1 − qⁿ)/6.
  @Test func theLectureInClosedForm() throws {
    for rate in [0.02, 0.1, -0.01, 1.0 / 12] {
      let found = try descent(lectureProgram, ["w", "b"], rate: rate, steps: 100)
      let q = 1 - 12 * rate
      for step in found.steps {
        let power = pow(q, Double(step.number)), loss = 18 * power * power
        let scale = max(1, loss)
        #expect((step.loss - loss).magnitude <= 1e-9 * scale, "rate \(rate), step \(step.number)")
        #expect((step.gradientNorm - (24 * loss).squareRoot()).magnitude <= 1e-9 * scale)
        let moved = (1 - power) / 6
        let w = [1 + 3 * moved, -2 + 6 * moved, 2 - 3 * moved, 1 - 6 * moved], b = [3 * moved, -1 - 3 * moved]
        for (name, expected) in [("w", w), ("b", b)] {
          for (mine, other) in zip(found.elements(of: name, at: step.number), expected) {
            #expect((mine - other).magnitude <= 1e-9 * scale, "rate \(rate), step \(step.number), \(name)")
          }
        }
      }
      #expect(found.steps.map(\.number) == Array(0..<found.steps.count))
    }
  }

  @Test func theLectureConverges() throws {
    let found = try descent(lectureProgram, ["w", "b"], rate: 0.02, steps: 100)
    #expect(found.steps.count == 101 && found.stop == nil && found.isConverged)
    #expect(found.steps[100].loss < 1e-6)
    #expect(found.target == "f" && found.names == ["w", "b"] && found.shapes == [[2, 2], [2, 1]])
    #expect(found.finalValues.map(\.scalars) == ["w", "b"].map { found.elements(of: $0, at: 100) })
    #expect(try !descent(lectureProgram, ["w", "b"], rate: 0.02, steps: 10).isConverged)
  }

  @Test func theFirstStep() throws {
    let updates = try descent(lectureProgram, ["w", "b"], rate: 0.02, steps: 1).firstUpdates
    #expect(updates.map(\.name) == ["w", "b"])
    #expect(updates.map(\.value.scalars) == [[1, -2, 2, 1], [0, -1]])
    #expect(updates.map(\.gradient.scalars) == [[-6, -12, 6, 12], [-6, 6]])
    let expected = updates.map { update in zip(update.value.scalars, update.gradient.scalars).map { $0 - 0.02 * $1 } }
    #expect(updates.map(\.newValue.scalars) == expected)
    #expect(updates.map(\.newValue.shape) == [[2, 2], [2, 1]])
  }

  /// Other values may move than those that a lecture calls parameters, and other names than the last be minimised.
  @Test func whatMovesAndWhatIsMinimised() throws {
    let data = try descent(lectureProgram, ["x"], rate: 0.01, steps: 3)
    let expected: [Double] = [1 - 0.01 * 6.0, 2 - 0.01 * 18.0]
    #expect(data.elements(of: "x", at: 1) == expected)
    let other = try descent("x = 3; g = x**2; h = x**3", ["x"], steps: 1, of: "g")
    let moved: [Double] = [3 - 0.1 * 6.0]
    #expect(other.target == "g" && other.steps[0].loss == 9)
    #expect(other.elements(of: "x", at: 1) == moved)
    #expect(try descent("x = 3; x**2", ["x"], steps: 1).target == "f")
    #expect(try descent("f = 3; f**2", ["f"], steps: 1).target == "L")
    // Zeros and the like are given as much as literals are.
    let made = try descent("w = zeros(2, 2) + 1; f = sum(w**2).reshape(1, 1)", ["w"], steps: 1)
    #expect(made.elements(of: "w", at: 1) == [0.8, 0.8, 0.8, 0.8])
  }

  /// A name may mean a constant before the program assigns it; what stood there before does not move.
  @Test func valuesMoveFromTheirAssignmentOn() throws {
    let found = try descent("y = e*3; e = 2; f = e*y", ["e"], steps: 2)
    #expect(found.firstUpdates[0].gradient.scalars[0] == 2.718281828459045 * 3)
    let program = try Program(parsing: "a = 2; b = [1, 2]; c = a*b")
    let run = try ProgramRun(program, replacing: ["b": Tensor([10, 20, 30], type: .float64)])
    #expect(run.assignments.map(\.name) == ["a", "b", "c"] && run["c"]?.scalars == [20, 40, 60])
    #expect(run["b"]?.name == "b" && run.program.text == program.text)
  }

  private static let refusals: [(text: String, names: [String], error: String)] = [
    ("x = 1; y = 2*x; f = y**2", ["y"], "descend: 'y' is computed; only given values can move"),
    ("x = 1; x = x + 1; f = x", ["x"], "descend: 'x' is computed; only given values can move"),
    ("x = 1; x = 2; f = x**2", ["x"], "descend: 'x' is assigned 2 times; a value that moves is given once"),
    ("x = 1; f = x**2", ["v"], "descend: the program does not assign 'v'; it assigns x, f"),
    ("x = 1; f = x**2", ["x", "x"], "descend: 'x' is named twice"),
    ("x = 1; f = x**2", [], "descend: there is no name whose value moves"),
    ("x = 1; m = [True]; f = x*sum(m)", ["m"], "descend: 'm' is bool; only floating-point numbers can move"),
    ("x = 1; z = 2; f = x**2", ["x", "z"], "descend: 'f' does not depend on 'z'"),
    ("x = 1; z = 2; x**2", ["z"], "descend: the result does not depend on 'z'"),
    (
      "x = [1, 2]; y = 2*x", ["x"],
      "descend: 'y' has shape [2] and type float64; descent needs one floating-point number: reduce it first, for "
        + "example with sum or mean"
    ),
    ("x = 1; f = sofmax(x)", ["x"], "line 1, column 12: unknown function 'sofmax'; did you mean 'softmax'?"),
    ("f = x**2", ["x"], "line 1, column 5: unknown name 'x'; assign it first, as in x = 1"),
  ]

  @Test func refusals() {
    withEvery("text", in: Self.refusals) { text, names, error in
      #expect(refusal { try descent(text, names) } == error)
    }
    #expect(
      refusal { try descent("x = 1; f = x**2", ["x"], of: "g") }
        == "descend: the program does not assign 'g'; it assigns x, f")
    for (rate, shown) in [(0.0, "0.0"), (.nan, "nan"), (.infinity, "inf")] {
      #expect(
        refusal { try descent("x = 1; f = x**2", ["x"], rate: rate) }
          == "descend: the rate must be a finite number other than 0, not \(shown)")
    }
    for count in [0, -3, 100_001] {
      #expect(
        refusal { try descent("x = 1; f = x**2", ["x"], steps: count) }
          == "descend: the number of steps must be 1 to 100000, not \(count)")
    }
  }

  /// Values with many elements are followed by their norm alone.
  @Test func manyElements() throws {
    let found = try descent("w = ones(65); v = ones(64); f = sum(w**2) + sum(v**2)", ["w", "v"], steps: 2)
    #expect(found.steps[0].parameters[0] == .norm(65.0.squareRoot()))
    #expect(found.elements(of: "v", at: 1) == [Double](repeating: 0.8, count: 64))
    #expect(found.finalValues[0].shape == [65] && found.finalValues[0].scalars[64] == 0.8 - 0.1 * 1.6)
    #expect(Set(found.elements.map(\.parameter)) == [1])
  }

  @Test func progressIsToldBeforeEachStep() throws {
    var told: [String] = []
    _ = try GradientDescent(
      program: Program(parsing: "x = 1; f = x**2"), withRespectTo: ["x"], rate: 0.1, steps: 2,
      progress: { told.append($0) })
    #expect(told == ["step 0 of 2", "step 1 of 2", "step 2 of 2"])
  }
}

/// The error of what must fail, as text.
func refusal<Result>(_ body: () throws -> Result) -> String {
  do { return "no error, but \(try body())" } catch { return "\(error)" }
}
