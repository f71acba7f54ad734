import DescentGraph
import DescentTensor
import Synchronization

// Parameters whose sizes follow from the input: Documentation/Decisions/shape-inference.md.

/// How a parameter starts: an initialiser, and the seed of its random numbers.
///
/// It is kept until the parameter's shape is known, so that a layer made in one place and built in another has the
/// same numbers as one that was given all sizes at once.
public struct ParameterStart: Sendable {
  /// The rule for the first values.
  public let initializer: Initializer
  private let seed: UInt64

  /// A start that takes one draw from a source of random numbers.
  public init(_ initializer: Initializer, using random: RandomGenerator = .current) {
    (self.initializer, seed) = (initializer, random.nextSeed())
  }

  /// The first value of a shape; the same every time.
  public func callAsFunction(_ shape: Shape, type: ScalarType) -> Tensor {
    initializer(shape, type: type, using: RandomGenerator(seed: seed))
  }
}

extension ForwardPass {
  /// A parameter of a layer, made now if its shape was left open and this is the dry run of `build`.
  ///
  /// A layer that infers a shape keeps a tensor without elements in the parameter's place, and asks for the parameter
  /// before it uses it:
  ///
  /// ```swift
  /// struct Scale: Layer {
  ///   var factor = Tensor.zeros([0])
  ///   let start = ParameterStart(.ones)
  ///
  ///   func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
  ///     pass.noting(x * pass.parameter(factor, of: self, shape: [x.shape[-1]], start), from: self)
  ///   }
  /// }
  /// ```
  ///
  /// In any other pass a parameter without elements stops the program: the model must be built first.
  ///
  /// - Parameters:
  ///   - tensor: The parameter, or a tensor without elements of its scalar type.
  ///   - layer: The layer, for the message.
  ///   - shape: The shape that the parameter must have with this input.
  ///   - start: How the parameter starts. Without it the tensor is returned as it is.
  public func parameter(
    _ tensor: Tensor, of layer: some Layer, shape: @autoclosure () -> [Int], _ start: ParameterStart?
  ) -> Tensor {
    guard let start, tensor.isOpenParameter, !tensor.node.isInvalid else { return tensor }
    guard let construction else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, layer.typeName,
          "the size of its input is not known yet: call build(inputShape:) on the model before it is used, or give the "
            + "layer the size"))
    }
    return construction.parameter(tensor) { start(Shape(shape()), type: tensor.scalarType) }
  }
}

/// The parameters that a dry run makes, by the tensors in whose places they belong.
final class Construction: Sendable {
  private let made = Mutex([ObjectIdentifier: (place: Tensor, parameter: Tensor)]())

  /// The parameter that belongs in a place; made once, so that a layer which runs twice has one.
  func parameter(_ place: Tensor, _ make: () -> Tensor) -> Tensor {
    let key = ObjectIdentifier(place.node)
    if let known = made.withLock({ $0[key]?.parameter }) { return known }
    let parameter = make()
    made.withLock { $0[key] = (place, parameter) }
    return parameter
  }

  /// What was made for a place, nil if nothing was.
  func parameter(for place: Tensor) -> Tensor? { made.withLock { $0[ObjectIdentifier(place.node)]?.parameter } }
}

extension Tensor {
  /// Whether this stands where a parameter will be.
  var isOpenParameter: Bool { elementCount == 0 }
}

extension TensorStructure {
  /// Makes the parameters whose sizes were left open, by a dry run that computes nothing but shapes.
  ///
  /// For models with several inputs; layers have ``Layer/build(inputShape:type:)``.
  ///
  /// ```swift
  /// model.build { model, pass in _ = model(images, questions, pass) }
  /// ```
  ///
  /// Copies of a layer that has not been built yet become layers of their own. What has been built stays as it is.
  ///
  /// - Parameter dryRun: Calls the model it is given, with the pass it is given, on inputs of the shapes to come.
  public mutating func build(_ dryRun: (_ model: Self, _ pass: ForwardPass) throws -> Void) rethrows {
    separateCopies()
    let construction = Construction()
    try dryRun(self, ForwardPass(constructing: construction))
    forEachTensor(.any) { tensor, _ in
      if tensor.isOpenParameter, let made = construction.parameter(for: tensor) { tensor = made }
    }
  }

  /// Gives copies of one open parameter, or of one state, identities of their own.
  fileprivate mutating func separateCopies() {
    var seen = Set<ObjectIdentifier>()
    func separate(_ tensor: inout Tensor) {
      if !seen.insert(ObjectIdentifier(tensor.node)).inserted { tensor = Tensor(.identity(.alias, tensor.node)) }
    }
    forEachTensor(.trainable) { tensor, _ in if tensor.isOpenParameter { separate(&tensor) } }
    forEachTensor(.held) { tensor, _ in separate(&tensor) }
  }
}

extension Layer {
  /// Makes the parameters whose sizes were left open, from the shape of one sample.
  ///
  /// ```swift
  /// var network = Sequential { Dense(128, activation: .relu); Dense(10) }
  /// network.build(inputShape: [784])
  /// ```
  ///
  /// `fit` and `summary` do it by themselves. Sizes that do not fit stop the program with the layer's name.
  ///
  /// - Parameters:
  ///   - inputShape: The shape of one sample.
  ///   - type: The scalar type of the inputs.
  public mutating func build(inputShape: Shape, type: ScalarType = .float32) {
    build(for: .zeros(Shape([dryRunSize] + inputShape.dimensions), type: type))
  }

  /// The model with the parameters whose sizes were left open; see ``build(inputShape:type:)``.
  ///
  /// ```swift
  /// let network = Sequential { Dense(128, activation: .relu); Dense(10) }.built(inputShape: [784])
  /// ```
  public func built(inputShape: Shape, type: ScalarType = .float32) -> Self {
    var model = self
    model.build(inputShape: inputShape, type: type)
    return model
  }

  /// Makes the parameters whose sizes were left open, if there are any, from a batch of inputs, which is asked for only
  /// then and not looked at.
  mutating func build(for batch: @autoclosure () throws -> Tensor) rethrows {
    separateCopies()
    if tensors.contains(where: \.isOpenParameter) || namedTensors(.held).contains(where: \.tensor.isOpenParameter) {
      let batch = try batch()
      build { model, pass in _ = model(batch, pass) }
    }
  }
}

/// The number of samples in the batches of dry runs.
let dryRunSize = 2
