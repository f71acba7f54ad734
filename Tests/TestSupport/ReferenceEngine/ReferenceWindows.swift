import DescentGraph

// Windows: every place of every window names an element of the tensor under it.

extension Windows {
  /// Where the element `index` of the windows stands in the tensor under them.
  ///
  /// The index has the positions of the window, then the number of the place.
  func position(of index: [Int]) -> [Int] {
    var place = index[axisRange.upperBound]
    var result = Array(index[..<axisRange.upperBound])
    for (number, axis) in zip(axisRange, axes).reversed() {
      result[number] = index[number] * Int(axis.stride) + place % Int(axis.size) * Int(axis.dilation)
      place /= Int(axis.size)
    }
    return result + index[(axisRange.upperBound + 1)...]
  }
}

extension Graph.Instruction {
  /// result[where the place stands] += x[window, place].
  func overlap(_ x: ReferenceTensor, _ windows: Windows) throws(TensorError) -> ReferenceTensor {
    var sums = Array(repeating: Reduction.sum.identity(scalarType), count: shape.elementCount)
    for index in x.shape.indices {
      let target = shape.offset(of: windows.position(of: index))
      sums[target] = try Binary.add.apply(sums[target], x[index])
    }
    return ReferenceTensor(shape, scalarType, sums)
  }
}
