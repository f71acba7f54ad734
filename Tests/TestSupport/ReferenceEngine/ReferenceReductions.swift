import DescentGraph

// Reductions, arguments of extremes and contractions: operations that read many elements for one.

extension Graph.Instruction {
  /// Combines the elements whose indices agree outside `axes`.
  func reduce(_ reduction: Reduction, _ axes: AxisSet, _ x: ReferenceTensor) throws(TensorError) -> ReferenceTensor {
    var result = shape.indices.map { _ in reduction.identity(scalarType) }
    for index in x.shape.indices {
      let kept = index.indices.filter { !axes.contains($0) }.map { index[$0] }
      let place = shape.offset(of: kept)
      result[place] = try reduction.combination.apply(result[place], x[index])
    }
    return ReferenceTensor(shape, scalarType, result)
  }

  /// Where along `axis` the extreme element stands; the first of several, and NaN before any number.
  func argument(_ extremum: Extremum, _ axis: Int, _ x: ReferenceTensor) throws(TensorError) -> ReferenceTensor {
    try tensor { index in
      var best = 0
      for candidate in 0..<x.shape[axis] {
        let element = x[index.inserting(candidate, at: axis)]
        if extremum.prefers(element, to: x[index.inserting(best, at: axis)]) { best = candidate }
      }
      return .integer(Int128(best))
    }
  }

  /// An element stands after all that are preferred to it, and after its equals before it.
  func argSort(_ x: ReferenceTensor, _ axis: Int, _ isDescending: Bool) throws(TensorError) -> ReferenceTensor {
    func precedes(_ left: Element, _ right: Element) -> Bool {
      if left.double.isNaN || right.double.isNaN { return !left.double.isNaN && right.double.isNaN }
      if case (.integer(let left), .integer(let right)) = (left, right) {
        return isDescending ? left > right : left < right
      }
      return isDescending ? left.double > right.double : left.double < right.double
    }
    var result = try tensor { _ in .integer(0) }
    for index in x.shape.indices {
      let place = (0..<x.shape[axis]).count { other in
        var otherIndex = index
        otherIndex[axis] = other
        let (mine, theirs) = (x[index], x[otherIndex])
        return precedes(theirs, mine) || (other < index[axis] && !precedes(mine, theirs))
      }
      var target = index
      target[axis] = place
      result[target] = .integer(Int128(index[axis]))
    }
    return result
  }

  /// result[batch, left free, right free] = Σ over the contracting axes of left·right.
  func contract(_ left: ReferenceTensor, _ right: ReferenceTensor, _ axes: Contraction) throws(TensorError)
    -> ReferenceTensor
  {
    let leftFree = axes.leftFree(rank: left.shape.rank)
    let rightFree = axes.rightFree(rank: right.shape.rank)
    let summed = Shape(axes.leftContracting.array.map { left.shape[$0] })
    return try tensor { index throws(TensorError) in
      let batch = index[..<axes.leftBatch.count]
      let (leftRest, rightRest) = (index.dropFirst(batch.count).prefix(leftFree.count), index.suffix(rightFree.count))
      var sum = Reduction.sum.identity(scalarType)
      for contracted in summed.indices {
        let leftIndex = scattered(
          axes.leftBatch.array + leftFree + axes.leftContracting.array, batch + leftRest + contracted)
        let rightIndex = scattered(
          axes.rightBatch.array + rightFree + axes.rightContracting.array, batch + rightRest + contracted)
        let product = try Binary.multiply.apply(left[leftIndex], right[rightIndex])
        sum = try Binary.add.apply(sum, product)
      }
      return sum
    }
  }

  /// The index whose entry on axis `axes[k]` is `entries[k]`.
  private func scattered(_ axes: [Int], _ entries: ArraySlice<Int>) -> [Int] {
    var index = [Int](repeating: 0, count: axes.count)
    for (axis, entry) in zip(axes, entries) { index[axis] = entry }
    return index
  }
}

extension Reduction {
  /// What the combination of no elements is.
  func identity(_ type: ScalarType) -> Element {
    switch self {
    case .sum: type.isFloatingPoint ? .real(0) : .integer(0)
    case .max: type.isFloatingPoint ? .real(-.infinity) : .integer(type.integerRange.lowerBound)
    case .min: type.isFloatingPoint ? .real(.infinity) : .integer(type.integerRange.upperBound)
    case .product: type.isFloatingPoint ? .real(1) : .integer(1)
    }
  }

  var combination: Binary {
    switch self {
    case .sum: .add
    case .max: .maximum
    case .min: .minimum
    case .product: .multiply
    }
  }
}

extension Extremum {
  func prefers(_ candidate: Element, to best: Element) -> Bool {
    if case .real(let best) = best, best.isNaN { return false }
    if case .real(let candidate) = candidate, candidate.isNaN { return true }
    return switch self {
    case .max: Comparison.greater.holds(candidate, best)
    case .min: Comparison.less.holds(candidate, best)
    }
  }
}

extension [Int] {
  /// The index with one entry more.
  func inserting(_ entry: Int, at axis: Int) -> [Int] { self[..<axis] + [entry] + self[axis...] }
}
