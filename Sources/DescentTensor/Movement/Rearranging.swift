import DescentGraph

// Elements in another order, or more than once.

extension Tensor {
  /// The elements in reverse order along axes: the given ones, or all of them.
  public func flipped(axes: Int...) -> Tensor { flipped(axes: axes) }

  /// The elements in reverse order along axes: the given ones, or all of them if the list is empty.
  public func flipped(axes: [Int]) -> Tensor {
    guard let set = axisSet(axes, "flipped") else { return Tensor(node: "flipped") }
    var window = Window(rank: rank)
    for axis in axes.isEmpty ? Array(0..<rank) : set.array where shape[axis] > 0 {
      window.starts[axis] = Int32(shape[axis] - 1)
      window.strides[axis] = -1
    }
    return Tensor(.slice(node, window, to: shape))
  }

  /// The elements moved along an axis; those that leave it at one end come in at the other.
  ///
  /// ```swift
  /// Tensor([1, 2, 3, 4]).rolled(by: 1, axis: 0)         // [4, 1, 2, 3]
  /// ```
  public func rolled(by distance: Int, axis: Int) -> Tensor {
    guard let axis = normalized(axis, "rolled") else { return Tensor(node: "rolled") }
    let size = shape[axis]
    let shift = size == 0 ? 0 : (distance % size + size) % size
    if shift == 0 { return self }
    let parts = split(sizes: [size - shift, shift], axis: axis)
    return .concatenate(parts.reversed(), axis: axis)
  }

  /// The elements moved along several axes, each by its own distance; an axis that stands twice moves twice.
  public func rolled(by distances: [Int], axes: [Int]) -> Tensor {
    guard distances.count == axes.count else {
      return Tensor(
        Node.invalid(.invalidArgument, "rolled", "\(distances.count) distances for \(axes.count) axes; give one each"))
    }
    return zip(distances, axes).reduce(self) { $0.rolled(by: $1.0, axis: $1.1) }
  }

  /// The whole tensor repeated side by side, `repetitions[k]` times along axis k.
  ///
  /// Shape and repetitions are aligned at their last axes, as in NumPy.
  ///
  /// ```swift
  /// Tensor([1, 2]).tiled(2, 3)          // [[1, 2, 1, 2, 1, 2], [1, 2, 1, 2, 1, 2]]
  /// ```
  public func tiled(_ repetitions: Int...) -> Tensor { tiled(repetitions) }

  /// The whole tensor repeated side by side, `repetitions[k]` times along axis k.
  public func tiled(_ repetitions: [Int]) -> Tensor {
    guard repetitions.allSatisfy({ $0 >= 0 }), repetitions.count <= Shape.maximumRank else {
      return Tensor(
        Node.invalid(.invalidArgument, "tiled", "repetitions \(repetitions) must be at most 8 numbers, 0 or more"))
    }
    let missing = Swift.max(repetitions.count - rank, 0)
    let expanded = reshaped(to: [Int](repeating: 1, count: missing) + shape.dimensions)
    let start = expanded.rank - repetitions.count
    return repetitions.enumerated().reduce(expanded) { tensor, next in
      tensor.copied(next.element, "tiled", axis: start + next.offset, wholeAxis: true)
    }
  }

  /// Each element repeated `count` times in a row along an axis.
  ///
  /// ```swift
  /// Tensor([1, 2]).repeated(3, axis: 0)         // [1, 1, 1, 2, 2, 2]
  /// ```
  public func repeated(_ count: Int, axis: Int) -> Tensor {
    guard let axis = normalized(axis, "repeated") else { return Tensor(node: "repeated") }
    guard count >= 0 else {
      return Tensor(Node.invalid(.invalidArgument, "repeated", "can't repeat \(count) times; the count is 0 or more"))
    }
    return copied(count, "repeated", axis: axis, wholeAxis: false)
  }

  /// The axis `count` times as long: copies of it one after the other, or of each element.
  private func copied(_ count: Int, _ operation: String, axis: Int, wholeAxis: Bool) -> Tensor {
    if node.isInvalid || count == 1 { return self }
    let (size, overflows) = shape[axis].multipliedReportingOverflow(by: count)
    guard !overflows, size <= Int(Int32.max) else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, operation,
          "\(count) copies of axis \(axis) of \(node.label) with shape \(shape) are too many elements for an axis"))
    }
    var result = shape
    result[axis] = size
    // Three axes serve any rank: what comes before the copies, the copies, and what comes after them.
    let cut = wholeAxis ? axis : axis + 1
    let before = Shape(shape.dimensions[..<cut]).elementCount
    let after = Shape(shape.dimensions[cut...]).elementCount
    let once = Node.reshape(node, to: [before, after])
    return Tensor(.reshape(.broadcast(once, to: [before, count, after], along: AxisSet([1])), to: result))
  }

  /// The tensors that stand side by side along an axis, which disappears: what ``stack(_:axis:)`` joins.
  public func unstacked(axis: Int = 0) -> [Tensor] {
    guard let axis = normalized(axis, "unstacked") else { return [] }
    return split(sizes: [Int](repeating: 1, count: shape[axis]), axis: axis).map { $0.squeezed(axes: axis) }
  }

  /// The axes in an order where one has another place and the rest follow each other as before.
  ///
  /// ```swift
  /// Tensor.zeros([2, 3, 4]).movingAxis(from: 0, to: -1).shape       // [3, 4, 2]
  /// ```
  public func movingAxis(from source: Int, to destination: Int) -> Tensor {
    guard let source = normalized(source, "movingAxis"), let destination = normalized(destination, "movingAxis") else {
      return Tensor(node: "movingAxis")
    }
    var order = Array(0..<rank)
    order.insert(order.remove(at: source), at: destination)
    return Tensor(.transpose(node, AxisList(order)))
  }
}
