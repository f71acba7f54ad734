import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// lerp, logit and sinc.
struct InterpolationTests {
  @Test func betweenTwoTensors() throws {
    #expect(lerp([0, 10], [10, 20], 0.25).scalars == [2.5, 12.5])
    #expect(lerp([0, 10], [10, 20], [0, 1]).scalars == [0, 20])
    try expectGradients(at: [distinctNumbers([2, 3]), distinctNumbers([3]), distinctNumbers([2, 1])]) {
      lerp($0[0], $0[1], $0[2])
    }
  }

  @Test func logitUndoesSigmoid() throws {
    let x = Tensor.linspace(from: -8, to: 8, count: 33, type: .float64)
    expectClose(logit(sigmoid(x)).scalars, x.scalars, .relative(1e-12))
    #expect(logit([0, 1]).scalars == [-.infinity, .infinity] && logit([-0.1]).scalar.isNaN)
    #expect(gradient(at: Tensor([0, 0.5, 1])) { logit($0).sum() }.scalars == [.infinity, 4, .infinity])
  }

  @Test func sincIsSmooth() throws {
    let x = Tensor.linspace(from: -3, to: 3, count: 241, type: .float64)
    let expected = x.scalars.map { $0 == 0 ? 1 : sin(Double.pi * $0) / (Double.pi * $0) }
    expectClose(sinc(x).scalars, expected, .relative(1e-15))
    // (sinc)⁽ᵏ⁾(0) = 0, −π²/3, 0, π⁴/5.
    func derivative(_ order: Int, _ x: Tensor) -> Tensor {
      order == 0 ? sinc(x) : gradient(at: x) { derivative(order - 1, $0) }
    }
    let zero = Tensor(0.0, type: .float64)
    let derivatives = (0...4).map { derivative($0, zero).scalar }
    let squared = Double.pi * Double.pi
    expectClose(derivatives, [1, 0, -squared / 3, 0, squared * squared / 5], .relative(1e-14))
    // Both branches have the same derivatives where they meet.
    for order in 1...3 {
      let around = [0.5 / Double.pi - 1e-9, 0.5 / Double.pi + 1e-9].map {
        derivative(order, Tensor($0, type: .float64)).scalar
      }
      expectClose([around[0]], [around[1]], .relative(1e-6), "order \(order)")
    }
  }
}
