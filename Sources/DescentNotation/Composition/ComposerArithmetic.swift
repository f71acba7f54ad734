// Sums, products, quotients and powers.

extension Composer {
  func negated(_ x: Composition) -> Composition {
    Composition(
      layout: .row([.sign("−"), x.layout(atLeast: .looseProduct)]), strength: .negation, isOpen: x.isOpen)
  }

  func sum(_ terms: [Formula.Term]) -> Composition {
    guard let first = terms.first else { return compose(.number(0)) }
    let start = compose(first.formula)
    if terms.count == 1, !first.isNegative { return start }
    var pieces = first.isNegative ? [.sign("−"), start.layout(atLeast: .quotient)] : [start.layout(atLeast: .sum)]
    for term in terms.dropFirst() {
      pieces += [.sign(term.isNegative ? "−" : "+", .around), compose(term.formula).layout(atLeast: .quotient)]
    }
    return Composition(layout: .row(pieces), strength: terms.count == 1 ? .negation : .sum)
  }

  func product(_ factors: [Formula], _ multiplication: Formula.Multiplication) -> Composition {
    guard factors.count > 1 else { return compose(factors.first ?? .number(1)) }
    if multiplication != .dots, let size = factors[0].size, !isBetweenNumbers(factors) {
      return negated(product([size] + factors.dropFirst(), multiplication))
    }
    let parts = factors.map(compose)
    let layouts = factors.indices.map { index in
      let part = parts[index]
      if case .product(_, multiplication) = factors[index], part.strength == multiplication.strength, !part.isOpen {
        return part.layout
      }
      let least: Strength = multiplication == .matrices ? .application : .derivative
      return index < factors.count - 1 ? part.layout(before: least) : part.layout(atLeast: least)
    }
    var pieces = [layouts[0]]
    for index in 1..<factors.count {
      let isAfterCoefficient = index == 1 && factors[0].isCoefficient(digits) && layouts[0].startsWithNumber
      pieces += [sign(multiplication, isAfterCoefficient, layouts[index]), layouts[index]]
    }
    return Composition(
      layout: .row(pieces), strength: multiplication.strength, isOpen: parts[factors.count - 1].isOpen)
  }

  /// Whether a product starts with a negative number and goes on with a number: `(−6)·1`, `(−1)·(−1)`.
  private func isBetweenNumbers(_ factors: [Formula]) -> Bool {
    guard case .number = factors[0] else { return false }
    if case .number = factors[1] { return true }
    return compose(factors[1]).layout(atLeast: .derivative).startsWithNumber
  }

  private func sign(_ multiplication: Formula.Multiplication, _ isAfterCoefficient: Bool, _ next: Layout) -> Layout {
    switch multiplication {
    case .plain: isAfterCoefficient && next.mayFollowCoefficient ? .space(.times) : .sign("·")
    case .dots: .sign("·")
    case .crosses: .sign("×", .around)
    case .matrices: .space(.matrixProduct)
    case .elements: .sign("⊙", .around)
    }
  }

  func quotient(_ x: Formula, _ y: Formula) -> Composition {
    if isStacked {
      return Composition(layout: .fraction(compose(x).layout, compose(y).layout), strength: .application)
    }
    if let size = x.size { return negated(leading: quotient(size, y)) }
    let below = compose(y)
    return Composition(
      layout: .row([compose(x).layout(before: .product), .sign("/"), below.layout(atLeast: .application)]),
      strength: .quotient, isOpen: below.isOpen)
  }

  /// `−x/y`, where the minus belongs to x.
  private func negated(leading x: Composition) -> Composition {
    Composition(layout: .row([.sign("−"), x.layout]), strength: .negation, isOpen: x.isOpen)
  }

  func power(_ x: Formula, _ y: Formula) -> Composition {
    let base = compose(x).layout(atLeast: .atom)
    let exponent = compose(y)
    let isRaised = isStacked || y.isWholeNumber
    let layout: Layout =
      isRaised
      ? .superscript(base, exponent.layout) : .row([base, .sign("^"), exponent.layout(atLeast: .atom)])
    return Composition(layout: layout, strength: .power)
  }
}

extension Formula {
  /// What a minus stands before, nil if the formula doesn't start with one or the rest does too.
  fileprivate var size: Formula? {
    switch self {
    case .number(let value): value < 0 ? .number(-value) : nil
    case .negation(let x): x.size == nil ? x : nil
    default: nil
    }
  }

  /// Whether a letter may follow: not after 1, nor after ∞ or a power of ten.
  fileprivate func isCoefficient(_ digits: Digits) -> Bool {
    guard case .number(let value) = self, value.isFinite, value.magnitude != 1 else { return false }
    return Decimal(value.magnitude, digits).exponent == nil
  }

  /// Whether it is a number whose digits may all be raised.
  fileprivate var isWholeNumber: Bool {
    guard case .number(let value) = self else { return false }
    return value.magnitude < 1e15 && value == value.rounded()
  }
}

extension Formula.Multiplication {
  fileprivate var strength: Strength {
    switch self {
    case .plain, .dots: .product
    case .crosses, .matrices, .elements: .looseProduct
    }
  }
}
