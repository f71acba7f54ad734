import DescentGraph

// Control, step by step: bodies are interpreted as graphs of their own.

extension Operation {
  /// The results of a control operation.
  func control(_ operands: [ReferenceTensor], _ bodies: [Body]) throws(TensorError) -> [ReferenceTensor] {
    switch self {
    case .call: return try bodies[0].interpreted(operands)
    case .conditional:
      return try bodies[operands[0].integers[0] != 0 ? 0 : 1].interpreted(Array(operands.dropFirst()))
    case .whileLoop(let carries):
      var state = operands
      while try bodies[0].interpreted(state)[0].integers[0] != 0 {
        state.replaceSubrange(..<Int(carries), with: try bodies[1].interpreted(state))
      }
      return Array(state.prefix(Int(carries)))
    case .scan(let form): return try scanned(form, operands, bodies[0])
    default: return operands
    }
  }

  private func scanned(
    _ form: ScanForm, _ operands: [ReferenceTensor], _ body: Body
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
      let results = try body.interpreted(arguments)
      arguments.replaceSubrange(..<carries, with: results[..<carries])
      for index in carries..<results.count { stacked[index][place] = results[index].elements }
    }
    return arguments.prefix(carries)
      + zip(parts[carries...], stacked).map { ReferenceTensor($0.shape, $0.scalarType, $1.flatMap(\.self)) }
  }
}

extension Body {
  /// The results for these arguments.
  fileprivate func interpreted(_ arguments: [ReferenceTensor]) throws(TensorError) -> [ReferenceTensor] {
    let values = try ReferencePlan(graph: graph).run(inputs: arguments.map(\.storage), scalars: scalars)
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
