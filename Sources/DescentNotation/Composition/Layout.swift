/// What is written and where it stands, with all parentheses in place: between a formula and its renderings.
indirect enum Layout: Hashable {
  case number(Decimal)
  /// The letters of a quantity, without indices.
  case identifier(String, Name.Accent?)
  /// The name of a function: cos, softmax.
  case operatorName(String)
  case sign(String, Spacing = .none)
  case space(Space)
  case words(String)
  case row([Layout])
  case fraction(Layout, Layout)
  case superscript(Layout, Layout)
  /// A base with the texts of its indices.
  case subscripted(Layout, [String])
  case root(Int, Layout)
  case fenced(String, Layout, String)
  case table([[Layout]])
  case cases([Case])
  /// Σ with its index letters.
  case summation([String])

  /// The spaces about a sign.
  enum Spacing: Hashable { case none, around, after }

  /// What stands between two pieces without a sign.
  enum Space: Hashable {
    /// Between a coefficient and what it multiplies: `2x`.
    case times
    /// Between matrices: `w x`.
    case matrixProduct
    /// Between a function and its argument: `cos x`.
    case application
    /// Between the differentials of ∂x ∂y.
    case thin
  }

  /// One of the cases of a definition.
  struct Case: Hashable {
    let value: Layout
    let condition: Layout?
  }
}

extension Layout {
  /// The piece at the left end.
  var leading: Layout {
    switch self {
    case .row(let pieces): pieces.first?.leading ?? self
    case .superscript(let base, _), .subscripted(let base, _): base.leading
    case .number, .identifier, .operatorName, .sign, .space, .words, .fraction, .root, .fenced, .table, .cases,
      .summation:
      self
    }
  }

  /// Whether a coefficient may stand before it without a sign.
  var mayFollowCoefficient: Bool {
    switch leading {
    case .identifier(let letters, _): letters.count == 1
    // 2·(−3) looks like a difference without the dot.
    case .fenced(let left, let content, _): left == "(" && !content.isNegation
    case .root(let degree, _): degree == 2
    case .number, .operatorName, .sign, .space, .words, .row, .fraction, .superscript, .subscripted, .table, .cases,
      .summation:
      false
    }
  }

  /// Whether it is a minus and what is negated.
  private var isNegation: Bool {
    if case .row(let pieces) = self { pieces.count == 2 && pieces[0] == .sign("−") } else { false }
  }

  /// Whether it starts with a digit.
  var startsWithNumber: Bool { if case .number = leading { true } else { false } }

  /// Whether it is a number with or without a sign.
  var isNumber: Bool {
    switch self {
    case .number: true
    case .row(let pieces): isNegation && pieces[1].isNumber
    default: false
    }
  }

  /// Whether fences around it have to grow.
  var isTall: Bool {
    switch self {
    case .fraction, .table, .cases, .summation: true
    case .row(let pieces): pieces.contains(where: \.isTall)
    case .superscript(let base, let script): base.isTall || script.isTall
    case .subscripted(let base, _): base.isTall
    case .root(_, let x), .fenced(_, let x, _): x.isTall
    case .number, .identifier, .operatorName, .sign, .space, .words: false
    }
  }

  /// Whether all but scripts is a letter with an accent.
  var isAccented: Bool {
    switch self {
    case .identifier(_, let accent): accent != nil
    case .superscript(let base, _), .subscripted(let base, _): base.isAccented
    case .number, .operatorName, .sign, .space, .words, .row, .fraction, .root, .fenced, .table, .cases, .summation:
      false
    }
  }
}
