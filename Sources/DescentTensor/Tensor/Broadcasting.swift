import DescentGraph

/// NumPy's rule: shapes are aligned at their last axes, and an axis of size 1 or a missing one repeats.
enum Broadcasting {
  /// The shape that `x` and `y` repeat to, nil if they don't fit.
  static func shape(_ x: Shape, _ y: Shape) -> Shape? {
    if x == y { return x }
    let rank = max(x.rank, y.rank)
    var shape = Shape()
    for axis in 0..<rank {
      let left = axis < rank - x.rank ? 1 : x[axis - (rank - x.rank)]
      let right = axis < rank - y.rank ? 1 : y[axis - (rank - y.rank)]
      guard left == right || left == 1 || right == 1 else { return nil }
      shape.append(left == 1 ? right : left)
    }
    return shape
  }

  /// `node` repeated to `shape`, to which it must fit.
  static func broadcast(_ node: Node, to shape: Shape) -> Node {
    if node.isInvalid || node.shape == shape { return node }
    let missing = shape.rank - node.shape.rank
    var kept = Shape()
    var repeated = AxisSet()
    for axis in 0..<shape.rank {
      if axis < missing || node.shape[axis - missing] != shape[axis] {
        repeated.bits |= 1 << UInt8(axis)
      } else {
        kept.append(shape[axis])
      }
    }
    return .broadcast(.reshape(node, to: kept), to: shape, along: repeated)
  }

  /// Both operands repeated to their common shape, or the failure.
  static func operands(_ operation: String, _ x: Node, _ y: Node) -> (Node, Node) {
    if x.shape == y.shape || x.isInvalid || y.isInvalid { return (x, y) }
    guard let shape = shape(x.shape, y.shape) else {
      let failed = Node.invalid(.shapeMismatch, operation, complaint(x, y))
      return (failed, failed)
    }
    return (broadcast(x, to: shape), broadcast(y, to: shape))
  }

  private static func complaint(_ x: Node, _ y: Node) -> String {
    let shift = x.shape.rank - y.shape.rank
    let axis = (0..<max(x.shape.rank, y.shape.rank)).last { axis in
      let left = axis + min(shift, 0), right = axis - max(shift, 0)
      guard left >= 0, right >= 0 else { return false }
      return x.shape[left] != y.shape[right] && x.shape[left] != 1 && y.shape[right] != 1
    }!
    let left = x.shape[axis + min(shift, 0)], right = y.shape[axis - max(shift, 0)]
    return
      "shapes do not broadcast: left\(name(x)) \(x.shape), right\(name(y)) \(y.shape); axis "
      + "\(axis - max(x.shape.rank, y.shape.rank)) has \(left) and \(right), which must be equal or 1"
  }

  private static func name(_ node: Node) -> String { node.name.map { " '\($0)'" } ?? "" }
}

extension Tensor {
  /// The tensor repeated to `shape` by NumPy's rule: aligned at the last axes, sizes 1 repeat.
  public func broadcast(to shape: Shape) -> Tensor {
    guard Broadcasting.shape(self.shape, shape) == shape || node.isInvalid else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "broadcast(to:)", "\(node.label) with shape \(self.shape) does not repeat to \(shape)"))
    }
    return Tensor(Broadcasting.broadcast(node, to: shape))
  }

  /// An element-wise function of two tensors, broadcast.
  static func binary(_ function: Binary, _ spelling: String, _ x: Tensor, _ y: Tensor) -> Tensor {
    if x.shape == y.shape { return Tensor(.binary(function, x.node, y.node)) }
    let (x, y) = Broadcasting.operands(spelling, x.node, y.node)
    return Tensor(.binary(function, x, y))
  }

  /// A comparison of two tensors, broadcast.
  static func compare(_ comparison: Comparison, _ spelling: String, _ x: Tensor, _ y: Tensor) -> Tensor {
    let (x, y) = Broadcasting.operands(spelling, x.node, y.node)
    return Tensor(.compare(comparison, x, y))
  }

  /// A number beside this tensor in arithmetic: it takes the tensor's shape and type.
  func constant(_ value: some TensorScalar, _ operation: String) -> Tensor {
    let bits = value.bits(as: scalarType).bits
    let number = value.bits(as: .float64).bits.double(as: .float64)
    if !scalarType.isFloatingPoint, bits.double(as: scalarType) != number {
      let wider = number == number.rounded() && number.magnitude < 0x1p63 ? ScalarType.int64 : .float32
      return Tensor(
        Node.invalid(
          .scalarTypeMismatch, operation,
          "\(value) is no \(scalarType); write \(node.label == "the tensor" ? "x" : node.label).converted(to: .\(wider))"
        ))
    }
    return Tensor(.fill(bits, shape, scalarType))
  }
}
