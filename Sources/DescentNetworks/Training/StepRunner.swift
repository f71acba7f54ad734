import DescentGraph
import DescentTensor

/// A model and its optimiser on their way through a training, moved step by step.
///
/// A step's graph is traced once and its plan run from then on: Documentation/Decisions/compiled-steps.md. Meanwhile the
/// tensors lie here in one list, whose memory each step writes over, and ``model`` and ``optimizer`` are put together when
/// somebody asks for them.
final class StepRunner<Model: Layer, Method: Optimizer> {
  /// The loss of a model on some inputs, and what else is to be computed with it.
  typealias Objective = (Model, ForwardPass, [Tensor]) throws -> (loss: Tensor, others: [Tensor])

  /// How a step is computed.
  struct Conditions {
    /// Where layers draw random numbers.
    var random: RandomGenerator
    /// Whether a step whose loss is infinite or no number is left out.
    var skipsNonFinite = false
  }

  // Model and optimiser, or while they are packed what is left of them. Steps change both at a time.
  private var looseModel: Model
  private var looseOptimizer: Method
  private var packed: PackedTraining<Model, Method>?
  private let name: String
  private let onTrace: ((CompilationTrace) -> Void)?
  private var traceCount = 0
  /// How many steps are still to be compared with the objective itself.
  private var uncheckedSteps: Int
  /// Whether steps are compiled; no longer once it has been found that they can't be.
  private(set) var compiles: Bool

  init(
    _ model: Model, _ optimizer: Method, name: String, compiles: Bool = true, checkedSteps: Int? = nil,
    onTrace: ((CompilationTrace) -> Void)? = nil
  ) {
    (looseModel, looseOptimizer, self.name) = (model, optimizer, name)
    (self.compiles, self.onTrace) = (compiles, onTrace)
    uncheckedSteps = checkedSteps ?? CompiledProgram.usualCheckCount
  }

  // MARK: The model and the optimiser

  /// The model as the last step left it.
  ///
  /// Changing it has the next step traced anew.
  var model: Model {
    get { packed?.model ?? looseModel }
    _modify {
      unpack()
      yield &looseModel
    }
  }

  /// The optimiser as the last step left it.
  ///
  /// Changing it has the next step traced anew.
  var optimizer: Method {
    get { packed?.optimizer ?? looseOptimizer }
    _modify {
      unpack()
      yield &looseOptimizer
    }
  }

  /// The factor on the schedule's learning rate, which may change without a new trace.
  var learningRateFactor: Double {
    get { packed?.shell.optimizer.state.learningRateFactor ?? looseOptimizer.state.learningRateFactor }
    set {
      if packed == nil { looseOptimizer.state.learningRateFactor = newValue }
      packed?.shell.optimizer.state.learningRateFactor = newValue
    }
  }

  /// The learning rate of the next step.
  var currentLearningRate: Double {
    packed?.shell.optimizer.currentLearningRate ?? looseOptimizer.currentLearningRate
  }

  /// Puts other values in the place of the model's tensors, without a new trace.
  func replaceTensors(with tensors: [Tensor]) {
    if packed == nil { looseModel = looseModel.replacingAllTensors(with: tensors) }
    packed?.replaceModelTensors(with: tensors)
  }

  /// Has the next steps traced anew, since what they depend on besides tensors may have changed.
  func forgetPrograms() { packed?.programs = [:] }

  private func unpack() {
    guard let packed else { return }
    (looseModel, looseOptimizer) = (packed.model, packed.optimizer)
    self.packed = nil
  }

  // MARK: Steps

  /// Takes one step, in one evaluation.
  ///
  /// - Returns: The loss and the objective's other tensors, as values.
  /// - Throws: What the objective throws, and `TensorError`; model and optimiser are then as they were.
  func step(
    _ inputs: [Tensor], _ conditions: Conditions, _ precision: inout MixedPrecision?, _ objective: Objective
  ) throws -> (loss: Tensor, others: [Tensor]) {
    guard compiles, !Scope.isRecording else { return try plainStep(inputs, conditions, &precision, objective) }
    if let results = try compiledStep(inputs, conditions, &precision, objective) { return results }
    let results = try plainStep(inputs, conditions, &precision, objective)
    // The objective is sound, so that it was the trace that it did not suit.
    compiles = false
    return results
  }

  private func plainStep(
    _ inputs: [Tensor], _ conditions: Conditions, _ precision: inout MixedPrecision?, _ objective: Objective
  ) throws -> (loss: Tensor, others: [Tensor]) {
    unpack()
    let pass = ForwardPass(trainingWith: conditions.random, computingIn: precision?.type)
    let (loss, others, gradient) = try Self.differentiate(
      objective, at: looseModel, inputs, pass, precision, numbers: nil)
    let isSound = conditions.skipsNonFinite ? isFinite(loss) : nil
    if var policy = precision {
      defer { precision = policy }
      _ = try policy.update(
        &looseModel, by: &looseOptimizer, along: consume gradient, pass, evaluating: [loss] + others, onlyIf: isSound)
    } else if try looseOptimizer.update(
      &looseModel, along: consume gradient, evaluating: [loss] + others + pass.newStates, onlyIf: isSound)
    {
      looseModel.adoptState(from: pass)
    }
    return (loss, others)
  }

  /// The objective and the gradient of its loss.
  static func differentiate(
    _ objective: Objective, at model: Model, _ inputs: [Tensor], _ pass: ForwardPass, _ precision: MixedPrecision?,
    numbers: StepNumbers?
  ) throws -> (loss: Tensor, others: [Tensor], gradient: Model) {
    var others: [Tensor] = []
    func loss(_ model: Model) throws -> Tensor {
      let result = try objective(model, pass, inputs)
      others = result.others
      return result.loss
    }
    let (value, gradient) =
      try precision?.valueWithGradient(at: model, numbers: numbers, of: loss) ?? valueWithGradient(at: model, of: loss)
    return (value, others, gradient)
  }

  /// A step by a traced program; nil if the step can't be traced.
  private func compiledStep(
    _ inputs: [Tensor], _ conditions: Conditions, _ precision: inout MixedPrecision?, _ objective: Objective
  ) throws -> (loss: Tensor, others: [Tensor])? {
    if packed == nil {
      packed = try PackedTraining(looseModel, looseOptimizer)
      (looseModel, looseOptimizer) = packed!.shell
    }
    try evaluate(packed!.tensors + inputs)
    let key = packed!.key(for: inputs)
    guard let program = packed!.programs[key] ?? trace(inputs, key, conditions, precision, objective)
    else { return nil }
    let expected = try expectedResults(inputs, conditions, precision, objective)
    // Schedules are the user's functions, so nothing is being changed while they are asked.
    let (next, numbers) = packed!.next(for: program, lossScale: precision?.state.factor ?? 1)
    let results = try packed!.run(program, inputs, numbers)
    if !expected.isEmpty {
      uncheckedSteps -= 1
      CompiledProgram.compare(results, with: expected, name)
    }
    let (loss, others, isTaken) = packed!.take(results, of: program, next)
    if var policy = precision, policy.scaling != .none {
      defer { precision = policy }
      try policy.state.note(isTaken, policy.scaling)
    }
    return (loss, others)
  }

  /// What the objective itself gives for a step that is to be compared with it; nothing for the others.
  private func expectedResults(
    _ inputs: [Tensor], _ conditions: Conditions, _ precision: MixedPrecision?, _ objective: Objective
  ) throws -> [Tensor] {
    guard uncheckedSteps > 0, let packed else { return [] }
    let results = try RandomGenerator.rehearsing {
      try packed.record(packed.tensors, inputs, conditions, precision, numbers: nil, objective).results
    }
    try evaluate(results)
    return results
  }

  /// The program of a step; nil if it can't be traced, because the objective looks at values or draws random numbers
  /// that are no tensors.
  ///
  /// The mistakes of a wrong objective are found by the step that follows without a program, which names its lines.
  private func trace(
    _ inputs: [Tensor], _ key: StepProgram.Key, _ conditions: Conditions, _ precision: MixedPrecision?,
    _ objective: Objective
  ) -> StepProgram? {
    guard let packed else { return nil }
    let signature = (packed.tensors + inputs).map { Body.Signature($0.node) }
    let numbers = StepNumbers()
    var recorded: StepProgram.Layout?
    let program = try? checked {
      try CompiledProgram(signature) { placeholders in
        let step = try packed.record(
          Array(placeholders.prefix(packed.tensors.count)), Array(placeholders.dropFirst(packed.tensors.count)),
          conditions, precision, numbers: numbers, objective)
        recorded = step.layout
        return step.results
      }
    }
    guard let program, program.isReplayable, let recorded else { return nil }
    let reason: CompilationTrace.Reason =
      traceCount == 0 ? .firstCall : packed.programs.isEmpty ? .renewed : .newSignature
    traceCount += 1
    onTrace?(CompilationTrace(name, reason, Array(signature.suffix(inputs.count)), program, count: traceCount))
    let step = StepProgram(program: program, numbers: numbers, layout: recorded)
    self.packed?.programs[key] = step
    return step
  }
}
