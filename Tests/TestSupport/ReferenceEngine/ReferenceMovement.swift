import DescentGraph

// Movement and indexing: every element of the result is some element of an operand, or zero.

extension Graph.Instruction {
  func move(_ operands: [ReferenceTensor]) throws(TensorError) -> ReferenceTensor {
    let x = operands[0]
    switch operation {
    case .broadcast(let axes):
      return try tensor { index in x[index.indices.filter { !axes.contains($0) }.map { index[$0] }] }
    case .reshape:
      return ReferenceTensor(shape, scalarType, x.elements)
    case .transpose(let axes):
      return try tensor { index in x[axes.inverse.array.map { index[$0] }] }
    case .slice(let window):
      return try tensor { index in x[window.position(of: index)] }
    case .place(let window):
      var result = zeros
      for index in x.shape.indices { result[window.position(of: index)] = x[index] }
      return result
    case .concatenate(let axis):
      return try concatenate(operands, Int(axis))
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .gather, .scatterAdd, .contract, .recurrence, .cumulative, .custom, .argSort, .call,
      .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix, .solve:
      preconditionFailure("\(operation.name) does not move elements")
    }
  }

  private var zeros: ReferenceTensor {
    let zero = Reduction.sum.identity(scalarType)
    return ReferenceTensor(shape, scalarType, Array(repeating: zero, count: shape.elementCount))
  }

  private func concatenate(_ operands: [ReferenceTensor], _ axis: Int) throws(TensorError) -> ReferenceTensor {
    try tensor { index in
      var index = index
      for operand in operands {
        if index[axis] < operand.shape[axis] { return operand[index] }
        index[axis] -= operand.shape[axis]
      }
      preconditionFailure("the operands are shorter than the result along axis \(axis)")
    }
  }

  // MARK: Indexing

  /// result[before, i…, after] = x[before, indices[i…], after].
  func gather(_ x: ReferenceTensor, _ indices: ReferenceTensor, _ axis: Int) throws(TensorError) -> ReferenceTensor {
    try tensor { index throws(TensorError) in
      let place = Array(index[axis..<axis + indices.shape.rank])
      let chosen = try checked(indices[place], "gather", size: x.shape[axis], axis: axis)
      return x[index[..<axis] + [chosen] + index[(axis + place.count)...]]
    }
  }

  /// result[before, indices[i…], after] += updates[before, i…, after].
  func scatterAdd(_ updates: ReferenceTensor, _ indices: ReferenceTensor, _ axis: Int) throws(TensorError)
    -> ReferenceTensor
  {
    var sums = Array(repeating: Reduction.sum.identity(scalarType), count: shape.elementCount)
    for index in updates.shape.indices {
      let place = Array(index[axis..<axis + indices.shape.rank])
      let chosen = try checked(indices[place], "scatterAdd", size: shape[axis], axis: axis)
      let target = shape.offset(of: index[..<axis] + [chosen] + index[(axis + place.count)...])
      sums[target] = try Binary.add.apply(sums[target], updates[index])
    }
    return ReferenceTensor(shape, scalarType, sums)
  }

  private func checked(_ index: Element, _ operation: String, size: Int, axis: Int) throws(TensorError) -> Int {
    guard case .integer(let index) = index else { preconditionFailure("indices are integers") }
    let place = index < 0 ? index + Int128(size) : index
    guard (0..<Int128(size)).contains(place) else {
      throw TensorError(
        .indexOutOfBounds, operation, "index \(index) is outside axis \(axis), which has \(size) elements")
    }
    return Int(place)
  }
}

extension Window {
  /// Where the window's element `index` stands in the larger tensor.
  func position(of index: [Int]) -> [Int] {
    index.enumerated().map { axis, entry in Int(starts[axis]) + entry * Int(strides[axis]) }
  }
}
