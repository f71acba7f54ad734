import DescentGraph

// Order along an axis. Equal elements keep their order, in both directions, and NaN comes last. The order itself has no
// derivative; sorted values pass theirs to the places they came from.

extension Tensor {
  /// The int64 positions of the elements along an axis in ascending or descending order.
  ///
  /// The order is stable, with NaN at its end; it is found in O(n log n) for each row.
  public func argSort(axis: Int = -1, descending: Bool = false) -> Tensor {
    guard let axis = normalized(axis, "argSort") else { return Tensor(node: "argSort") }
    return Tensor(.argSort(node, axis: axis, isDescending: descending))
  }

  /// The elements in ascending or descending order along an axis, NaN last.
  ///
  /// ```swift
  /// Tensor([3, 1, 2]).sorted()              // [1, 2, 3]
  /// ```
  public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    guard let axis = normalized(axis, "sorted") else { return Tensor(node: "sorted") }
    return takingAlong(argSort(axis: axis, descending: descending), axis: axis)
  }

  /// The `count` largest or smallest elements along an axis, in order, and their int64 positions.
  ///
  /// NaN is chosen last. Costs a sort.
  public func topK(_ count: Int, axis: Int = -1, largest: Bool = true) -> (values: Tensor, indices: Tensor) {
    func failed(_ tensor: Tensor) -> (Tensor, Tensor) { (tensor, tensor) }
    guard let axis = normalized(axis, "topK") else { return failed(Tensor(node: "topK")) }
    guard (0...shape[axis]).contains(count) else {
      return failed(
        Tensor(
          Node.invalid(
            .invalidArgument, "topK",
            "can't choose \(count) of the \(shape[axis]) elements along axis \(axis) of \(node.label), shape \(shape)"))
      )
    }
    var sizes = shape
    sizes[axis] = count
    let order = Node.argSort(node, axis: axis, isDescending: largest)
    let indices = Tensor(.slice(order, Window(rank: rank), to: sizes))
    return (takingAlong(indices, axis: axis), indices)
  }
}
