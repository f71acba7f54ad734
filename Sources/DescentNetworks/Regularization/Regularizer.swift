import DescentGraph
import DescentTensor

/// A penalty for large parameters, which is added to the loss.
///
/// `fit` takes a list of them; `evaluate` too, so that losses of training and validation can be compared. In a loop of
/// your own the penalty is a term like any other:
///
/// ```swift
/// let regularizer = Regularizer.l2(1e-4).on("*.weight")
/// let gradient = gradient(at: network) { network in
///   softmaxCrossEntropy(network(batch.inputs, pass), batch.targets) + regularizer.penalty(of: network)
/// }
/// ```
///
/// A penalty is a part of what is minimised, so that adaptive rules such as Adam scale its gradient as they scale all
/// others; ``WeightDecay`` is a part of the step.
public struct Regularizer: Sendable {
  /// What is penalised, and how much: for messages.
  public let name: String
  private let function: @Sendable (Tensor) -> Tensor
  private let applies: @Sendable (_ path: String, _ shape: Shape) -> Bool

  private init(
    _ name: String, _ function: @escaping @Sendable (Tensor) -> Tensor,
    _ applies: @escaping @Sendable (String, Shape) -> Bool
  ) {
    (self.name, self.function, self.applies) = (name, function, applies)
  }

  /// A penalty of your own: a floating-point scalar from a tensor.
  ///
  /// ```swift
  /// let orthogonal = Regularizer("orthogonal") { w in (matmul(w.transposed(), w) - .eye(w.shape[1])).squared().sum() }
  /// ```
  public init(_ name: String, _ function: @escaping @Sendable (_ tensor: Tensor) -> Tensor) {
    self.init(name, function) { _, _ in true }
  }

  /// rate·Σ|w|, which makes parameters zero that help little.
  public static func l1(_ rate: Double) -> Regularizer { elasticNet(l1: rate, l2: 0) }

  /// rate·Σw², which keeps parameters small; as in Keras, without a factor ½.
  public static func l2(_ rate: Double) -> Regularizer { elasticNet(l1: 0, l2: rate) }

  /// l1·Σ|w| + l2·Σw² (Zou and Hastie 2005).
  ///
  /// A rate that is negative or no number stops the program.
  public static func elasticNet(l1: Double, l2: Double) -> Regularizer {
    let isSound = l1 >= 0 && l2 >= 0 && l1.isFinite && l2.isFinite
    let name = l2 == 0 ? "l1(\(l1))" : l1 == 0 ? "l2(\(l2))" : "elasticNet(l1: \(l1), l2: \(l2))"
    if !isSound {
      Failure.stop(.init(.invalidArgument, "Regularizer.\(name)", "rates must be finite and not negative"))
    }
    return Regularizer(name) { w in
      if l2 == 0 { return l1 * abs(w).sum() }
      return l1 == 0 ? l2 * w.squared().sum() : l1 * abs(w).sum() + l2 * w.squared().sum()
    }
  }

  /// The same penalty for the parameters whose path matches a pattern.
  ///
  /// A pattern is a path, or the start of one up to a dot; `*` stands for any part of it: `hidden`, `hidden.weight`,
  /// `*.bias`, `blocks.*.norm`.
  public func on(_ pattern: String) -> Regularizer {
    Regularizer("\(name) on '\(pattern)'", function) { path, _ in PathPattern.matches(pattern, path) }
  }

  /// The same penalty for the parameters that a rule chooses by path and shape.
  ///
  /// ```swift
  /// let regularizer = Regularizer.l2(1e-4).on { _, shape in shape.rank > 1 }
  /// ```
  public func on(_ applies: @escaping @Sendable (_ path: String, _ shape: Shape) -> Bool) -> Regularizer {
    Regularizer(name, function, applies)
  }

  /// The penalty of one tensor, computed in float32 at least.
  public func callAsFunction(_ tensor: Tensor) -> Tensor { function(tensor.widened) }

  /// The penalties of a model's trainable parameters, added up; a scalar.
  ///
  /// A regulariser that fits no parameter stops the program.
  ///
  /// - Parameter model: The model, or any structure of tensors.
  public func penalty(of model: some TensorStructure) -> Tensor {
    let parameters = model.namedTensors(.trainable).filter { $0.tensor.scalarType.isFloatingPoint }
    let chosen = parameters.filter { applies($0.path, $0.tensor.shape) }
    guard let first = chosen.first else {
      let paths = parameters.map(\.path)
      return Tensor(
        Node.invalid(
          .invalidArgument, "penalty", "\(name) fits none of the trainable parameters: \(listed(paths))"))
    }
    return chosen.dropFirst().reduce(self(first.tensor)) { $0 + self($1.tensor) }
  }
}

extension Collection<Regularizer> {
  /// The penalties of all regularisers added up; nil if there are none.
  func penalty(of model: some TensorStructure) -> Tensor? {
    map { $0.penalty(of: model) }.sum
  }
}

extension [Tensor] {
  /// The scalars added up, in the type of the first; nil if there are none.
  var sum: Tensor? {
    guard let first else { return nil }
    return dropFirst().reduce(first) { $0 + $1.converted(to: first.scalarType) }
  }
}

extension Tensor {
  /// A loss with a penalty, in the loss's type.
  func adding(_ penalty: Tensor?) -> Tensor { penalty.map { self + $0.converted(to: scalarType) } ?? self }
}
