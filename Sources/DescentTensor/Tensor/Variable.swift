import DescentGraph
import Synchronization

/// A named box whose tensor can be replaced: the trainable quantity of a program written in the lecture's style.
///
/// A variable computes like its value. Tapes watch every variable that is read while they record; a read is the value
/// at the time of reading, whatever is assigned later.
///
/// ```swift
/// let w = Variable([[1, -2], [2, 1]], name: "w")
/// w.value -= 0.1 * slope
/// ```
public final class Variable: Sendable, CustomStringConvertible {
  /// The name in error messages and explanations.
  public let name: String?
  private let current: Mutex<Tensor>

  /// A variable with a first value.
  public init(_ value: Tensor, name: String? = nil) {
    self.name = name
    current = Mutex(Variable.boxed(value, name))
  }

  /// The value.
  ///
  /// Assigning keeps the number, not its history: derivatives do not pass through an assignment.
  ///
  /// A new value of another shape or scalar type stops the program.
  public var value: Tensor {
    get {
      let tensor = current.withLock { $0 }
      if let scope = Scope.existing {
        for recorder in scope.recorders { recorder.noteRead(of: self, tensor.node) }
      }
      return tensor
    }
    set {
      let old = current.withLock { $0 }
      guard newValue.node.isInvalid || (newValue.shape == old.shape && newValue.scalarType == old.scalarType) else {
        Failure.stop(
          .init(
            .shapeMismatch, "assign",
            "\(name.map { "variable '\($0)'" } ?? "the variable") is \(old.scalarType) \(old.shape), the new value "
              + "\(newValue.scalarType) \(newValue.shape)"))
        return
      }
      let boxed = Variable.boxed(newValue, name)
      current.withLock { $0 = boxed }
    }
  }

  /// The sizes of the value's axes.
  public var shape: Shape { current.withLock { $0.shape } }

  /// The type of the value's elements.
  public var scalarType: ScalarType { current.withLock { $0.scalarType } }

  /// The value, printed.
  public var description: String { current.withLock { $0 }.description }

  /// A node of the variable's own, so that two variables made of one tensor stay distinct.
  private static func boxed(_ value: Tensor, _ name: String?) -> Tensor {
    let node = Node.identity(.stopGradient, value.node)
    if let name { node.note = .name(name) }
    return Tensor(node)
  }
}
