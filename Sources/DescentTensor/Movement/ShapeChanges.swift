import DescentGraph

// The same elements under other shapes and orders. None of these computes: they are views until someone reads them.

extension Tensor {
  /// The elements, in row-major order, under another shape.
  ///
  /// One size may be −1: it is computed from the others.
  public func reshaped(to shape: [Int]) -> Tensor {
    guard let unknown = shape.firstIndex(of: -1) else { return Tensor(.reshape(node, to: Shape(shape))) }
    var sizes = shape
    sizes[unknown] = 1
    let known = sizes.contains { $0 < 0 || $0 > elementCount } ? 0 : Shape(sizes).elementCount
    guard known > 0, elementCount % known == 0 else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "reshaped",
          "shape \(shape) leaves no whole size for −1: \(node.label) has \(elementCount) elements (shape \(self.shape))"
        ))
    }
    sizes[unknown] = elementCount / known
    return Tensor(.reshape(node, to: Shape(sizes)))
  }

  /// The elements, in row-major order, under another shape.
  ///
  /// One size may be −1: it is computed from the others.
  public func reshaped(to sizes: Int...) -> Tensor { reshaped(to: sizes) }

  /// The elements, in row-major order, under another tensor's shape.
  public func reshaped(like other: Tensor) -> Tensor { Tensor(.reshape(node, to: other.shape)) }

  /// All elements in one axis.
  public func flattened() -> Tensor { Tensor(.reshape(node, to: [elementCount])) }

  /// The axes in reverse order: for a matrix, rows become columns.
  public func transposed() -> Tensor { Tensor(.transpose(node, AxisList((0..<rank).reversed()))) }

  /// The axes in a new order: axis k of the result is axis `order[k]` of this tensor.
  public func transposed(_ order: Int...) -> Tensor { transposed(order) }

  /// The axes in a new order: axis k of the result is axis `order[k]` of this tensor.
  public func transposed(_ order: [Int]) -> Tensor {
    guard let set = axisSet(order, "transposed") else { return Tensor(node: "transposed") }
    guard set.count == rank else {
      return Tensor(
        Node.invalid(
          .invalidAxis, "transposed", "\(order) must name every axis of \(node.label) with shape \(shape) once"))
    }
    return Tensor(.transpose(node, AxisList(order.map { $0 < 0 ? $0 + rank : $0 })))
  }

  /// The tensor with two axes exchanged.
  public func swappingAxes(_ first: Int, _ second: Int) -> Tensor {
    guard let first = normalized(first, "swappingAxes"), let second = normalized(second, "swappingAxes") else {
      return Tensor(node: "swappingAxes")
    }
    var order = Array(0..<rank)
    order.swapAt(first, second)
    return Tensor(.transpose(node, AxisList(order)))
  }

  /// The tensor without axes of size 1: the given ones, or all of them.
  public func squeezed(axes: Int...) -> Tensor { squeezed(axes: axes) }

  /// The tensor without axes of size 1: the given ones, or all of them if the list is empty.
  public func squeezed(axes: [Int]) -> Tensor {
    guard var set = axisSet(axes, "squeezed") else { return Tensor(node: "squeezed") }
    if axes.isEmpty { set = AxisSet((0..<rank).filter { shape[$0] == 1 }) }
    for axis in set.array where shape[axis] != 1 {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "squeezed", "axis \(axis) of \(node.label) with shape \(shape) has size \(shape[axis]), not 1"
        ))
    }
    return Tensor(.reshape(node, to: shape.removing(set)))
  }

  /// The tensor with new axes of size 1 at these places of the result.
  public func expanded(axes: Int...) -> Tensor { expanded(axes: axes) }

  /// The tensor with new axes of size 1 at a list of places of the result.
  public func expanded(axes: [Int]) -> Tensor {
    guard rank + axes.count <= Shape.maximumRank else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "expanded",
          "\(node.label) with shape \(shape) would have \(rank + axes.count) axes; a tensor has at most "
            + "\(Shape.maximumRank)"))
    }
    guard let set = axisSet(axes, "expanded", rank: rank + axes.count) else { return Tensor(node: "expanded") }
    var sizes = shape.dimensions
    for axis in set.array { sizes.insert(1, at: axis) }
    return Tensor(.reshape(node, to: Shape(sizes)))
  }

  // MARK: Joining and splitting

  /// Tensors side by side along an axis that they have; the other axes agree.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else {
      return Tensor(Node.invalid(.invalidArgument, "concatenate", "there is no tensor to join"))
    }
    guard let axis = first.normalized(axis, "concatenate") else { return Tensor(node: "concatenate") }
    return Tensor(.concatenate(tensors.map(\.node), axis: axis))
  }

  /// Tensors of one shape side by side along a new axis.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else {
      return Tensor(Node.invalid(.invalidArgument, "stack", "there is no tensor to join"))
    }
    for (index, tensor) in tensors.enumerated() where tensor.shape != first.shape {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "stack",
          "all tensors must have one shape: tensor 0 has \(first.shape), tensor \(index) has \(tensor.shape)"))
    }
    return concatenate(tensors.map { $0.expanded(axes: axis) }, axis: axis)
  }

  /// Equal parts along an axis, whose size must be a multiple of `count`.
  public func split(count: Int, axis: Int = 0) -> [Tensor] {
    guard let axis = normalized(axis, "split") else { return [] }
    guard count > 0, shape[axis] % count == 0 else {
      Failure.stop(
        .init(
          .invalidArgument, "split",
          "axis \(axis) of \(node.label) with shape \(shape) does not split into \(count) equal parts; give sizes"))
      return []
    }
    return split(sizes: [Int](repeating: shape[axis] / count, count: count), axis: axis)
  }

  /// Parts of the given sizes along an axis; they must add up to its size.
  public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
    guard let axis = normalized(axis, "split") else { return [] }
    guard sizes.allSatisfy({ (0...shape[axis]).contains($0) }), sizes.reduce(0, +) == shape[axis] else {
      Failure.stop(
        .init(
          .invalidArgument, "split",
          "sizes \(sizes) must add up to \(shape[axis]), the size of axis \(axis) of \(node.label) with shape \(shape)")
      )
      return []
    }
    var start = 0
    return sizes.map { size in
      var window = Window(rank: rank)
      window.starts[axis] = Int32(start)
      start += size
      var part = shape
      part[axis] = size
      return Tensor(.slice(node, window, to: part))
    }
  }
}
