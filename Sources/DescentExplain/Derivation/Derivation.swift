import DescentGraph
import DescentNotation
import DescentTensor

/// The derivation of a gradient: every step with its rule, its formula and its numbers, as data.
///
/// Made by ``explain(_:withRespectTo:options:)``; printing it prints the text. The rule that computed a number is the
/// rule that is shown: formulas and numbers come from the same nodes.
///
/// ```swift
/// let derivation = explain(f, withRespectTo: w, b)
/// print(derivation)                               // for a terminal
/// print(derivation.gradients[0].value.rows)       // [[-6.0, -12.0], [6.0, 12.0]]
/// ```
public struct Derivation: Sendable {
  /// The name of what is differentiated.
  public internal(set) var target = ""
  /// The quantities of the program in the order in which they are computed: data, parameters, results.
  public internal(set) var quantities: [Quantity] = []
  /// The steps in reading order: the program, then the chain rule backward.
  public internal(set) var steps: [Step] = []
  /// What each source's gradient is, and how it comes about.
  public internal(set) var gradients: [Gradient] = []
  /// The same gradient by three ways.
  public internal(set) var verification = Verification()
  /// The operations with their values, cotangents and local derivatives.
  public internal(set) var graph = ComputationGraph()

  /// A tensor with the shape that goes with its numbers.
  public struct Value: Hashable, Sendable {
    /// The sizes of the axes.
    public var shape: [Int]
    /// The elements in row-major order.
    public var scalars: [Double]

    /// A tensor's numbers.
    public init(shape: [Int], scalars: [Double]) {
      self.shape = shape
      self.scalars = scalars
    }

    /// The rows of a matrix; a vector is one column of a row each, a scalar one row.
    public var rows: [[Double]] {
      let width = shape.count > 1 ? shape[shape.count - 1] : 1
      guard width > 0 else { return [] }
      return stride(from: 0, to: scalars.count, by: width).map { Array(scalars[$0..<min($0 + width, scalars.count)]) }
    }
  }

  /// A named quantity of the program.
  public struct Quantity: Sendable {
    /// What a quantity is.
    public enum Role: String, Sendable {
      /// A source: what is differentiated with respect to.
      case parameter
      /// What is given and held constant.
      case data
      /// A result on the way.
      case intermediate
      /// What is differentiated.
      case target
    }

    /// The name in formulas.
    public var name: String
    /// What the quantity is.
    public var role: Role
    /// How it is computed from others, nil for what is given.
    public var formula: Formula?
    /// Its numbers.
    public var value: Value
    /// The derivative of the target with respect to it, nil if the target does not depend on it through sources.
    public var cotangent: Value?
  }

  /// One step.
  public struct Step: Sendable {
    /// What a step does.
    public enum Kind: String, Sendable {
      /// Computes a quantity.
      case forward
      /// Applies the chain rule to a quantity.
      case backward
      /// Collects a source's gradient.
      case gradient
    }

    /// What the step does.
    public var kind: Kind
    /// The quantity whose value or derivative is found.
    public var subject: String
    /// A heading: `y`, `∂f/∂y`.
    public var title: Formula
    /// The name of the rule or rules.
    public var rule: String
    /// The equation in symbols.
    public var formula: Formula
    /// The same equation with numbers: what is found equals its value.
    public var numbers: Formula
    /// The numbers that are found.
    public var value: Value
    /// The equation spelt out in scalars, one for each element; empty for large tensors.
    public var scalars: [Formula] = []
    /// Why, in words.
    public var remarks: [String] = []
    /// The nodes of the graph that take part.
    public var nodes: [Int] = []
    /// The lines of named parts that are shown closed, and could be opened.
    public var scope: String?
  }

  /// The gradient with respect to one source.
  public struct Gradient: Sendable {
    /// The source's name.
    public var name: String
    /// The numbers, of the source's shape.
    public var value: Value
    /// The chain rule for the first element: ∂f/∂w₁₁ = ∂f/∂y₁·∂y₁/∂w₁₁ = 2y₁·x₁ = −6; nil for large tensors.
    public var element: Formula?
    /// The whole gradient in stages; empty for large tensors.
    ///
    /// First as partial derivatives, then after the chain rule, with the numbers of what is computed, with all numbers.
    public var stages: [Stage] = []
    /// The tensor of all ∂yₖ/∂w between this source and the quantity that reads it.
    public var jacobian: Jacobian?
  }

  /// One form of a gradient on the way from symbols to numbers.
  public struct Stage: Sendable {
    /// What has been done.
    public var title: String
    /// The gradient, as an equation.
    public var formula: Formula
  }

  /// The derivative of a tensor by a tensor: a block of higher order, which reverse mode never builds.
  public struct Jacobian: Sendable {
    /// The name of what is differentiated.
    public var numerator: String
    /// The name of what is differentiated by.
    public var denominator: String
    /// The shape of the block: the axes of the numerator, then those of the denominator.
    public var shape: [Int]
    /// For each element of the numerator, ∂yₖ/∂w in symbols and in numbers; empty for large blocks.
    public var slices: [(symbols: Formula, numbers: Formula)] = []
    /// How contracting the block with the cotangent gives the gradient, nil for large blocks.
    public var contraction: Formula?
    /// How much would be stored and why nobody does, in words.
    public var remark = ""
  }
}
