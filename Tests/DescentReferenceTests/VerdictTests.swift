import DescentGraph
import DescentTensor
import Testing

@testable import DescentReference

/// What the checker says of cases that are right, wrong in one place, or beyond it.
@Suite struct VerdictTests {
  /// x² at 1, −3 with every kind of result but hessians.
  private func square(_ change: (inout ReferenceCase) -> Void = { _ in }) -> ReferenceCase {
    func vector(_ numbers: [Double]) -> Tensor { Tensor(scalars: numbers, type: .float64) }
    var reference = ReferenceCase(
      name: "square-01", operation: "square", parameters: ReferenceParameters([:]), inputs: [vector([1, -3])],
      roles: ["x"], isDifferentiable: [true], outputs: [vector([1, 9])], cotangents: [vector([1, 2])],
      gradients: [vector([2, -12])], secondGradients: [vector([8, -96])], tangents: [vector([10, 1])],
      outputTangents: [vector([20, -6])], jacobians: [[Tensor([[2, 0], [0, -6]], type: .float64)]], hessians: nil,
      tolerance: 1e-9, holdsInFloat32: true)
    change(&reference)
    return reference
  }

  private func words(_ verdict: ReferenceVerdict) -> [String] {
    switch verdict {
    case .passed: []
    case .failed(let faults): faults.map(\.description)
    case .unsupported(let reason): ["unsupported: \(reason)"]
    }
  }

  @Test func aRightCasePasses() { #expect(words(square().verdict()).isEmpty) }

  @Test func eachWrongNumberIsToldInBothTypes() {
    typealias Plant = (what: String, change: (inout ReferenceCase) -> Void)
    let plants: [Plant] = [
      ("output 0", { $0.outputs[0] += Tensor([0, 0.01], type: .float64) }),
      ("gradient of input 0 (x)", { $0.gradients[0]! += Tensor([0, 0.01], type: .float64) }),
      ("second gradient of input 0 (x)", { $0.secondGradients![0]! += Tensor([0, 0.5], type: .float64) }),
      ("output tangent 0", { $0.outputTangents![0]! += Tensor([0.01, 0], type: .float64) }),
      (
        "jacobian of output 0 by input 0 (x)",
        { $0.jacobians![0][0]! += Tensor([[0, 0], [0.01, 0]], type: .float64) }
      ),
    ]
    for plant in plants {
      let found = words(square(plant.change).verdict())
      #expect(found.count == 2, "\(found)")
      #expect(found.first?.hasPrefix("\(plant.what), float64: error ") ?? false, "\(found)")
      #expect(found.last?.hasPrefix("\(plant.what), float32: error ") ?? false, "\(found)")
    }
  }

  @Test func aFaultTellsErrorToleranceAndTheWorstEntry() {
    let found = words(square { $0.gradients[0] = Tensor([2, -10], type: .float64) }.verdict())
    #expect(
      found.first == "gradient of input 0 (x), float64: error 2.0e-01 exceeds 1.0e-09, worst at [1]: computed -12.0, "
        + "expected -10.0 (1 of 2 entries differ)")
  }

  @Test func hessiansAreCompared() {
    // f = 100(b − a²)² + (1 − a)², so f_aa = 1200a² − 400b + 2, f_ab = −400a, f_bb = 200.
    func rosenbrock(_ hessian: TensorLiteral) -> [String] {
      let reference = square {
        ($0.operation, $0.outputs, $0.cotangents) = ("rosenbrock", [Tensor(1600.0, type: .float64)], [nil])
        ($0.gradients, $0.secondGradients, $0.tangents, $0.outputTangents) = ([nil], nil, nil, nil)
        ($0.jacobians, $0.hessians) = (nil, [[Tensor(hessian, type: .float64)]])
      }
      return words(reference.verdict())
    }
    #expect(rosenbrock([[2402, -400], [-400, 200]]).isEmpty)
    let wrong = rosenbrock([[2402, -400], [-401, 200]])
    #expect(
      wrong.first?.contains("hessian by input 0 (x) and input 0 (x), float64: error 4.2e-04") ?? false, "\(wrong)")
  }

  @Test func float32IsCheckedOnlyWhereTheManifestSaysSo() {
    let found = words(square { ($0.outputs[0], $0.holdsInFloat32) = ([0, 0], false) }.verdict())
    #expect(found.count == 1)
  }

  @Test func nothingIsPassedOverInSilence() {
    typealias Plant = (words: String, change: (inout ReferenceCase) -> Void)
    let plants: [Plant] = [
      ("there is no operation 'sqare'; did you mean 'square'?", { $0.operation = "sqare" }),
      ("exp takes 1 inputs, the case has 0", { ($0.operation, $0.inputs) = ("exp", []) }),
      ("elu needs the parameter 'alpha'", { $0.operation = "elu" }),
      ("square has no parameter 'axis'", { $0.parameters = ReferenceParameters(["axis": parameter("1")]) }),
    ]
    for plant in plants { #expect(words(square(plant.change).verdict()) == ["unsupported: \(plant.words)"]) }
  }

  @Test func mistakesInACaseAreFaultsAndNotTraps() {
    typealias Plant = (words: String, operation: String, parameters: [String: String])
    let plants: [Plant] = [
      ("axis 5 does not exist", "softmax", ["axis": "5"]),
      ("is text, expected a whole number", "softmax", ["axis": "\"1\""]),
      ("is a number, expected a whole number", "softmax", ["axis": "0.5"]),
      ("has shape [1, 2]", "reshape", ["shape": "[1, 2]"]),
      ("reshaped", "reshape", ["shape": "[-1, 0]"]), ("shape", "broadcast_to", ["shape": "[-4, 2]"]),
      ("has 1 outputs here", "split", ["sizes": "[2]", "axis": "0"]),
      ("there is no mode 'odd'", "pad", ["mode": "\"odd\""]),
    ]
    for plant in plants {
      let values = plant.parameters.mapValues(parameter)
      let verdict = square {
        ($0.operation, $0.parameters) = (plant.operation, ReferenceParameters(values))
        if plant.operation == "split" { ($0.outputs, $0.cotangents) = ($0.outputs + $0.outputs, [nil, nil]) }
      }.verdict()
      let found = words(verdict)
      #expect(found.first?.contains(plant.words) ?? false, "\(plant): \(found)")
      #expect(found.allSatisfy { !$0.hasPrefix("unsupported") }, "\(found)")
    }
  }

  @Test func integersMustBeTheSame() {
    let sort = square {
      ($0.operation, $0.parameters) = ("sort", ReferenceParameters(["axis": parameter("0")]))
      $0.outputs = [Tensor([-3, 1], type: .float64), Tensor([0, 1], type: .int64)]
      ($0.cotangents, $0.gradients, $0.secondGradients, $0.jacobians) = ([nil, nil], [nil], nil, nil)
      ($0.tangents, $0.outputTangents) = (nil, nil)
    }
    #expect(
      words(sort.verdict()).first
        == "output 1, float64: differs first at [0]: computed 1, expected 0 (2 of 2 entries differ)")
  }

  /// Every operation that is spelt has a signature.
  @Test func spellingsAreKnownOperations() {
    #expect(ReferenceOperation.format.count == 179)
    #expect(Set(ReferenceSpelling.all.keys).isSubset(of: ReferenceOperation.all.keys))
  }
}
