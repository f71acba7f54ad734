import DescentData
import DescentTensor

// Makes cases of a group's manifest and of the tensors that it names.

extension ReferenceCase {
  /// Reads a case from its members in the manifest.
  init(_ fields: Fields, _ entry: ReferenceManifest.Entry, _ numbers: SafetensorsFile) throws(DataError) {
    let reader = CaseReader(fields: fields, numbers: numbers)
    let inputs = try reader.inputs()
    let (inputCount, differentiable) = (inputs.count, inputs.count { $0.isDifferentiable })
    let outputs = try reader.present("outputs", count: fields.list("outputs").count)
    self.init(
      name: entry.name, operation: entry.operation, parameters: ReferenceParameters(try fields.object("parameters")),
      inputs: inputs.map(\.tensor), roles: inputs.map(\.role), isDifferentiable: inputs.map(\.isDifferentiable),
      outputs: outputs, cotangents: try reader.tensors("cotangents", count: outputs.count),
      gradients: try reader.tensors("gradients", count: inputCount),
      secondGradients: try reader.ifPresent("second_gradients", count: inputCount),
      tangents: try reader.ifPresent("tangents", count: inputCount),
      outputTangents: try reader.ifPresent("output_tangents", count: outputs.count),
      jacobians: try reader.rows("jacobians", count: outputs.count, columns: inputCount),
      hessians: try reader.rows("hessians", count: differentiable, columns: differentiable),
      tolerance: try fields.number("tolerance"), holdsInFloat32: try fields.truth("float32"))
    try reader.check(self)
  }
}

/// Turns the names in a case's members into tensors.
private struct CaseReader {
  let fields: Fields
  let numbers: SafetensorsFile

  func inputs() throws(DataError) -> [(tensor: Tensor, role: String, isDifferentiable: Bool)] {
    var inputs: [(tensor: Tensor, role: String, isDifferentiable: Bool)] = []
    for (index, value) in try fields.list("inputs").enumerated() {
      let input = fields.fields(value, "input \(index)")
      inputs.append(
        (try numbers.tensor(try input.text("tensor")), try input.text("role"), try input.truth("differentiable")))
    }
    return inputs
  }

  func tensors(_ key: String, count: Int) throws(DataError) -> [Tensor?] {
    try tensors(fields.names(key, count: count))
  }

  private func tensors(_ names: [String?]) throws(DataError) -> [Tensor?] {
    var tensors: [Tensor?] = []
    for name in names { tensors.append(try name.map { name throws(DataError) in try numbers.tensor(name) }) }
    return tensors
  }

  /// Tensors none of which may be null.
  func present(_ key: String, count: Int) throws(DataError) -> [Tensor] {
    let tensors = try tensors(key, count: count)
    guard tensors.allSatisfy({ $0 != nil }) else { throw fields.error("'\(key)' may not hold nulls", key) }
    return tensors.compactMap(\.self)
  }

  func ifPresent(_ key: String, count: Int) throws(DataError) -> [Tensor?]? {
    fields.has(key) ? try tensors(key, count: count) : nil
  }

  /// A list of lists of names; a row may be null.
  func rows(_ key: String, count: Int, columns: Int) throws(DataError) -> [[Tensor?]]? {
    guard fields.has(key) else { return nil }
    let rows = try fields.list(key)
    guard rows.count == count else { throw fields.error("'\(key)' has \(rows.count) rows, expected \(count)", key) }
    var tensors: [[Tensor?]] = []
    for row in rows {
      if row.isNull {
        tensors.append([])
      } else {
        guard let list = row.list else { throw fields.error("'\(key)' holds \(row.kind), expected lists", key) }
        tensors.append(try self.tensors(fields.names(list, key, count: columns)))
      }
    }
    return tensors
  }

  /// What the members of a case must agree on.
  func check(_ reference: ReferenceCase) throws(DataError) {
    for (index, input) in reference.inputs.enumerated() {
      if reference.isDifferentiable[index], !input.scalarType.isFloatingPoint {
        throw fields.error("input \(index) is \(input.scalarType) and can't be differentiable", "inputs")
      }
      try fit(reference.gradients[index], input, "gradients", index)
      try fit(reference.secondGradients?[index], input, "second_gradients", index)
      try fit(reference.tangents?[index], input, "tangents", index)
    }
    for (index, output) in reference.outputs.enumerated() {
      try fit(reference.cotangents[index], output, "cotangents", index)
      try fit(reference.outputTangents?[index], output, "output_tangents", index)
    }
    guard (reference.tangents == nil) == (reference.outputTangents == nil) else {
      throw fields.error("'tangents' and 'output_tangents' belong together", "tangents")
    }
    guard reference.hessians == nil || reference.outputs.count == 1 && reference.outputs[0].elementCount == 1 else {
      throw fields.error("'hessians' need one output with one element", "hessians")
    }
  }

  /// A derivative must be numbers of the shape of what it belongs to.
  private func fit(_ tensor: Tensor?, _ other: Tensor, _ key: String, _ index: Int) throws(DataError) {
    guard let tensor else { return }
    guard tensor.shape == other.shape, tensor.scalarType.isFloatingPoint, other.scalarType.isFloatingPoint else {
      throw fields.error(
        "'\(key)' \(index) is \(tensor.scalarType) of shape \(tensor.shape), what it belongs to \(other.scalarType) "
          + "of shape \(other.shape)", key)
    }
  }
}
