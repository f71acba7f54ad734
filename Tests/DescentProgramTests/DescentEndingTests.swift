import Foundation
import TestSupport
import Testing

@testable import DescentProgram

/// How descents end, and what is said about it.
@Suite struct DescentEndingTests {
  /// At rate 1 the lecture's y grows by −11 a step: f = 18·121ⁿ until it is more than a double holds.
  @Test func divergence() throws {
    let found = try descent(lectureProgram, ["w", "b"], rate: 1, steps: 1000)
    var (loss, last) = (18.0, 0)
    while loss.isFinite { (loss, last) = (loss * 121, last + 1) }
    let stop = try #require(found.stop)
    #expect(stop.reason == .notFinite && stop.step == last && found.steps.count == last + 1)
    #expect(found.steps[last].loss == .infinity && found.steps[last - 1].loss.isFinite && !found.isConverged)
    #expect(
      stop.message == "f is infinite at step \(last): the steps are too large; try a smaller rate, such as 0.1.")
    #expect(found.conclusion == stop.message)
  }

  private struct Ending {
    var text: String
    var rate = 0.1
    var steps = 10
    let conclusion: String
    var reason: GradientDescent.Stop.Reason?
    var isConverged = false
  }

  private static let endings: [Ending] = [
    Ending(
      text: "x = 0; f = sqrt(x)",
      conclusion: "The gradient of f is infinite at step 0, the start: begin with other values.",
      reason: .notFinite),
    Ending(
      text: "x = -1; f = log(x)", conclusion: "f is not a number at step 0, the start: begin with other values.",
      reason: .notFinite),
    Ending(
      text: "x = 1; f = -log(x) + 3*x", rate: 1,
      conclusion: "f is not a number at step 1: the last step left the values where it can be computed; a smaller rate "
        + "may help.", reason: .notFinite),
    Ending(
      text: "x = 1; f = x**3", rate: -10, steps: 100,
      conclusion: "f is infinite at step 7: f seems to have no bound in this direction.", reason: .notFinite),
    Ending(
      text: "x = -1; f = x**3", rate: 10, steps: 100,
      conclusion: "f is infinite at step 7: f seems to have no bound in this direction.", reason: .notFinite),
    Ending(
      text: "x = 1; f = (x - 1)**2 + 2",
      conclusion:
        "After 0 steps f is 2, from 2; ‖∇f‖ is 0, from 0. The gradient is 0 at step 0: nothing moves any more.",
      reason: .stationary, isConverged: true),
    Ending(
      text: "x = 3; f = x**2", rate: 0.5,
      conclusion:
        "After 1 step f is 0, from 9; ‖∇f‖ is 0, from 6. The gradient is 0 at step 1: nothing moves any more.",
      reason: .stationary, isConverged: true),
    Ending(
      text: "x = 3; f = x**2", rate: 1e-20,
      conclusion: "After 0 steps f is 9, from 9; ‖∇f‖ is 6, from 6. At step 0 the gradient is too small to move any "
        + "number: its norm is 6.", reason: .stationary),
    // The first step leads to a matrix of zeros.
    Ending(
      text: "x = 1; f = sum(solve(eye(2)*x, [1, 1]))", rate: -0.5,
      conclusion: "The program can't be run after step 1: solve: the matrix is singular", reason: .failed),
    Ending(
      text: "x = 3; f = x**2", rate: 1,
      conclusion: "After 10 steps f is 9, from 9; ‖∇f‖ is 6, from 6. f has not fallen: the steps are too large; try a "
        + "smaller rate, such as 0.1."),
    Ending(
      text: "x = 3; f = x**2", rate: 0.25, steps: 1,
      conclusion: "After 1 step f is 2.25, from 9; ‖∇f‖ is 3, from 6. f is still falling; more steps go further."),
    Ending(
      text: "x = 3; f = x**2", rate: 0.25, steps: 20,
      conclusion: "After 20 steps f is 8.18545·10⁻¹², from 9; ‖∇f‖ is 5.72205·10⁻⁶, from 6. The gradient has all but "
        + "vanished.", isConverged: true),
    Ending(
      text: "x = 3; f = x**2", rate: -0.5, steps: 2, conclusion: "After 2 steps f is 144, from 9; ‖∇f‖ is 24, from 6."),
  ]

  @Test func endings() {
    withEvery("text", in: Self.endings.map { ($0.text, $0.rate, $0) }) { text, rate, ending in
      let found = try descent(text, ["x"], rate: rate, steps: ending.steps)
      #expect(
        ending.reason == .failed
          ? found.conclusion.hasPrefix(ending.conclusion) : found.conclusion == ending.conclusion)
      #expect(found.stop?.reason == ending.reason && found.isConverged == ending.isConverged)
    }
  }

  /// Numbers move until rounding holds them, which is no endless walk.
  @Test func roundingEndsADescent() throws {
    let found = try descent("x = 3; f = (x - 0.1)**2", ["x"], rate: 0.25, steps: 1000)
    #expect(found.stop?.reason == .stationary && found.isConverged && found.steps.count < 100)
    #expect((found.elements(of: "x", at: found.steps.count - 1)[0] - 0.1).magnitude < 1e-15)
  }

  /// Squares of a gradient may overflow where its norm does not.
  @Test func normsOfLargeGradients() throws {
    let found = try descent("x = [1, 1]; f = 3e200*x[0] + 4e200*x[1]", ["x"], rate: 1e-201, steps: 1)
    #expect((found.steps[0].gradientNorm / 5e200 - 1).magnitude < 1e-15 && found.stop == nil)
  }
}
