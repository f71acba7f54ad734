import DescentNotation

extension ScalarDerivation: CustomStringConvertible {
  /// The derivation as text, without colours.
  public var description: String { text() }

  /// The derivation for a terminal.
  ///
  /// - Parameter isColored: Whether rules are coloured by ANSI sequences.
  public func text(isColored: Bool = false) -> String {
    let style = TerminalStyle(isColored: isColored)
    let first = lines[0].formula.text
    var text = style.bold("f = \(function.text)") + "\n\n\(first)\n"
    let width = lines.dropFirst().map(\.formula.text.count).max() ?? 0
    for line in lines.dropFirst() {
      let formula = line.formula.text
      text += "  = \(formula)\(String(repeating: " ", count: max(0, min(width, 70) - formula.count)))   "
      text += style.accent(line.rule) + "\n"
      for remark in line.remarks { text += style.dim("      · \(remark)") + "\n" }
    }
    if let composition {
      text += "\nAs a composition: " + composition.definitions.map(\.text).joined(separator: ", ") + "\n  "
      text += composition.product.text + "\n"
    }
    text += "\n" + style.bold("\(title.text) = \(derivative.text)") + "\n"
    return text + (check.isCorrect ? style.dim(checkWords) : style.warning(checkWords))
  }

  /// What comparing at random points has shown.
  private var checkWords: String {
    guard check.points > 0 else { return "not compared in numbers: the function is not defined where it was tried" }
    let errors =
      "\(check.automaticError.digits(2)) from automatic, \(check.finiteDifferenceError.digits(2)) from finite differences"
    return check.isCorrect
      ? "compared at \(check.points) random points: largest error \(errors)"
      : "‼ IT DISAGREES at random points: errors \(errors)"
  }

  /// df/dx, ∂²f/∂x∂y.
  public var title: Formula {
    var isPartial = true
    if case .differentiating(_, _, let partial) = lines[0].formula { isPartial = partial }
    return .derivative(of: .name("f"), by: variables.map { .name($0) }, isPartial: isPartial)
  }

  private var document: Document {
    var document = Document(title: "The derivative of \(function.text) with respect to \(variables.listed)")
    document.add(.formula(.equation(.name("f"), function)))
    for (number, line) in lines.enumerated() {
      if number > 0 { document.add(.paragraph("\(line.rule.capitalizedFirst):")) }
      document.add(.formula(number == 0 ? line.formula : .relation("=", [lines[number - 1].formula, line.formula])))
      for remark in line.remarks { document.add(.remark(remark)) }
    }
    if let composition {
      document.add(.heading("As a composition"))
      document.add(.equations(composition.definitions + [composition.product]))
    }
    document.add(.heading("The derivative"))
    document.add(.formula(.equation(title, derivative)))
    document.add(check.isCorrect ? .remark(checkWords) : .warning(checkWords))
    return document
  }

  /// The derivation in Markdown, with formulas between dollar signs.
  public var markdown: String { document.markdown }

  /// The derivation as a LaTeX document.
  public var latex: String { document.latex }

  /// Several derivations as one LaTeX document.
  public static func latex(_ derivations: [ScalarDerivation]) -> String {
    guard let first = derivations.first else { return "" }
    var whole = first.document
    for next in derivations.dropFirst() {
      whole.add(.heading(next.document.title))
      for block in next.document.blocks { whole.add(block) }
    }
    return whole.latex
  }

  /// The derivation as JSON: `function`, `variables`, `derivative` as an expression in the notation of programs (null if
  /// it has none), its `latex`, `steps` with `rule`, `formula` and `remarks`, and `verification` at random points.
  public var json: String { JSONText.encode(JSONScalarDerivation(self)) }

  /// One derivation as an object, several as an array.
  public static func json(_ derivations: [ScalarDerivation]) -> String {
    derivations.count == 1 ? derivations[0].json : JSONText.encode(derivations.map(JSONScalarDerivation.init))
  }
}

private struct JSONScalarDerivation: Encodable {
  var function: String?
  var variables: [String]
  var derivative: String?
  var text, latex: String
  var steps: [Step]
  var composition: [String]?
  var verification: Check

  struct Check: Encodable {
    var points: Int
    var automaticError, finiteDifferenceError: Double
    var agrees: Bool
  }

  struct Step: Encodable {
    var rule, formula, latex: String
    var remarks: [String]
  }

  init(_ derivation: ScalarDerivation) {
    function = derivation.function.program
    variables = derivation.variables
    derivative = derivation.derivative.program
    text = derivation.derivative.text(digits: .all)
    latex = derivation.derivative.latex
    steps = derivation.lines.map {
      Step(rule: $0.rule, formula: $0.formula.text(digits: .atMost(12)), latex: $0.formula.latex, remarks: $0.remarks)
    }
    composition = derivation.composition.map { $0.definitions.map(\.text) + [$0.product.text] }
    let check = derivation.check
    verification = Check(
      points: check.points, automaticError: check.automaticError, finiteDifferenceError: check.finiteDifferenceError,
      agrees: check.isCorrect)
  }
}
