/// Decides how formulas are written: which signs, and where parentheses are needed.
struct Composer {
  /// What the rendering can do.
  enum Style {
    /// One line of text.
    case line
    /// Text with matrices and cases drawn over several lines.
    case display
    /// Fractions, raised exponents and roots of any size.
    case stacked
  }

  let style: Style
  let digits: Digits

  var isStacked: Bool { style == .stacked }

  /// Composes any formula.
  func compose(_ formula: Formula) -> Composition {
    switch formula {
    case .number(let value): number(value)
    case .name(let name): Composition(layout: NameParts(name).layout, strength: .name)
    case .words(let words): Composition(layout: .words(words), strength: .atom)
    case .sum(let terms): sum(terms)
    case .negation(let x): negated(compose(x))
    case .product(let factors, let multiplication): product(factors, multiplication)
    case .quotient(let x, let y): quotient(x, y)
    case .power(let x, let y): power(x, y)
    case .root(let degree, let x): root(degree, compose(x))
    case .function(let name, let x): function(name, compose(x))
    case .call(let name, let arguments, let remarks): call(name, arguments, remarks)
    case .enclosed(let left, let x, let right):
      Composition(layout: .fenced(left, compose(x).layout, right), strength: .atom)
    case .prefixed(let sign, let x): Composition(layout: .row([.sign(sign), argument(compose(x))]), strength: .power)
    case .marked(let x, let sign):
      Composition(
        layout: .superscript(compose(x).layout(atLeast: .marked), .sign(Scripts.levelled(sign))), strength: .marked)
    case .indexed(let x, let ranges):
      Composition(
        layout: .row([compose(x).layout(atLeast: .marked), .fenced("[", .words(ranges), "]")]), strength: .atom)
    case .element(let x, let indices):
      Composition(layout: .subscripted(compose(x).layout(atLeast: .marked), indices.map(\.text)), strength: .atom)
    case .relation(let sign, let sides):
      Composition(layout: joined(sides.map(side), .sign(sign, .around)), strength: .relation)
    case .indexedSum(let letters, let x): indexedSum(letters, compose(x))
    case .matrix(let rows):
      Composition(layout: .table(rows.map { $0.map { compose($0).layout } }), strength: .atom)
    case .cases(let cases): self.cases(cases)
    case .derivative(let x, let variables, let isPartial): derivative(of: x, by: variables, isPartial)
    case .differentiating(let x, let variable, let isPartial): differentiating(x, by: variable, isPartial)
    }
  }

  /// One side of a relation.
  func side(_ formula: Formula) -> Layout { compose(formula).layout(atLeast: .sum) }

  /// Pieces with the same sign between them.
  func joined(_ pieces: [Layout], _ sign: Layout) -> Layout {
    .row(Array(pieces.map { [$0] }.joined(separator: [sign])))
  }

  private func number(_ value: Double) -> Composition {
    let decimal = Decimal(value.magnitude, digits)
    let strength: Strength = decimal.exponent == nil ? .name : decimal.isPowerOfTen ? .power : .product
    let size = Composition(layout: .number(decimal), strength: strength)
    return value < 0 ? negated(size) : size
  }

  private func cases(_ cases: [Formula.Case]) -> Composition {
    let rows = cases.map { Layout.Case(value: compose($0.value).layout, condition: $0.condition.map(self.condition)) }
    // Drawn, a brace stands on the left alone.
    return Composition(layout: .cases(rows), strength: style == .line ? .atom : .sum)
  }

  private func condition(_ formula: Formula) -> Layout { compose(formula).layout }
}

// MARK: - Functions

extension Composer {
  /// An argument: bare if it is a name or a number, else in parentheses.
  private func argument(_ x: Composition) -> Layout { x.layout(atLeast: .name) }

  /// `cos x`, or `cos(x + y)` for anything but a name.
  private func function(_ name: String, _ x: Composition) -> Composition {
    let isBare = x.strength == .name
    let gap: [Layout] = isBare ? [.space(.application)] : []
    return Composition(
      layout: .row([.function(name)] + gap + [argument(x)]), strength: .application, isOpen: isBare)
  }

  /// `name(x, y, remarks…)`.
  private func call(_ name: String, _ arguments: [Formula], _ remarks: [String]) -> Composition {
    let list = joined(arguments.map { compose($0).layout } + remarks.map(Layout.words), .sign(",", .after))
    let prefix: [Layout] = name.isEmpty ? [] : [.function(name)]
    return Composition(layout: .row(prefix + [.fenced("(", list, ")")]), strength: .atom)
  }

  private func root(_ degree: Int, _ x: Composition) -> Composition {
    isStacked
      ? Composition(layout: .root(degree, x.layout), strength: .atom)
      : Composition(layout: .root(degree, argument(x)), strength: .power)
  }

  private func indexedSum(_ letters: [String], _ x: Composition) -> Composition {
    let body = x.strength == .summation ? x.layout : x.layout(atLeast: .quotient)
    return Composition(layout: .row([.summation(letters), body]), strength: .summation)
  }
}
