import DescentGraph
import DescentTensor

/// The scale γ and the shift β that follow a normalisation, each if wanted.
struct ScaleAndShift: TensorStructure, Sendable {
  var scale: Tensor?
  var shift: Tensor?

  /// Ones and zeros of a shape, or open ones if it is nil.
  init(shape: Shape?, hasScale: Bool, hasShift: Bool, type: ScalarType) {
    let shape = shape ?? [0]
    scale = hasScale ? .ones(shape, type: type) : nil
    shift = hasShift ? .zeros(shape, type: type) : nil
  }

  /// y·γ + β for parameters of a shape, placed so that they broadcast; in float32 if the parameters are narrower, as y is
  /// then too.
  func callAsFunction(
    _ y: Tensor, of layer: some Layer, _ pass: ForwardPass, shape: [Int], placed: (Tensor) -> Tensor = { $0 }
  ) -> Tensor {
    var y = y
    if let scale { y = y * placed(pass.parameter(scale, of: layer, shape: shape, .ones).widened) }
    if let shift { y = y + placed(pass.parameter(shift, of: layer, shape: shape, .zeros).widened) }
    return y
  }

  /// Whether the parameters, where there are any and they are not open, have a shape.
  func fits(_ shape: [Int]) -> Bool {
    [scale, shift].allSatisfy { $0.map { $0.isOpenParameter || $0.shape.dimensions == shape } ?? true }
  }

  /// The shape of what is there.
  var shape: Shape { scale?.shape ?? shift?.shape ?? [] }
}

extension ParameterStart {
  /// Ones.
  static let ones = ParameterStart(.ones, using: RandomGenerator(seed: 0))
  /// Zeros.
  static let zeros = ParameterStart(.zeros, using: RandomGenerator(seed: 0))
}

/// (x − μ)/√(σ² + ε) with mean and variance along some axes, in float32 if x is narrower.
func standardized(_ x: Tensor, axes: [Int], epsilon: Double) -> Tensor {
  let x = x.widened
  let (mean, variance) = x.meanAndVariance(axes: axes, keepingAxes: true)
  return (x - mean) * rsqrt(variance + epsilon)
}
