import DescentGraph
import DescentTensor
import Synchronization

/// What layers want to be added to the loss of a pass.
final class Penalties: Sendable {
  private let list = Mutex<[Tensor]>([])

  func append(_ penalty: Tensor) { list.withLock { $0.append(penalty) } }

  /// The penalties added up, which are then forgotten; nil if there are none.
  func take() -> Tensor? {
    list.withLock { list in
      defer { list = [] }
      return list.sum
    }
  }
}

extension ForwardPass {
  /// Adds a term to the loss, from inside a layer.
  ///
  /// `fit` and `evaluate` add it. A pass for inference alone forgets it.
  ///
  /// - Parameter penalty: A floating-point scalar; anything else stops the program, and so does a penalty inside a
  ///   loop, where values stand for many.
  public func addPenalty(_ penalty: Tensor) {
    guard let penalties, !penalty.node.isInvalid else { return }
    guard penalty.rank == 0, penalty.scalarType.isFloatingPoint, !penalty.node.isOpen else {
      Failure.stop(
        .init(
          .invalidArgument, "addPenalty",
          penalty.node.isOpen
            ? "a layer that adds to the loss can't be trained inside a loop, where its values stand for many"
            : "a penalty is a floating-point scalar, and this is \(penalty.scalarType) \(penalty.shape)"))
      return
    }
    penalties.append(penalty)
  }

  /// What layers added to the loss since the last call: a scalar, 0 if they added nothing.
  ///
  /// A loop written by hand adds it after the model has run:
  ///
  /// ```swift
  /// let gradient = gradient(at: network) { network in
  ///   let loss = softmaxCrossEntropy(network(batch.inputs, pass), batch.targets)
  ///   return loss + pass.takePenalty()
  /// }
  /// ```
  ///
  /// - Parameter type: The scalar type of the loss.
  public func takePenalty(type: ScalarType = .float32) -> Tensor {
    penalties?.take()?.converted(to: type) ?? .zeros([], type: type)
  }
}

/// Penalises large outputs of the layer before: it adds to the loss and passes its input on.
///
/// The penalty is that of the whole batch divided by the number of samples, as in Keras.
///
/// ```swift
/// let network = Sequential { Dense(128, activation: .relu); ActivityRegularization(.l1(1e-5)); Dense(10) }
/// ```
public struct ActivityRegularization: Layer {
  /// How much outputs cost.
  public let regularizer: Regularizer

  /// A layer that adds a penalty for its input to the loss; patterns of paths mean nothing here.
  public init(_ regularizer: Regularizer) { self.regularizer = regularizer }

  /// The input.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if !input.node.isInvalid {
      pass.addPenalty(regularizer(input) / Double(max(input.rank == 0 ? 1 : input.shape[0], 1)))
    }
    return pass.noting(input, from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
