/// Derivatives by central differences, for checking those that rules compute.
///
/// Two Richardson extrapolations leave an error of order step⁶, so that a step of 10⁻² gives ten or more digits in
/// float64; inputs must stay further than a step away from kinks and poles.
package struct FiniteDifferences {
  /// A function of several arrays of numbers.
  package typealias Function = (_ inputs: [[Double]]) throws -> [Double]

  package var step = 1e-2

  package init() {}

  /// How the results move when the inputs move along `direction`.
  package func derivative(of function: Function, at inputs: [[Double]], along direction: [[Double]]) throws
    -> [Double]
  {
    let coarse = try central(function, inputs, direction, step)
    let middle = try central(function, inputs, direction, step / 2)
    let fine = try central(function, inputs, direction, step / 4)
    return zip(zip(coarse, middle), fine).map { pair, fine in
      let (first, second) = ((4 * pair.1 - pair.0) / 3, (4 * fine - pair.1) / 3)
      return (16 * second - first) / 15
    }
  }

  private func central(_ function: Function, _ inputs: [[Double]], _ direction: [[Double]], _ step: Double) throws
    -> [Double]
  {
    func moved(_ distance: Double) -> [[Double]] {
      zip(inputs, direction).map { zip($0, $1).map { $0 + distance * $1 } }
    }
    let (ahead, behind) = (try function(moved(step)), try function(moved(-step)))
    return zip(ahead, behind).map { ($0 - $1) / (2 * step) }
  }

  /// Σ weightᵢ·∂resultᵢ/∂input for every element of every input, one element at a time.
  package func gradient(of function: Function, weights: [Double], at inputs: [[Double]]) throws -> [[Double]] {
    var direction = inputs.map { $0.map { _ in 0.0 } }
    var gradient = direction
    for (input, values) in inputs.enumerated() {
      for element in values.indices {
        direction[input][element] = 1
        let derivative = try derivative(of: function, at: inputs, along: direction)
        gradient[input][element] = dot(weights, derivative)
        direction[input][element] = 0
      }
    }
    return gradient
  }

  /// What is wrong with a claimed gradient, nil if it agrees element by element to a relative 10⁻⁸.
  package func fault(
    in claimed: [[Double]], asGradientOf function: Function, weights: [Double], at inputs: [[Double]],
    _ tolerance: Tolerance = .relative(1e-8)
  ) throws -> String? {
    let expected = try gradient(of: function, weights: weights, at: inputs)
    guard claimed.count == expected.count else { return "\(claimed.count) gradients for \(expected.count) inputs" }
    for (input, pair) in zip(claimed, expected).enumerated() {
      if let mismatch = mismatch(pair.0, pair.1, tolerance) { return "gradient of input \(input): \(mismatch)" }
    }
    return nil
  }
}

/// Σ xᵢyᵢ.
package func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
