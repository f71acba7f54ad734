import DescentGraph
import DescentTensor
import Testing

@Suite struct DerivativeFunctionTests {
  struct Line: TensorStructure {
    var slope: Tensor = [2]
    var offset: Tensor? = [1]
    var degree = 2
    let constant: Tensor = [7]
  }

  struct Nested: TensorStructure {
    var lines = [Line(), Line()]
    var named = ["b": Tensor([1]), "a": Tensor([2])]
  }

  @Test func structuresAreFoundByReflectionUnderTheirNames() {
    var nested = Nested()
    var paths: [String] = []
    nested.forEachTensor { _, path in paths.append(path) }
    #expect(
      paths == ["lines.0.slope", "lines.0.offset", "lines.1.slope", "lines.1.offset", "named.a", "named.b"])
  }

  @Test func theGradientOfAStructureIsAStructure() {
    let gradient = gradient(at: Line()) { line in ((line.slope * 3 + line.offset!) ** 2).sum() }
    #expect(gradient.slope.scalars == [42])
    #expect(gradient.offset?.scalars == [14])
    #expect(gradient.constant.scalars == [7])
  }

  @Test func anArgumentThatIsNotUsedHasGradientZero() {
    let (dx, dy) = gradient(at: Tensor([1, 2]), Tensor([3])) { x, _ in x.sum() }
    #expect(dx.scalars == [1, 1])
    #expect(dy.scalars == [0])
  }

  @Test func theSameTensorTwiceIsTwoArguments() {
    let x: Tensor = [3]
    let (first, second) = gradient(at: x, x) { x, y in (x * x * y).sum() }
    #expect(first.scalars == [18])
    #expect(second.scalars == [9])
  }

  @Test(arguments: [(1, 27.0), (2, 18.0), (3, 6.0), (4, 0.0)])
  func anyOrder(_ order: Int, _ expected: Double) {
    func derivative(_ x: Tensor, _ order: Int) -> Tensor {
      order == 0 ? x ** 3 : gradient(at: x) { x in derivative(x, order - 1) }
    }
    #expect(derivative(Tensor(3.0), order).scalar == expected)
  }

  @Test func forwardAndReverseModeMix() {
    // f = x⁴: the derivative of its gradient along 1 is f'' = 12x².
    let (slope, curvature) = jvp(at: Tensor(2.0), along: Tensor(1.0)) { x in gradient(at: x) { x in x ** 4 } }
    #expect(slope.scalar == 32)
    #expect(curvature.scalar == 48)
    let mixed = gradient(at: Tensor(2.0)) { x in jvp(at: x, along: Tensor(1.0)) { x in x ** 4 }.tangent }
    #expect(mixed.scalar == 48)
  }

  @Test func aPullbackMayBeCalledAgain() {
    let (value, pullback) = vjp(at: Tensor([1, 2])) { x in x * x }
    #expect(value.scalars == [1, 4])
    #expect(pullback([1, 0]).scalars == [2, 0])
    #expect(pullback([0, 1]).scalars == [0, 4])
  }

  @Test func mistakesAreExplained() {
    #expect(words { gradient(at: Tensor([1, 2])) { x in x * 2 } }.contains("shape [2]; a gradient needs one"))
    #expect(words { vjp(at: Tensor([1, 2])) { x in x * 2 }.pullback([1]) }.contains("the cotangent is float32 [1]"))
    #expect(
      words { jvp(at: Tensor([1, 2]), along: Tensor([1])) { x in x }.tangent }.contains("a tangent is float32 [1]"))
    #expect(
      words { jvp(at: Tensor([1]), along: Tensor([1], type: .float64)) { x in x * x }.tangent }
        .contains("a tangent is float64 [1], the tensor that it moves float32 [1]"))
    #expect(
      words { jvp(at: [Tensor([1]), Tensor([2])], along: [Tensor([1])]) { x in x[0] * x[1] }.tangent }
        .contains("there are 1 tangents for 2 tensors"))
  }
}
