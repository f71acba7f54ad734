import DescentGraph
import DescentTensor

/// How much a derivation shows.
public struct ExplanationOptions: Sendable {
  /// Tensors with at most this many elements are spelt out in scalars.
  public var spellsOutUpTo = 16
  /// Whether formulas are simplified, or shown as the rules give them.
  public var simplifies = true
  /// Whether named scopes, such as a softmax, are opened instead of being one known step.
  public var opensScopes = false

  /// The usual amount.
  public init() {}

  /// Choices of one's own.
  public init(spellsOutUpTo limit: Int = 16, simplifies: Bool = true, opensScopes: Bool = false) {
    spellsOutUpTo = limit
    self.simplifies = simplifies
    self.opensScopes = opensScopes
  }
}

/// The derivation of the gradient of a scalar, step by step, by the rules that compute it.
///
/// ```swift
/// let tape = GradientTape(persistent: true)
/// let f = tape.record { ((w • x + b) ** 2).sum() }
/// print(explain(f, withRespectTo: w, b))
/// ```
///
/// Names given to variables, and by ``DescentTensor/Tensor/named(_:)``, are the names in the formulas. A target that was looked at must
/// have been recorded on a tape that still holds it; otherwise its history is gone. Costs a few evaluations of the program for each
/// element of small sources, and about a hundred for large ones, whose finite differences are sampled.
///
/// - Parameters:
///   - target: A floating-point tensor with one element. Anything else stops the program.
///   - sources: Variables, tensors or structures of tensors that the target was computed from.
///   - options: How much is shown.
public func explain<each Source: GradientSource>(
  _ target: Tensor, withRespectTo sources: repeat each Source, options: ExplanationOptions = ExplanationOptions()
) -> Derivation {
  do {
    return try Derivation(of: target, withRespectTo: repeat each sources, options: options)
  } catch {
    Failure.stop(
      error as? TensorError ?? TensorError(.invalidArgument, "explain", "\(error)"))
    return Derivation()
  }
}

extension Derivation {
  /// The derivation of the gradient of a scalar; see ``explain(_:withRespectTo:options:)``.
  ///
  /// - Throws: ``TensorError`` where `explain` stops the program.
  public init<each Source: GradientSource>(
    of target: Tensor, withRespectTo sources: repeat each Source, options: ExplanationOptions = ExplanationOptions()
  ) throws {
    var found: [NamedSource] = []
    for source in repeat each sources { found += NamedSource.all(of: source) }
    self = try DerivationBuilder(of: target.node, withRespectTo: found, options).derivation()
  }

  /// The derivation for a list of tensors with names; see ``explain(_:withRespectTo:options:)``.
  package init(of target: Tensor, withRespectTo sources: [Tensor], options: ExplanationOptions) throws {
    self = try DerivationBuilder(
      of: target.node, withRespectTo: sources.map { NamedSource(node: $0.node, name: $0.name) }, options
    ).derivation()
  }
}

/// A node to differentiate by, and what it is called.
struct NamedSource {
  var node: Node
  var name: String?

  static func all(of source: some GradientSource) -> [NamedSource] {
    if let variable = source as? Variable { return [NamedSource(node: variable.value.node, name: variable.name)] }
    guard var structure = source as? any TensorStructure else { return [] }
    return structure.namedSources()
  }
}

extension TensorStructure {
  fileprivate mutating func namedSources() -> [NamedSource] {
    var found: [NamedSource] = []
    forEachTensor { tensor, path in
      found.append(NamedSource(node: tensor.node, name: tensor.name ?? (path.isEmpty ? nil : path)))
    }
    return found
  }
}
