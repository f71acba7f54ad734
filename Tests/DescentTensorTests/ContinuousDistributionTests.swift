import CDescentRuntime
import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// A distribution at some parameters: how to draw from it, and what the draws must be like.
struct DistributionRow: Sendable, CustomTestStringConvertible {
  var name: String
  /// Draws of a shape and a type.
  var draw: @Sendable (Shape, ScalarType, RandomGenerator) -> Tensor
  /// The part of the numbers below x.
  var distribution: @Sendable (_ x: Double) -> Double
  /// Nil where there is none.
  var mean: Double?
  var variance: Double?

  var testDescription: String { name }

  init(
    _ name: String, mean: Double?, variance: Double?, _ distribution: @escaping @Sendable (Double) -> Double,
    _ draw: @escaping @Sendable (Shape, ScalarType, RandomGenerator) -> Tensor
  ) {
    (self.name, self.draw, self.distribution, self.mean, self.variance) = (name, draw, distribution, mean, variance)
  }

  static let all = inverses + truncated + gammas + ratios

  private static let inverses: [DistributionRow] = [(0.0, 1.0), (-3, 0.5)].flatMap { location, scale in
    let variance = scale * scale, euler = 0.5772156649015329
    @Sendable func z(_ x: Double) -> Double { (x - location) / scale }
    return [
      DistributionRow("normal \(location) \(scale)", mean: location, variance: variance) {
        normalDistribution(z($0))
      } _: {
        .normal($0, mean: location, standardDeviation: scale, type: $1, using: $2)
      },
      DistributionRow("logNormal \(location) \(scale)", mean: nil, variance: nil) {
        normalDistribution(z(log($0)))
      } _: {
        .logNormal($0, mean: location, standardDeviation: scale, type: $1, using: $2)
      },
      DistributionRow("laplace \(location) \(scale)", mean: location, variance: 2 * variance) { x in
        z(x) < 0 ? exp(z(x)) / 2 : 1 - exp(-z(x)) / 2
      } _: {
        .laplace($0, location: location, scale: scale, type: $1, using: $2)
      },
      DistributionRow(
        "gumbel \(location) \(scale)", mean: location + euler * scale, variance: variance * .pi * .pi / 6
      ) {
        exp(-exp(-z($0)))
      } _: {
        .gumbel($0, location: location, scale: scale, type: $1, using: $2)
      },
      DistributionRow("cauchy \(location) \(scale)", mean: nil, variance: nil) {
        0.5 + atan(z($0)) / .pi
      } _: {
        .cauchy($0, location: location, scale: scale, type: $1, using: $2)
      },
      DistributionRow("exponential \(scale)", mean: 1 / scale, variance: 1 / variance) {
        $0 < 0 ? 0 : -expm1(-scale * $0)
      } _: {
        .exponential($0, rate: scale, type: $1, using: $2)
      },
      DistributionRow("uniform \(location) \(scale)", mean: location + scale / 2, variance: variance / 12) {
        min(max(z($0), 0), 1)
      } _: {
        .uniform($0, in: location..<location + scale, type: $1, using: $2)
      },
    ]
  }

  private static let truncated: [DistributionRow] = [
    -2...2, -1...0.5, 0...Double.infinity, -Double.infinity ... -1.5, 4...5, 30...31, -60 ... -50,
    -Double.infinity...Double.infinity, 5...Double.infinity,
  ].map { bounds in
    // From the bound nearer to 0, turned so that the parts are small numbers with all their digits.
    let sign = bounds.lowerBound + bounds.upperBound > 0 ? -1.0 : 1.0
    let ends = [sign * bounds.lowerBound, sign * bounds.upperBound].sorted()
    @Sendable func logarithm(_ z: Double) -> Double {
      if z > -30 { return log(normalDistribution(z)) }
      let q = 1 / (z * z)
      return -z * z / 2 - log(-z) - log(2 * .pi) / 2 + log1p(-q * (1 - 3 * q * (1 - 5 * q * (1 - 7 * q))))
    }
    let top = logarithm(ends[1])
    let bottom = exp(logarithm(ends[0]) - top)
    return DistributionRow("truncatedNormal \(bounds)", mean: nil, variance: nil) { x in
      let part = (exp(logarithm(sign * x) - top) - bottom) / (1 - bottom)
      return sign < 0 ? 1 - part : part
    } _: {
      .truncatedNormal($0, bounds: bounds, type: $1, using: $2)
    }
  }

  private static let gammas: [DistributionRow] = [0.05, 0.3, 0.999, 1, 2.5, 30, 1e4].flatMap { alpha in
    [
      DistributionRow("gamma \(alpha)", mean: 2 * alpha, variance: 4 * alpha) {
        gammaDistribution(alpha, $0 / 2)
      } _: {
        .gamma($0, concentration: alpha, scale: 2, type: $1, using: $2)
      },
      DistributionRow("logGamma \(alpha)", mean: nil, variance: nil) {
        gammaDistribution(alpha, exp($0))
      } _: {
        .logGamma(concentration: .full([], alpha, type: $1), shape: $0, using: $2)
      },
      DistributionRow("chiSquared \(alpha)", mean: alpha, variance: 2 * alpha) {
        gammaDistribution(alpha / 2, $0 / 2)
      } _: {
        .chiSquared($0, degreesOfFreedom: alpha, type: $1, using: $2)
      },
    ]
  }

  private static let ratios: [DistributionRow] = [(0.5, 0.5), (0.2, 3.0), (2, 5), (40, 1)].flatMap { a, b in
    let total = a + b
    return [
      DistributionRow("beta \(a) \(b)", mean: a / total, variance: a * b / (total * total * (total + 1))) {
        betaDistribution(a, b, $0)
      } _: {
        .beta($0, alpha: a, beta: b, type: $1, using: $2)
      },
      DistributionRow("dirichlet \(a) \(b) 1", mean: a / (total + 1), variance: nil) {
        betaDistribution(a, b + 1, $0)
      } _: { shape, type, random in
        Tensor.dirichlet(
          concentration: Tensor(scalars: [a, b, 1], type: type), shape: Shape(shape.dimensions + [3]), using: random)[
            .ellipsis, 0]
      },
      DistributionRow("studentT \(total)", mean: nil, variance: nil) {
        studentDistribution(total, $0)
      } _: {
        .studentT($0, degreesOfFreedom: total, type: $1, using: $2)
      },
    ]
  }
}

@Suite struct ContinuousDistributionTests {
  private static let count = 20_000

  @Test(arguments: DistributionRow.all) func samplesHaveTheDistribution(row: DistributionRow) {
    // Numbers of which many underflow in float32 have another distribution there.
    let underflows = row.distribution(Double(Float.leastNonzeroMagnitude)) - row.distribution(0) > 0.01
    withEvery("type", in: underflows ? [.float64] : [ScalarType.float32, .float64]) { type in
      let numbers = row.draw([Self.count], type, RandomGenerator(seed: 5)).scalars
      let distance = kolmogorovSmirnov(numbers, row.distribution)
      #expect(distance < 2.2, "\(Combination.description): \(distance)")
    }
  }

  /// The mean within 4 of its standard deviations; the variance within a tenth, more if it is that of heavy tails.
  @Test(arguments: DistributionRow.all.filter { $0.mean != nil }) func moments(row: DistributionRow) {
    let numbers = row.draw([Self.count], .float64, RandomGenerator(seed: 6))
    let (mean, variance) = numbers.meanAndVariance()
    let expected = row.mean ?? 0
    let error = (variance.scalar / Double(Self.count)).squareRoot()
    #expect(abs(mean.scalar - expected) < 4 * error, "\(mean.scalar), expected \(expected) ± \(error)")
    if let expected = row.variance {
      #expect(abs(variance.scalar / expected - 1) < 0.1 + 0.01 / expected, "\(variance.scalar), expected \(expected)")
    }
  }

  @Test(arguments: DistributionRow.all) func theSameSeedGivesTheSameBitsOnAnyNumberOfThreads(row: DistributionRow) {
    defer { descent_pool_set_thread_count(0) }
    let shape: Shape = [3, 1000]
    let draws = [1, 2, 5].map { threads in
      descent_pool_set_thread_count(threads)
      return row.draw(shape, .float32, RandomGenerator(seed: 9)).scalars
    }
    #expect(draws[0] == draws[1] && draws[0] == draws[2])
    let scoped = withRandomSeed(9) { row.draw(shape, .float32, .current).scalars }
    #expect(scoped == draws[0])
    #expect(row.draw(shape, .float32, RandomGenerator(seed: 10)).scalars != draws[0])
    #expect(row.draw(shape, .float32, RandomGenerator(seed: 9)).shape == shape)
  }

  /// Element i depends on the key and i alone.
  @Test(arguments: DistributionRow.all.filter { !$0.name.hasPrefix("dirichlet") })
  func aLongerDrawBeginsLikeAShorterOne(row: DistributionRow) {
    let long = row.draw([2500], .float64, RandomGenerator(seed: 1)).scalars
    #expect(row.draw([7], .float64, RandomGenerator(seed: 1)).scalars == Array(long[..<7]))
  }

  @Test func boundsAreKept() {
    withEvery("bounds", in: [-2...2, 0.1...0.3, 8...8.5, -100 ... -99.5] as [ClosedRange<Double>]) { bounds in
      withEvery("type", in: [ScalarType.float32, .float64]) { type in
        let numbers = Tensor.truncatedNormal([5000], bounds: bounds, type: type, using: RandomGenerator(seed: 2))
        let ends = Tensor(scalars: [bounds.lowerBound, bounds.upperBound], type: type).scalars
        #expect(numbers.scalars.allSatisfy { ends[0] <= $0 && $0 <= ends[1] }, "\(Combination.description)")
      }
    }
    let moved = Tensor.truncatedNormal([1000], mean: 10, standardDeviation: 0.5, using: RandomGenerator(seed: 2))
    #expect(moved.scalars.allSatisfy { 9 <= $0 && $0 <= 11 })
    #expect(Tensor.truncatedNormal([3], bounds: 1...1).scalars == [1, 1, 1])
  }

  @Test func dirichletPointsAddUpToOne() {
    withEvery("concentration", in: [1e-3, 0.1, 1, 100]) { concentration in
      let alpha = Tensor(scalars: [concentration, concentration, 2 * concentration], type: .float32)
      let points = Tensor.dirichlet(concentration: alpha, shape: [500, 3], using: RandomGenerator(seed: 3))
      let sums = points.sum(axes: 1).scalars
      #expect(sums.allSatisfy { ($0 - 1).magnitude < 1e-5 }, "\(Combination.description)")
    }
  }

  /// Small concentrations underflow as numbers, not as logarithms.
  @Test func tinyConcentrations() {
    let alpha = Tensor(scalars: [1e-4], type: .float64)
    let logarithms = Tensor.logGamma(concentration: alpha, shape: [1000], using: RandomGenerator(seed: 4)).scalars
    #expect(logarithms.allSatisfy { $0.isFinite } && (logarithms.min() ?? 0) < -10_000)
    let numbers = Tensor.gamma(concentration: alpha, shape: [1000], using: RandomGenerator(seed: 4))
    #expect(numbers.scalars.allSatisfy { $0 >= 0 && $0.isFinite } && numbers.scalars.contains(0))
    let slope = gradient(at: alpha) {
      Tensor.gamma(concentration: $0, shape: [1000], using: RandomGenerator(seed: 4)).sum()
    }
    #expect(slope.scalar.isFinite)
  }

  @Test func concentrationsOutsideTheDomain() {
    let alpha = Tensor(scalars: [-1, 0, .nan, .infinity], type: .float64)
    let numbers = Tensor.gamma(concentration: alpha).scalars
    #expect(numbers[..<3].allSatisfy { $0.isNaN } && numbers[3] == .infinity)
    #expect(Tensor.gamma(concentration: .zeros([0, 3])).shape == [0, 3])
  }
}
