import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct GradientVerificationTests {
  struct Line: TensorStructure {
    var slope: Tensor = [[2, 3], [-1, 0.5]]
    var offset: Tensor = [1, 40]
    var label = Tensor(3)
  }

  @Test func aRightGradientIsFoundCorrect() {
    let found = verifyGradient(
      of: { (line: Line) in (exp(line.slope).sum(axes: 0) * sin(line.offset)).sum() }, at: Line())
    #expect(found.isCorrect, "\(found)")
    #expect(found.entries.map(\.tensor) == ["slope", "slope", "slope", "slope", "offset", "offset"])
    #expect(found.entries.map(\.index) == [[0, 0], [0, 1], [1, 0], [1, 1], [0], [1]])
    #expect("\(found)".hasPrefix("the gradient is correct: 6 elements, largest error "))
  }

  /// A factor held constant loses half of the derivative of x²; only the elements where that is not 0 are wrong.
  @Test func aWrongGradientIsShown() {
    let found = verifyGradient(of: { x in (x * x.stoppingGradient()).sum() }, at: Tensor([1, 0, 3]))
    #expect(!found.isCorrect)
    expectClose([found.largestError], [0.5], .relative(1e-9))
    let lines = "\(found)".split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[0] == "the gradient is wrong: 3 elements, largest error 5.0e-01")
    #expect(lines[1] == "element  automatic  finite difference    error")
    #expect(
      Set(lines[2...]) == [
        "    [0]          1                  2  5.0e-01", "    [2]          3                  6  5.0e-01",
      ])
  }

  @Test func onlyTheWorstElementsAreListed() {
    let found = verifyGradient(of: { x in (x * x.stoppingGradient()).sum() }, at: .range(from: 1, to: 21))
    let lines = "\(found)".split(separator: "\n")
    #expect(lines.count == 13 && lines[12] == "and 10 more")
  }

  @Test func notANumberIsWrong() {
    let found = verifyGradient(of: { x in log(x).sum() }, at: Tensor([-1]))
    #expect(!found.isCorrect && found.largestError == .infinity)
  }

  @Test func aFunctionThatIsNotScalarIsExplained() {
    let error = #expect(throws: TensorError.self) {
      try checked { _ = verifyGradient(of: { x in x * 2 }, at: Tensor([1, 2])) }
    }
    #expect(error?.kind == .notScalar)
  }
}
