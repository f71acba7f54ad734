import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// The functions that are composed of others: their values, and their derivatives at kinks and far out.
@Suite struct FunctionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var x: [Double]
    var values: [Double]
    var derivatives: [Double]
    var function: @Sendable (Tensor) -> Tensor

    var testDescription: String { name }

    init(
      _ name: String, _ x: [Double], _ values: [Double], _ derivatives: [Double],
      _ function: @escaping @Sendable (Tensor) -> Tensor
    ) {
      (self.name, self.x, self.values, self.derivatives, self.function) = (name, x, values, derivatives, function)
    }
  }

  private static let e = M_E
  private static let lambda = 1.0507009873554805, alpha = 1.6732632423543772
  /// Φ(−10) and the density there.
  private static let tail = 7.619853024160527e-24, density = 7.694598626706420e-23

  static let activations = [
    Row("softplus", [-800, 0, 800], [0, log(2), 800], [0, 0.5, 1]) { softplus($0) },
    Row("softplus of −40", [-40], [4.248354255291589e-18], [4.248354255291589e-18]) { softplus($0) },
    Row("logSigmoid", [-800, 0, 800], [-800, -log(2), 0], [1, 0.5, 0]) { logSigmoid($0) },
    Row("silu", [-800, 0, 800], [0, 0, 800], [0, 0.5, 1]) { silu($0) },
    Row("softsign", [-1, 0, 3], [-0.5, 0, 0.75], [0.25, 1, 0.0625]) { softsign($0) },
    Row("mish", [-800, 0, 800], [0, 0, 800], [0, 0.6, 1]) { mish($0) },
    Row("gelu", [-10, 0, 40], [-10 * tail, 0, 40], [tail - 10 * density, 0.5, 1]) { gelu($0) },
    Row("geluTanh", [0, 40], [0, 40], [0.5, 1]) { geluTanh($0) },
    Row("leakyRelu", [-2, 0, 3], [-0.5, 0, 3], [0.25, 0.25, 1]) { leakyRelu($0, slope: 0.25) },
    Row("elu", [-1, 0, 800], [2 / e - 2, 0, 800], [2 / e, 2, 1]) { elu($0, alpha: 2) },
    Row("celu", [-2, 0, 800], [2 / e - 2, 0, 800], [1 / e, 1, 1]) { celu($0, alpha: 2) },
    Row("selu", [-1, 800], [lambda * alpha * (1 / e - 1), 800 * lambda], [lambda * alpha / e, lambda]) { selu($0) },
    Row("relu6", [-1, 0, 2, 6, 7], [0, 0, 2, 6, 6], [0, 0, 1, 0, 0]) { relu6($0) },
    Row("hardTanh", [-2, -1, 0.5, 1, 2], [-1, -1, 0.5, 1, 1], [0, 0, 1, 0, 0]) { hardTanh($0) },
    Row("hardSigmoid", [-4, -3, 0, 3], [0, 0, 0.5, 1], [0, 0, 1.0 / 6, 0]) { hardSigmoid($0) },
    Row("hardSwish", [-4, 0, 3, 4], [0, 0, 3, 4], [0, 0.5, 1, 1]) { hardSwish($0) },
    Row("heaviside", [-2, 0, 3], [0, 0.5, 1], [0, 0, 0]) { heaviside($0) },
    Row("digamma", [1, 2], [-0.5772156649015329, 0.4227843350984671], [pow(.pi, 2) / 6, pow(.pi, 2) / 6 - 1]) {
      digamma($0)
    },
    Row("squaredDifference", [1, 5], [4, 4], [-4, 4]) { squaredDifference($0, Tensor([3, 3], type: .float64)) },
    Row("remainder by a number", [5, -5], [2, 1], [1, 1]) { remainder($0, 3) },
    Row("truncatedRemainder by a number", [5, -5], [2, -2], [1, 1]) { truncatedRemainder($0, 3) },
  ]

  @Test(arguments: activations) func valuesAndDerivatives(row: Row) {
    let x = Tensor(scalars: row.x, type: .float64)
    expectClose(row.function(x).scalars, row.values, .relative(1e-14, floor: 1e-30), "value")
    let slope = gradient(at: x) { row.function($0).sum() }
    expectClose(slope.scalars, row.derivatives, .relative(1e-14, floor: 1e-30), "derivative")
  }

  /// NaN is not hidden by limits and conditions.
  @Test(arguments: activations) func notANumberStays(row: Row) {
    let x = Tensor(scalars: row.x.map { _ in Double.nan }, type: .float64)
    #expect(row.function(x).scalars.allSatisfy { $0.isNaN })
  }

  @Test func integersAndBits() {
    let x = Tensor([7, -7, 1, -1], type: .int32), y = Tensor([3, 3, 40, -1], type: .int32)
    #expect(remainder(x, y).scalars == [1, 2, 1, 0])
    #expect(truncatedRemainder(x, y).scalars == [1, -1, 1, 0])
    #expect((x << y).scalars == [56, -56, 0, -1])
    #expect((x >> y).scalars == [0, -1, 0, -2])
    #expect((x << 1).scalars == [14, -14, 2, -2])
    #expect((x >> 1).scalars == [3, -4, 0, -1])
    #expect(throws: TensorError.self) { try checked { Tensor([1.5]) << 1 } }
    #expect(throws: TensorError.self) { try checked { erf(x) } }
  }

  @Test func kindsOfNumbers() {
    let x = Tensor(scalars: [1, -Double.infinity, .nan, .infinity], type: .float64)
    #expect(isNaN(x).scalars == [0, 0, 1, 0])
    #expect(isFinite(x).scalars == [1, 0, 0, 0])
    #expect(isInfinite(x).scalars == [0, 1, 0, 1])
    let whole = Tensor([1, 2], type: .int32)
    #expect(isNaN(whole).scalars == [0, 0] && isInfinite(whole).scalars == [0, 0])
    #expect(isFinite(whole).scalars == [1, 1])
  }
}
