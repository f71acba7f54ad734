import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct JacobianTests {
  struct Line: TensorStructure {
    var slope = Tensor(scalars: [2.0, 3], type: .float64)
    var offset = Tensor(1.0, type: .float64)
  }

  private func rosenbrock(_ x: Tensor) -> Tensor { 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2 }

  /// J = A for x ↦ A·x, whichever of rows and columns are fewer.
  @Test(arguments: [(2, 3), (3, 2), (2, 2), (1, 4), (4, 1), (0, 2), (2, 0)])
  func theJacobianOfALinearMapIsItsMatrix(_ rows: Int, _ columns: Int) {
    let matrix = Tensor.normal([rows, columns], type: .float64, using: RandomGenerator(seed: 4))
    let point = Tensor.ones([columns], type: .float64)
    let found = jacobian(at: point) { x in matrix • x }
    #expect(found.shape == [rows, columns])
    expectClose(found.scalars, matrix.scalars, .exact)
  }

  /// The result repeated makes forward mode the cheaper one; each copy has the derivatives that reverse mode found.
  @Test func bothModesAgree() {
    let x = Tensor(scalars: [0.5, -1, 2, 0.1, 1, 3], shape: [2, 3], type: .float64)
    func function(_ x: Tensor) -> Tensor { (sin(x) * x.sum(axes: 0)).sum(axes: 1) }
    let reverse = jacobian(at: x) { x in function(x) }
    let forward = jacobian(at: x) { x in Tensor.stack([function(x), function(x), function(x)]) }
    #expect(reverse.shape == [2, 2, 3] && forward.shape == [3, 2, 2, 3])
    for copy in 0..<3 { expectClose(forward[copy].scalars, reverse.scalars, .relative(1e-14)) }
  }

  @Test func theHessianOfRosenbrock() {
    let (x, y) = (0.7, -1.2)
    let point = Tensor(scalars: [x, y], type: .float64)
    let corner: Double = 1200 * x * x - 400 * y + 2
    let expected: [Double] = [corner, -400 * x, -400 * x, 200]
    let found = hessian(at: point) { x in rosenbrock(x) }
    #expect(found.shape == [2, 2])
    expectClose(found.scalars, expected, .relative(1e-14))
    let direction = Tensor(scalars: [0.3, 2], type: .float64)
    let product = hessianVectorProduct(at: point, along: direction) { x in rosenbrock(x) }
    expectClose(product.scalars, (found • direction).scalars, .relative(1e-14))
    let many = vmap(Tensor.stack([point, direction])) { x in hessian(at: x) { x in rosenbrock(x) } }
    #expect(many.shape == [2, 2, 2])
    expectClose(many[0].scalars, expected, .relative(1e-14))
  }

  @Test func theHessianHasTheArgumentsShapeTwice() {
    let x = Tensor(scalars: [1.0, 2, 3, 4], shape: [2, 2], type: .float64)
    let found = hessian(at: x) { x in (x ** 3).sum() }
    #expect(found.shape == [2, 2, 2, 2])
    #expect(found.reshaped(to: 4, 4).scalars == [6, 0, 0, 0, 0, 12, 0, 0, 0, 0, 18, 0, 0, 0, 0, 24])
    #expect(hessian(at: Tensor(3.0)) { x in x ** 3 }.scalar == 18)
    #expect(hessian(at: x) { x in x.sum() }.scalars == [Double](repeating: 0, count: 16))
  }

  @Test func structuresGiveStructures() {
    let line = Line()
    let wide = jacobian(at: line) { line in (line.slope * line.offset).sum() }
    #expect(wide.slope.shape == [2] && wide.slope.scalars == [1, 1])
    #expect(wide.offset.shape == [] && wide.offset.scalars == [5])
    let tall = jacobian(at: line) { line in Tensor.concatenate([line.slope * line.offset, line.slope]) }
    #expect(tall.slope.shape == [4, 2] && tall.slope.scalars == [1, 0, 0, 1, 1, 0, 0, 1])
    #expect(tall.offset.shape == [4] && tall.offset.scalars == [2, 3, 0, 0])
    let along = Line(slope: Tensor(scalars: [1.0, 0], type: .float64), offset: Tensor(2.0, type: .float64))
    let product = hessianVectorProduct(at: line, along: along) { line in (line.slope.squared() * line.offset).sum() }
    #expect(product.slope.scalars == [10, 12])
    #expect(product.offset.scalars == [4])
  }

  /// The derivative of a Jacobian is made of second derivatives.
  @Test func jacobiansDifferentiate() {
    let x = Tensor(scalars: [1.0, 2], type: .float64)
    let first = gradient(at: x) { x in jacobian(at: x) { x in x ** 3 }.sum() }.scalars
    #expect(first == [6, 12])
    let second = jacobian(at: x) { x in jacobian(at: x) { x in x ** 3 } }
    #expect(second.shape == [2, 2, 2] && second.scalars == [6, 0, 0, 0, 0, 0, 0, 12])
  }

  @Test func theFunctionIsCalledOnce() {
    var calls = 0
    _ = jacobian(at: Tensor([1, 2, 3])) { x in
      calls += 1
      return x * x
    }
    #expect(calls == 1)
  }

  @Test func mistakesAreExplained() {
    let x: Tensor = [1, 2]
    #expect(words { jacobian(at: x) { x in x.argMax() } }.contains("the function's result is int64"))
    #expect(words { jacobian(at: Tensor.zeros([1, 1, 1, 1, 1])) { x in x } }.contains("would have 10 axes"))
    #expect(words { hessian(at: x) { x in x * 2 } }.contains("a gradient needs one floating-point number"))
    #expect(words { hessianVectorProduct(at: x, along: [1]) { x in x.sum() } }.contains("a tangent is float32"))
  }
}
