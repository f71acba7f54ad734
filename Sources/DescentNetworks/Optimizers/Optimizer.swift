import DescentGraph
import DescentTensor

/// A rule that moves parameters along their gradients; a value that remembers what the rule needs between steps.
///
/// ```swift
/// var optimizer = Adam(learningRate: 1e-3)
/// let (loss, gradient) = valueWithGradient(at: network) { softmaxCrossEntropy($0(images), labels) }
/// optimizer.update(&network, along: gradient)
/// ```
///
/// An optimiser of your own gives the formula for one parameter; the rest is done here.
public protocol Optimizer: Sendable {
  /// The size of a step. It may be changed between steps at no cost.
  var learningRate: Double { get set }

  /// How many tensors the rule remembers for each parameter. They have the parameter's shape and start as zeros.
  var slotCount: Int { get }

  /// What the rule remembers; start with `OptimizerState()`.
  var state: OptimizerState { get set }

  /// The next value of one parameter. Nothing is computed yet.
  ///
  /// - Parameters:
  ///   - parameter: The value before the step.
  ///   - gradient: The gradient of the loss, of the same shape.
  ///   - slots: What is remembered for this parameter, to be replaced by what shall be remembered.
  ///   - step: The number of the step, from 1.
  func moved(_ parameter: Tensor, along gradient: Tensor, slots: inout [Tensor], step: Int) -> Tensor
}

/// What an optimiser remembers between steps.
public struct OptimizerState: Sendable {
  /// The number of steps taken.
  public internal(set) var step = 0
  /// The remembered tensors of each parameter, in the order of the model's parameters; empty before the first step.
  public internal(set) var slots: [[Tensor]] = []

  /// The state before the first step.
  public init() {}
}

extension Optimizer {
  /// Moves a model's parameters one step, and computes everything that this takes at once.
  ///
  /// Tensors that are not floating-point stay as they are. A gradient that does not fit the model, and mistakes that
  /// only values show, stop the program.
  ///
  /// - Parameters:
  ///   - model: The model; its tensors are replaced.
  ///   - gradient: The gradient of the loss with respect to the model.
  public mutating func update<Model: TensorStructure>(_ model: inout Model, along gradient: Model) {
    do throws(TensorError) { try update(&model, along: gradient, evaluating: []) } catch { Failure.stop(error) }
  }

  /// Moves a model's parameters one step and computes other tensors, such as the loss, in the same evaluation.
  ///
  /// - Throws: ``TensorError``; model and optimiser are then as they were.
  public mutating func update<Model: TensorStructure>(
    _ model: inout Model, along gradient: Model, evaluating others: [Tensor]
  ) throws(TensorError) {
    let (parameters, gradients) = (model.tensors, gradient.tensors)
    if let complaint = complaint(about: gradients, for: parameters, of: model) { throw complaint }
    var next = state
    if next.slots.isEmpty { next.slots = parameters.map(emptySlots) }
    // Fresh parameters and slots become values first, so that the first step has the same plan as all others.
    try evaluate(parameters + next.slots.joined())
    next.step += 1
    var moved = parameters
    for index in parameters.indices where parameters[index].scalarType.isFloatingPoint {
      moved[index] = self.moved(
        parameters[index], along: gradients[index], slots: &next.slots[index], step: next.step)
    }
    try evaluate(moved + next.slots.joined() + others)
    model = model.replacingTensors(with: moved)
    state = next
  }

  private func emptySlots(for parameter: Tensor) -> [Tensor] {
    parameter.scalarType.isFloatingPoint ? [Tensor](repeating: parameter.zerosLike(), count: slotCount) : []
  }

  /// What keeps the gradients, or the remembered state, from belonging to the parameters.
  private func complaint(
    about gradients: [Tensor], for parameters: [Tensor], of model: some TensorStructure
  ) -> TensorError? {
    for tensor in parameters + gradients { if case .error(let error) = tensor.node.note { return error } }
    let operation = "\(Self.self).update"
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
        "parameter '\(paths(of: model)[index])' is \(parameter.scalarType) \(parameter.shape), its gradient is "
          + "\(gradient.scalarType) \(gradient.shape)")
    }
    return state.slots.isEmpty ? nil : complaintAboutState(parameters, model)
  }

  private func complaintAboutState(_ parameters: [Tensor], _ model: some TensorStructure) -> TensorError? {
    let remedy = "it has been used with another model; make a new optimiser for this one"
    guard state.slots.count == parameters.count else {
      return TensorError(
        .shapeMismatch, "\(Self.self).update",
        "the optimiser remembers \(state.slots.count) parameters and the model has \(parameters.count): \(remedy)")
    }
    for (index, (parameter, slots)) in zip(parameters, state.slots).enumerated() {
      guard let slot = slots.first(where: { $0.shape != parameter.shape }) else { continue }
      return TensorError(
        .shapeMismatch, "\(Self.self).update",
        "parameter '\(paths(of: model)[index])' has shape \(parameter.shape), the optimiser remembers \(slot.shape): "
          + remedy)
    }
    return nil
  }

  private func paths<Model: TensorStructure>(of model: Model) -> [String] {
    var (model, paths) = (model, [String]())
    model.forEachTensor { _, path in paths.append(path) }
    return paths
  }
}
