import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// Derivatives of random numbers with respect to their parameters, the random bits held.
@Suite struct RandomDerivativeTests {
  private static let a = Tensor(scalars: [0.7, 1.5, 2.5], type: .float64)
  private static let b = Tensor(scalars: [[1.25], [0.5]].flatMap(\.self), shape: [2, 1], type: .float64)

  /// Those by the inverse of the distribution function are smooth functions of the parameters as they stand.
  @Test func inversesAgreeWithFiniteDifferences() {
    let rows: [(String, ([Tensor], RandomGenerator) -> Tensor)] = [
      ("uniform", { .uniform(from: $0[0], to: $0[1], using: $1) }),
      ("normal", { .normal(mean: $0[0], standardDeviation: $0[1], using: $1) }),
      ("logNormal", { .logNormal(mean: $0[0], standardDeviation: $0[1], using: $1) }),
      ("laplace", { .laplace(location: $0[0], scale: $0[1], using: $1) }),
      ("gumbel", { .gumbel(location: $0[0], scale: $0[1], using: $1) }),
      ("cauchy", { .cauchy(location: $0[0], scale: $0[1], using: $1) }),
      ("exponential", { .exponential(rate: $0[0] * $0[1], shape: [2, 3], using: $1) }),
      ("truncatedNormal", { .truncatedNormal(from: -$0[0], to: $0[1], using: $1) }),
      ("truncatedNormal far out", { .truncatedNormal(from: $0[0] + 12, to: $0[0] + 12.1 + 0.1 * $0[1], using: $1) }),
      ("truncatedNormal below", { .truncatedNormal(from: -30 - $0[1], to: -$0[0] - 4, using: $1) }),
    ]
    withEvery("row", in: rows) { name, draw in
      try expectGradients(at: [Self.a, Self.b]) { draw($0, RandomGenerator(seed: 12)) }
      // The gradient's derivative, too.
      try expectGradients(at: [Self.a, Self.b]) { parameters in
        gradient(at: parameters) { draw($0, RandomGenerator(seed: 12)).squared().sum() }[0]
      }
    }
  }

  private func logGamma(_ alpha: Tensor) -> Tensor { .logGamma(concentration: alpha, using: RandomGenerator(seed: 3)) }

  /// First and second derivatives of a sample against those of the quantile that it is.
  @Test func gammaNumbersMoveLikeQuantiles() throws {
    let concentrations = [0.02, 0.1, 0.3, 0.66, 0.95, 1, 1.3, 2, 5, 12, 40, 150]
    withEvery("draw", in: 0..<3) { draw in
      let alpha = Tensor(scalars: concentrations, type: .float64)
      func sample(_ alpha: Tensor) -> Tensor {
        .logGamma(concentration: alpha, using: RandomGenerator(seed: UInt64(draw)))
      }
      let first = gradient(at: alpha) { sample($0).sum() }.scalars
      let second = gradient(at: alpha) { a in gradient(at: a) { sample($0).sum() }.sum() }.scalars
      for (place, y) in sample(alpha).scalars.enumerated() {
        let a = concentrations[place]
        let u = gammaDistribution(a, exp(y))
        let h = 0.01 * a
        let q: [Double] = (-2...2).map { logGammaQuantile(a + Double($0) * h, u) }
        let slope: Double = (8 * (q[3] - q[1]) - (q[4] - q[0])) / (12 * h)
        let curvature: Double = (16 * (q[3] + q[1]) - (q[4] + q[0]) - 30 * q[2]) / (12 * h * h)
        let errors: [Double] = [(first[place] - slope).magnitude, (second[place] - curvature).magnitude]
        let limits: [Double] = [1e-6 * slope.magnitude, 2e-4 * curvature.magnitude + 1e-6]
        #expect(errors[0] < limits[0], "α \(a), u \(u): \(first[place]), expected \(slope)")
        #expect(errors[1] < limits[1], "α \(a), u \(u): \(second[place]), expected \(curvature)")
      }
    }
  }

  /// Numbers and their logarithms are the same numbers, and move alike.
  @Test func numbersAndLogarithmsAgree() {
    withEvery("type", in: [ScalarType.float32, .float64]) { type in
      let alpha = Tensor(scalars: [0.3, 0.9, 1, 4, 70], type: type)
      func numbers(_ alpha: Tensor) -> Tensor { .gamma(concentration: alpha, using: RandomGenerator(seed: 3)) }
      let tolerance = Tolerance.relative(type == .float32 ? 1e-5 : 1e-13)
      expectClose(numbers(alpha).scalars, exp(logGamma(alpha)).scalars, tolerance)
      let slopes = gradient(at: alpha) { numbers($0).sum() }, others = gradient(at: alpha) { exp(logGamma($0)).sum() }
      expectClose(slopes.scalars, others.scalars, tolerance)
      let tangent = jvp(at: alpha, along: alpha.onesLike()) { numbers($0) }.tangent
      expectClose(tangent.scalars, slopes.scalars, tolerance)
    }
  }

  /// The mean of the derivative is the derivative of the mean.
  @Test func meansMoveAsTheyMust() {
    let count = 20_000
    let rows: [(name: String, expected: [Double], draw: (Tensor) -> Tensor)] = [
      ("gamma", [1, 1], { .gamma(concentration: $0, shape: [count, 2], using: RandomGenerator(seed: 1)) }),
      (
        "chiSquared", [1, 1], { .chiSquared(degreesOfFreedom: $0, shape: [count, 2], using: RandomGenerator(seed: 1)) }
      ),
      (
        "beta", [2 / 12.25, 2 / 6.25],
        { .beta(alpha: $0, beta: Tensor(2.0, type: .float64), shape: [count, 2], using: RandomGenerator(seed: 1)) }
      ),
      (
        "first of dirichlet", [0.5 / 4, -1.5 / 4],
        {
          Tensor.dirichlet(concentration: $0, shape: [count, 2], using: RandomGenerator(seed: 1))
            * Tensor(scalars: [1.0, 0], type: .float64)
        }
      ),
    ]
    let alpha = Tensor(scalars: [1.5, 0.5], type: .float64)
    withEvery("row", in: rows) { row in
      let slopes = gradient(at: alpha) { row.draw($0).sum() / count }.scalars
      for (slope, expected) in zip(slopes, row.expected) {
        #expect((slope - expected).magnitude < 0.02, "\(row.name): \(slope), expected \(expected)")
      }
    }
  }

  /// Inside a map every sample sees the same random bits, as in a loop.
  @Test func mapsAgreeWithLoops() {
    let alpha = Tensor(scalars: [0.2, 1, 3, 9], shape: [2, 2], type: .float64)
    let functions: [(String, (Tensor) -> Tensor)] = [
      ("gamma", { .gamma(concentration: $0, shape: [3, 2], using: RandomGenerator(seed: 7)) }),
      ("beta", { .beta(alpha: $0, beta: 2 * $0, using: RandomGenerator(seed: 7)) }),
      ("studentT", { .studentT(degreesOfFreedom: $0, using: RandomGenerator(seed: 7)) }),
      ("gradient", { x in gradient(at: x) { Tensor.gamma(concentration: $0, using: RandomGenerator(seed: 7)).sum() } }),
      ("map in map", { x in vmap(x) { .gamma(concentration: $0, shape: [5], using: RandomGenerator(seed: 7)) } }),
      ("truncatedNormal", { .truncatedNormal(from: -$0, to: $0, using: RandomGenerator(seed: 7)) }),
      (
        "gradient of truncatedNormal",
        { x in gradient(at: x) { Tensor.truncatedNormal(from: -$0, to: $0, using: RandomGenerator(seed: 7)).sum() } }
      ),
    ]
    withEvery("function", in: functions) { _, function in
      let expected = Tensor.stack((0..<2).map { function(alpha[$0]) })
      let actual = vmap(alpha) { function($0) }
      #expect(actual.shape == expected.shape)
      expectClose(actual.scalars, expected.scalars, .relative(1e-14))
    }
  }
}
