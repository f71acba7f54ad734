import DescentGraph
import DescentTensor

/// Training with narrow activations: parameters and the optimiser's state stay as they are, and the forward and
/// backward pass run on copies of the parameters in bfloat16 or float16.
///
/// Products and sums add up in float32 and round their result; normalisations, the softmax of attention, losses and
/// penalties are computed in float32. Running statistics keep their type.
///
/// ```swift
/// try network.fit(train, epochs: 5, optimizer: Adam(), loss: .softmaxCrossEntropy, precision: .bfloat16)
/// ```
///
/// In a loop of your own, where it is a value that remembers its loss scale as the optimiser remembers its moments:
///
/// ```swift
/// var precision = MixedPrecision.float16
/// let pass = precision.pass(trainingWith: random)
/// for batch in train.batches(of: 32) {
///   let (loss, gradient) = precision.valueWithGradient(at: network) { network in
///     softmaxCrossEntropy(precision.output(of: network, for: batch.inputs, pass), batch.targets)
///   }
///   try precision.update(&network, by: &optimizer, along: gradient, pass)
/// }
/// ```
///
/// The embedded engine gains nothing by it: it computes narrow types in float32 and rounds, and the operands of products
/// are widened before they are packed. On a busy machine a training step of a network of dense layers with Adam took
/// about as long as in float32 or up to half longer, and its process 1.2 times the memory (4 layers of 1,024 units,
/// batches of 256) to 1.6 times (8 layers of 256 units, batches of 8,192). It is for networks that are to run, or go on
/// being trained, where narrow types are fast.
///
/// Tensors that a layer holds and does not show as its parameters, such as the constants of a ``Lambda``, are not
/// narrowed; it must convert them to the type of its input.
public struct MixedPrecision: Sendable {
  /// The type of activations: bfloat16 or float16.
  public let type: ScalarType
  /// How small gradients are kept from becoming zero.
  public let scaling: LossScaling
  /// The factor on the next loss, and what led to it.
  public internal(set) var state: LossScaleState

  /// bfloat16, whose exponents are those of float32, so that nothing needs to be scaled.
  public static let bfloat16 = MixedPrecision(.bfloat16, scaling: .none)
  /// float16, with dynamic scaling of the loss.
  public static let float16 = MixedPrecision(.float16, scaling: .dynamic())

  /// A policy.
  ///
  /// A type that is not bfloat16 or float16, a factor that is not positive, or an interval below 1 stops the program.
  public init(_ type: ScalarType, scaling: LossScaling) {
    let words =
      ![.bfloat16, .float16].contains(type)
      ? "the type must be bfloat16 or float16, and \(type) isn't" : scaling.complaint
    if let words { Failure.stop(.init(.invalidArgument, "MixedPrecision", words)) }
    (self.type, self.scaling, state) = (type, scaling, LossScaleState(factor: scaling.firstFactor))
  }

  /// A training pass in this precision.
  public func pass(trainingWith random: RandomGenerator = .current) -> ForwardPass {
    ForwardPass(trainingWith: random, computingIn: type)
  }

  /// A batch in the narrow type; integers and truth values as they are.
  public func narrowed(_ inputs: Tensor) -> Tensor {
    inputs.scalarType.isFloatingPoint ? inputs.converted(to: type) : inputs
  }

  /// A model with its trainable parameters in the narrow type; derivatives pass through to the model.
  public func narrowed<Model: TensorStructure>(parametersOf model: Model) -> Model {
    model.convertingParameters(to: type)
  }

  /// What a model with narrow parameters makes of a narrow batch, in float32.
  ///
  /// - Parameters:
  ///   - model: The model as it is trained.
  ///   - inputs: The batch.
  ///   - pass: A pass from ``pass(trainingWith:)``.
  public func output(of model: some Layer, for inputs: Tensor, _ pass: ForwardPass) -> Tensor {
    model.convertingParameters(to: type)(narrowed(inputs), pass).widened
  }

  /// The loss of a model and its gradient, which is computed from the scaled loss and scaled back.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - loss: The loss, a scalar in float32 or float64.
  public func valueWithGradient<Model: TensorStructure>(
    at model: Model, of loss: (Model) throws -> Tensor
  ) rethrows -> (value: Tensor, gradient: Model) {
    try valueWithGradient(at: model, numbers: nil, of: loss)
  }

  /// The same, with a factor that may be another one in each run of a traced step.
  func valueWithGradient<Model: TensorStructure>(
    at model: Model, numbers: StepNumbers?, of loss: (Model) throws -> Tensor
  ) rethrows -> (value: Tensor, gradient: Model) {
    guard scaling != .none else { return try DescentTensor.valueWithGradient(at: model, of: loss) }
    func number(_ type: ScalarType, _ formula: @escaping (Double) -> Double) -> Tensor {
      let value = formula(state.factor)
      return numbers?.tensor(value, type) { formula($0.lossScale) } ?? Tensor(value, type: type)
    }
    var value: Tensor?
    let (scaled, gradient) = try DescentTensor.valueWithGradient(at: model) { model in
      let plain = try loss(model)
      value = plain
      return plain * number(plain.scalarType) { $0 }
    }
    let unscaled = gradient.tensors.map { $0.scalarType.isFloatingPoint ? $0 * number($0.scalarType) { 1 / $0 } : $0 }
    return (value ?? scaled, gradient.replacingTensors(with: unscaled))
  }

  /// Moves a model's parameters one step, takes over the states of the pass, and adapts the scale of the loss.
  ///
  /// If the loss is scaled and a gradient is infinite or no number, the step is left out: model, optimiser and states
  /// stay as they are.
  ///
  /// - Parameters:
  ///   - model: The model; its tensors are replaced.
  ///   - optimizer: The optimiser.
  ///   - gradient: The gradient of ``valueWithGradient(at:of:)``.
  ///   - pass: The pass that the model took.
  ///   - others: What else to compute in the same evaluation, such as the loss.
  /// - Returns: Whether the step was taken.
  /// - Throws: `TensorError` for what only values show, and for gradients that are not finite at the smallest scale.
  @discardableResult
  public mutating func update<Model: TensorStructure, Method: Optimizer>(
    _ model: inout Model, by optimizer: inout Method, along gradient: consuming Model, _ pass: ForwardPass,
    evaluating others: [Tensor] = []
  ) throws(TensorError) -> Bool {
    try update(&model, by: &optimizer, along: consume gradient, pass, evaluating: others, onlyIf: nil)
  }

  /// The same, with a condition for steps whose loss is not scaled.
  mutating func update<Model: TensorStructure, Method: Optimizer>(
    _ model: inout Model, by optimizer: inout Method, along gradient: consuming Model, _ pass: ForwardPass,
    evaluating others: [Tensor], onlyIf condition: Tensor?
  ) throws(TensorError) -> Bool {
    let condition = self.condition(onGradient: gradient) ?? condition
    let isTaken = try optimizer.update(
      &model, along: consume gradient, evaluating: others + pass.newStates, onlyIf: condition)
    if isTaken { model.adoptState(from: pass) } else { pass.forgetStates() }
    if scaling != .none { try state.note(isTaken, scaling) }
    return isTaken
  }
}

extension MixedPrecision {
  /// What must hold of a gradient for its step to be taken; nil if the loss is not scaled.
  func condition(onGradient gradient: some TensorStructure) -> Tensor? { scaling == .none ? nil : gradient.isFinite }
}

extension TensorStructure {
  /// The structure with its floating-point parameters in a type.
  func convertingParameters(to type: ScalarType) -> Self {
    replacingTensors(with: tensors.map { $0.scalarType.isFloatingPoint ? $0.converted(to: type) : $0 })
  }

  /// Whether all elements of all tensors are finite.
  fileprivate var isFinite: Tensor {
    let parts = tensors.filter { $0.scalarType.isFloatingPoint && $0.elementCount > 0 }
      .map { DescentTensor.isFinite($0).converted(to: .float32).min() }
    return parts.dropFirst().reduce(parts.first ?? .ones([])) { min($0, $1) } .> 0
  }
}
