import DescentGraph

// What the distributions have in common: parameters that are tensors, and noise without parameters.

extension Tensor {
  /// Draws samples whose parameters are tensors, after they have been checked and repeated to the shape of the samples.
  ///
  /// - Parameters:
  ///   - operation: The name in messages.
  ///   - parameters: Floating-point tensors of one type that broadcast.
  ///   - shape: The shape of the samples, to which the parameters broadcast; nil for the shape of the parameters.
  static func samples(
    _ operation: String, _ parameters: [Tensor], _ shape: Shape?,
    _ draw: (_ parameters: [Tensor], _ shape: Shape, _ type: ScalarType) -> Tensor
  ) -> Tensor {
    if let failed = parameters.first(where: \.node.isInvalid) { return failed }
    let type = parameters[0].scalarType
    if let wrong = parameters.first(where: { $0.scalarType != type || !type.isFloatingPoint }) {
      return Tensor(
        Node.invalid(
          .scalarTypeMismatch, operation,
          "parameters are floating-point tensors of one type; \(parameters[0].node.label) is \(type), "
            + "\(wrong.node.label) \(wrong.scalarType): convert them, for example with .converted(to: .float32)"))
    }
    let common = parameters.dropFirst().reduce(parameters[0].shape as Shape?) { common, parameter in
      common.flatMap { Broadcasting.shape($0, parameter.shape) }
    }
    guard let common, shape == nil || Broadcasting.shape(common, shape ?? common) == shape else {
      let shapes = parameters.map { "\($0.shape)" }.joined(separator: " and ")
      return Tensor(
        Node.invalid(
          .shapeMismatch, operation,
          "parameters of shape \(shapes) don't broadcast to " + (shape.map { "shape \($0)" } ?? "one shape")))
    }
    let result = shape ?? common
    return draw(parameters.map { Tensor(Broadcasting.broadcast($0.node, to: result)) }, result, type)
  }

  /// The failure of a parameter that must be positive, also as a number of a type; nil if it is.
  static func complaint(
    _ operation: String, _ name: String, _ value: Double, _ type: ScalarType = .float64
  ) -> Tensor? {
    let rounded = type.isFloatingPoint ? ScalarBits(value, as: type).double(as: type) : value
    if rounded > 0, rounded < .infinity { return nil }
    let place = value > 0 && value < .infinity ? " in \(type)" : ""
    return Tensor(
      Node.invalid(.invalidArgument, operation, "the \(name) must be positive and finite\(place), and \(value) isn't"))
  }

  /// Numbers spread evenly over (0, 1), both ends excluded, in float64: (k + ½)/2⁵³, a hair closer to ½.
  static func openUniform(_ shape: Shape, _ random: RandomGenerator) -> Tensor {
    uniform(shape, type: .float64, using: random) * (1 - 0x1p-53) + 0x1p-54
  }
}

/// Random numbers of location 0 and scale 1.
///
/// All but the normal ones come from a uniform u in (0, 1) through the inverse of the distribution function, in
/// float64: the tails reach as far as 53 bits do whatever the type.
enum Noise: String {
  case normal, exponential, laplace, gumbel, cauchy

  func draw(_ shape: Shape, _ type: ScalarType, _ random: RandomGenerator) -> Tensor {
    guard type.isFloatingPoint else {
      return Tensor(
        Node.invalid(.scalarTypeMismatch, rawValue, "\(self) numbers are floating-point, not \(type)"))
    }
    if self == .normal { return .normal(shape, type: type, using: random) }
    return inverse(Tensor.openUniform(shape, random)).converted(to: type)
  }

  /// The number that a part u of all is less than (exponential: more than).
  private func inverse(_ u: Tensor) -> Tensor {
    switch self {
    case .normal: 1.4142135623730951 * erfinv(2 * u - 1)
    case .exponential: -log(u)
    case .laplace: log(2 * min(u, 1 - u)) * sign(0.5 - u)
    case .gumbel: -log(-log(u))
    case .cauchy: tan(Double.pi * (u - 0.5))
    }
  }

  /// Location + scale·noise for numbers.
  func draw(
    _ shape: Shape, location: Double, scale: Double, _ type: ScalarType, _ random: RandomGenerator
  ) -> Tensor {
    if let complaint = Tensor.complaint(rawValue, "scale", scale) { return complaint }
    let noise = draw(shape, type, random)
    return location == 0 && scale == 1 ? noise : noise * scale + location
  }

  /// Location + scale·noise for tensors, whose derivatives are 1 and the noise.
  func draw(location: Tensor, scale: Tensor, _ shape: Shape?, _ random: RandomGenerator) -> Tensor {
    Tensor.samples(rawValue, [location, scale], shape) { parameters, shape, type in
      parameters[0] + parameters[1] * draw(shape, type, random)
    }
  }
}
