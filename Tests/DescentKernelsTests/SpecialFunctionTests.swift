import CDescentKernels
import Foundation
import RealModule
import Testing

/// The functions whose exact values need another yardstick than ``ElementaryTests``.
@Suite struct SpecialFunctionTests {
  /// An error of y = erfinv x in ULP, to first order, from the defect of erf y = x in a wider type.
  private func inverseError<T: BinaryFloatingPoint>(_ y: T, of x: Wide) -> Double {
    let (size, wide) = (x.magnitude, Wide(y).magnitude)
    let defect = size < 0.5 ? Wide.erf(wide) - size : (1 - size) - Wide.erfc(wide)
    return Double((defect * Wide.pi.squareRoot() / 2 * .exp(wide * wide) / Wide(y.ulp)).magnitude)
  }

  @Test(arguments: Kernels.all) func erfinv(_ kernels: Kernels) throws {
    var x: [Float] = [1e-38, 0.1, 0.5, 0.49999997, 0.99999994]
    for step in 0..<4000 { x.append(1 - Float.exp2(-Float(step) * 0.006)) }
    for step in 0..<1000 { x.append(-Float(step + 1) / 1001) }
    let y = try #require(kernels.unary(.DESCENT_ERFINV, x))
    for (x, y) in zip(x, y) where x != 0 { #expect(inverseError(y, of: Wide(x)) <= 1, "erfinv(\(x)) = \(y)") }
    let wideX = x.map(Double.init) + (0..<1000).map { 1 - Double.exp2(-Double($0) * 0.0529) }
    let wideY = try #require(kernels.unary(.DESCENT_ERFINV, wideX))
    for (x, y) in zip(wideX, wideY) where x != 0 { #expect(inverseError(y, of: Wide(x)) <= 4, "erfinv(\(x)) = \(y)") }
    let special: [Double] = [0, -0.0, 1, -1, 1.5, -.infinity, .nan]
    let expected: [Double] = [0, -0.0, .infinity, -.infinity, .nan, .nan, .nan]
    let actual = try #require(kernels.unary(.DESCENT_ERFINV, special))
    let narrow = try #require(kernels.unary(.DESCENT_ERFINV, special.map(Float.init)))
    for i in special.indices {
      #expect(isSame(actual[i], expected[i]) && isSame(narrow[i], Float(expected[i])), "erfinv(\(special[i]))")
    }
  }

  @Test(arguments: Kernels.all) func lgamma(_ kernels: Kernels) throws {
    let x = (0..<4000).map { Float($0) * 0.013 - 20.0005 } + [1e-30, -1e-30, 1e30, 0.9999999, 2.0000002]
    let y = try #require(kernels.unary(.DESCENT_LGAMMA, x))
    for (x, y) in zip(x, y) {
      #expect(ulps(y, from: Foundation.lgamma(Double(x))) <= 1, "lgamma(\(x)) = \(y)")
    }
    let poles = try #require(kernels.unary(.DESCENT_LGAMMA, [0, -0.0, -1, -7, .infinity, -.infinity] as [Double]))
    #expect(poles.allSatisfy { $0 == .infinity })
  }

  /// ψ⁽ⁿ⁾ at 1 and ½ in closed form: −γ, π²/6, −2ζ(3), π⁴/15 and −γ − 2 ln 2, π²/2, −14ζ(3), π⁴; and far below 0 by
  /// the recurrence ψ⁽ⁿ⁾(x + 1) = ψ⁽ⁿ⁾(x) + (−1)ⁿ·n!/xⁿ⁺¹.
  @Test(arguments: Kernels.all) func polygamma(_ kernels: Kernels) throws {
    let (gamma, zeta3, pi) = (0.57721566490153286, 1.2020569031595943, Double.pi)
    let atOne = [-gamma, pi * pi / 6, -2 * zeta3, pow(pi, 4) / 15]
    let atHalf = [-gamma - 2 * log(2), pi * pi / 2, -14 * zeta3, pow(pi, 4)]
    func psi(_ n: Int, _ x: Double) throws -> Double {
      try #require(kernels.binary(.DESCENT_POLYGAMMA, count: 1, [Double(n)], [x]))[0]
    }
    for n in 0..<4 {
      #expect(try abs(psi(n, 1) / atOne[n] - 1) < 4e-15, "order \(n) at 1")
      #expect(try abs(psi(n, 0.5) / atHalf[n] - 1) < 4e-15, "order \(n) at ½")
      for x in [-0.3, -0.75, -3.6, -20.2, 0.2, 7.5, 40] {
        let step = (n % 2 == 0 ? 1 : -1) * [1, 1, 2, 6][n] / pow(x, Double(n + 1))
        let (next, here) = (try psi(n, x + 1), try psi(n, x))
        #expect(abs(next - here - step) <= 2e-14 * max(abs(next), abs(here), abs(step)), "order \(n) at \(x)")
      }
    }
    let orders: [Double] = [0, 0, 0, 1, 1, 2, 2, 0.5, -1, 101, 0, 0, 1, .nan]
    let x: [Double] = [0, -0.0, -3, 0, -3, 0, -3, 1, 1, 1, .infinity, -.infinity, .infinity, 1]
    let expected: [Double] = [
      -.infinity, .infinity, .nan, .infinity, .infinity, -.infinity, .nan, .nan, .nan, .nan, .infinity, .nan, 0, .nan,
    ]
    let actual = try #require(kernels.binary(.DESCENT_POLYGAMMA, count: x.count, orders, x))
    for i in x.indices { #expect(isSame(actual[i], expected[i]), "ψ of order \(orders[i]) at \(x[i]): \(actual[i])") }
  }

  /// atan2, logaddexp and xlogy over samples and all pairs of special values.
  @Test(arguments: Kernels.all) func functionsOfTwo(_ kernels: Kernels) throws {
    let functions: [(descent_binary, (Wide, Wide) -> Wide)] = [
      (.DESCENT_ATAN2, { .atan2(y: $0, x: $1) }),
      (.DESCENT_LOGADDEXP, { x, y in x == y ? x + .log(2) : max(x, y) + .log(onePlus: .exp(-(x - y).magnitude)) }),
      (.DESCENT_XLOGY, { x, y in x == 0 && !y.isNaN ? 0 : x * .log(y) }),
    ]
    let x = Float.special.flatMap { x in Float.special.map { _ in x } } + Float.samples(5000, seed: 1)
    let y = Float.special.flatMap { _ in Float.special } + Float.samples(5000, seed: 2)
    for (function, reference) in functions {
      let narrow = try #require(kernels.binary(function, count: x.count, x, y))
      let wide = try #require(kernels.binary(function, count: x.count, x.map(Double.init), y.map(Double.init)))
      for i in x.indices {
        var exact = reference(Wide(x[i]), Wide(y[i]))
        if x[i].isNaN || y[i].isNaN { exact = .nan }
        // Where both summands cancel to nearly 0, no relative precision is left.
        if function == .DESCENT_LOGADDEXP && exact.magnitude < 0.01 { continue }
        let errors = (ulps(narrow[i], from: exact), ulps(wide[i], from: exact))
        #expect(errors.0 <= 1 && errors.1 <= 4, "\(function) of \(x[i]), \(y[i]): \(narrow[i]), \(wide[i])")
      }
    }
  }
}
