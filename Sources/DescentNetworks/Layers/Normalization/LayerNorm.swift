import DescentGraph
import DescentTensor

/// Normalises each sample over its last axes: y = γ·(x − μ)/√(σ² + ε) + β (Ba, Kiros and Hinton 2016).
///
/// ```swift
/// LayerNorm()                             // over the features of each token
/// LayerNorm(shape: [28, 28])              // over the last two axes
/// ```
public struct LayerNorm: Layer {
  /// How many axes are normalised over.
  public let axisCount: Int
  /// Keeps the quotient finite.
  public let epsilon: Double
  private var affine: ScaleAndShift

  /// γ, of the shape that is normalised over, if the layer scales.
  public var scale: Tensor? {
    get { affine.scale }
    set { affine.scale = newValue }
  }

  /// β, of the shape that is normalised over, if the layer shifts.
  public var shift: Tensor? {
    get { affine.shift }
    set { affine.shift = newValue }
  }

  /// A layer that starts with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the axes to normalise over; the first input decides unless given.
  ///   - axisCount: How many axes to normalise over if no shape is given.
  ///   - epsilon: Keeps the quotient finite.
  ///   - hasScale: Whether there is a γ.
  ///   - hasShift: Whether there is a β.
  ///   - type: The scalar type of parameters and inputs.
  public init(
    shape: Shape? = nil, axisCount: Int = 1, epsilon: Double = 1e-5, hasScale: Bool = true, hasShift: Bool = true,
    type: ScalarType = .float32
  ) {
    self.axisCount = shape?.rank ?? axisCount
    Self.require(self.axisCount > 0, "LayerNorm", "needs 1 or more axes to normalise over")
    self.epsilon = epsilon
    affine = ScaleAndShift(shape: shape, hasScale: hasScale, hasShift: hasShift, type: type)
  }

  /// The input, normalised over its last axes.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaint(about: input, axisCount, affine) { return complaint }
    let normal = namedScope("layerNorm", input.widened) {
      standardized($0[0], axes: Array(-axisCount..<0), epsilon: epsilon)
    }
    return pass.noting(
      affine(normal, of: self, pass, shape: input.shape.dimensions.suffix(axisCount)).converted(to: input.scalarType),
      from: self)
  }

  /// Visits `scale` and `shift`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { affine.visitTensors(&visitor) }
}

/// Divides each sample by the root of its mean square over the last axes: y = γ·x/√(mean x² + ε) (Zhang and Sennrich
/// 2019).
///
/// ```swift
/// RMSNorm()                               // over the features of each token
/// ```
public struct RMSNorm: Layer {
  /// How many axes are normalised over.
  public let axisCount: Int
  /// Keeps the quotient finite.
  public let epsilon: Double
  private var affine: ScaleAndShift

  /// γ, of the shape that is normalised over, if the layer scales.
  public var scale: Tensor? {
    get { affine.scale }
    set { affine.scale = newValue }
  }

  /// A layer that starts with γ = 1.
  ///
  /// - Parameters:
  ///   - shape: The sizes of the axes to normalise over; the first input decides unless given.
  ///   - axisCount: How many axes to normalise over if no shape is given.
  ///   - epsilon: Keeps the quotient finite.
  ///   - hasScale: Whether there is a γ.
  ///   - type: The scalar type of parameters and inputs.
  public init(
    shape: Shape? = nil, axisCount: Int = 1, epsilon: Double = 1e-6, hasScale: Bool = true,
    type: ScalarType = .float32
  ) {
    self.axisCount = shape?.rank ?? axisCount
    Self.require(self.axisCount > 0, "RMSNorm", "needs 1 or more axes to normalise over")
    self.epsilon = epsilon
    affine = ScaleAndShift(shape: shape, hasScale: hasScale, hasShift: false, type: type)
  }

  /// The input, normalised over its last axes.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaint(about: input, axisCount, affine) { return complaint }
    let wide = input.widened
    let square = wide.squared().mean(axes: Array(-axisCount..<0), keepingAxes: true)
    let shape = Array(input.shape.dimensions.suffix(axisCount))
    return pass.noting(
      affine(wide * rsqrt(square + epsilon), of: self, pass, shape: shape).converted(to: input.scalarType), from: self)
  }

  /// Visits `scale`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { affine.visitTensors(&visitor) }
}

extension Layer {
  /// The complaint about an input whose last axes are not those that a layer normalises over, nil if they are.
  fileprivate func complaint(about input: Tensor, _ axisCount: Int, _ affine: ScaleAndShift) -> Tensor? {
    if input.node.isInvalid { return input }
    if input.rank > axisCount, affine.fits(input.shape.dimensions.suffix(axisCount)) { return nil }
    let needed = affine.shape.elementCount == 0 ? "\(axisCount) axes" : "\(affine.shape)"
    return Tensor(
      Node.invalid(
        .shapeMismatch, typeName,
        "the input has shape \(input.shape); the layer normalises over \(needed) at its end, after the batch"))
  }
}
