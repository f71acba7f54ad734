import DescentCalculus
import DescentGraph
import TestSupport
import Testing

/// What must hold for every row of the sample table, in float64.
struct DerivativeLaws {
  private let differences = FiniteDifferences()

  /// Reverse mode against central differences, element by element.
  @Test(arguments: Sample.differentiable)
  func pullbackAgreesWithFiniteDifferences(sample: Sample) throws {
    let derivatives = Derivatives(sample)
    let cotangent = try derivatives.cotangent()
    let fault = try differences.fault(
      in: derivatives.pullback(cotangent), asGradientOf: { try derivatives.moved(to: $0).value() },
      weights: cotangent, at: derivatives.numbers, sample.tolerance)
    #expect(fault == nil)
  }

  /// Forward mode against central differences along one direction.
  @Test(arguments: Sample.differentiable)
  func pushforwardAgreesWithFiniteDifferences(sample: Sample) throws {
    let derivatives = Derivatives(sample)
    let tangents = derivatives.directions(seed: 5)
    let expected = try differences.derivative(
      of: { try derivatives.moved(to: $0).value() }, at: derivatives.numbers, along: tangents)
    expectClose(try derivatives.pushforward(tangents), expected, sample.tolerance)
  }

  /// ⟨cotangent, pushforward(tangent)⟩ = ⟨pullback(cotangent), tangent⟩: the two modes are adjoint to each other.
  @Test(arguments: Sample.differentiable)
  func modesAreAdjoint(sample: Sample) throws {
    let derivatives = Derivatives(sample)
    let (tangents, cotangent) = (derivatives.directions(seed: 7), try derivatives.cotangent())
    let forward = dot(cotangent, try derivatives.pushforward(tangents))
    let reverse = zip(try derivatives.pullback(cotangent), tangents).reduce(0) { $0 + dot($1.0, $1.1) }
    expectClose([forward], [reverse], .relative(sample.isRounded ? 1e-6 : 1e-12))
  }

  /// Reverse over reverse against central differences of the gradient.
  @Test(arguments: Sample.differentiable)
  func secondPullbackAgreesWithFiniteDifferences(sample: Sample) throws {
    let derivatives = Derivatives(sample)
    let (weights, cotangent) = (derivatives.directions(seed: 11), try derivatives.cotangent())
    let fault = try differences.fault(
      in: derivatives.secondPullback(cotangent, weights: weights),
      asGradientOf: { try derivatives.moved(to: $0).pullback(cotangent).flatMap(\.self) },
      weights: weights.flatMap(\.self), at: derivatives.numbers)
    #expect(fault == nil)
  }

  /// Forward over reverse against reverse over reverse: second derivatives are symmetric.
  @Test(arguments: Sample.differentiable)
  func secondDerivativesAreSymmetric(sample: Sample) throws {
    let derivatives = Derivatives(sample)
    let (weights, cotangent) = (derivatives.directions(seed: 13), try derivatives.cotangent())
    let forward = try derivatives.pullbackMoved(cotangent, along: weights)
    let reverse = try derivatives.secondPullback(cotangent, weights: weights)
    for (forward, reverse) in zip(forward, reverse) { expectClose(forward, reverse, .relative(1e-11)) }
  }

  /// Derivatives are computed in the type of what they are derivatives of.
  @Test(arguments: Sample.differentiable.filter { $0.types.contains(.float32) && !$0.isRandom })
  func float32AgreesWithFloat64(sample: Sample) throws {
    let narrow = Derivatives(function: sample.build, point: sample.tensors(.float32, seed: 1))
    let wide = narrow.widened()
    let cotangent = try narrow.cotangent()
    for (narrow, wide) in zip(try narrow.pullback(cotangent), try wide.pullback(cotangent)) {
      expectClose(narrow, wide, .relative(1e-5))
    }
  }
}

/// What must hold for every row in the narrow floating-point types, as far as their few bits go.
struct NarrowDerivativeLaws {
  /// Derivatives are computed in the type of what they are derivatives of.
  ///
  /// Scans, which round at every step, may differ by more.
  @Test(arguments: Sample.differentiable.filter { $0.types.contains(.float16) && !$0.isRandom && !$0.isScan })
  func narrowTypesAgreeWithFloat64(sample: Sample) throws {
    withEvery("type", in: [ScalarType].narrowFloats) { type in
      let narrow = Derivatives(function: sample.build, point: sample.tensors(type, seed: 1))
      let wide = narrow.widened()
      let cotangent = try narrow.cotangent()
      for (narrow, wide) in zip(try narrow.pullback(cotangent), try wide.pullback(cotangent)) {
        expectClose(narrow, wide, .relative(16 * type.ulpOfOne))
      }
    }
  }

  /// ⟨cotangent, pushforward(tangent)⟩ = ⟨pullback(cotangent), tangent⟩, but for the rounding of every term.
  @Test(arguments: Sample.differentiable.filter { $0.types.contains(.float16) })
  func modesAreAdjoint(sample: Sample) throws {
    withEvery("type", in: [ScalarType].narrowFloats) { type in
      let derivatives = Derivatives(function: sample.build, point: sample.tensors(type, seed: 1))
      let (tangents, cotangent) = (derivatives.directions(seed: 7), try derivatives.cotangent())
      let forward = zip(cotangent, try derivatives.pushforward(tangents)).map { $0 * $1 }
      let reverse = zip(try derivatives.pullback(cotangent), tangents).flatMap { zip($0, $1).map { $0 * $1 } }
      let size = (forward + reverse).reduce(0) { $0 + abs($1) }
      let difference = abs(forward.reduce(0, +) - reverse.reduce(0, +))
      #expect(difference <= 16 * type.ulpOfOne * size, "\(type): \(difference) of \(size)")
    }
  }
}

extension Sample {
  /// Whether the row rounds to float32, so that differences see steps of 10⁻⁷.
  fileprivate var isRounded: Bool { description == "convert to float32" }

  /// Whether the row is a loop.
  fileprivate var isScan: Bool { description.hasPrefix("scan") }

  /// Whether the row draws random numbers, others in each type.
  fileprivate var isRandom: Bool { description.hasPrefix("random") }

  fileprivate var tolerance: Tolerance { .relative(isRounded ? 1e-3 : 1e-8) }
}

extension Derivatives {
  fileprivate init(_ sample: Sample) {
    self.init(function: sample.build, point: sample.tensors(.float64, seed: 1))
  }

  /// Numbers shaped like the result.
  fileprivate func cotangent() throws -> [Double] {
    var generator = SplitMix64(seed: 3)
    return generator.doubles(function(point.map(\.node)).shape.elementCount).map { Double(Float($0)) }
  }

  /// The same function at the same numbers in float64.
  fileprivate func widened() -> Derivatives {
    var wide = self
    for input in differentiable { wide.point[input] = ReferenceTensor(point[input].doubles, point[input].shape) }
    return wide
  }
}
