import DescentGraph
import DescentTensor

/// Waves of many lengths that tell places apart: [count, size] (Vaswani and others 2017, section 3.5).
///
/// P[p, 2i] = sin(p/base^(2i/size)), P[p, 2i + 1] = cos of the same.
///
/// - Parameters:
///   - count: The number of places.
///   - size: The size of a vector, even.
///   - base: How long the longest wave is, divided by 2π.
///   - type: The scalar type.
public func sinusoidalPositions(
  _ count: Int, size: Int, base: Double = 10_000, type: ScalarType = .float32
) -> Tensor {
  guard count >= 0, size > 0, size.isMultiple(of: 2), base > 0 else {
    return Tensor(
      Node.invalid(
        .invalidArgument, "sinusoidalPositions",
        "\(count) places of size \(size) with base \(base) can't be; the size must be even, the base positive"))
  }
  let angles = angles(of: Tensor.range(to: Double(count), type: .float64), size: size, base: base)
  return Tensor.stack([sin(angles), cos(angles)], axis: 2).reshaped(to: [count, size]).converted(to: type)
}

/// Pairs of features turned by angles that grow with their place, so that products of queries and keys depend on the
/// distance between places alone (Su and others 2021).
///
/// Features k and k + size/2 are a pair, turned by place·base^(−2k/size), as in LLaMA and GPT-NeoX.
///
/// - Parameters:
///   - x: [batch, heads, places, size]; or any other axes before the last two.
///   - base: How long the longest wave is, divided by 2π.
///   - offset: The number of the first place.
public func rotaryPositions(_ x: Tensor, base: Double = 10_000, offset: Int = 0) -> Tensor {
  if x.node.isInvalid { return x }
  guard x.rank > 1, x.shape[-1] > 0, x.shape[-1].isMultiple(of: 2), base > 0 else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, "rotaryPositions",
        "\(x.node.label) has shape \(x.shape) and the base is \(base); needs [places, size] at the end with an even "
          + "size, and a positive base"))
  }
  let places = Tensor.range(to: Double(x.shape[-2]), type: .float64) + Double(offset)
  let angles = angles(of: places, size: x.shape[-1], base: base)
  let (cosine, sine) = (cos(angles).converted(to: x.scalarType), sin(angles).converted(to: x.scalarType))
  let halves = x.split(count: 2, axis: -1)
  return .concatenate(
    [halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine], axis: -1)
}

/// place·base^(−2k/size) for k in 0..<size/2: [places, size/2].
private func angles(of places: Tensor, size: Int, base: Double) -> Tensor {
  let exponents = Tensor.range(to: Double(size / 2), type: .float64) * (-2 / Double(size))
  return places.expanded(axes: 1) * (base ** exponents)
}

/// Adds waves that tell places apart; see ``sinusoidalPositions(_:size:base:type:)``.
///
/// ```swift
/// Sequential { Embedding(10_000, 64); SinusoidalPositions(); TransformerEncoderBlock(size: 64, heads: 4, hidden: 256) }
/// ```
public struct SinusoidalPositions: Layer {
  /// How long the longest wave is, divided by 2π.
  public let base: Double

  /// A layer without parameters.
  public init(base: Double = 10_000) { self.base = base }

  /// The input with the positions added.
  ///
  /// - Parameter input: [batch, time, features] with an even number of features.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaintAboutSequence(input) { return complaint }
    let positions = sinusoidalPositions(
      input.shape[1], size: input.shape[2], base: base, type: input.scalarType)
    return pass.noting(input + positions, from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// Adds a learned vector for each place.
///
/// ```swift
/// Sequential { Embedding(10_000, 64); LearnedPositions(maximum: 512) }
/// ```
public struct LearnedPositions: Layer {
  /// The vectors, of shape [maximum, features].
  public var weight: Tensor
  /// The largest number of places.
  public let maximum: Int
  private let start: ParameterStart

  /// Vectors for so many places.
  ///
  /// - Parameters:
  ///   - maximum: The largest number of places.
  ///   - features: The size of a vector; the first input decides unless given.
  ///   - weight: How the vectors start.
  ///   - type: The scalar type.
  ///   - random: Where the first values are drawn from.
  public init(
    maximum: Int, features: Int? = nil, weight: Initializer = .normal(standardDeviation: 0.02),
    type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    Self.require(
      maximum > 0 && features ?? 1 > 0, "LearnedPositions", "\(maximum) places can't be; give 1 or more")
    (self.maximum, start) = (max(maximum, 1), ParameterStart(weight, using: random))
    let shape: Shape = [self.maximum, features ?? 0]
    self.weight = features == nil ? .zeros(shape, type: type) : start(shape, type: type)
  }

  /// The input with the vectors of its places added.
  ///
  /// - Parameter input: [batch, time, features].
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaintAboutSequence(input) { return complaint }
    let weight = pass.parameter(weight, of: self, shape: [maximum, input.shape[2]], start)
    guard weight.node.isInvalid || input.shape[1] <= maximum && weight.shape[1] == input.shape[2] else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "LearnedPositions",
          "the input has shape \(input.shape); the layer has \(maximum) places of size \(weight.shape[1])"))
    }
    return pass.noting(input + weight[..<input.shape[1]], from: self)
  }

  /// Visits `weight`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.visit("weight", &weight) }
}

extension Layer {
  /// The complaint about an input that is no batch of sequences, nil if it is one.
  func complaintAboutSequence(_ input: Tensor) -> Tensor? {
    if input.node.isInvalid { return input }
    if input.rank == 3 { return nil }
    return Tensor(
      Node.invalid(
        .shapeMismatch, typeName, "the input has shape \(input.shape); the layer needs [batch, time, features]"))
  }
}
