import DescentGraph

// Scans: every element of the result follows from the one before it along an axis.

extension Graph.Instruction {
  /// result[i] = a[i]·result[i − 1] + b[i], unrounded on the way.
  func recurrence(_ a: ReferenceTensor, _ b: ReferenceTensor, _ axis: Int, _ reverse: Bool) throws(TensorError)
    -> ReferenceTensor
  {
    try scan(axis, reverse) { previous, index throws(TensorError) in
      guard let previous else { return b[index] }
      return try Binary.add.apply(Binary.multiply.apply(a[index], previous), b[index])
    }
  }

  /// result[i] = the extreme of x[0], …, x[i].
  func cumulative(_ extremum: Extremum, _ x: ReferenceTensor, _ axis: Int, _ reverse: Bool) throws(TensorError)
    -> ReferenceTensor
  {
    try scan(axis, reverse) { previous, index throws(TensorError) in
      guard let previous else { return x[index] }
      return try (extremum == .max ? Binary.maximum : .minimum).apply(previous, x[index])
    }
  }

  private func scan(
    _ axis: Int, _ reverse: Bool, _ next: (_ previous: Element?, _ index: [Int]) throws(TensorError) -> Element
  ) throws(TensorError) -> ReferenceTensor {
    var result: [Int: Element] = [:]
    // Row-major order comes by the place before along every axis; backwards, by the place after.
    for index in reverse ? shape.indices.reversed() : shape.indices {
      var before = index
      before[axis] += reverse ? 1 : -1
      let previous = shape.dimensions[axis] > before[axis] && before[axis] >= 0 ? result[shape.offset(of: before)] : nil
      result[shape.offset(of: index)] = try next(previous, index)
    }
    return ReferenceTensor(shape, scalarType, result.sorted { $0.key < $1.key }.map(\.value))
  }
}
