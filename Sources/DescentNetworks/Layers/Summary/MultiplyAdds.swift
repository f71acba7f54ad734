import DescentGraph

// How many multiplications with an addition a program makes: those of products of matrices and of sums of products.

extension Node {
  /// The multiply-adds of this node alone.
  ///
  /// What stands for something in a body counts with the node that applies the body.
  var multiplyAdds: Int {
    if isOpen { return 0 }
    return DescentNetworks.multiplyAdds(of: operation, shape, bodies: bodies.map(\.graph)) { place in
      (self.operand(place).operation, self.operand(place).shape)
    }
  }
}

extension Graph {
  /// The multiply-adds of one run.
  fileprivate var multiplyAdds: Int {
    instructions.indices.reduce(0) { sum, index in
      let operands = operands(of: index)
      return sum
        + DescentNetworks.multiplyAdds(
          of: instructions[index].operation, instructions[index].shape,
          bodies: (bodies[index] ?? []).map(\.graph)
        ) { (instructions[operands[$0]].operation, instructions[operands[$0]].shape) }
    }
  }
}

private func multiplyAdds(
  of operation: Operation, _ shape: Shape, bodies: [Graph], operand: (Int) -> (Operation, Shape)
) -> Int {
  if case .contract(let contraction) = operation {
    let left = operand(0).1
    return contraction.leftContracting.reduce(shape.elementCount) { $0 * left[$1] }
  }
  if case .reduce(.sum, _) = operation, case .binary(.multiply) = operand(0).0 { return operand(0).1.elementCount }
  if case .scan(let form) = operation { return Int(form.length) * bodies.reduce(0) { $0 + $1.multiplyAdds } }
  return 0
}
