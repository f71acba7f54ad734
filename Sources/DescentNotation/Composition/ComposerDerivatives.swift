// Derivatives as fractions of differentials.

extension Composer {
  /// ∂f/∂x, ∂²f/∂x∂y, ∂(x + y)/∂x.
  func derivative(of x: Formula, by variables: [Formula], _ isPartial: Bool) -> Composition {
    guard !variables.isEmpty else { return compose(x) }
    let function = compose(x)
    var isNumber = false
    if case .number = x { isNumber = true }
    let above = isNumber ? function.parenthesised : function.layout(atLeast: .atom)
    return fraction(
      .row([differential(isPartial, variables.count), above]), differentials(of: variables, isPartial))
  }

  /// d/dx(3x + 2x²).
  func differentiating(_ x: Formula, by variable: Formula, _ isPartial: Bool) -> Composition {
    let operation = fraction(differential(isPartial, 1), differentials(of: [variable], isPartial))
    return Composition(layout: .row([operation.layout, compose(x).parenthesised]), strength: .derivative)
  }

  private func fraction(_ above: Layout, _ below: Layout) -> Composition {
    isStacked
      ? Composition(layout: .fraction(above, below), strength: .application)
      : Composition(layout: .row([above, .sign("/"), below]), strength: .derivative)
  }

  /// ∂, or ∂² for the second order.
  private func differential(_ isPartial: Bool, _ order: Int) -> Layout {
    let sign = Layout.sign(isPartial ? "∂" : "d")
    return order == 1 ? sign : .superscript(sign, .number(Decimal(Double(order), .all)))
  }

  /// ∂x²∂y: neighbours that are equal have an exponent.
  private func differentials(of variables: [Formula], _ isPartial: Bool) -> Layout {
    var runs: [(variable: Formula, count: Int)] = []
    for variable in variables {
      if runs.last?.variable == variable {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((variable, 1))
      }
    }
    let pieces = runs.map { run in
      let variable = compose(run.variable).layout(atLeast: .name)
      let count = Layout.number(Decimal(Double(run.count), .all))
      return Layout.row([differential(isPartial, 1), run.count == 1 ? variable : .superscript(variable, count)])
    }
    return joined(pieces, .space(.thin))
  }
}
