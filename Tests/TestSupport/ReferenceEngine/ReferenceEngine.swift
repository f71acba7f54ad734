import DescentGraph

/// The naive interpreter: executes a graph instruction by instruction, one element after the other.
///
/// It is the yardstick for faster engines, so it is written to be seen right, not to be quick. Floating-point results
/// are computed in `Double` (sums over all their terms) and rounded to the result's type once, when they are stored.
package struct ReferenceEngine: Engine {
  package let name = "reference"

  package init() {}

  package func compile(_ graph: Graph) throws(TensorError) -> any Plan { ReferencePlan(graph: graph) }
}

/// A graph together with the promise to interpret it.
struct ReferencePlan: Plan {
  var graph: Graph

  var description: String { "interpret\n\(graph)" }

  func run(inputs: [Storage], scalars: [ScalarBits]) throws(TensorError) -> [Storage] {
    var arguments = Arguments(inputs: inputs, scalars: scalars)
    /// The results of each instruction: several for control operations, else one.
    var values: [[ReferenceTensor]] = []
    for (index, instruction) in graph.instructions.enumerated() {
      let operands = graph.operands(of: index).map { values[$0] }
      if case .part(let part) = instruction.operation {
        values.append([operands[0][Int(part)]])
      } else if instruction.operation.hasParts {
        let bodies = graph.bodies[index] ?? []
        var numbers: [[ScalarBits]] = []
        for body in bodies { numbers.append(try arguments.nextScalars(body.scalars.count)) }
        values.append(try instruction.operation.control(operands.map { $0[0] }, bodies, numbers))
      } else {
        let value = try instruction.evaluate(operands.map { $0[0] }, &arguments)
        precondition(value.shape == instruction.shape && value.scalarType == instruction.scalarType)
        values.append([value])
      }
    }
    return graph.outputs.map { values[$0][0].storage }
  }
}

/// What a run was given, in the order in which its instructions take it.
struct Arguments {
  private var inputs: ArraySlice<Storage>
  private var scalars: ArraySlice<ScalarBits>

  init(inputs: [Storage], scalars: [ScalarBits]) {
    self.inputs = inputs[...]
    self.scalars = scalars[...]
  }

  mutating func nextInput() throws(TensorError) -> Storage {
    guard let input = inputs.popFirst() else { throw TensorError(.resource, "input", "the run has too few inputs") }
    return input
  }

  mutating func nextScalars(_ count: Int) throws(TensorError) -> [ScalarBits] {
    var result: [ScalarBits] = []
    for _ in 0..<count { result.append(try nextScalar()) }
    return result
  }

  mutating func nextScalar() throws(TensorError) -> ScalarBits {
    guard let scalar = scalars.popFirst() else { throw TensorError(.resource, "fill", "the run has too few scalars") }
    return scalar
  }
}

extension Graph.Instruction {
  /// The instruction's result.
  func evaluate(_ operands: [ReferenceTensor], _ arguments: inout Arguments) throws(TensorError) -> ReferenceTensor {
    switch operation {
    case .input: try ReferenceTensor(arguments.nextInput(), shape, scalarType)
    case .fill: filled(with: try arguments.nextScalar())
    case .iota(let axis): try tensor { index in Element(Double(index[Int(axis)]), as: scalarType) }
    case .random(let distribution) where distribution.hasConcentration:
      gamma(operands[1], isLogarithm: distribution == .logGamma, key: operands[0].integers)
    case .random(let distribution): random(distribution, key: operands[0].integers)
    case .invalid: throw TensorError(.invalidArgument, "evaluate", "the graph has a failed operation")
    case .unary, .power, .convert, .identity, .binary, .compare, .select: try elementByElement(operands)
    case .reduce(let reduction, let axes): try reduce(reduction, axes, operands[0])
    case .argument(let extremum, let axis): try argument(extremum, Int(axis), operands[0])
    case .broadcast, .reshape, .transpose, .slice, .place, .concatenate: try move(operands)
    case .gather(let axis): try gather(operands[0], operands[1], Int(axis))
    case .scatterAdd(let axis): try scatterAdd(operands[0], operands[1], Int(axis))
    case .contract(let axes): try contract(operands[0], operands[1], axes)
    case .custom: operands[0]
    case .recurrence(let axis, let reverse): try recurrence(operands[0], operands[1], Int(axis), reverse)
    case .cumulative(let extremum, let axis, let reverse): try cumulative(extremum, operands[0], Int(axis), reverse)
    case .argSort(let axis, let isDescending): try argSort(operands[0], Int(axis), isDescending)
    case .after: operands[0]
    case .call, .conditional, .scan, .whileLoop, .bundle, .part: preconditionFailure("has several results")
    case .windows(let windows): try tensor { index in operands[0][windows.position(of: index)] }
    case .overlap(let windows): try overlap(operands[0], windows)
    case .matrix(let function): try matrix(function, operands[0])
    case .solve(let system): try solve(system, operands[0], operands[1])
    }
  }

  /// A tensor of the instruction's shape and type from its elements.
  func tensor(_ element: (_ index: [Int]) throws(TensorError) -> Element) throws(TensorError) -> ReferenceTensor {
    try ReferenceTensor(shape, scalarType, element)
  }

  private func filled(with bits: ScalarBits) -> ReferenceTensor {
    let element: Element =
      scalarType.isFloatingPoint ? .real(bits.double(as: scalarType)) : .integer(Int128(bits.integer(as: scalarType)))
    return ReferenceTensor(shape, scalarType, Array(repeating: element, count: shape.elementCount))
  }

  private func random(_ distribution: Distribution, key: [Int64]) -> ReferenceTensor {
    let stream = RandomStream(key: key)
    let elements = (0..<shape.elementCount).map { stream.element($0, distribution, scalarType) }
    return ReferenceTensor(shape, scalarType, elements.map(Element.real))
  }

  private func gamma(_ concentration: ReferenceTensor, isLogarithm: Bool, key: [Int64]) -> ReferenceTensor {
    let stream = RandomStream(key: key)
    let period = key.count == 3 ? Int(key[2]) : concentration.elements.count
    let elements = concentration.doubles.enumerated().map { position, concentration in
      stream.gamma(position % period, concentration, isLogarithm: isLogarithm)
    }
    return ReferenceTensor(shape, scalarType, elements.map(Element.real))
  }
}
