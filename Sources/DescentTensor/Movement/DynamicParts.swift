import DescentGraph

// Parts of a fixed size at places that are computed.

extension Tensor {
  /// The part of given sizes that begins at computed places, one for each axis.
  ///
  /// A place at which the part would not lie inside is moved so that it does, as in XLA's dynamic slices; the graph
  /// stays the same for every place.
  ///
  /// ```swift
  /// let x = Tensor.range(to: 10)
  /// x.part(at: [Tensor(4, type: .int64)], sizes: [3])            // [4, 5, 6]
  /// ```
  ///
  /// - Parameters:
  ///   - starts: An integer scalar for each axis.
  ///   - sizes: The part's size along each axis, at most this tensor's.
  public func part(at starts: [Tensor], sizes: [Int]) -> Tensor {
    guard let rows = rows(starts, sizes, "part") else { return Tensor(node: "part") }
    return rows.enumerated().reduce(self) { part, row in part.gathering(row.element, axis: row.offset) }
  }

  /// A copy with a part, which begins at computed places, replaced; see ``part(at:sizes:)``.
  ///
  /// - Parameters:
  ///   - starts: An integer scalar for each axis.
  ///   - part: What to write, of this tensor's rank and at most its sizes.
  public func replacingPart(at starts: [Tensor], with part: Tensor) -> Tensor {
    if part.node.isInvalid { return part }
    guard part.scalarType == scalarType else {
      return Tensor(
        Node.invalid(
          .scalarTypeMismatch, "replacingPart",
          "\(part.scalarType) can't be written into \(scalarType); convert it first"))
    }
    guard let rows = rows(starts, part.shape.dimensions, "replacingPart") else { return Tensor(node: "replacingPart") }
    let strides = shape.strides
    var places = Tensor.zeros(part.shape, type: .int64)
    for (axis, row) in rows.enumerated() {
      let sizes = (0..<rank).map { $0 == axis ? row.shape[0] : 1 }
      places = places + row.reshaped(to: sizes) * strides[axis]
    }
    return flattened().settingAlong(places.flattened(), part.flattened(), axis: 0).reshaped(to: shape.dimensions)
  }

  /// For each axis the positions that a part covers; nil after a complaint.
  private func rows(_ starts: [Tensor], _ sizes: [Int], _ operation: String) -> [Tensor]? {
    if node.isInvalid || starts.contains(where: \.node.isInvalid) { return nil }
    let fits = sizes.count == rank && zip(sizes, shape.dimensions).allSatisfy { (0...$1).contains($0) }
    guard fits, starts.count == rank, starts.allSatisfy({ $0.rank == 0 && $0.scalarType.isInteger }) else {
      Failure.stop(
        .init(
          .invalidArgument, operation,
          "\(node.label) with shape \(shape) needs \(rank) integer scalars to start at and \(rank) sizes that fit into it; "
            + "there are \(starts.count) of shapes \(starts.map(\.shape)) and types \(starts.map(\.scalarType)), and sizes "
            + "\(sizes)"))
      return nil
    }
    return zip(starts, zip(sizes, shape.dimensions)).map { start, size in
      let first = start.converted(to: .int64)
      let inside = DescentTensor.max(DescentTensor.min(first, Double(size.1 - size.0)), 0)
      return inside + Tensor(.iota([size.0], axis: 0, .int64))
    }
  }
}
