import DescentGraph

/// How one operation differentiates.
///
/// *primal*: the value. *tangent*: how it moves when the inputs move (forward mode). *cotangent*: how much the
/// target moves when it moves (reverse mode). A rule states the mathematics once and both modes follow from it.
/// Rules emit nodes only, so that derivatives of derivatives cost nothing extra.
package enum Rule {
  /// y = f(x₁, x₂, …) element by element, with ∂y/∂xᵢ for each operand.
  case elementwise([Partial])

  /// Linear in the listed operands taken together, the others being constants. A tangent passes through the operation
  /// itself; `transpose` maps the result's cotangent to that of one operand.
  case linear(in: Range<Int>, transpose: Transpose)

  /// Linear in each of the first two operands while the other is held: the product rule.
  case bilinear(transpose: Transpose)

  /// y = Σ wᵢxᵢ along `axes` with weights that depend on the operand, as far as first derivatives go.
  case weightedSum(AxisSet, weight: (Application) -> Node)

  /// What gives the cotangents of all operands at once: derivatives of the user's own, and control. `pullback` is told
  /// which are asked for and leaves out what has no share; `pushforward` is as in `general`.
  case joint(pullback: JointPullback, pushforward: Pushforward)
  /// Anything else. `pullback` maps the result's cotangent to that of one operand; `pushforward` maps the operands'
  /// tangents (nil: zero) to the result's, and must be its adjoint. The first derivatives of both are the second ones.
  case general(pullback: Transpose, pushforward: Pushforward)

  /// The derivative is zero wherever there is one: constants, and steps.
  case zero

  /// Maps the result's cotangent to the cotangent of the operand with the given index.
  package typealias Transpose = (_ application: Application, _ cotangent: Node, _ operand: Int) -> Node

  /// Maps the result's cotangent to those of the operands that are asked for, nil for zero.
  package typealias JointPullback = (_ application: Application, _ cotangent: Node, _ isNeeded: [Bool]) -> [Node?]

  /// Maps the operands' tangents to the result's, nil for zero.
  package typealias Pushforward = (_ application: Application, _ tangents: [Node?]) -> Node?
}

/// ∂y/∂x of an element-wise operation.
package enum Partial {
  /// The derivative as a factor.
  case factor((Application) -> Node)
  /// 1 where the condition holds and 0 elsewhere; what is masked does not leak, not even NaN.
  case mask((Application) -> Node)
  /// 1: the cotangent passes as it is.
  case one
  /// −1.
  case minusOne
  /// 0.
  case zero

  /// The partial derivative times a tangent or a cotangent; nil for zero.
  package func times(_ differential: Node, at application: Application) -> Node? {
    switch self {
    case .factor(let factor): differential * factor(application)
    case .mask(let condition): .select(condition(application), differential, differential.filled(0))
    case .one: differential
    case .minusOne: -differential
    case .zero: nil
    }
  }
}

/// An operation with its operands and result, as rules see it.
package struct Application {
  package let node: Node

  package init(_ node: Node) { self.node = node }

  /// The first operand.
  package var x: Node { node.operand(0) }
  /// The second operand.
  package var y: Node { node.operand(1) }
  /// The result.
  package var result: Node { node }
}

extension Operation {
  /// The one list of derivative rules, a card for each operation, by family.
  package var rule: Rule {
    switch self {
    case .input, .fill, .iota, .invalid: .zero
    case .random(let distribution): distribution.rule
    case .unary(let function): function.rule
    case .power(let exponent): powerRule(exponent)
    case .convert: convertRule
    case .identity(let identity): identity.rule
    case .binary(let function): function.rule
    case .compare: .zero
    case .select: selectRule
    case .reduce(let reduction, let axes): reduction.rule(axes)
    case .argument: .zero
    case .broadcast(let axes): broadcastRule(axes)
    case .reshape: reshapeRule
    case .transpose(let axes): transposeRule(axes)
    case .slice(let window): sliceRule(window)
    case .place(let window): placeRule(window)
    case .concatenate(let axis): concatenateRule(Int(axis))
    case .gather(let axis): gatherRule(Int(axis))
    case .scatterAdd(let axis): scatterAddRule(Int(axis))
    case .contract(let axes): axes.rule
    case .custom: customRule
    case .recurrence(let axis, let reverse): recurrenceRule(Int(axis), reverse)
    case .cumulative(_, let axis, let reverse): cumulativeRule(Int(axis), reverse)
    case .argSort: .zero
    case .call: callRule
    case .conditional: conditionalRule
    case .scan(let form): scanRule(form)
    case .whileLoop(let carries): whileRule(carries: Int(carries))
    case .bundle: bundleRule
    case .part(let index): partRule(Int(index))
    case .after: afterRule
    case .windows(let windows): windowsRule(windows)
    case .overlap(let windows): overlapRule(windows)
    case .matrix(let function): function.rule
    case .solve(let matrix): matrix.rule
    }
  }
}
