import DescentGraph

// Control, step by step: bodies are interpreted as graphs of their own.

extension Operation {
  /// The results of a control operation.
  func control(
    _ operands: [ReferenceTensor], _ bodies: [Body], _ numbers: [[ScalarBits]]
  ) throws(TensorError) -> [ReferenceTensor] {
    func applied(_ body: Int, _ arguments: [ReferenceTensor]) throws(TensorError) -> [ReferenceTensor] {
      try bodies[body].interpreted(arguments, numbers[body])
    }
    switch self {
    case .call: return try applied(0, operands)
    case .conditional:
      return try applied(operands[0].integers[0] != 0 ? 0 : 1, Array(operands.dropFirst()))
    case .whileLoop(let carries):
      var state = operands
      while try applied(0, state)[0].integers[0] != 0 {
        state.replaceSubrange(..<Int(carries), with: try applied(1, state))
      }
      return Array(state.prefix(Int(carries)))
    case .scan(let form): return try scanned(form, operands, bodies[0], numbers[0])
    case .bundle: return operands
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce,
      .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract,
      .custom,
      .recurrence, .cumulative, .argSort, .part, .after, .windows, .overlap, .matrix, .solve:
      preconditionFailure("\(name) has one result")
    }
  }

  private func scanned(
    _ form: ScanForm, _ operands: [ReferenceTensor], _ body: Body, _ numbers: [ScalarBits]
  ) throws(TensorError) -> [ReferenceTensor] {
    let (carries, length) = (Int(form.carries), Int(form.length))
    let sequences = carries..<carries + Int(form.sequences)
    let parts = parts([body])
    var arguments = operands
    var stacked = parts[carries...].map { [[Element]](repeating: [], count: $0.shape[0]) }
    for step in 0..<length {
      let place = form.isReversed ? length - 1 - step : step
      for index in sequences { arguments[index] = operands[index].row(place) }
      for index in 0..<carries { stacked[index][place] = arguments[index].elements }
      let results = try body.interpreted(arguments, numbers)
      arguments.replaceSubrange(..<carries, with: results[..<carries])
      for index in carries..<results.count { stacked[index][place] = results[index].elements }
    }
    return arguments.prefix(carries)
      + zip(parts[carries...], stacked).map { ReferenceTensor($0.shape, $0.scalarType, $1.flatMap(\.self)) }
  }
}

extension Body {
  /// The results for these arguments.
  fileprivate func interpreted(
    _ arguments: [ReferenceTensor], _ numbers: [ScalarBits]
  ) throws(TensorError) -> [ReferenceTensor] {
    let values = try ReferencePlan(graph: graph).run(inputs: arguments.map(\.storage), scalars: numbers)
    var tensors: [ReferenceTensor] = []
    for (value, result) in zip(values, results) {
      tensors.append(try ReferenceTensor(value, result.shape, result.scalarType))
    }
    return tensors
  }
}

extension ReferenceTensor {
  /// What stands at a place of the first axis.
  fileprivate func row(_ place: Int) -> ReferenceTensor {
    let shape = shape.removing([0])
    let count = shape.elementCount
    return ReferenceTensor(shape, scalarType, Array(elements[place * count..<(place + 1) * count]))
  }
}
