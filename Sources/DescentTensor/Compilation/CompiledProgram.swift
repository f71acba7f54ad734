import DescentGraph

/// What a traced function computes: a plan, and where its inputs come from.
struct CompiledProgram: Sendable {
  private enum Capture: Sendable {
    /// A value from outside, as it was when the function was traced.
    case value(Storage)
    /// The key of the draw of this number, which each call draws anew.
    case key(Int)
  }

  private let plan: any Plan
  private let captures: [Capture]
  /// The generators that keys are drawn from, in the order of the draws.
  private let draws: [RandomGenerator]
  private let scalars: [ScalarBits]
  private let results: [Body.Signature]
  /// Whether running the plan does all that the function does.
  let isReplayable: Bool

  /// The plan in words.
  var planDescription: String { plan.description }

  /// Traces a function of tensors of some shapes and types.
  init(_ signature: [Body.Signature], _ function: ([Tensor]) throws -> [Tensor]) throws {
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
    plan = try Tensor.engine.compile(body.graph)
  }

  /// The results for arguments that have values.
  func run(_ arguments: [Tensor]) throws(TensorError) -> [Tensor] {
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
    let values = try plan.run(inputs: inputs, scalars: scalars)
    var tensors: [Tensor] = []
    tensors.reserveCapacity(values.count)
    for (index, signature) in results.enumerated() {
      tensors.append(Tensor(Node(values[index], signature.shape, signature.scalarType)))
    }
    return tensors
  }

  private func value(of tensor: Tensor) throws(TensorError) -> Storage {
    guard let storage = tensor.node.value else {
      throw TensorError(.invalidArgument, "compile", "\(tensor.node.label) has no value")
    }
    return storage
  }
}
