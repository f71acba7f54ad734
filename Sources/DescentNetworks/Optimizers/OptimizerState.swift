import DescentGraph
import DescentTensor

/// What an optimiser remembers between steps.
///
/// Its tensors can be visited like those of a model, under paths such as `hidden.weight.mean`; checkpoints do so.
public struct OptimizerState: Sendable {
  /// The number of steps taken.
  public internal(set) var step = 0
  /// The number of gradients seen; more than the steps if gradients are accumulated.
  public internal(set) var gradientCount = 0
  /// A factor on the learning rate, which rules that watch the training lower; see ``ReduceOnPlateau``.
  public var learningRateFactor = 1.0
  /// What is remembered for each parameter, in the order of the model's parameters; empty before the first step.
  public internal(set) var slots: [ParameterSlots] = []
  /// The paths of the parameters, in the same order.
  public internal(set) var paths: [String] = []
  /// The parameters' shapes.
  var shapes: [Shape] = []
  /// How often each parameter was moved.
  var moves: [Int] = []

  /// The slot for the sum of gradients, if they are accumulated.
  static let accumulatedName = "accumulated gradient"
  /// The slot for the running average of the parameter, if that is wanted.
  static let averageName = "average"

  /// The state before the first step.
  public init() {}
}

extension OptimizerState: TensorStructure {
  /// Visits the slots of each parameter under its path.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    for index in slots.indices { visitor.visit(paths[index], &slots[index]) }
  }
}

extension OptimizerState {
  /// Takes note of the parameters before the first step.
  mutating func begin(_ parameters: [Tensor], paths: [String]) {
    (self.paths, shapes) = (paths, parameters.map(\.shape))
    slots = [ParameterSlots](repeating: [:], count: parameters.count)
    moves = [Int](repeating: 0, count: parameters.count)
  }

  /// Counts a gradient and, if it is time for a step, the step.
  ///
  /// - Parameters:
  ///   - settings: The optimiser's settings.
  ///   - movable: The parameters that a step moves, each with its factor on the learning rate.
  /// - Returns: The numbers of the step for each parameter that is moved; nil if gradients are only accumulated.
  mutating func advance(
    _ settings: OptimizerSettings, _ movable: [(index: Int, learningRateFactor: Double)]
  ) -> [OptimizerStep.Numbers?]? {
    gradientCount += 1
    guard gradientCount % max(1, settings.accumulatedGradients) == 0 else { return nil }
    let scheduled = settings.learningRate.value(at: step)
    var steps = [OptimizerStep.Numbers?](repeating: nil, count: moves.count)
    for (index, ownFactor) in movable {
      moves[index] += 1
      let factor = learningRateFactor * ownFactor
      steps[index] = .init(
        count: moves[index], learningRate: scheduled * factor, learningRateFactor: factor, position: step)
    }
    step += 1
    return steps
  }

  /// What keeps the state from belonging to these parameters, nil if nothing does.
  func complaint(about parameters: [Tensor], paths: [String], _ operation: String) -> TensorError? {
    let remedy = "it has been used with another model; make a new optimiser for this one"
    guard slots.count == parameters.count else {
      return TensorError(
        .shapeMismatch, operation,
        "the optimiser remembers \(slots.count) parameters and the model has \(parameters.count): \(remedy)")
    }
    guard let index = parameters.indices.first(where: { parameters[$0].shape != shapes[$0] }) else { return nil }
    return TensorError(
      .shapeMismatch, operation,
      "parameter '\(paths[index])' has shape \(parameters[index].shape), the optimiser remembers \(shapes[index]): "
        + remedy)
  }
}
