import DescentGraph
import Synchronization

/// What a traced function computes: a plan, and where its inputs come from.
///
/// Package code may give arguments away, whose memory results then take, and may have numbers in the function that are
/// given anew for each run; see ``Tensor/init(_:type:runNumber:)``.
package final class CompiledProgram: Sendable {
  private enum Capture: Sendable {
    /// A value from outside, as it was when the function was traced.
    case value(Storage)
    /// The key of the draw of this number, which each call draws anew.
    case key(Int)
  }

  private let graph: Graph
  /// By the arguments that are given away.
  private let plans: Mutex<[[Int]: any Plan]>
  private let captures: [Capture]
  /// The generators that keys are drawn from, in the order of the draws.
  private let draws: [RandomGenerator]
  private let scalars: [ScalarBits]
  private let results: [Body.Signature]
  /// Whether running the plan does all that the function does.
  package let isReplayable: Bool
  /// The plan in words.
  let planDescription: String

  /// Traces a function of tensors of some shapes and types.
  package init(_ signature: [Body.Signature], _ function: ([Tensor]) throws -> [Tensor]) throws {
    let draws = TracedDraws()
    let (body, captured) = try RandomGenerator.tracing(draws) {
      try Body.trace(signature, hoists: false) { try function($0.map { Tensor($0) }).map(\.node) }
    }
    let (places, generators) = draws.keys
    self.draws = generators
    try evaluate(captured.map { Tensor($0) })
    captures = try captured.map { node in
      if let place = places[ObjectIdentifier(node)] { return .key(place) }
      guard let storage = node.value else {
        throw TensorError(.invalidArgument, "compile", "\(node.label) has no value")
      }
      return .value(storage)
    }
    (scalars, results, isReplayable) = (body.scalars, body.results, !draws.hasOthers)
    graph = body.graph
    let plan = try Evaluation.plan(for: graph, on: Tensor.engine)
    planDescription = plan.description
    plans = Mutex([[]: plan])
  }

  /// The results for arguments that have values.
  package func run(_ arguments: [Tensor]) throws(TensorError) -> [Tensor] {
    try run(arguments, donating: [], numbers: [])
  }

  /// The results for arguments that have values, some of which may be written over where nobody else holds them.
  ///
  /// After an error the arguments are as they were.
  ///
  /// - Parameters:
  ///   - given: The places of the arguments that are given away; the caller replaces them by results.
  ///   - owned: The first arguments.
  ///   - others: The arguments after them.
  ///   - numbers: The numbers of this run, from that which has the run number 1.
  package func run(
    givingAway given: [Int], of owned: inout [Tensor], _ others: [Tensor], numbers: [Double]
  ) throws(TensorError) -> [Tensor] {
    let donated = given.filter { owned[$0].canDonate() }
    return try run(owned + others, donating: donated, numbers: numbers)
  }

  private func run(_ arguments: [Tensor], donating donated: [Int], numbers: [Double]) throws(TensorError) -> [Tensor] {
    var inputs: [Storage] = []
    inputs.reserveCapacity(arguments.count + captures.count)
    for argument in arguments { inputs.append(try value(of: argument)) }
    let keys = draws.map { $0.nextKey() }
    for capture in captures {
      switch capture {
      case .value(let storage): inputs.append(storage)
      case .key(let place): inputs.append(try value(of: keys[place]))
      }
    }
    let values = try plan(donating: donated).run(inputs: inputs, scalars: scalars(with: numbers))
    var tensors: [Tensor] = []
    tensors.reserveCapacity(values.count)
    for (index, signature) in results.enumerated() {
      tensors.append(Tensor(Node(values[index], signature.shape, signature.scalarType)))
    }
    return tensors
  }

  private func plan(donating donated: [Int]) throws(TensorError) -> any Plan {
    if let plan = plans.withLock({ $0[donated] }) { return plan }
    var graph = graph
    graph.donatedInputs = donated
    let plan = try Evaluation.plan(for: graph, on: Tensor.engine)
    plans.withLock { $0[donated] = plan }
    return plan
  }

  private func scalars(with numbers: [Double]) -> [ScalarBits] {
    if numbers.isEmpty { return scalars }
    // Numbers are stored as their own types, and rounded there.
    return scalars.map { $0.runNumber == 0 ? $0 : ScalarBits(numbers[Int($0.runNumber) - 1], as: .float64) }
  }

  private func value(of tensor: Tensor) throws(TensorError) -> Storage {
    guard let storage = tensor.node.value else {
      throw TensorError(.invalidArgument, "compile", "\(tensor.node.label) has no value")
    }
    return storage
  }
}

extension Tensor {
  /// A number that is a constant here, and in a ``CompiledProgram`` that is traced here may be another one in each run.
  ///
  /// - Parameter runNumber: Its place among the numbers of a run, from 1.
  package init(_ value: Double, type: ScalarType, runNumber: UInt32) {
    var bits = ScalarBits(value, as: type)
    bits.runNumber = runNumber
    self.init(.fill(bits, Shape(), type))
  }
}
