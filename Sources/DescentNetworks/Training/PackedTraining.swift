import DescentGraph
import DescentTensor

/// The traced program of a training step.
struct StepProgram {
  /// What decides which program a step needs.
  struct Key: Hashable {
    /// The shapes and types of the inputs.
    var inputs: [Body.Signature]
    /// Whether the gradient is only added to others.
    var isAccumulating: Bool
  }

  /// What the program's results are: the loss, the objective's other tensors, perhaps whether the step is taken, and new
  /// values of tensors.
  struct Layout {
    var otherCount: Int
    var hasCondition: Bool
    /// The places of the tensors that have new values.
    var changed: [Int]
  }

  let program: CompiledProgram
  let numbers: StepNumbers
  let layout: Layout
}

/// The tensors of a model and its optimiser in one list, with what is left of the two without them.
struct PackedTraining<Model: Layer, Method: Optimizer> {
  /// Model and optimiser with zeros that take no memory in the place of tensors.
  ///
  /// The optimiser's counters count.
  var shell: (model: Model, optimizer: Method)
  /// The model's tensors, trainable or not, then the optimiser's slots; nobody else need hold them.
  private(set) var tensors: [Tensor]
  /// The programs of this model and optimiser.
  var programs: [StepProgram.Key: StepProgram] = [:]
  private let modelCount: Int
  /// The parameters that steps move, each with its factor on the learning rate.
  private let movable: [(index: Int, learningRateFactor: Double)]

  /// Takes the tensors out of a model and an optimiser, whose slots are made if there are none yet.
  ///
  /// - Throws: `TensorError` if the optimiser belongs to another model.
  init(_ model: Model, _ optimizer: Method) throws(TensorError) {
    let update = try OptimizerUpdate(optimizer: optimizer, model: model, gradients: model.tensors)
    var optimizer = optimizer
    optimizer.state = update.state
    movable = update.movable
    let own = model.namedTensors(.any).map(\.tensor)
    modelCount = own.count
    tensors = own + optimizer.state.namedTensors(.any).map(\.tensor)
    let blank = tensors.map { Tensor.zeros($0.shape, type: $0.scalarType) }
    optimizer.state = optimizer.state.replacingAllTensors(with: Array(blank[modelCount...]))
    shell = (model.replacingAllTensors(with: Array(blank[..<modelCount])), optimizer)
  }

  /// The model with its tensors.
  var model: Model { shell.model.replacingAllTensors(with: Array(tensors[..<modelCount])) }

  /// The optimiser with its slots.
  var optimizer: Method {
    var optimizer = shell.optimizer
    optimizer.state = optimizer.state.replacingAllTensors(with: Array(tensors[modelCount...]))
    return optimizer
  }

  mutating func replaceModelTensors(with others: [Tensor]) {
    tensors.replaceSubrange(..<modelCount, with: others)
  }

  /// Which program the next step needs.
  func key(for inputs: [Tensor]) -> StepProgram.Key {
    let optimizer = shell.optimizer
    let count = max(1, optimizer.settings.accumulatedGradients)
    return .init(
      inputs: inputs.map { Body.Signature($0.node) },
      isAccumulating: (optimizer.state.gradientCount + 1) % count != 0)
  }

  /// Adds the nodes of a step on tensors in the place of the packed ones.
  func record(
    _ tensors: [Tensor], _ inputs: [Tensor], _ conditions: StepRunner<Model, Method>.Conditions,
    _ precision: MixedPrecision?, numbers: StepNumbers?, _ objective: StepRunner<Model, Method>.Objective
  ) throws -> (results: [Tensor], layout: StepProgram.Layout) {
    let model = shell.model.replacingAllTensors(with: Array(tensors[..<modelCount]))
    var optimizer = shell.optimizer
    optimizer.state = optimizer.state.replacingAllTensors(with: Array(tensors[modelCount...]))
    let pass = ForwardPass(
      trainingWith: conditions.random, computingIn: precision?.type,
      placeholderDepth: Scope.current.placeholderDepth)
    let (loss, others, gradient) = try StepRunner<Model, Method>.differentiate(
      objective, at: model, inputs, pass, precision, numbers: numbers)
    let condition =
      precision?.condition(onGradient: gradient) ?? (conditions.skipsNonFinite ? isFinite(loss) : nil)
    var update = try OptimizerUpdate(
      optimizer: optimizer, model: model, gradients: gradient.tensors, numbers: numbers)
    update.run(onlyIf: condition)
    var moved = model.replacingTensors(with: update.parameters)
    moved.adoptPendingState(from: pass, onlyIf: condition)
    let after = moved.namedTensors(.any).map(\.tensor) + update.state.namedTensors(.any).map(\.tensor)
    let changed = tensors.indices.filter { after[$0].node !== tensors[$0].node }
    return (
      [loss] + others + (condition.map { [$0] } ?? []) + changed.map { after[$0] },
      .init(otherCount: others.count, hasCondition: condition != nil, changed: changed)
    )
  }

  /// The optimiser's state after the next step, without new slots, and the numbers of that step.
  func next(for program: StepProgram, lossScale: Double) -> (state: OptimizerState, numbers: [Double]) {
    var next = shell.optimizer.state
    let steps = next.advance(shell.optimizer.settings, movable) ?? []
    return (next, program.numbers(.init(steps: steps, lossScale: lossScale)))
  }

  /// Computes a step's results, over the memory of the tensors that it changes.
  mutating func run(_ program: StepProgram, _ inputs: [Tensor], _ numbers: [Double]) throws(TensorError) -> [Tensor] {
    try program.program.run(givingAway: program.layout.changed, of: &tensors, inputs, numbers: numbers)
  }

  /// Takes over the new values of a step's results, and the state of the optimiser if the step was taken.
  mutating func take(
    _ results: [Tensor], of program: StepProgram, _ next: OptimizerState
  ) -> (loss: Tensor, others: [Tensor], isTaken: Bool) {
    let layout = program.layout
    let start = 1 + layout.otherCount + (layout.hasCondition ? 1 : 0)
    for (place, result) in zip(layout.changed, results[start...]) { tensors[place] = result }
    let isTaken = !layout.hasCondition || results[start - 1].scalar != 0
    if isTaken { shell.optimizer.state = next }
    return (results[0], Array(results[1..<1 + layout.otherCount]), isTaken)
  }
}
