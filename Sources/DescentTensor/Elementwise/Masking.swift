import DescentGraph

// Elements chosen by truth values.

extension Tensor {
  /// The tensor with other elements where the mask is true; mask and elements broadcast.
  public func masked(_ mask: Tensor, with replacement: Tensor) -> Tensor { .select(mask, replacement, self) }

  /// The tensor with a number where the mask is true; the mask broadcasts.
  public func masked(_ mask: Tensor, with replacement: some TensorScalar) -> Tensor {
    .select(mask, constant(replacement, "masked"), self)
  }

  /// The elements where the mask is true, in row-major order, in one axis.
  ///
  /// How many there are only the mask's values tell, so this evaluates the mask at once. The derivative stands at the
  /// chosen elements and is zero elsewhere.
  ///
  /// ```swift
  /// let x: Tensor = [[1, -2], [-3, 4]]
  /// x.entries(where: x .> 0)            // [1, 4]
  /// ```
  ///
  /// - Parameter mask: Truth values of this tensor's shape.
  public func entries(where mask: Tensor) -> Tensor {
    if node.isInvalid || mask.node.isInvalid { return node.isInvalid ? self : mask }
    guard mask.scalarType == .bool, mask.shape == shape else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "entries(where:)",
          "the mask must be bool of shape \(shape), and \(mask.node.label) is \(mask.scalarType) of shape \(mask.shape)"
        ))
    }
    let places = mask.scalars(as: Bool.self).enumerated().lazy.filter(\.element).map(\.offset)
    return flattened().gathering(Tensor(scalars: Array(places)))
  }
}
