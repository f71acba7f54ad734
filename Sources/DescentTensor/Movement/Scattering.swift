import DescentGraph

// Elements chosen by tensors of integers, and written back at such places. Negative indices count from the end; an
// index outside its axis is an error when the values are looked at. Derivatives add up where an index occurs more than
// once.

extension Tensor {
  /// For each place of `indices`, the element that stands there but for its position along `axis`, which is the index:
  /// NumPy's `take_along_axis`.
  ///
  /// ```swift
  /// let x: Tensor = [[1, 5, 3], [9, 2, 4]]
  /// x.takingAlong(x.argMax(axis: 1).expanded(axes: 1), axis: 1)         // [[5], [9]]
  /// ```
  ///
  /// - Parameters:
  ///   - indices: Integers; their shape is this tensor's but for the size of `axis`.
  ///   - axis: Which axis the indices address.
  public func takingAlong(_ indices: Tensor, axis: Int) -> Tensor {
    guard let places = flatPlaces(indices, axis, "takingAlong") else { return Tensor(node: "takingAlong") }
    return flattened().gathering(places)
  }

  /// A copy with `updates` written at `indices` along an axis, the places that ``takingAlong(_:axis:)`` reads.
  ///
  /// An index should occur once; where it occurs more than once, the updates add up. Indices and updates may be shorter
  /// than this tensor along other axes: what lies beyond stays.
  public func settingAlong(_ indices: Tensor, _ updates: Tensor, axis: Int) -> Tensor {
    guard let places = flatPlaces(indices, axis, "settingAlong", updates) else { return Tensor(node: "settingAlong") }
    let hits = Tensor.ones(places.shape, type: .int32).scattered(at: places, like: self)
    return .select(hits .> 0, updates.scattered(at: places, like: self), self)
  }

  /// A copy with `updates` added at `indices` along an axis, the places that ``takingAlong(_:axis:)`` reads.
  ///
  /// Indices and updates may be shorter than this tensor along other axes: what lies beyond stays.
  public func addingAlong(_ indices: Tensor, _ updates: Tensor, axis: Int) -> Tensor {
    guard let places = flatPlaces(indices, axis, "addingAlong", updates) else { return Tensor(node: "addingAlong") }
    return self + updates.scattered(at: places, like: self)
  }

  /// The slices whose first positions stand along the last axis of `indices`: NumPy's `x[tuple(indices)]`, TensorFlow's
  /// `gather_nd`.
  ///
  /// ```swift
  /// let x: Tensor = [[1, 2], [3, 4]]
  /// x.gathering(at: Tensor([[0, 1], [1, 0]], type: .int64))         // [2, 3]
  /// ```
  ///
  /// - Parameter indices: Integers of shape [..., r]; the result has the shape [...] followed by that of a slice, which
  ///   lacks the first r axes.
  public func gathering(at indices: Tensor) -> Tensor {
    if node.isInvalid || indices.node.isInvalid { return node.isInvalid ? self : indices }
    let depth = indices.rank > 0 ? indices.shape[-1] : rank + 1
    guard indices.scalarType.isInteger, depth <= rank, indices.rank - 1 + rank - depth <= Shape.maximumRank else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "gathering",
          "indices [..., r] must be integers with r at most \(rank), the axes of \(node.label), and a result of at most "
            + "8 axes; they are \(indices.scalarType) with shape \(indices.shape)"))
    }
    var flat = Tensor.zeros(Shape(indices.shape.dimensions.dropLast()), type: .int64)
    for axis in 0..<depth {
      flat = flat * shape[axis] + indices[.ellipsis, axis].checked(against: axis, of: self)
    }
    let count = Shape(shape.dimensions[..<depth]).elementCount
    return Tensor(.reshape(node, to: Shape([count] + shape.dimensions[depth...]))).gathering(flat)
  }

  /// A copy with whole slices added at indices along an axis, as many as there are indices.
  ///
  /// - Parameters:
  ///   - updates: The slices; their shape is this tensor's, with the shape of the indices in the place of `axis`.
  ///   - indices: Integers.
  ///   - axis: Which axis the indices address.
  public func scatteringSum(_ updates: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
    guard let axis = normalized(axis, "scatteringSum") else { return Tensor(node: "scatteringSum") }
    return self + updates.scattered(at: indices, axis, in: shape, "scatteringSum")
  }

  /// The sums of the rows that have one id: row k of the result adds up the rows whose id is k.
  ///
  /// - Parameters:
  ///   - ids: An integer for each row.
  ///   - count: The number of sums; every id lies below it.
  public func segmentSum(_ ids: Tensor, count: Int) -> Tensor {
    guard rank > 0, count >= 0, count <= Int(Int32.max) else {
      if node.isInvalid { return self }
      return Tensor(
        Node.invalid(
          .invalidArgument, "segmentSum", "can't make \(count) sums of rows of \(node.label), shape \(shape)"))
    }
    return scattered(at: ids, 0, in: Shape([count] + shape.dimensions.dropFirst()), "segmentSum")
  }

  // MARK: Places

  /// Zeros of a shape with these slices added at indices along an axis, after a complaint about what does not fit.
  private func scattered(at indices: Tensor, _ axis: Int, in shape: Shape, _ operation: String) -> Tensor {
    if node.isInvalid || indices.node.isInvalid { return node.isInvalid ? self : indices }
    let expected = shape.dimensions[..<axis] + indices.shape.dimensions + shape.dimensions[(axis + 1)...]
    guard indices.scalarType.isInteger, self.shape.dimensions == Array(expected) else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, operation,
          "\(indices.scalarType) indices of shape \(indices.shape) along axis \(axis) need to be integers and slices of "
            + "shape \(Array(expected)), not \(self.shape)"))
    }
    return Tensor(.scatterAdd(node, indices.node, axis: axis, in: shape))
  }

  /// Zeros of another tensor's shape with these elements added at flat places.
  private func scattered(at places: Tensor, like other: Tensor) -> Tensor {
    let flat = Node.scatterAdd(flattened().node, places.flattened().node, axis: 0, in: [other.elementCount])
    return Tensor(.reshape(flat, to: other.shape))
  }

  /// Where the elements stand, in row-major order, that `indices` choose along an axis; nil after a complaint.
  private func flatPlaces(_ indices: Tensor, _ axis: Int, _ operation: String, _ updates: Tensor? = nil) -> Tensor? {
    guard let axis = normalized(axis, operation) else { return nil }
    let fits =
      indices.rank == rank
      && (0..<rank).allSatisfy { other in
        // Where updates come with the indices, they say how much is written.
        other == axis || indices.shape[other] == shape[other]
          || updates != nil && indices.shape[other] < shape[other]
      }
    guard indices.scalarType.isInteger, fits, updates.map({ $0.shape == indices.shape }) ?? true else {
      if !indices.node.isInvalid {
        let also = updates.map { ", updates of shape \($0.shape)" } ?? ""
        Failure.stop(
          .init(
            .shapeMismatch, operation,
            "indices must be integers with the sizes of \(node.label), \(shape), on all axes but \(axis)"
              + "\(updates == nil ? "" : ", and updates have their shape"); they are \(indices.scalarType) with shape "
              + "\(indices.shape)\(also)"))
      }
      return nil
    }
    let strides = shape.strides
    return (0..<rank).reduce(indices.checked(against: axis, of: self) * strides[axis]) { places, other in
      other == axis
        ? places : places + Tensor(.iota(indices.shape, axis: other, .int64)) * strides[other]
    }
  }

  /// The indices as int64, counted from the front, that fail in the words of `gather` if one lies outside the axis.
  private func checked(against axis: Int, of tensor: Tensor) -> Tensor {
    // A gather from 0, 1, 2, … wraps and checks; the flat places that are made of the result can't be checked any more.
    let sizes = [Int](repeating: 1, count: axis) + [tensor.shape[axis]]
    let positions = Node.gather(.iota(Shape(sizes), axis: axis, .int64), flattened().node, axis: axis)
    return Tensor(.reshape(positions, to: shape))
  }
}
