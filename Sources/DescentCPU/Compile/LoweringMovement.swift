import DescentGraph

// Operations that read, write and combine elements where they lie: movement, indexing, order, contraction and scans.

extension Lowering {
  // MARK: Movement

  mutating func reshape(_ x: StridedView, to shape: [Int]) -> StridedView {
    x.reshaped(to: shape) ?? StridedView(whole: copy(x).root, shape)
  }

  mutating func slice(_ x: StridedView, _ shape: Shape, _ window: Window, _ newShape: Shape) -> StridedView {
    if let part = partOfAdjoint(x, shape, window, newShape) { return part }
    if let part = sliceOfFunction(x, shape, window, newShape) { return part }
    let places = Axes(shape).places
    var (offset, axes) = (x.offset, [[StridedView.Dimension]]())
    for (place, axis) in places.enumerated() {
      let (start, step) = (Int(window.starts[axis]), Int(window.strides[axis]))
      if start == 0, step == 1, newShape[axis] == shape[axis] {
        axes.append(x.axes[place])
        continue
      }
      guard x.axes[place].count == 1 else { return slice(copy(x), shape, window, newShape) }
      offset += start * x.axes[place][0].stride
      if newShape[axis] != 1 { axes.append([.init(size: newShape[axis], stride: step * x.axes[place][0].stride)]) }
    }
    return StridedView(root: x.root, offset: offset, axes: axes)
  }

  /// Where the elements of an operand of `shape` stand in a contiguous result, by a window.
  func placed(_ shape: Shape, _ window: Window, _ result: Shape) -> StridedView {
    var (offset, strides) = (0, result.strides)
    for axis in 0..<shape.rank {
      offset += Int(window.starts[axis]) * strides[axis]
      strides[axis] *= Int(window.strides[axis])
    }
    return Axes(shape).view(-1, offset, strides)
  }

  mutating func concatenate(
    _ operands: [StridedView], _ shapes: [Shape], _ axis: Int, _ result: Shape, _ type: ScalarType
  ) -> StridedView {
    var window = Window(rank: result.rank)
    var places: [StridedView] = []
    for shape in shapes {
      places.append(placed(shape, window, result))
      window.starts[axis] += Int32(shape[axis])
    }
    return assemble(operands, places, Axes(result).shape, type, fillsGaps: false)
  }

  mutating func assemble(
    _ operands: [StridedView], _ places: [StridedView], _ shape: [Int], _ type: ScalarType, fillsGaps: Bool
  ) -> StridedView {
    let kept = places.indices.filter { !places[$0].shape.contains(0) }
    let sources = kept.map { values[operands[$0].root].isScalar ? copy(operands[$0]) : operands[$0] }
    return add(.assemble(places: kept.map { places[$0] }, fillsGaps: fillsGaps), shape, type, sources)
  }

  // MARK: Indexing, order and contraction

  /// Rows are sorted where they lie, one after the other; the axis then goes back to its place.
  mutating func argSort(_ x: StridedView, _ axes: [Int], _ isDescending: Bool) -> StridedView {
    if axes.isEmpty { return constant(0, .int64, x.shape) }
    let order = x.shape.indices.filter { !axes.contains($0) } + axes
    let rows = dense(x.transposed(order))
    let sorted = add(.argSort(isDescending: isDescending), rows.shape, .int64, [rows])
    return sorted.transposed(order.indices.map { order.firstIndex(of: $0)! })
  }

  mutating func gather(
    _ operands: [StridedView], _ shapes: [Shape], _ axis: Int, _ result: Axes, _ type: ScalarType
  ) -> StridedView {
    let indexed = IndexedAxis(shapes[0], axis)
    return add(.gather(indexed), result.shape, type, [dense(operands[0]), dense(operands[1])])
  }

  mutating func scatterAdd(
    _ operands: [StridedView], _ shapes: [Shape], _ axis: Int, _ result: Shape, _ type: ScalarType
  ) -> StridedView {
    let shape = Axes(result).shape
    if shapes[0].elementCount == 0 { return constant(0, type, shape) }
    let indexed = IndexedAxis(result, axis)
    return add(.scatterAdd(indexed), shape, type, [dense(operands[0]), dense(operands[1])])
  }

  mutating func contract(
    _ operands: [StridedView], _ shapes: [Shape], _ axes: Contraction, _ shape: [Int], _ type: ScalarType
  ) -> StridedView {
    if operands[0].shape.contains(0) { return constant(0, type, shape) }
    let sides = ContractionSides(axes, Axes(shapes[0]), Axes(shapes[1]))
    // As they lie in memory where packing can follow, otherwise with one or both copied into the order of the product.
    let left = values[operands[0].root].isScalar ? copy(operands[0]) : operands[0]
    let right = values[operands[1].root].isScalar ? copy(operands[1]) : operands[1]
    if let product = sides.product(left, right), product.suits(type) {
      return self.product(product, shape, type, left, right)
    }
    let (leftView, rightView) = (left.transposed(sides.leftOrder), right.transposed(sides.rightOrder))
    let ordered = sides.ordered
    for (copiesLeft, copiesRight) in [(true, false), (false, true)] {
      let (l, r) = (copiesLeft ? copied(leftView) : leftView, copiesRight ? copied(rightView) : rightView)
      guard let product = ordered.product(l, r), product.suits(type) else { continue }
      return self.product(
        product, shape, type, copiesLeft ? copy(leftView) : l, copiesRight ? copy(rightView) : r)
    }
    let (l, r) = (copy(leftView), copy(rightView))
    guard let product = ordered.product(l, r) else { preconditionFailure("contiguous operands have strides") }
    return self.product(product, shape, type, l, r)
  }

  mutating func scan(
    _ scan: Scan, _ operands: [StridedView], _ axis: IndexedAxis, _ isReversed: Bool, _ type: ScalarType
  ) -> StridedView {
    let terms = operands[operands.count - 1]
    if axis.extent == 1 { return terms }
    // One factor for all places is read as the number that it is.
    let factors = operands.dropLast().map { values[$0.root].isScalar ? $0 : dense($0) }
    return add(.scan(scan, axis, isReversed: isReversed), terms.shape, type, factors + [dense(terms)])
  }

  /// What a copy of the view would look like.
  private func copied(_ view: StridedView) -> StridedView { StridedView(whole: view.root, view.shape) }
}
