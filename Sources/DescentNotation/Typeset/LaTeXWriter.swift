/// Writes layouts as LaTeX.
struct LaTeXWriter {
  func text(_ layout: Layout) -> String {
    switch layout {
    case .number(let decimal): decimal.latex
    case .identifier(let letters, let accent): Self.identifier(letters, accent)
    case .operatorName(let name): Self.function(name)
    case .sign(let sign, let spacing): spacing.around(Self.sign(sign))
    case .space(let space): space.latex
    case .words(let words): Self.words(words)
    case .row(let pieces): Self.joined(pieces.map(text))
    case .fraction(let x, let y): "\\frac{\(text(x))}{\(text(y))}"
    case .superscript(let base, let script): self.base(base, isLowering: false) + "^{\(exponent(script))}"
    case .subscripted(let base, let indices): self.base(base, isLowering: true) + "_{\(Self.indices(indices))}"
    case .root(let degree, let x): "\\sqrt\(degree == 2 ? "" : "[\(degree)]"){\(text(x))}"
    case .fenced(let left, let x, let right): fenced(left, x, right)
    case .table(let rows): table(rows)
    case .cases(let cases): self.cases(cases)
    case .summation(let letters): "\\sum_{\(Self.indices(letters))} "
    }
  }

  /// The base in braces if it has a script in the same place already, or would lose a part of itself.
  private func base(_ layout: Layout, isLowering: Bool) -> String {
    switch layout {
    // TeX takes the braces away again around a single letter with an accent, unless something empty is beside it.
    case .superscript, .row, .fraction: "{\(layout.isAccented ? "{}" : "")\(text(layout))}"
    case .subscripted where isLowering: "{\(layout.isAccented ? "{}" : "")\(text(layout))}"
    case .subscripted: text(layout)
    case .number, .identifier, .operatorName, .sign, .space, .words, .root, .fenced, .table, .cases, .summation:
      text(layout)
    }
  }

  private func exponent(_ script: Layout) -> String {
    if case .sign(let mark, _) = script { Self.mark(mark) } else { text(script) }
  }

  private func fenced(_ left: String, _ x: Layout, _ right: String) -> String {
    guard let opening = LaTeXSymbols.delimiter(left, isLeft: true),
      let closing = LaTeXSymbols.delimiter(right, isLeft: false)
    else { return Self.joined([Self.words(left), text(x), Self.words(right)]) }
    if x.isTall { return Self.joined(["\\left" + opening, text(x), "\\right" + closing]) }
    return Self.joined([left.isEmpty ? "" : opening, text(x), right.isEmpty ? "" : closing])
  }

  private func table(_ rows: [[Layout]]) -> String {
    let content = lines(rows.map { $0.map(text) })
    let columns = rows.map(\.count).max() ?? 0
    // amsmath's matrices end at ten columns.
    guard columns > 10 else { return "\\begin{bmatrix} \(content) \\end{bmatrix}" }
    let format = String(repeating: "c", count: columns)
    return "\\left[\\begin{array}{\(format)} \(content) \\end{array}\\right]"
  }

  private func cases(_ cases: [Layout.Case]) -> String {
    let rows = cases.map { one in
      [text(one.value), one.condition.map { "\\text{if } " + text($0) } ?? "\\text{otherwise}"]
    }
    return "\\begin{cases} \(lines(rows)) \\end{cases}"
  }

  private func lines(_ rows: [[String]]) -> String {
    rows.map { row in
      let line = row.joined(separator: " & ")
      // `\\` takes a bracket or a star behind it for its own.
      return line.hasPrefix("[") || line.hasPrefix("*") ? "{}" + line : line
    }.joined(separator: " \\\\ ")
  }
}

extension Decimal {
  fileprivate var latex: String {
    guard let exponent else {
      return significand == "∞" ? "\\infty" : significand == "NaN" ? "\\mathrm{NaN}" : significand
    }
    return (isPowerOfTen ? "" : significand + " \\cdot ") + "10^{\(exponent)}"
  }
}

extension Layout.Spacing {
  fileprivate func around(_ sign: String) -> String {
    switch self {
    case .none: sign == "\\cdot" ? " \\cdot " : sign
    // Words between formulas need the spaces of a sign.
    case .around: sign.hasPrefix("\\text") ? " \\mathrel{\(sign)} " : " \(sign) "
    case .after: "\(sign) "
    }
  }
}

extension Layout.Space {
  fileprivate var latex: String {
    switch self {
    case .times: ""
    case .matrixProduct, .thin: "\\,"
    case .application: " "
    }
  }
}

extension Formula {
  /// The formula for LaTeX's mathematical mode: `\frac{x}{y}`.
  ///
  /// It needs the package amsmath. Names may hold any characters: what LaTeX would take for a command is escaped.
  /// Letters that pdfTeX doesn't know, those of East Asia for instance, need XeTeX or LuaTeX.
  public var latex: String { latex(digits: .atMost(6)) }

  /// The formula for LaTeX's mathematical mode, with numbers of so many digits.
  public func latex(digits: Digits) -> String {
    LaTeXWriter().text(Composer(style: .stacked, digits: digits).compose(self).layout)
  }
}

extension Name {
  /// The name for LaTeX's mathematical mode: `w_{11}`.
  public var latex: String { Formula.name(self).latex }
}
