import DescentNotation

/// The graph of a computation with the numbers that flow forward and backward: what is drawn.
public struct ComputationGraph: Sendable {
  /// One application of an operation, or one leaf.
  public struct Node: Sendable {
    /// The place in ``ComputationGraph/nodes``.
    public var id: Int
    /// What it is called.
    public var name: String
    /// The operation's name; `input` for leaves.
    public var operation: String
    /// How it is computed from its operands.
    public var formula: Formula?
    /// What it is in the program.
    public var role: Derivation.Quantity.Role
    /// The value.
    public var value: Derivation.Value
    /// The derivative of the target with respect to it, nil if the target does not depend on it through sources.
    public var cotangent: Derivation.Value?
    /// The innermost named scope that it belongs to.
    public var scope: String?
  }

  /// From an operand to what is computed from it.
  public struct Edge: Sendable {
    /// The operand.
    public var from: Int
    /// The result.
    public var to: Int
    /// ∂result/∂operand where that is a formula, nil where it is none or nothing flows back.
    public var localDerivative: Formula?
    /// The name of the rule by which the cotangent flows back, nil if none does.
    public var rule: String?
  }

  /// The nodes, operands before their users.
  public internal(set) var nodes: [Node] = []
  /// The edges in the order of their results.
  public internal(set) var edges: [Edge] = []
}
