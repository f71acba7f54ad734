import DescentGraph
import DescentTensor
import Synchronization

// What layers remember beside their parameters: Documentation/Decisions/state-of-layers.md.

/// New values of states, by the tensors that they replace.
final class StateChanges: Sendable {
  private struct Change {
    var old, new: Tensor
    /// Kept so that the evaluation of the loss keeps their values, and the new state costs nothing more.
    var sources: [Tensor]
  }

  /// In the order in which they were reported, so that every step asks for the same plan.
  private let changes = Mutex((list: [Change](), places: [ObjectIdentifier: Int]()))

  func set(_ old: Tensor, to new: Tensor, sources: [Tensor]) {
    let change = Change(old: old, new: new, sources: sources)
    changes.withLock { changes in
      if let place = changes.places[ObjectIdentifier(old.node)] {
        changes.list[place] = change
      } else {
        changes.places[ObjectIdentifier(old.node)] = changes.list.count
        changes.list.append(change)
      }
    }
  }

  func newest(_ old: Tensor) -> Tensor? {
    changes.withLock { changes in changes.places[ObjectIdentifier(old.node)].map { changes.list[$0].new } }
  }

  /// The new values.
  var values: [Tensor] { changes.withLock { $0.list.map(\.new) } }

  func removeAll() { changes.withLock { $0 = ([], [:]) } }
}

extension ForwardPass {
  /// The value of a layer's state, with what happened to it earlier in this pass.
  public func state(_ tensor: Tensor) -> Tensor { stateChanges.newest(tensor) ?? tensor }

  /// Remembers that a layer's state has a new value, which ``DescentTensor/TensorStructure/adoptState(from:)`` puts in
  /// its place.
  ///
  /// A layer is a value and can't change itself while it computes. Derivatives do not pass through states. Outside of
  /// training nothing is remembered.
  ///
  /// - Parameters:
  ///   - tensor: The state as the layer holds it, which it shows as held when it is visited.
  ///   - value: The new value, of the same shape and type.
  ///   - sources: The small tensors from which the value follows; keeping them makes the value free to compute.
  public func setState(_ tensor: Tensor, to value: Tensor, from sources: [Tensor] = []) {
    if value.node.isInvalid || !isTraining { return }
    guard value.shape == tensor.shape, value.scalarType == tensor.scalarType else {
      Failure.stop(
        .init(
          .shapeMismatch, "setState",
          "the state is \(tensor.scalarType) \(tensor.shape), the new value \(value.scalarType) \(value.shape)"))
      return
    }
    guard !value.node.isOpen || Scope.current.placeholderDepth == placeholderDepth else {
      Failure.stop(
        .init(
          .invalidArgument, "setState",
          "a layer with running statistics can't be trained inside a loop, where its values stand for many"))
      return
    }
    stateChanges.set(tensor, to: value.stoppingGradient(), sources: sources)
  }
}

extension TensorStructure {
  /// Takes over the states, such as running statistics, that layers reported to a training pass, and forgets them
  /// there.
  ///
  /// `fit` does it after each step; in a loop written by hand it follows the optimiser:
  ///
  /// ```swift
  /// let gradient = gradient(at: network) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
  /// optimizer.update(&network, along: gradient)
  /// network.adoptState(from: pass)
  /// ```
  ///
  /// The pass must have seen this model or a copy of it with the same states. Two layers of which one is a copy of the
  /// other stop the program: ``build(_:)`` tells them apart.
  public mutating func adoptState(from pass: ForwardPass) {
    let values = pass.stateChanges.values
    if values.isEmpty { return }
    do throws(TensorError) { try evaluate(values) } catch { Failure.stop(error) }
    adoptPendingState(from: pass)
  }

  /// The same without computing the new states, which are those of before where a condition does not hold.
  mutating func adoptPendingState(from pass: ForwardPass, onlyIf condition: Tensor? = nil) {
    var places: [ObjectIdentifier: String] = [:]
    forEachTensor(.held) { tensor, path in
      guard let value = pass.stateChanges.newest(tensor) else { return }
      if let other = places.updateValue(path, forKey: ObjectIdentifier(tensor.node)) {
        Failure.stop(
          .init(
            .invalidArgument, "adoptState",
            "'\(path)' is a copy of '\(other)', so their statistics can't be told apart: call build(inputShape:) on the "
              + "model before training"))
      }
      tensor = condition.map { select($0, value, tensor) } ?? value
    }
    pass.stateChanges.removeAll()
  }
}

extension ForwardPass {
  /// Forgets the new values of states, as if the pass had not been.
  func forgetStates() { stateChanges.removeAll() }

  /// New values of states, to be computed together with the step that they belong to.
  var newStates: [Tensor] { stateChanges.values }
}
