import DescentGraph
import DescentTensor

/// One gradient on its way into a model: what all rules have in common around their formulas.
///
/// The order is PyTorch's: gradients are accumulated, clipped, joined by coupled weight decay, given to the rule; then
/// decoupled decay and the average of the weights follow.
struct OptimizerUpdate {
  private let optimizer: any Optimizer
  private let settings: OptimizerSettings
  private let adjustments: [ParameterAdjustment.Effect]
  private var gradients: [Tensor]
  /// The parameters, moved by ``run()``.
  private(set) var parameters: [Tensor]
  /// The state, advanced by ``run()``.
  private(set) var state: OptimizerState
  /// Where the numbers come from that change from step to step, if the nodes are to serve several steps.
  private let numbers: StepNumbers?

  /// Checks that gradients, parameters and state belong together, and makes the slots that are missing.
  init(
    optimizer: some Optimizer, model: some TensorStructure, gradients: [Tensor], numbers: StepNumbers? = nil
  ) throws(TensorError) {
    self.numbers = numbers
    // The rule needs no slots but those that it is handed, and these would stay named.
    var rule = optimizer
    rule.state.slots = []
    (self.optimizer, settings, self.gradients) = (rule, optimizer.settings, gradients)
    var (visited, parameters, paths) = (model, [Tensor](), [String]())
    visited.forEachTensor { tensor, path in
      parameters.append(tensor)
      paths.append(path)
    }
    self.parameters = parameters
    state = optimizer.state
    let operation = "\(type(of: optimizer)).update"
    if let complaint = Self.complaint(about: gradients, for: parameters, paths, operation) { throw complaint }
    if state.slots.isEmpty {
      state.begin(parameters, paths: paths)
    } else if let complaint = state.complaint(about: parameters, paths: paths, operation) {
      throw complaint
    }
    let settings = optimizer.settings
    adjustments = zip(paths, parameters).map { settings.effect(on: $0, $1) }
    for index in trainable where state.slots[index].isEmpty { state.slots[index] = freshSlots(parameters[index]) }
  }

  /// The parameters that may be moved.
  private var trainable: [Int] { movable.map(\.index) }

  /// The parameters that may be moved, each with the factor on its learning rate.
  var movable: [(index: Int, learningRateFactor: Double)] {
    parameters.indices.filter { parameters[$0].scalarType.isFloatingPoint && !adjustments[$0].isFrozen }
      .map { ($0, adjustments[$0].learningRateFactor) }
  }

  private func freshSlots(_ parameter: Tensor) -> ParameterSlots {
    var slots = optimizer.slots(for: parameter)
    if settings.accumulatedGradients > 1 { slots[OptimizerState.accumulatedName] = parameter.zerosLike() }
    if settings.averageDecay != nil { slots[OptimizerState.averageName] = parameter }
    return slots
  }

  /// Adds the nodes of the step, whose values are those of before where the condition does not hold.
  mutating func run(onlyIf condition: Tensor? = nil) {
    let (parameters, slots) = (self.parameters, state.slots)
    advance()
    // What is not named is not kept.
    gradients = []
    guard let condition else { return }
    for index in trainable {
      let holds = condition.broadcast(to: parameters[index].shape)
      func kept(_ old: Tensor?, _ new: Tensor) -> Tensor {
        guard let old, old.node !== new.node else { return new }
        return select(old.shape == holds.shape ? holds : condition, new, old)
      }
      self.parameters[index] = kept(parameters[index], self.parameters[index])
      for (name, slot) in state.slots[index] { state.slots[index][name] = kept(slots[index][name], slot) }
    }
  }

  private mutating func advance() {
    let indices = trainable
    let steps = state.advance(settings, movable)
    accumulate(indices, isComplete: steps != nil)
    guard let steps else { return }
    clip(indices)
    for index in indices { if let numbers = steps[index] { move(index, numbers) } }
  }

  /// Adds the gradients to the accumulated ones, if there are such, and takes their means if they are complete.
  private mutating func accumulate(_ indices: [Int], isComplete: Bool) {
    let count = settings.accumulatedGradients
    guard count > 1 else { return }
    for index in indices {
      let slot = state.slots[index][OptimizerState.accumulatedName] ?? parameters[index].zerosLike()
      let sum = slot + gradients[index]
      if isComplete { gradients[index] = sum / Double(count) }
      state.slots[index][OptimizerState.accumulatedName] = isComplete ? sum.zerosLike() : sum
    }
  }

  private mutating func clip(_ indices: [Int]) {
    guard let clipping = settings.gradientClipping else { return }
    for (index, clipped) in zip(indices, clipping.applied(to: indices.map { gradients[$0] })) {
      gradients[index] = clipped
    }
  }

  private mutating func move(_ index: Int, _ numbers: OptimizerStep.Numbers) {
    let (adjustment, parameter) = (adjustments[index], parameters[index])
    let decay = adjustment.hasWeightDecay ? settings.weightDecay : .none
    let source = self.numbers.map { StepNumbers.Source(numbers: $0, parameter: index) }
    let step = OptimizerStep(numbers, type: parameter.scalarType, source: source)
    let gradient =
      decay.kind == .coupled && decay.rate != 0 ? gradients[index] + decay.rate * parameter : gradients[index]
    var moved = optimizer.moved(parameter, along: gradient, slots: &state.slots[index], at: step)
    if decay.kind == .decoupled, decay.rate != 0 {
      moved = moved - step.scalar { $0.learningRate * decay.rate } * parameter
    }
    parameters[index] = moved
    if let averageDecay = settings.averageDecay { average(index, moved, averageDecay, step) }
  }

  /// The average starts as the first moved value, as in PyTorch's `AveragedModel`.
  private mutating func average(_ index: Int, _ moved: Tensor, _ decay: Double, _ step: OptimizerStep) {
    let average = state.slots[index][OptimizerState.averageName] ?? moved
    let kept = step.scalar { $0.count == 1 ? 0 : decay }
    let joining = step.scalar { $0.count == 1 ? 1 : 1 - decay }
    state.slots[index][OptimizerState.averageName] = kept * average + joining * moved
  }

  /// What keeps the gradients from belonging to the parameters.
  private static func complaint(
    about gradients: [Tensor], for parameters: [Tensor], _ paths: [String], _ operation: String
  ) -> TensorError? {
    for tensor in parameters + gradients { if case .error(let error) = tensor.node.note { return error } }
    guard gradients.count == parameters.count else {
      return TensorError(
        .shapeMismatch, operation,
        "the gradient has \(gradients.count) tensors and the model \(parameters.count); take the gradient at this model"
      )
    }
    for (index, (parameter, gradient)) in zip(parameters, gradients).enumerated()
    where parameter.shape != gradient.shape || parameter.scalarType != gradient.scalarType {
      return TensorError(
        .shapeMismatch, operation,
        "parameter '\(paths[index])' is \(parameter.scalarType) \(parameter.shape), its gradient is "
          + "\(gradient.scalarType) \(gradient.shape)")
    }
    return nil
  }
}

extension OptimizerUpdate {
  /// Parameters and state as they are, to be had back without being named until then.
  struct Unnamed {
    private let parameterNodes: [Node]
    private let slotNodes: [[String: Node]]
    private let counters: OptimizerState

    init(_ parameters: [Tensor], _ state: OptimizerState) {
      parameterNodes = parameters.map(\.node)
      slotNodes = state.slots.map { $0.mapValues(\.node) }
      var counters = state
      counters.slots = []
      self.counters = counters
    }

    var parameters: [Tensor] { parameterNodes.map { Tensor($0) } }

    var state: OptimizerState { state(with: slotNodes.map { $0.mapValues { Tensor($0) } }) }

    /// The counters of before with other slots.
    func state(with slots: [ParameterSlots]) -> OptimizerState {
      var state = counters
      state.slots = slots
      return state
    }
  }

  /// What the update starts from.
  var unnamed: Unnamed { Unnamed(parameters, state) }
}
