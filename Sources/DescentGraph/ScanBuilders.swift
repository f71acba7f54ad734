// Constructors of the nodes that run along an axis.

extension Node {
  /// yᵢ = aᵢ·yᵢ₋₁ + bᵢ along an axis, from its start with y₋₁ = 0 or likewise from its end.
  package static func recurrence(_ a: Node, _ b: Node, axis: Int, reverse: Bool) -> Node {
    if a.isInvalid { return a }
    if b.isInvalid { return b }
    guard a.scalarType == b.scalarType, a.scalarType != .bool else {
      return .invalid(
        .scalarTypeMismatch, "linearRecurrence",
        "scalar types differ or are bool: \(a.label) is \(a.scalarType), \(b.label) is \(b.scalarType); convert one "
          + "with .converted(to:)")
    }
    guard a.shape == b.shape else {
      return .invalid(
        .shapeMismatch, "linearRecurrence",
        "shapes differ: \(a.label) has \(a.shape), \(b.label) has \(b.shape)")
    }
    return Node(.recurrence(axis: UInt8(axis), reverse: reverse), b.shape, b.scalarType, a, b)
  }

  /// The extreme of the elements up to each place along an axis, from its start or from its end.
  package static func cumulative(_ extremum: Extremum, _ x: Node, axis: Int, reverse: Bool) -> Node {
    if x.isInvalid { return x }
    return Node(.cumulative(extremum, axis: UInt8(axis), reverse: reverse), x.shape, x.scalarType, x)
  }

  /// Every element at the next place along an axis, and 0 at the first: yᵢ = xᵢ₋₁.
  ///
  /// In reverse, yᵢ = xᵢ₊₁ and 0 at the last.
  package func delayed(axis: Int, reverse: Bool) -> Node {
    if isInvalid { return self }
    if shape[axis] < 2 { return .fill(0, shape, scalarType) }
    var (source, target) = (Window(rank: shape.rank), Window(rank: shape.rank))
    source.starts[axis] = reverse ? 1 : 0
    target.starts[axis] = reverse ? 0 : 1
    var part = shape
    part[axis] -= 1
    return .place(.slice(self, source, to: part), target, in: shape)
  }

  /// The elements at the first place along an axis, and 0 elsewhere; the last place if in reverse.
  package func onlyFirst(axis: Int, reverse: Bool) -> Node {
    if isInvalid || shape[axis] < 2 { return self }
    var window = Window(rank: shape.rank)
    window.starts[axis] = reverse ? Int32(shape[axis] - 1) : 0
    var part = shape
    part[axis] = 1
    return .place(.slice(self, window, to: part), window, in: shape)
  }
}
