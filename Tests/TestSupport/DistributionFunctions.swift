import Foundation

// Distribution functions by methods that share nothing with the sampling: the yardsticks of random numbers.

/// P(a, x), the part of the gamma distribution with concentration a below x.
///
/// By the series and the continued fraction of Abramowitz and Stegun 6.5.29 and 6.5.31.
package func gammaDistribution(_ a: Double, _ x: Double) -> Double {
  if x <= 0 { return 0 }
  let front = exp(a * log(x) - x - lgamma(a))
  if x < a + 1 {
    var (term, sum, n) = (1 / a, 1 / a, a)
    while abs(term) > 1e-17 * sum {
      n += 1
      term *= x / n
      sum += term
    }
    return front * sum
  }
  let fraction = continuedFraction(first: x + 1 - a) { n in (-n * (n - a), x + 2 * n + 1 - a) }
  return 1 - front / fraction
}

/// I_x(a, b), the part of the beta distribution below x (Abramowitz and Stegun 26.5.8).
package func betaDistribution(_ a: Double, _ b: Double, _ x: Double) -> Double {
  if x <= 0 || x >= 1 { return x <= 0 ? 0 : 1 }
  if x > (a + 1) / (a + b + 2) { return 1 - betaDistribution(b, a, 1 - x) }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
  let fraction = continuedFraction(first: 1) { n in
    let m = (n / 2).rounded(.down)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return (n.truncatingRemainder(dividingBy: 2) == 0 ? even : odd, 1)
  }
  return front / fraction
}

/// The part of Student's t distribution with ν degrees of freedom below t.
package func studentDistribution(_ degrees: Double, _ t: Double) -> Double {
  let outside = betaDistribution(degrees / 2, 0.5, degrees / (degrees + t * t))
  return t < 0 ? outside / 2 : 1 - outside / 2
}

/// The part of the standard normal distribution below z.
package func normalDistribution(_ z: Double) -> Double { erfc(-z / 2.squareRoot()) / 2 }

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)) by Lentz's method.
private func continuedFraction(first: Double, _ term: (_ n: Double) -> (a: Double, b: Double)) -> Double {
  var (value, c, d) = (first, first, 0.0)
  for n in 1..<10_000 {
    let (a, b) = term(Double(n))
    d = 1 / (b + a * d)
    c = b + a / c
    value *= c * d
    if abs(c * d - 1) < 1e-16 { break }
  }
  return value
}

/// y = ln x with P(a, x) = u, by bisection.
package func logGammaQuantile(_ a: Double, _ u: Double) -> Double {
  var (low, high) = (-800.0, 20.0)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if gammaDistribution(a, exp(middle)) < u { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The largest distance between the distribution of samples and a distribution function, times √n.
///
/// Of samples that have the distribution one in 10,000 exceeds 2.2 (Kolmogorov 1933).
package func kolmogorovSmirnov(_ samples: [Double], _ distribution: (Double) -> Double) -> Double {
  let n = Double(samples.count)
  let distances = samples.sorted().enumerated().map { place, sample in
    let expected = distribution(sample)
    return max(abs(expected - Double(place) / n), abs(expected - Double(place + 1) / n))
  }
  if distances.contains(where: \.isNaN) { return .infinity }
  return (distances.max() ?? .infinity) * n.squareRoot()
}

/// Σ (count − expected)²/expected, scaled to mean 0 and variance 1 for samples that have the probabilities.
package func chiSquaredExcess(_ counts: [Int], _ probabilities: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  let parts = zip(counts, probabilities).map { count, probability -> Double in
    let expected = total * probability
    if expected == 0 { return count == 0 ? 0 : .infinity }
    return pow(Double(count) - expected, 2) / expected
  }
  let degrees = Double(probabilities.count { $0 > 0 } - 1)
  return (parts.reduce(0, +) - degrees) / (2 * max(degrees, 1)).squareRoot()
}
