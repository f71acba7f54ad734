import DescentCalculus
import DescentGraph

/// Records what a program computes, so that its derivatives can be asked for afterwards.
///
/// ```swift
/// let x = Variable([3], name: "x")
/// let tape = GradientTape()
/// let y = tape.record { (x * x).sum() }
/// print(try tape.gradient(of: y, withRespectTo: x))       // [6.0]
/// ```
///
/// Everything computed inside ``record(_:)`` on the calling thread is recorded, so a gradient can be asked with
/// respect to any variable or tensor that was used there. Tapes nest: a gradient computed while an outer tape records
/// can be differentiated again. A tape keeps what it recorded in memory until its gradient has been taken, or, if it is
/// persistent, until it is released.
public final class GradientTape {
  private let recorder = Recorder()
  private let isPersistent: Bool
  private var firstUse: (file: String, line: Int)?

  /// A tape for one gradient, or for several if it is persistent.
  public init(persistent: Bool = false) { isPersistent = persistent }

  /// Runs `body` and records what it computes.
  ///
  /// Recording again adds to the tape.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Scope.current.record(with: recorder, body)
  }

  /// Returns a tensor under a new identity, so that its uses from here on can be told from earlier ones.
  ///
  /// Variables and all other tensors used while recording are watched anyway.
  @discardableResult
  public func watch(_ tensor: Tensor) -> Tensor {
    let node = Node.identity(.alias, tensor.node)
    node.note = tensor.node.note
    return Tensor(node)
  }

  /// What to answer for a source that the target does not depend on.
  public enum Disconnected: Sendable {
    /// An error that names both.
    case error
    /// Zeros.
    case zeros
  }

  /// The gradient of a scalar with respect to variables, tensors or structures of tensors.
  ///
  /// Returns one value for one source and a tuple for several. The cost is at most a few times that of what was
  /// recorded, when the gradient's value is looked at.
  ///
  /// - Parameters:
  ///   - target: A tensor with one element, computed while the tape recorded.
  ///   - sources: What to differentiate with respect to.
  ///   - disconnected: What to answer for a source that the target does not depend on.
  /// - Throws: ``TensorError`` with kind `.notScalar`, `.disconnected`, `.notDifferentiable`, or `.tapeMisuse` for the
  ///   second use of a tape that is not persistent.
  public func gradient<each Source: GradientSource>(
    of target: Tensor, withRespectTo sources: repeat each Source, disconnected: Disconnected = .error,
    file: String = #fileID, line: Int = #line
  ) throws(TensorError) -> (repeat (each Source).Gradient) {
    try checkTarget(target)
    try markUse(file, line)
    var tensors: [Tensor] = []
    for source in repeat each sources { tensors += source.tensors(on: contents) }
    let reverse = ReverseMode(recorder.nodes, sources: tensors.map(\.node))
    let gradients = reverse.pullback(target.node.filled(1), of: target.node)
    defer { if !isPersistent { recorder.close() } }
    var next = 0
    func take<One: GradientSource>(_ source: One) throws(TensorError) -> One.Gradient {
      let mine = next..<next + source.tensors(on: contents).count
      next = mine.upperBound
      try checkSource(source, tensors[mine], gradients[mine], target, disconnected)
      return source.gradient(
        from: zip(tensors[mine], gradients[mine]).map { tensor, gradient in
          TensorGradient(tensor: tensor, gradient: gradient.map { Tensor($0) })
        })
    }
    return (repeat try take(each sources))
  }

  private var contents: TapeContents { TapeContents(recorder: recorder) }

  private func markUse(_ file: String, _ line: Int) throws(TensorError) {
    if let firstUse, !isPersistent {
      throw TensorError(
        .tapeMisuse, "gradient",
        "this tape was used up by the gradient at \(firstUse.file):\(firstUse.line); write GradientTape(persistent: true) to ask it more "
          + "than once, or ask for all gradients in one call")
    }
    firstUse = (file, line)
  }

  /// Complains about a target that has no gradient.
  private func checkTarget(_ target: Tensor) throws(TensorError) {
    if case .error(let error) = target.node.note { throw error }
    guard target.scalarType.isFloatingPoint else {
      throw TensorError(
        .notDifferentiable, "gradient",
        "the target is \(target.scalarType); only floating-point numbers have derivatives")
    }
    guard target.elementCount == 1 else {
      throw TensorError(
        .notScalar, "gradient",
        "the target has shape \(target.shape); a gradient needs a scalar: reduce it first, for example with .sum() or "
          + ".mean()")
    }
  }

  private func checkSource(
    _ source: some GradientSource, _ tensors: ArraySlice<Tensor>, _ gradients: ArraySlice<Node?>, _ target: Tensor,
    _ disconnected: Disconnected
  ) throws(TensorError) {
    for tensor in tensors where !tensor.scalarType.isFloatingPoint {
      throw TensorError(
        .notDifferentiable, "gradient",
        "\(tensor.node.label) is \(tensor.scalarType); only floating-point numbers have derivatives")
    }
    guard disconnected == .error, gradients.allSatisfy({ $0 == nil }) else { return }
    let name = (source.sourceName ?? tensors.first?.name).map { "'\($0)'" } ?? "the source"
    throw TensorError(
      .disconnected, "gradient",
      "\(target.name.map { "'\($0)'" } ?? "the target") does not depend on \(name) in what this tape recorded; use it "
        + "inside record { } and compute the target there too, or pass disconnected: .zeros")
  }
}

/// What a gradient can be taken with respect to: a ``Variable``, a ``Tensor``, or a ``TensorStructure``.
public protocol GradientSource {
  /// The type of the gradient.
  associatedtype Gradient

  /// The name in messages.
  var sourceName: String? { get }

  /// The tensors that stand for this source on a tape.
  func tensors(on tape: TapeContents) -> [Tensor]

  /// The gradient made of those of the tensors, in order.
  func gradient(from gradients: [TensorGradient]) -> Gradient
}

/// What a tape has recorded, as sources see it.
public struct TapeContents {
  fileprivate let recorder: Recorder
}

/// A tensor and the gradient of a target with respect to it, nil if the target does not depend on it.
public struct TensorGradient {
  fileprivate let tensor: Tensor
  fileprivate let gradient: Tensor?

  /// The gradient, zeros where there is no dependence.
  public var value: Tensor { gradient ?? tensor.zerosLike() }
}

extension Variable: GradientSource {
  /// The variable's name.
  public var sourceName: String? { name }

  /// The values that the variable had when it was read, one for each assignment between reads.
  public func tensors(on tape: TapeContents) -> [Tensor] {
    tape.recorder.nodesRead(of: self).map { Tensor($0) }
  }

  /// The sum over all reads.
  public func gradient(from gradients: [TensorGradient]) -> Tensor {
    let connected = gradients.compactMap(\.gradient)
    guard let first = connected.first else { return .zeros(shape, type: scalarType) }
    return connected.dropFirst().reduce(first, +)
  }
}

extension TensorStructure {
  /// Structures have no name of their own.
  public var sourceName: String? { nil }

  /// The structure's tensors.
  public func tensors(on tape: TapeContents) -> [Tensor] { tensors }

  /// The structure with its gradients in the places of its tensors.
  public func gradient(from gradients: [TensorGradient]) -> Self { replacingTensors(with: gradients.map(\.value)) }
}
