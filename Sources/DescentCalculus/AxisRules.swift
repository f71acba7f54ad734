import DescentGraph

extension Reduction {
  /// The cards of the reductions, y = ⊕ x along axes.
  func rule(_ axes: AxisSet) -> Rule {
    switch self {
    /// y = Σ x,  every ∂y/∂xᵢ = 1: the cotangent is repeated along the axes.
    case .sum:
      .linear(in: 0..<1) { application, cotangent, _ in cotangent.broadcast(to: application.x.shape, along: axes) }
    case .max, .min: extremeRule(axes)
    /// y = Π x,  ∂y/∂xᵢ = the product of all others, without a division: zeros need no care.
    case .product: .weightedSum(axes) { productOfOthers($0.x, axes.array) }
    }
  }
}

/// y = max x (min x),  ẏ = Σ ẋᵢ/n over the n elements that tie: 1 for the extreme element, shared evenly by those that
/// tie.
///
/// The division is that of the few: one for each result, not for each element.
private func extremeRule(_ axes: AxisSet) -> Rule {
  /// Which elements are extreme, and how many share each result.
  func parts(_ application: Application) -> (isExtreme: Node, count: Node) {
    let x = application.x
    let isExtreme = x .== application.result.broadcast(to: x.shape, along: axes)
    return (isExtreme, Node.convert(isExtreme, to: x.scalarType).sum(axes))
  }
  return .general(
    pullback: { application, cotangent, _ in
      let (isExtreme, count) = parts(application)
      let share = (cotangent / count).broadcast(to: isExtreme.shape, along: axes)
      return .select(isExtreme, share, share.filled(0))
    },
    pushforward: { application, tangents in
      let (isExtreme, count) = parts(application)
      return tangents[0].map { .select(isExtreme, $0, $0.filled(0)).sum(axes) / count }
    })
}

/// For each element the product of all others along the axes, which ascend.
private func productOfOthers(_ x: Node, _ axes: [Int]) -> Node {
  guard let axis = axes.last, x.shape.elementCount > 0 else { return x }
  let inLine = exclusiveProduct(x, axis, reverse: false) * exclusiveProduct(x, axis, reverse: true)
  if axes.count == 1 { return inLine }
  let lines = Node.reduce(.product, x, AxisSet([axis]))
  return inLine * productOfOthers(lines, axes.dropLast()).broadcast(to: x.shape, along: AxisSet([axis]))
}

/// The product of the elements before each place along an axis; of those after it in reverse.
private func exclusiveProduct(_ x: Node, _ axis: Int, reverse: Bool) -> Node {
  let one = x.filled(1).onlyFirst(axis: axis, reverse: reverse)
  return .recurrence(x.delayed(axis: axis, reverse: reverse), one, axis: axis, reverse: reverse)
}

/// y = x repeated: its adjoint sums along the repeated axes.
func broadcastRule(_ axes: AxisSet) -> Rule {
  .linear(in: 0..<1) { _, cotangent, _ in cotangent.sum(axes) }
}

/// The same elements under another shape: the adjoint goes back to the operand's.
var reshapeRule: Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .reshape(cotangent, to: application.x.shape) }
}

/// The adjoint of a permutation of the axes is its inverse.
func transposeRule(_ axes: AxisList) -> Rule {
  .linear(in: 0..<1) { _, cotangent, _ in .transpose(cotangent, axes.inverse) }
}

/// y = x in a window: the adjoint places the cotangent in that window, with zeros around it.
func sliceRule(_ window: Window) -> Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .place(cotangent, window, in: application.x.shape) }
}

/// The adjoint of placing in a window is reading from it.
func placeRule(_ window: Window) -> Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .slice(cotangent, window, to: application.x.shape) }
}

/// Operands side by side: each receives its own part of the cotangent.
func concatenateRule(_ axis: Int) -> Rule {
  .linear(in: 0..<Int.max) { application, cotangent, operand in
    var window = Window(rank: cotangent.shape.rank)
    let start = (0..<operand).reduce(0) { $0 + application.node.operand($1).shape[axis] }
    window.starts[axis] = Int32(start)
    return .slice(cotangent, window, to: application.node.operand(operand).shape)
  }
}

/// y = x[indices]: the adjoint adds each slice of the cotangent where it came from; repeated indices add up.
func gatherRule(_ axis: Int) -> Rule {
  .linear(in: 0..<1) { application, cotangent, _ in
    .scatterAdd(cotangent, application.y, axis: axis, in: application.x.shape)
  }
}

/// The adjoint of adding at indices is reading at them.
func scatterAddRule(_ axis: Int) -> Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .gather(cotangent, application.y, axis: axis) }
}
