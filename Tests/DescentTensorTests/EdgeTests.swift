import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Values and derivatives where a formula taken as it stands would overflow, or divide by zero.
@Suite struct EdgeTests {
  @Test func normsNeitherOverflowNorUnderflow() {
    withEvery("scale", in: [1e-44, 1e-38, 1e-30, 1e-22, 1, 1e19, 1e30, 5e37]) { scale in
      let x = Tensor(scalars: [3 * scale, -4 * scale])
      let expected = (x.converted(to: .float64) / scale).scalars
      let length = (expected[0] * expected[0] + expected[1] * expected[1]).squareRoot()
      expectClose([x.norm().scalar / scale], [length], .relative(scale < 1e-40 ? 0.05 : 1e-6))
      let slope = gradient(at: x) { $0.norm() }
      expectClose(slope.scalars, expected.map { $0 / length }, .relative(scale < 1e-40 ? 0.05 : 1e-6))
    }
    let wide = Tensor(scalars: [3e200, 4e200, 3e-200, 4e-200], shape: [2, 2], type: .float64)
    expectClose(wide.norm(axes: 1).scalars, [5e200, 5e-200], .relative(1e-15, floor: 0))
    expectClose([wide.norm(axes: 1).scalars[1]], [5e-200], .relative(1e-15, floor: 0))
    #expect(wide.norm(axes: 1, keepingAxes: true).shape == [2, 1])
  }

  @Test func normsOfSpecialNumbers() {
    let infinity = Double.infinity
    #expect(Tensor(scalars: [1, infinity]).norm().scalar == infinity)
    #expect(Tensor(scalars: [-infinity, infinity]).norm().scalar == infinity)
    #expect(Tensor(scalars: [1, Double.nan]).norm().scalar.isNaN)
    #expect(Tensor.zeros([0]).norm().scalar == 0)
    #expect(Tensor.zeros([2, 0]).norm(axes: 1).scalars == [0, 0])
    let rows = Tensor([[0, 0], [3, 4]], type: .float64)
    let slope = gradient(at: rows) { $0.norm(axes: 1).sum() }
    expectClose(slope.scalars, [0, 0, 0.6, 0.8], .relative(1e-15))
    let second = gradient(at: rows) { x in gradient(at: x) { $0.norm(axes: 1).sum() }.sum() }
    #expect(second.scalars.allSatisfy { $0.isFinite })
    // One largest element, several, and the largest among equals: the scale is no part of the derivative.
    withEvery("point", in: [[1, 2, 3], [-3, 3, 1], [2, 2, 2]] as [[Double]]) { point in
      try expectGradients(at: [Tensor(scalars: point, type: .float64)]) { $0[0].norm() }
    }
  }

  @Test func powersWhereBaseAndExponentAreZero() {
    func blocks(_ x: Double, _ y: Double) -> [[Double]] {
      let point = [x, y].map { Tensor($0, type: .float64) }
      return hessian(at: point) { p in p[0] ** p[1] }.map { $0.map(\.scalar) }
    }
    #expect(blocks(0, 0) == [[0, 0], [0, 0]])
    let slopes = gradient(at: [Tensor(0.0), Tensor(0.0)]) { p in p[0] ** p[1] }
    #expect(slopes.map(\.scalar) == [0, 0])
    // At y = 0 elsewhere: 0, 1/x and ln²x.
    let logarithm = 0.6931471805599453
    let found = blocks(2, 0)
    expectClose(found.flatMap(\.self), [0, 0.5, 0.5, logarithm * logarithm], .relative(1e-14))
  }

  @Test func logSumExpOfNothingButMinusInfinity() {
    let infinity = Double.infinity
    let x = Tensor(rows: [[-infinity, -infinity], [-infinity, 2], [0, 0]], type: .float64)
    expectClose(x.logSumExp(axes: 1).scalars, [-infinity, 2, 0.6931471805599453], .relative(1e-15))
    let slope = gradient(at: x) { $0.logSumExp(axes: 1).sum() }
    expectClose(slope.scalars, [0, 0, 0, 1, 0.5, 0.5], .relative(1e-15))
    let second = gradient(at: x) { x in (gradient(at: x) { $0.logSumExp(axes: 1).sum() }).squared().sum() }
    #expect(second.scalars.allSatisfy { $0.isFinite })
    #expect(Tensor(scalars: [-infinity]).logSumExp().scalar == -infinity)
    #expect(Tensor(scalars: [1, infinity]).logSumExp().scalar == infinity)
    #expect(Tensor(scalars: [1, Double.nan]).logSumExp().scalar.isNaN)
  }

  /// The example in the documentation of `select`.
  @Test func selectingWithAMaskedOperand() {
    let x: Tensor = [0, 4]
    let wrong = gradient(at: x) { x in select(x .> 0, sqrt(x), 0).sum() }
    let right = gradient(at: x) { x in select(x .> 0, sqrt(x.masked(x .<= 0, with: 1)), 0).sum() }
    #expect(wrong.scalars[0].isNaN && wrong.scalars[1] == 0.25)
    #expect(right.scalars == [0, 0.25])
  }
}
