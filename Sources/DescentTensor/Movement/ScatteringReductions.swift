import DescentGraph

// Products and extremes by index, made of sorting: equal indices stand side by side, and what runs along them stops
// where the index changes. Every piece has its derivative, so these have theirs, to any order.

extension Tensor {
  /// A copy multiplied by whole slices at indices along an axis, as many as there are indices.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).scatteringProduct(Tensor([5, 4, 3]), at: Tensor([0, 2, 0], type: .int64))     // [15, 2, 12]
  /// ```
  ///
  /// The derivatives are right where slices hold zeros, too. Costs a sort of the indices.
  ///
  /// - Parameters:
  ///   - updates: The slices; their shape is this tensor's, with the shape of the indices in the place of `axis`.
  ///   - indices: Integers; an index may occur any number of times.
  ///   - axis: Which axis the indices address.
  public func scatteringProduct(_ updates: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
    guard let slices = IndexedSlices(self, updates, indices, axis, "scatteringProduct") else {
      return Tensor(node: "scatteringProduct")
    }
    let order = slices.indices.argSort(axis: 0)
    let (index, x) = (slices.indices.gathering(order), slices.updates.gathering(order, axis: slices.axis))
    let starts = slices.along(index.differsFromNeighbour(before: true))
    let (none, all) = (x.zerosLike(), x)
    let products = linearRecurrence(
      factors: .select(starts, none, all), terms: .select(starts, all, none), axis: slices.axis)
    let ends = index.differsFromNeighbour(before: false)
    let last = Tensor.select(slices.along(ends), products, x.zerosLike())
    let factors = zerosLike().scatteringSum(last, at: index, axis: slices.axis)
    let hits = Tensor.zeros([shape[slices.axis]], type: .int32).scatteringSum(ends.converted(to: .int32), at: index)
    return self * Tensor.select(slices.along(hits .> 0, in: shape), factors, onesLike())
  }

  /// A copy in which each element is the largest of itself and of what slices hold for it, at indices along an axis.
  ///
  /// Elements that tie share the derivative evenly. NaN wins. Costs two sorts of the updates.
  ///
  /// - Parameters:
  ///   - updates: The slices; their shape is this tensor's, with the shape of the indices in the place of `axis`.
  ///   - indices: Integers; an index may occur any number of times.
  ///   - axis: Which axis the indices address.
  public func scatteringMax(_ updates: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
    scatteringExtreme(updates, indices, axis, isMax: true, "scatteringMax")
  }

  /// A copy in which each element is the smallest of itself and of what slices hold for it; see
  /// ``scatteringMax(_:at:axis:)``.
  public func scatteringMin(_ updates: Tensor, at indices: Tensor, axis: Int = 0) -> Tensor {
    scatteringExtreme(updates, indices, axis, isMax: false, "scatteringMin")
  }

  private func scatteringExtreme(
    _ updates: Tensor, _ indices: Tensor, _ axis: Int, isMax: Bool, _ operation: String
  ) -> Tensor {
    guard let slices = IndexedSlices(self, updates, indices, axis, operation) else { return Tensor(node: operation) }
    let axis = slices.axis
    // This tensor's own elements take part, each at its own index.
    let x = Tensor.concatenate([self, slices.updates], axis: axis)
    let own = Tensor(.iota([shape[axis]], axis: 0, .int64))
    let index = Tensor.concatenate([own, slices.indices], axis: 0)
    let places = slices.along(index, in: x.shape)
    // By value, and then by index, which leaves equal indices in the order of their values; the last one is the
    // extreme.
    let byValue = x.stoppingGradient().argSort(axis: axis, descending: !isMax)
    let order = byValue.takingAlong(places.takingAlong(byValue, axis: axis).argSort(axis: axis), axis: axis)
    let sorted = x.stoppingGradient().takingAlong(order, axis: axis)
    let ends = slices.along(index.sorted().differsFromNeighbour(before: false), in: x.shape)
    let extremes = zerosLike().scatteringSum(
      Tensor.select(ends, sorted, sorted.zerosLike()), at: index.sorted(), axis: axis)
    guard scalarType.isFloatingPoint else { return extremes }
    let winners = extremes.gathering(index, axis: axis)
    let ties = (x.stoppingGradient() .== winners).converted(to: scalarType)
    let share = ties / zerosLike().scatteringSum(ties, at: index, axis: axis).gathering(index, axis: axis)
    // Adds nothing but the derivative; a winner that is no number has none.
    let isNumber = isFinite(x.stoppingGradient())
    let moving = Tensor.select(isNumber, x - x.stoppingGradient(), x.zerosLike())
    let weights = Tensor.select(ties .> 0, share, share.zerosLike())
    return extremes + zerosLike().scatteringSum(weights.stoppingGradient() * moving, at: index, axis: axis)
  }

  /// For each element of a row of indices, whether the one before (after) it is another or does not exist.
  fileprivate func differsFromNeighbour(before: Bool) -> Tensor {
    let count = shape[0]
    if count == 0 { return converted(to: .bool) }
    let changes = self[1...] .!= self[..<(count - 1)]
    let edge = Tensor(true).expanded(axes: 0)
    return Tensor.concatenate(before ? [edge, changes] : [changes, edge], axis: 0)
  }
}

/// Slices of a tensor with one row of indices that are counted from the front.
private struct IndexedSlices {
  let updates: Tensor
  let indices: Tensor
  let axis: Int

  /// Nil after a complaint.
  init?(_ tensor: Tensor, _ updates: Tensor, _ indices: Tensor, _ axis: Int, _ operation: String) {
    guard let axis = tensor.normalized(axis, operation), !updates.node.isInvalid, !indices.node.isInvalid else {
      return nil
    }
    let (before, after) = (tensor.shape.dimensions[..<axis], tensor.shape.dimensions[(axis + 1)...])
    let expected = before + indices.shape.dimensions + after
    guard indices.scalarType.isInteger, updates.scalarType == tensor.scalarType,
      updates.shape.dimensions == Array(expected)
    else {
      Failure.stop(
        .init(
          .shapeMismatch, operation,
          "\(indices.scalarType) indices of shape \(indices.shape) along axis \(axis) of \(tensor.scalarType) need to be "
            + "integers and \(tensor.scalarType) slices of shape \(Array(expected)), not \(updates.scalarType) "
            + "\(updates.shape)"))
      return nil
    }
    self.axis = axis
    let count = indices.elementCount
    self.updates = updates.reshaped(to: before + [count] + after)
    // A gather from 0, 1, 2, … counts from the front and checks.
    self.indices = Tensor(.iota([tensor.shape[axis]], axis: 0, .int64)).gathering(indices.flattened())
  }

  /// A row along the axis, repeated along the others of the updates.
  func along(_ row: Tensor) -> Tensor { along(row, in: updates.shape) }

  /// A row along the axis, repeated along the others of a shape.
  func along(_ row: Tensor, in shape: Shape) -> Tensor {
    let sizes = shape.dimensions.indices.map { $0 == axis ? row.shape[0] : 1 }
    var target = shape
    target[axis] = row.shape[0]
    return row.reshaped(to: sizes).broadcast(to: target)
  }
}
