import DescentGraph

// Gradients kept from growing too large. The gradient with respect to a model is a model, and is clipped as a whole.

extension TensorStructure {
  /// The structure with each element of its floating-point tensors moved into `bounds`.
  public func clipped(toValues bounds: ClosedRange<Double>) -> Self {
    mapNumbers { tensor in
      let (lower, upper) = (
        tensor.constant(bounds.lowerBound, "clipped"), tensor.constant(bounds.upperBound, "clipped")
      )
      return Tensor(.binary(.minimum, .binary(.maximum, tensor.node, lower.node), upper.node))
    }
  }

  /// The structure with each of its floating-point tensors scaled down to a Euclidean norm of at most `largest`.
  ///
  /// Shorter tensors stay as they are. A negative norm stops the program.
  public func clipped(toNorm largest: Double) -> Self {
    mapNumbers { tensor in tensor.scaled(by: clippingFactor(from: sqrt(tensor.squaredNorm), to: largest)) }
  }

  /// The structure with all its floating-point tensors scaled down by one factor, so that their ``globalNorm`` is at
  /// most `largest`.
  ///
  /// The direction of a gradient stays as it is (Pascanu, Mikolov and Bengio 2013). A negative norm stops the program.
  public func clipped(toGlobalNorm largest: Double) -> Self {
    let factor = clippingFactor(from: globalNorm, to: largest)
    return mapNumbers { tensor in tensor.scaled(by: factor) }
  }

  /// The Euclidean norm of all elements of the floating-point tensors together, in float64.
  public var globalNorm: Tensor {
    sqrt(
      tensors.filter(\.scalarType.isFloatingPoint).reduce(Tensor(0.0, type: .float64)) { $0 + $1.squaredNorm })
  }

  /// The structure with each floating-point tensor replaced.
  private func mapNumbers(_ transform: (Tensor) -> Tensor) -> Self {
    replacingTensors(with: tensors.map { $0.scalarType.isFloatingPoint ? transform($0) : $0 })
  }
}

/// The factor that brings a norm down to `largest`, 1 if it is no longer than that.
private func clippingFactor(from norm: Tensor, to largest: Double) -> Tensor {
  guard largest >= 0 else {
    return Tensor(Node.invalid(.invalidArgument, "clipped", "a norm can't be at most \(largest)"))
  }
  // Without the smallest number a norm of 0 clipped to 0 would be 0/0.
  let positive = Node.binary(.maximum, norm.node, norm.constant(Double.leastNormalMagnitude, "clipped").node)
  let ratio = Node.binary(.divide, norm.constant(largest, "clipped").node, positive)
  return Tensor(.binary(.minimum, ratio, norm.constant(1.0, "clipped").node))
}

extension Tensor {
  /// Σ x² in float64, where the squares of float32 numbers can't overflow.
  fileprivate var squaredNorm: Tensor { converted(to: .float64).squared().sum() }

  fileprivate func scaled(by factor: Tensor) -> Tensor { self * factor.converted(to: scalarType) }
}
