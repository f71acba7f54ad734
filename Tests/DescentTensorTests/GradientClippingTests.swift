import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct GradientClippingTests {
  private let pair: [Tensor] = [[3, 4], [[0], [12]], Tensor(7)]

  @Test func byValue() {
    #expect(pair.clipped(toValues: -1...3.5).map(\.scalars) == [[3, 3.5], [0, 3.5], [7]])
    #expect(Tensor([-2, 0.5]).clipped(toValues: -1...1).scalars == [-1, 0.5])
  }

  @Test func byTheNormOfEachTensor() {
    let clipped = pair.clipped(toNorm: 6)
    #expect(clipped.map(\.scalars) == [[3, 4], [0, 6], [7]])
    #expect(clipped.map(\.shape) == pair.map(\.shape))
  }

  @Test func byTheGlobalNorm() {
    #expect(pair.globalNorm.scalar == 13)
    #expect(pair.clipped(toGlobalNorm: 6.5).map(\.scalars) == [[1.5, 2], [0, 6], [7]])
    #expect(pair.clipped(toGlobalNorm: 14).map(\.scalars) == pair.map(\.scalars))
  }

  @Test func extremesStayFinite() {
    let huge = Tensor([3e30, -4e30])
    expectClose(huge.clipped(toGlobalNorm: 5).scalars, [3, -4], .relative(1e-6))
    #expect(Tensor([0, 0]).clipped(toNorm: 0).scalars == [0, 0])
    #expect(Tensor([0, 0]).clipped(toNorm: 1).scalars == [0, 0])
    #expect(Tensor.zeros([0]).clipped(toGlobalNorm: 1).scalars == [])
  }

  @Test func aNegativeNormIsExplained() {
    let error = #expect(throws: TensorError.self) { try checked { _ = Tensor([1]).clipped(toNorm: -1) } }
    #expect(error?.message == "a norm can't be at most -1.0")
  }
}
