import DescentGraph
import DescentTensor

/// What came of checking a case.
package enum ReferenceVerdict: Sendable {
  case passed
  case failed([ReferenceFault])
  /// The case asks for what can't be computed here, and why.
  case unsupported(String)
}

extension ReferenceCase {
  /// How the case is spelt with Descent's tensors, nil if it can't be yet.
  package var spelling: ReferenceSpelling.Function? { ReferenceSpelling.all[operation] }

  /// Compares everything that the case holds, in float64 and, where that can be expected to agree, in float32.
  package func verdict() -> ReferenceVerdict {
    if let reason = ReferenceOperation.objection(to: self) { return .unsupported(reason) }
    guard let spelling else { return .unsupported("the operation '\(operation)' can't be spelt yet") }
    let types: [ScalarType] = holdsInFloat32 ? [.float64, .float32] : [.float64]
    let faults = types.flatMap { self.faults(spelling, in: $0) }
    return faults.isEmpty ? .passed : .failed(faults)
  }

  /// What is wrong with Descent's values and derivatives for this case, computed in float64 or float32.
  package func faults(_ spelling: @escaping ReferenceSpelling.Function, in type: ScalarType) -> [ReferenceFault] {
    let check = ReferenceCheck(self, type, spelling)
    let kinds: [(kind: ReferenceFault.Kind, faults: () throws -> [ReferenceFault])] = [
      (.output, check.values), (.gradient, check.gradients), (.outputTangent, check.tangents),
      (.secondGradient, check.secondGradients), (.jacobian, check.jacobians), (.hessian, check.hessians),
    ]
    let hasDerivatives = isDifferentiable.contains(true)
    // A mistake in one kind of result, such as shapes that don't fit, leaves the others to be compared.
    return kinds.filter { $0.kind == .output || hasDerivatives }.flatMap { kind, faults in
      do { return try checked(faults) } catch {
        return [ReferenceFault(kind: kind, what: "\(kind.rawValue)s", type: type, problem: "stopped, \(error)")]
      }
    }
  }
}

/// One case in one type: each function compares one kind of result and tells what is wrong.
private struct ReferenceCheck {
  let reference: ReferenceCase
  let type: ScalarType
  let spelling: ReferenceSpelling.Function
  private let inputs: [Tensor]
  /// Which inputs derivatives are taken with respect to.
  private let differentiable: [Int]

  init(_ reference: ReferenceCase, _ type: ScalarType, _ spelling: @escaping ReferenceSpelling.Function) {
    (self.reference, self.type, self.spelling) = (reference, type, spelling)
    inputs = reference.inputs.map { $0.scalarType.isFloatingPoint ? $0.converted(to: type) : $0 }
    differentiable = reference.inputs.indices.filter { reference.isDifferentiable[$0] }
  }

  private var point: [Tensor] { differentiable.map { inputs[$0] } }

  private func outputs(_ point: [Tensor]) throws -> [Tensor] {
    var all = inputs
    for (input, tensor) in zip(differentiable, point) { all[input] = tensor }
    let outputs = try spelling(all, reference.parameters)
    guard outputs.count == reference.outputs.count else {
      throw TensorError(
        .invalidArgument, reference.operation,
        "has \(outputs.count) outputs here, the case has \(reference.outputs.count)")
    }
    return outputs
  }

  /// Σ over the outputs of ⟨cotangent, output⟩.
  private func total(_ point: [Tensor]) throws -> Tensor {
    try zip(outputs(point), reference.cotangents).reduce(Tensor(0.0, type: type)) { sum, pair in
      guard let cotangent = pair.1?.converted(to: type) else { return sum }
      guard cotangent.shape == pair.0.shape else {
        throw TensorError(
          .shapeMismatch, reference.operation,
          "the result has shape \(pair.0.shape), its cotangent has shape \(cotangent.shape)")
      }
      return sum + (pair.0 * cotangent).sum()
    }
  }

  private func compare(
    _ kind: ReferenceFault.Kind, _ what: String, _ computed: Tensor, _ expected: Tensor?
  ) -> [ReferenceFault] {
    guard let expected else { return [] }
    let isSecondOrder = kind == .secondGradient || kind == .hessian
    let tolerance = type == .float64 ? reference.tolerance : isSecondOrder ? 1e-3 : 1e-4
    return ReferenceComparison(tolerance: tolerance).problem(computed, expected).map {
      [ReferenceFault(kind: kind, what: what, type: type, problem: $0)]
    } ?? []
  }

  private func name(_ input: Int) -> String { "input \(input) (\(reference.roles[input]))" }

  // MARK: The kinds of results

  func values() throws -> [ReferenceFault] {
    try zip(outputs(point), reference.outputs).enumerated().flatMap { index, pair in
      compare(.output, "output \(index)", pair.0, pair.1)
    }
  }

  func gradients() throws -> [ReferenceFault] {
    let gradients = try gradient(at: point, of: total)
    return zip(differentiable, gradients).flatMap { input, gradient in
      compare(.gradient, "gradient of \(name(input))", gradient, reference.gradients[input])
    }
  }

  func tangents() throws -> [ReferenceFault] {
    guard let tangents = reference.tangents, let expected = reference.outputTangents else { return [] }
    let moving = zip(differentiable, point).map { input, x in
      tangents[input]?.converted(to: type) ?? x.zerosLike()
    }
    return try expected.indices.filter { expected[$0] != nil }.flatMap { index in
      let moved = try jvp(at: point, along: moving) { try outputs($0)[index] }.tangent
      return compare(.outputTangent, "output tangent \(index)", moved, expected[index])
    }
  }

  func secondGradients() throws -> [ReferenceFault] {
    guard let expected = reference.secondGradients else { return [] }
    let second = try gradient(at: point) { point in
      try gradient(at: point, of: total).reduce(Tensor(0.0, type: type)) { $0 + $1.squared().sum() }
    }
    return zip(differentiable, second).flatMap { input, second in
      compare(.secondGradient, "second gradient of \(name(input))", second, expected[input])
    }
  }

  func jacobians() throws -> [ReferenceFault] {
    guard let expected = reference.jacobians else { return [] }
    return try expected.indices.filter { !expected[$0].isEmpty }.flatMap { index in
      let found = try jacobian(at: point) { try outputs($0)[index] }
      return zip(differentiable, found).flatMap { input, found in
        compare(.jacobian, "jacobian of output \(index) by \(name(input))", found, expected[index][input])
      }
    }
  }

  func hessians() throws -> [ReferenceFault] {
    guard let expected = reference.hessians else { return [] }
    return try expected.indices.filter { !expected[$0].isEmpty }.flatMap { row in
      let found = try jacobian(at: point) { try gradient(at: $0) { try outputs($0)[0] }[row] }
      return zip(differentiable, found).enumerated().flatMap { column, pair in
        compare(
          .hessian, "hessian by \(name(differentiable[row])) and \(name(pair.0))", pair.1, expected[row][column])
      }
    }
  }
}
