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
/// What all rules share is said in the same way for each of them: clipping, weight decay, accumulation over batches,
/// averages of the weights, parameters with settings of their own.
///
/// ```swift
/// var optimizer = AdamW(learningRate: .warmup(steps: 100, then: .cosine(from: 3e-4, steps: 10_000)))
///   .clippingGradients(.globalNorm(1))
///   .adjusting("*.bias", weightDecay: false)
///   .freezing("embedding")
/// ```
///
/// An optimiser of your own gives the formula for one parameter; the rest is done here:
///
/// ```swift
/// struct SignDescent: Optimizer {
///   var settings = OptimizerSettings(learningRate: 0.01)
///   var state = OptimizerState()
///
///   func moved(
///     _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
///   ) -> Tensor {
///     parameter - step.learningRate * sign(gradient)
///   }
/// }
/// ```
public protocol Optimizer: Sendable {
  /// The learning rate and whatever else all rules have in common.
  var settings: OptimizerSettings { get set }

  /// What the rule remembers; start with `OptimizerState()`.
  var state: OptimizerState { get set }

  /// What the rule remembers for a parameter, by names, as it is before the first step; nothing unless written.
  func slots(for parameter: Tensor) -> ParameterSlots

  /// The next value of one parameter. Nothing is computed yet.
  ///
  /// - Parameters:
  ///   - parameter: The value before the step.
  ///   - gradient: The gradient of the loss, of the same shape; clipped and with weight decay in it, as the settings
  ///     say.
  ///   - slots: What is remembered for this parameter, to be replaced by what shall be remembered.
  ///   - step: The learning rate and what else changes from step to step, as tensors: the formula serves many steps.
  func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor
}

/// The tensors that an optimiser remembers for one parameter, by their names.
public typealias ParameterSlots = [String: Tensor]

extension Optimizer {
  /// Rules that remember nothing have no slots.
  public func slots(for parameter: Tensor) -> ParameterSlots { [:] }

  /// The size of a step, a number or a schedule, which may be changed between steps at no cost.
  public var learningRate: LearningRate {
    get { settings.learningRate }
    set { settings.learningRate = newValue }
  }

  /// The learning rate that the next step will have, before the factors of single parameters.
  public var currentLearningRate: Double { learningRate.value(at: state.step) * state.learningRateFactor }

  /// Moves a model's parameters one step, and computes everything that this takes at once.
  ///
  /// Tensors that are not floating-point stay as they are. A gradient that does not fit the model, and mistakes that
  /// only values show, stop the program.
  ///
  /// - Parameters:
  ///   - model: The model; its tensors are replaced.
  ///   - gradient: The gradient of the loss with respect to the model.
  public mutating func update<Model: TensorStructure>(_ model: inout Model, along gradient: consuming Model) {
    do throws(TensorError) { try update(&model, along: consume gradient, evaluating: []) } catch { Failure.stop(error) }
  }

  /// Moves a model's parameters one step and computes other tensors, such as the loss, in the same evaluation.
  ///
  /// New parameters and slots are written over the old ones, unless a copy of the model or of the optimiser holds these. A
  /// gradient that nobody holds either (`along: consume gradient`) needs no memory for all of its tensors at a time.
  ///
  /// - Throws: ``TensorError``; model and optimiser are then as they were.
  public mutating func update<Model: TensorStructure>(
    _ model: inout Model, along gradient: consuming Model, evaluating others: [Tensor]
  ) throws(TensorError) {
    try update(&model, along: consume gradient, evaluating: others, onlyIf: nil)
  }

  /// The same, but model and optimiser keep their values where a condition, a truth value that is computed with them, does
  /// not hold.
  ///
  /// - Returns: Whether the step was taken.
  @discardableResult
  mutating func update<Model: TensorStructure>(
    _ model: inout Model, along gradient: consuming Model, evaluating others: [Tensor], onlyIf condition: Tensor?
  ) throws(TensorError) -> Bool {
    var update = try OptimizerUpdate(optimizer: self, model: model, gradients: (consume gradient).tensors)
    // Fresh parameters and slots become values first, so that the first step has the same plan as all others.
    try evaluate(update.parameters + update.state.tensors)
    let before = update.unnamed
    update.run(onlyIf: condition)
    // From here on only pending nodes hold the old values, so that the new ones may take their memory.
    model = model.replacingTensors(with: update.parameters)
    state = update.state
    do throws(TensorError) {
      try evaluate(update.parameters + update.state.tensors + others + (condition.map { [$0] } ?? []))
    } catch {
      model = model.replacingTensors(with: before.parameters)
      state = before.state
      throw error
    }
    let isTaken = condition.map { $0.scalar != 0 } ?? true
    if !isTaken { state = before.state(with: update.state.slots) }
    return isTaken
  }

  /// The model with the running averages of its weights; the model itself if they are not kept.
  ///
  /// ```swift
  /// var optimizer = Adam(learningRate: 1e-3).averagingWeights(decay: 0.999)
  /// // … and after some steps:
  /// let smooth = optimizer.averagedWeights(of: network)
  /// ```
  public func averagedWeights<Model: TensorStructure>(of model: Model) -> Model {
    let tensors = model.tensors
    guard state.slots.count == tensors.count else { return model }
    return model.replacingTensors(with: zip(state.slots, tensors).map { $0[OptimizerState.averageName] ?? $1 })
  }
}
