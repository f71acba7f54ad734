import DescentGraph

// Places in sorted tensors, and distinct elements.

extension Tensor {
  /// The distinct elements in ascending order, in one axis; NaN, if there is one, comes last and once.
  ///
  /// How many there are only the values tell, so this evaluates the tensor at once. It is not differentiable: the
  /// result is a constant.
  public func unique() -> Tensor {
    if node.isInvalid || elementCount < 2 { return flattened().stoppingGradient() }
    let ordered = flattened().stoppingGradient().sorted()
    let (before, after) = (ordered[0..<elementCount - 1], ordered[1...])
    // NaN differs from itself, so a second one would count as another element.
    let isNew = (after .!= before) .& (before .== before)
    return ordered.entries(where: .concatenate([Tensor([true]), isNew]))
  }

  /// For each value, where it would be inserted into this ascending vector: the int64 number of elements before it.
  ///
  /// It is not differentiable. Costs a sort of vector and values together.
  ///
  /// ```swift
  /// Tensor([1, 3, 3, 5]).searchSorted([3, 4])                           // [1, 3]
  /// Tensor([1, 3, 3, 5]).searchSorted([3, 4], afterEqual: true)         // [3, 3]
  /// ```
  ///
  /// - Parameters:
  ///   - values: What to look for, of any shape, which the result has too.
  ///   - afterEqual: Whether elements that equal the value stand before it.
  public func searchSorted(_ values: Tensor, afterEqual: Bool = false) -> Tensor {
    if node.isInvalid || values.node.isInvalid { return node.isInvalid ? self : values }
    guard rank == 1 else {
      return Tensor(
        Node.invalid(.shapeMismatch, "searchSorted", "needs a vector, and \(node.label) has shape \(shape)"))
    }
    let wanted = values.flattened()
    // A stable sort keeps equal elements in the order of this list.
    let all = Tensor.concatenate(afterEqual ? [self, wanted] : [wanted, self])
    if all.node.isInvalid { return all }
    let start = afterEqual ? elementCount : 0
    // Sorting the order gives each element's rank: how many elements stand before it, other values among them.
    let ranks = all.argSort().argSort()[start..<start + wanted.elementCount]
    return (ranks - wanted.argSort().argSort()).reshaped(like: values)
  }
}
