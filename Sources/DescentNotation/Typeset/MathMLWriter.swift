/// Writes layouts as presentation MathML, within what MathML Core has and browsers draw.
struct MathMLWriter {
  func text(_ layout: Layout) -> String {
    switch layout {
    case .number(let decimal): number(decimal)
    case .identifier(let letters, let accent): identifier(letters, accent)
    case .operatorName(let name): element("mi", name.escaped)
    case .sign(let sign, _): self.sign(sign)
    case .space(let space): self.space(space)
    case .words(let words): element("mtext", words.escaped)
    case .row(let pieces): row(pieces.map(text))
    case .fraction(let x, let y): element("mfrac", text(x) + text(y))
    case .superscript(.subscripted(let base, let indices), let script):
      element("msubsup", text(base) + self.indices(indices) + text(script))
    case .superscript(let base, let script): element("msup", text(base) + text(script))
    case .subscripted(let base, let indices): element("msub", text(base) + self.indices(indices))
    case .root(2, let x): element("msqrt", text(x))
    case .root(let degree, let x): element("mroot", text(x) + element("mn", "\(degree)"))
    case .fenced(let left, let x, let right): fenced(left, text(x), right, isStretchy: x.isTall)
    case .table(let rows): fenced("[", table(rows.map { $0.map(text) }), "]")
    case .cases(let cases): self.cases(cases)
    case .summation(let letters): element("munder", element("mo", "∑") + indices(letters))
    }
  }

  private func element(_ tag: String, _ content: String, _ attributes: String = "") -> String {
    "<\(tag)\(attributes)>\(content)</\(tag)>"
  }

  private func row(_ pieces: [String]) -> String { pieces.count == 1 ? pieces[0] : element("mrow", pieces.joined()) }

  private func number(_ decimal: Decimal) -> String {
    guard let exponent = decimal.exponent else {
      return element(decimal.significand.first?.isNumber == true ? "mn" : "mi", decimal.significand)
    }
    let size = element("mn", "\(exponent.magnitude)")
    let power = element("msup", element("mn", "10") + (exponent < 0 ? row([sign("−"), size]) : size))
    return decimal.isPowerOfTen ? power : row([element("mn", decimal.significand), sign("·"), power])
  }

  private func identifier(_ letters: String, _ accent: Name.Accent?) -> String {
    let base = element("mi", letters.escaped)
    guard let accent else { return base }
    let isStretched = accent == .bar && letters.count > 1
    let sign = accent == .bar ? "¯" : "˙"
    return element(
      "mover", base + element("mo", sign, " stretchy=\"\(isStretched)\""), " accent=\"true\"")
  }

  private func sign(_ sign: String) -> String {
    switch sign {
    case "∂": element("mi", sign)
    case "d", "T": element("mi", sign, " mathvariant=\"normal\"")
    case "·": element("mo", "⋅")
    default: sign.first?.isNumber == true ? element("mn", sign.escaped) : signs(sign)
    }
  }

  /// `−1` is a minus and a number.
  private func signs(_ sign: String) -> String {
    guard sign.count > 1, sign.hasPrefix("−") else { return element("mo", sign.escaped) }
    return row([element("mo", "−"), self.sign(String(sign.dropFirst()))])
  }

  private func space(_ space: Layout.Space) -> String {
    switch space {
    case .times: element("mo", "\u{2062}")
    case .matrixProduct: row([element("mo", "\u{2062}"), "<mspace width=\"0.2222em\"/>"])
    case .application: row([element("mo", "\u{2061}"), "<mspace width=\"0.1667em\"/>"])
    case .thin: "<mspace width=\"0.1667em\"/>"
    }
  }

  private func indices(_ texts: [String]) -> String {
    let isLong = texts.contains { $0.count > 1 }
    let pieces = texts.map { sign in
      sign.allSatisfy { $0.isNumber || $0 == "−" } ? self.sign(sign) : element("mi", sign.escaped)
    }
    return row(Array(pieces.map { [$0] }.joined(separator: isLong ? [element("mo", ",")] : [])))
  }

  private func fenced(_ left: String, _ content: String, _ right: String, isStretchy: Bool = true) -> String {
    func fence(_ sign: String, _ form: String) -> String {
      sign.isEmpty ? "" : element("mo", sign.escaped, " form=\"\(form)\" stretchy=\"\(isStretchy)\"")
    }
    return element("mrow", fence(left, "prefix") + content + fence(right, "postfix"))
  }

  private func table(_ rows: [[String]], _ attributes: String = "") -> String {
    element("mtable", rows.map { element("mtr", $0.map { element("mtd", $0, attributes) }.joined()) }.joined())
  }

  private func cases(_ cases: [Layout.Case]) -> String {
    let rows = cases.map { one in
      [
        text(one.value),
        one.condition.map { row([element("mtext", "if\u{A0}"), text($0)]) } ?? element("mtext", "otherwise"),
      ]
    }
    return fenced("{", table(rows, " style=\"text-align: left\""), "")
  }
}

extension String {
  /// Without what XML would take for markup or doesn't allow at all.
  fileprivate var escaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default:
        if scalar.properties.generalCategory == .control {
          text += "\u{FFFD}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}

extension Formula {
  /// The formula in presentation MathML, without the element `math` around it.
  public var mathML: String { mathML(digits: .atMost(6)) }

  /// The formula in presentation MathML, with numbers of so many digits.
  public func mathML(digits: Digits) -> String {
    MathMLWriter().text(Composer(style: .stacked, digits: digits).compose(self).layout)
  }

  /// The formula as an element `math` for a page, in a line of its own or within a text.
  ///
  /// Its alternative text is ``text``.
  public func mathElement(isBlock: Bool = false, digits: Digits = .atMost(6)) -> String {
    "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"\(isBlock ? "block" : "inline")\""
      + " alttext=\"\(text(digits: digits).escaped)\">\(mathML(digits: digits))</math>"
  }
}
