import DescentGraph

/// yᵢ = aᵢ·yᵢ₋₁ + bᵢ,  b̄ᵢ = ȳᵢ + aᵢ₊₁·b̄ᵢ₊₁,  āᵢ = b̄ᵢ·yᵢ₋₁.
///
/// The adjoint is a recurrence too, in the other direction; so is the tangent, ẏᵢ = aᵢ·ẏᵢ₋₁ + (ȧᵢ·yᵢ₋₁ + ḃᵢ). No
/// division occurs, so zeros among the factors need no care.
func recurrenceRule(_ axis: Int, _ reverse: Bool) -> Rule {
  .general(
    pullback: { application, cotangent, operand in
      let terms = adjoint(application.x, cotangent, axis, reverse)
      return operand == 1 ? terms : terms * application.result.delayed(axis: axis, reverse: reverse)
    },
    pushforward: { application, tangents in
      let moved = tangents[0].map { $0 * application.result.delayed(axis: axis, reverse: reverse) }
      guard let terms = moved.map({ moved in tangents[1].map { moved + $0 } ?? moved }) ?? tangents[1] else {
        return nil
      }
      return .recurrence(application.x, terms, axis: axis, reverse: reverse)
    })
}

/// y = the running maximum (minimum) of x: 1 for the extreme element so far, shared evenly by those that tie.
///
/// While y stands still, ties add up: with t = [xᵢ = yᵢ] and m = [yᵢ = yᵢ₋₁], nᵢ = mᵢ·nᵢ₋₁ + tᵢ counts them, and
/// nᵢ·ẏᵢ is the recurrence of t·ẋ with the same factors m.
func cumulativeRule(_ axis: Int, _ reverse: Bool) -> Rule {
  /// Which elements share, which places continue the run of the place before, and how many share so far.
  func parts(_ application: Application) -> (ties: Node, continues: Node, count: Node) {
    let (x, y) = (application.x, application.result)
    let ties = Node.convert(x .== y, to: x.scalarType)
    let continues = Node.convert(y .== y.delayed(axis: axis, reverse: reverse), to: x.scalarType)
    return (ties, continues, .recurrence(continues, ties, axis: axis, reverse: reverse))
  }
  return .general(
    pullback: { application, cotangent, _ in
      let (ties, continues, count) = parts(application)
      return ties * adjoint(continues, cotangent / count, axis, reverse)
    },
    pushforward: { application, tangents in
      let (ties, continues, count) = parts(application)
      return tangents[0].map { .recurrence(continues, ties * $0, axis: axis, reverse: reverse) / count }
    })
}

/// The adjoint of a recurrence in its terms: the factors one place further, in the other direction.
private func adjoint(_ factors: Node, _ cotangent: Node, _ axis: Int, _ reverse: Bool) -> Node {
  // A constant stays one: the place that the delay would set to 0 is not looked at.
  let isConstant = if case .fill = factors.operation { true } else { false }
  return .recurrence(
    isConstant ? factors : factors.delayed(axis: axis, reverse: !reverse), cotangent, axis: axis, reverse: !reverse)
}
