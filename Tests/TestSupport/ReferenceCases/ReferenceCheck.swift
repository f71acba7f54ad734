import DescentGraph
import DescentTensor

extension ReferenceCase {
  /// How the case is spelt with Descent's tensors, nil if it can't be yet.
  package var spelling: ReferenceSpelling.Function? { ReferenceSpelling.all[operation] }

  /// What is wrong with Descent's values and derivatives for this case, computed in float64 or float32.
  package func faults(_ spelling: @escaping ReferenceSpelling.Function, in type: ScalarType) throws -> [String] {
    let check = ReferenceCheck(reference: self, type: type, spelling: spelling)
    return try checked {
      try check.values() + check.gradients() + check.tangents() + check.secondGradients() + check.jacobians()
        + check.hessians()
    }
  }
}

/// One case in one type: each function compares one kind of result and tells what is wrong.
private struct ReferenceCheck {
  var reference: ReferenceCase
  var type: ScalarType
  var spelling: ReferenceSpelling.Function

  private func tensor(_ value: ReferenceTensor) -> Tensor {
    guard value.scalarType.isFloatingPoint else { return Tensor(value.node) }
    return Tensor(ReferenceTensor(value.doubles, value.shape, type).node)
  }

  private var inputs: [Tensor] { reference.inputs.map(tensor) }

  /// Which inputs derivatives are taken with respect to.
  private var differentiable: [Int] { reference.inputs.indices.filter { reference.isDifferentiable[$0] } }

  private var point: [Tensor] { differentiable.map { inputs[$0] } }

  private func outputs(_ point: [Tensor]) -> [Tensor] {
    var all = inputs
    for (input, tensor) in zip(differentiable, point) { all[input] = tensor }
    return spelling(all, reference.parameters)
  }

  /// Σ over the outputs of ⟨cotangent, output⟩.
  private func total(_ point: [Tensor]) -> Tensor {
    zip(outputs(point), reference.cotangents).reduce(Tensor(0.0, type: type)) { sum, pair in
      guard let cotangent = pair.1 else { return sum }
      return sum + (pair.0 * tensor(cotangent)).sum()
    }
  }

  private func compare(_ what: String, _ actual: Tensor?, _ expected: ReferenceTensor?, order: Int = 1) throws
    -> [String]
  {
    guard let expected else { return [] }
    guard let actual else { return ["\(what) is missing"] }
    guard actual.shape == expected.shape else {
      return ["\(what) has shape \(actual.shape), expected \(expected.shape)"]
    }
    let values = try actual.node.evaluated(on: Tensor.engine).doubles
    let tolerance = type == .float64 ? reference.tolerance : order == 2 ? 1e-3 : 1e-4
    return mismatch(values, expected.doubles, .relative(tolerance, floor: 1e-3)).map { ["\(what): \($0)"] } ?? []
  }

  func values() throws -> [String] {
    let outputs = spelling(inputs, reference.parameters)
    return try reference.outputs.enumerated().flatMap { index, expected in
      try compare("output \(index)", outputs.indices.contains(index) ? outputs[index] : nil, expected)
    }
  }

  func gradients() throws -> [String] {
    if point.isEmpty { return [] }
    let gradients = gradient(at: point, of: total)
    return try zip(differentiable, gradients).flatMap { input, gradient in
      try compare("gradient \(input)", gradient, reference.gradients[input])
    }
  }

  func tangents() throws -> [String] {
    guard let tangents = reference.tangents, let expected = reference.outputTangents else { return [] }
    let moving = zip(differentiable, point).map { input, x in tangents[input].map(tensor) ?? x.zerosLike() }
    return try expected.indices.flatMap { index in
      let moved = jvp(at: point, along: moving) { outputs($0)[index] }.tangent
      return try compare("output tangent \(index)", moved, expected[index])
    }
  }

  func secondGradients() throws -> [String] {
    guard let expected = reference.secondGradients else { return [] }
    let second = gradient(at: point) { point in
      zip(differentiable, gradient(at: point, of: total)).reduce(Tensor(0.0, type: type)) { sum, pair in
        reference.gradients[pair.0] == nil ? sum : sum + pair.1.squared().sum()
      }
    }
    return try zip(differentiable, second).flatMap { input, second in
      try compare("second gradient \(input)", second, expected[input], order: 2)
    }
  }

  func jacobians() throws -> [String] {
    guard let expected = reference.jacobians else { return [] }
    return try expected.indices.flatMap { index in
      try compareRows(
        "jacobian \(index)",
        expected[index].enumerated().filter { reference.isDifferentiable[$0.offset] }
          .map(\.element), order: 1
      ) { outputs($0)[index] }
    }
  }

  func hessians() throws -> [String] {
    guard let expected = reference.hessians else { return [] }
    return try expected.indices.flatMap { row in
      try compareRows("hessian \(row)", expected[row], order: 2) { gradient(at: $0) { outputs($0)[0] }[row] }
    }
  }

  /// The derivatives of each element of a function's result with respect to each input.
  private func compareRows(
    _ what: String, _ expected: [ReferenceTensor?], order: Int, _ function: ([Tensor]) -> Tensor
  ) throws -> [String] {
    let found = jacobian(at: point, of: function)
    return try expected.indices.flatMap { input in
      try compare("\(what) by input \(input)", found[input], expected[input], order: order)
    }
  }
}
