import DescentGraph
import DescentTensor

/// A training step that is traced once and from then on only computed: loss, gradient, update and layers' states.
///
/// ```swift
/// let network = Sequential { Dense(2, 16, activation: .tanh); Dense(16, 1) }
/// let step = CompiledStep(network, optimizer: Adam(learningRate: 0.01)) { network, pass, x, y in
///   meanSquaredError(network(x, pass), y)
/// }
/// let x = Tensor.uniform([32, 2]), y = x.sum(axes: 1, keepingAxes: true)
/// for _ in 0..<100 { _ = try step(x, y) }
/// print(try step(x, y).scalar < 0.1, step.optimizer.state.step)     // true 101
/// ```
///
/// The first call with inputs of given shapes and scalar types asks the function for its formula, with tensors that stand
/// for any values, and the optimiser for its rule. Later calls run the plan of that: no nodes, no derivatives, no look-up
/// but that of the shapes. New parameters and slots are written over the old ones, unless a copy of the model or the
/// optimiser holds these. The learning rate, the number of the step and the scale of the loss are given anew for each
/// call, and random numbers drawn anew; the bits are those of the loop by hand:
///
/// ```swift
/// var (network, optimizer) = (Sequential { Dense(2, 1) }, Adam(learningRate: 0.01))
/// let x = Tensor.uniform([32, 2]), y = x.sum(axes: 1, keepingAxes: true), pass = ForwardPass(trainingWith: .current)
/// let (loss, gradient) = valueWithGradient(at: network) { meanSquaredError($0(x, pass), y) }
/// optimizer.update(&network, along: gradient)
/// network.adoptState(from: pass)
/// ```
///
/// What is no tensor belongs to the formula as it was when it was asked for, as with `compile`: numbers, properties of
/// layers, branches of Swift. Setting ``model`` or ``optimizer`` has it asked for again, and ``traceAgain()`` too. In debug
/// builds the first steps are compared with the function itself. A function that looks at values, or draws random numbers
/// that are no tensors, is called for each step instead, as in the loop by hand; see ``isCompiled``.
public final class CompiledStep<Model: Layer, Method: Optimizer, each Input: TensorStructure> {
  private let runner: StepRunner<Model, Method>
  private let random: RandomGenerator
  private let loss: (Model, ForwardPass, repeat each Input) throws -> Tensor
  /// In which precision steps are computed, with its loss scale; nil for that of the model.
  public private(set) var precision: MixedPrecision?
  private var isBuilt = false

  /// A step of a model that minimises a function.
  ///
  /// - Parameters:
  ///   - model: The model; steps change the step's copy. Sizes that were left open are found at the first call.
  ///   - optimizer: How to step; it starts with the state it has.
  ///   - random: Where layers draw random numbers.
  ///   - precision: In which precision to compute; that of the model unless given. The function uses
  ///     ``MixedPrecision/output(of:for:_:)`` then, as in a loop by hand.
  ///   - checkedSteps: How many steps are compared with the function itself; three in debug builds and none in others
  ///     unless given.
  ///   - onTrace: Called each time the step is traced, with the reason and its plan.
  ///   - loss: What to minimise: a scalar that follows from the model and the inputs. Give layers the pass.
  public init(
    _ model: Model, optimizer: Method, random: RandomGenerator = .current, precision: MixedPrecision? = nil,
    checkedSteps: Int? = nil, onTrace: ((CompilationTrace) -> Void)? = nil,
    loss: @escaping (_ model: Model, _ pass: ForwardPass, repeat each Input) throws -> Tensor
  ) {
    runner = StepRunner(model, optimizer, name: "a compiled step", checkedSteps: checkedSteps, onTrace: onTrace)
    (self.random, self.precision, self.loss) = (random, precision, loss)
  }

  /// The model after the last step.
  ///
  /// Changing it has the next step traced anew.
  public var model: Model {
    get { runner.model }
    _modify { yield &runner.model }
  }

  /// The optimiser after the last step.
  ///
  /// Changing it has the next step traced anew.
  public var optimizer: Method {
    get { runner.optimizer }
    _modify { yield &runner.optimizer }
  }

  /// Whether calls run a plan; false once it was found that the function can't be traced.
  public var isCompiled: Bool { runner.compiles }

  /// Has the next step traced anew, because something changed that the function reads and that is no input.
  public func traceAgain() { runner.forgetPrograms() }

  /// Takes a step.
  ///
  /// - Parameter inputs: The batch, or whatever the function takes.
  /// - Returns: The loss before the step.
  /// - Throws: What the function throws, and `TensorError` for what only values show; model and optimiser are then as they
  ///   were.
  @discardableResult
  public func callAsFunction(_ inputs: repeat each Input) throws -> Tensor {
    if !isBuilt {
      try runner.model.build { model, pass in _ = try loss(model, pass, repeat each inputs) }
      isBuilt = true
    }
    var tensors: [Tensor] = []
    for input in repeat each inputs { input.appendTensors(to: &tensors) }
    return try runner.step(tensors, .init(random: random), &precision) { model, pass, tensors in
      var rest = tensors[...]
      return (try loss(model, pass, repeat (each inputs).taking(from: &rest)), [])
    }.loss
  }
}
