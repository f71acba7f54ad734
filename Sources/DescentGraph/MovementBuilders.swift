// Constructors of the nodes that move elements, index them, or contract them.

extension Node {
  // MARK: Movement

  /// Repeats `x` along `axes` of `shape`; without those axes, `shape` is x's.
  package static func broadcast(_ x: Node, to shape: Shape, along axes: AxisSet) -> Node {
    if x.isInvalid || axes.isEmpty { return x }
    guard x.shape == shape.removing(axes) else {
      return .invalid(
        .shapeMismatch, "broadcast", "\(x.label) with shape \(x.shape) does not repeat along \(axes.array) to \(shape)")
    }
    if case .fill(let value) = x.operation { return fill(value, shape, x.scalarType) }
    return Node(.broadcast(axes), shape, x.scalarType, x)
  }

  package static func reshape(_ x: Node, to shape: Shape) -> Node {
    if x.isInvalid || x.shape == shape { return x }
    guard x.shape.elementCount == shape.elementCount else {
      return .invalid(
        .shapeMismatch, "reshaped",
        "\(x.label) has \(x.shape.elementCount) elements (shape \(x.shape)), and shape \(shape) needs "
          + "\(shape.elementCount)")
    }
    if case .fill(let value) = x.operation { return fill(value, shape, x.scalarType) }
    return Node(.reshape, shape, x.scalarType, x)
  }

  /// Axis k of the result is axis `axes[k]` of `x`.
  package static func transpose(_ x: Node, _ axes: AxisList) -> Node {
    if x.isInvalid || axes.isIdentity { return x }
    var shape = Shape()
    for index in 0..<axes.count { shape.append(x.shape[axes[index]]) }
    if case .fill(let value) = x.operation { return fill(value, shape, x.scalarType) }
    return Node(.transpose(axes), shape, x.scalarType, x)
  }

  /// The elements that lie in a window, `shape` of them.
  ///
  /// The caller has checked the bounds.
  package static func slice(_ x: Node, _ window: Window, to shape: Shape) -> Node {
    if x.isInvalid || (x.shape == shape && window == Window(rank: shape.rank)) { return x }
    return Node(.slice(window), shape, x.scalarType, x)
  }

  /// Zeros of `shape` with x's elements standing in a window.
  ///
  /// The caller has checked the bounds.
  package static func place(_ x: Node, _ window: Window, in shape: Shape) -> Node {
    if x.isInvalid || (x.shape == shape && window == Window(rank: shape.rank)) { return x }
    return Node(.place(window), shape, x.scalarType, x)
  }

  /// Operands of one type side by side along an axis; the other axes agree.
  package static func concatenate(_ nodes: [Node], axis: Int) -> Node {
    if let failed = nodes.first(where: \.isInvalid) { return failed }
    var shape = nodes[0].shape
    var size = 0
    for (index, node) in nodes.enumerated() {
      guard node.scalarType == nodes[0].scalarType else {
        return .invalid(
          .scalarTypeMismatch, "concatenate",
          "operand \(index) is \(node.scalarType) and operand 0 is \(nodes[0].scalarType); convert one of them")
      }
      let others = AxisSet([axis])
      guard node.shape.rank == shape.rank, node.shape.removing(others) == shape.removing(others) else {
        return .invalid(
          .shapeMismatch, "concatenate",
          "operand \(index) has shape \(node.shape) and operand 0 has \(nodes[0].shape); all axes but \(axis) must "
            + "agree")
      }
      size += node.shape[axis]
    }
    guard size <= Int(Int32.max) else {
      return .invalid(.shapeMismatch, "concatenate", "axis \(axis) of the result would have \(size) elements")
    }
    shape[axis] = size
    if nodes.count == 1 { return nodes[0] }
    return Node(
      .concatenate(axis: UInt8(axis)), shape, nodes[0].scalarType, nodes[0], nodes[1],
      nodes.count > 2 ? nodes[2] : nil, others: nodes.count > 3 ? Array(nodes[3...]) : nil)
  }

  // MARK: Indexing

  /// Slices of `x` along `axis` at `indices`, whose shape takes the axis's place.
  package static func gather(_ x: Node, _ indices: Node, axis: Int) -> Node {
    if x.isInvalid { return x }
    if indices.isInvalid { return indices }
    guard indices.scalarType.isInteger else {
      return .invalid(.scalarTypeMismatch, "gather", "indices must be integers, not \(indices.scalarType)")
    }
    let shape = Shape(
      x.shape.dimensions[..<axis] + indices.shape.dimensions + x.shape.dimensions[(axis + 1)...])
    return Node(.gather(axis: UInt8(axis)), shape, x.scalarType, x, indices)
  }

  /// Zeros of `shape` with the slices of `updates` added at `indices` along `axis`: the adjoint of `gather`.
  package static func scatterAdd(_ updates: Node, _ indices: Node, axis: Int, in shape: Shape) -> Node {
    if updates.isInvalid { return updates }
    if indices.isInvalid { return indices }
    let expected = shape.dimensions[..<axis] + indices.shape.dimensions + shape.dimensions[(axis + 1)...]
    guard indices.scalarType.isInteger, updates.shape.dimensions == Array(expected) else {
      return .invalid(
        .shapeMismatch, "scatterAdd",
        "updates have shape \(updates.shape) and need \(Array(expected)); indices are \(indices.scalarType) and need "
          + "to be integers")
    }
    return Node(.scatterAdd(axis: UInt8(axis)), shape, updates.scalarType, updates, indices)
  }

  /// The positions along `axis` in the order of the elements, which is stable and has NaN at its end.
  package static func argSort(_ x: Node, axis: Int, isDescending: Bool) -> Node {
    x.isInvalid ? x : Node(.argSort(axis: UInt8(axis), isDescending: isDescending), x.shape, .int64, x)
  }

  // MARK: Contraction

  /// The sum of products over the contracting axes.
  package static func contract(_ left: Node, _ right: Node, _ axes: Contraction) -> Node {
    if left.isInvalid { return left }
    if right.isInvalid { return right }
    guard left.scalarType == right.scalarType, left.scalarType != .bool else {
      return .invalid(
        .scalarTypeMismatch, "matmul",
        "scalar types differ or are bool: \(left.label) is \(left.scalarType), \(right.label) is "
          + "\(right.scalarType); convert one with .converted(to:)")
    }
    if let failed = mismatch(left, right, axes.leftBatch, axes.rightBatch)
      ?? mismatch(left, right, axes.leftContracting, axes.rightContracting)
    {
      return failed
    }
    let rank = left.shape.rank + right.shape.rank - axes.leftBatch.count - 2 * axes.leftContracting.count
    guard rank <= Shape.maximumRank else {
      return .invalid(
        .shapeMismatch, "matmul",
        "the result of shapes \(left.shape) and \(right.shape) would have \(rank) axes; a tensor has at most "
          + "\(Shape.maximumRank)")
    }
    return Node(.contract(axes), axes.shape(left.shape, right.shape), left.scalarType, left, right)
  }

  /// The complaint about the first pair of axes that differ in size, nil if all agree.
  private static func mismatch(_ left: Node, _ right: Node, _ leftAxes: AxisList, _ rightAxes: AxisList) -> Node? {
    for (leftAxis, rightAxis) in zip(leftAxes, rightAxes) where left.shape[leftAxis] != right.shape[rightAxis] {
      return .invalid(
        .shapeMismatch, "matmul",
        "axes differ: axis \(leftAxis) of \(left.label) with shape \(left.shape) has \(left.shape[leftAxis]), axis "
          + "\(rightAxis) of \(right.label) with shape \(right.shape) has \(right.shape[rightAxis])")
    }
    return nil
  }
}
