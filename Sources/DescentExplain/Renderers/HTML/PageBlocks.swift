import DescentDrawing
import DescentNotation

// The blocks of a document as elements of a page.

extension Page {
  func markup(of block: Document.Block) -> Markup {
    switch block {
    case .heading(let text): "<h3>\(text)</h3>"
    case .paragraph(let text): "<p>\(text)</p>"
    case .formula(let formula): markup(of: formula)
    case .equations(let formulas): equations(formulas)
    case .step(let number, let title, let rule): beginning(of: number, title, rule)
    case .remark(let text): "<p class=\"remark\">\(text)</p>"
    case .table(let rows): table(rows)
    case .warning(let text): "<p class=\"warning\" role=\"alert\">\(text)</p>"
    }
  }

  /// A formula that breaks at its relation signs, or is pushed sideways, where it is wider than the page.
  private func markup(of formula: Formula) -> Markup {
    guard case .relation(let sign, let sides) = formula, sides.count > 1 else {
      return "<div class=\"formula scrolls\">\(math(formula.text, formula.mathML))</div>"
    }
    let rest = sides.dropFirst().map { side -> Markup in
      // Words break into lines, which mathematics doesn't.
      if case .words(let words) = side { return "\(sign) \(words)" }
      let mark: Markup = "<mo form=\"infix\" lspace=\"0\">\(sign)</mo>"
      return math("\(sign) \(side.text)", mark.text + side.mathML)
    }
    return "<div class=\"formula scrolls\">\(([math(sides[0].text, sides[0].mathML)] + rest).lines)</div>"
  }

  private func math(_ words: String, _ content: String, isLarge: Bool = true) -> Markup {
    """
    <math xmlns="http://www.w3.org/1998/Math/MathML" displaystyle="\(isLarge ? "true" : "false")" \
    alttext="\(words)"><mrow>\(Markup(content))</mrow></math>
    """
  }

  /// So many equations stand openly in a step.
  private static let mostOpen = 6

  private func equations(_ formulas: [Formula]) -> Markup {
    let lines = formulas.map(markup).lines
    if formulas.count <= Page.mostOpen { return "<div class=\"equations\">\(lines)</div>" }
    return "<details><summary>\(formulas.count) elements, one by one</summary>\(lines)</details>"
  }

  private func table(_ rows: [[String]]) -> Markup {
    let kind = derivation.verification.isCorrect ? "" : "wrong"
    let head = rows.prefix(1).flatMap { $0.map { "<th scope=\"col\">\($0)</th>" as Markup } }.lines
    let body = rows.dropFirst().map { row in "<tr>\(row.map { "<td>\($0)</td>" as Markup }.lines)</tr>" as Markup }
    return """
      <div class="scrolls" tabindex="0" role="region" aria-label="Table"><table class="\(kind)">
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body.lines)</tbody>
      </table></div>
      """
  }

  // MARK: Steps

  /// The beginning of a step's element, with what the script needs to know about it.
  private func beginning(of number: Int, _ title: Formula, _ rule: String) -> Markup {
    let step = derivation.steps[number - 1]
    let nodes = step.nodes.uniquedList
    let direction = step.kind == .forward ? "forward" : "backward"
    let subject = derivation.graph.nodes.last { $0.name == step.subject }?.id ?? -1
    let said = "Step \(number) of \(derivation.steps.count), \(direction): \(step.formula.text) — \(rule)"
    return """
      <article class="step" id="step-\(number)" data-kind="\(direction)" data-nodes="\(nodes.spaced)" \
      data-edges="\(edges(of: step).spaced)" data-subject="\(subject)" data-say="\(said)">
      <h3><a href="#step-\(number)"><span class="number">\(number)</span> \
      \(math(title.text, title.mathML, isLarge: false))</a> \
      <span class="rule">\(rule)</span></h3>
      """
  }

  /// The edges along which numbers flow in a step: to what is computed; back from the consumers of a quantity.
  private func edges(of step: Derivation.Step) -> [Int] {
    derivation.graph.edges.indices.filter { index in
      let edge = derivation.graph.edges[index]
      guard step.nodes.contains(edge.to) else { return false }
      return step.kind == .forward || edge.rule != nil && step.nodes.contains(edge.from)
    }
  }
}

extension [Int] {
  /// The numbers, each once.
  fileprivate var uniquedList: [Int] {
    var seen = Set<Int>()
    return filter { seen.insert($0).inserted }
  }

  fileprivate var spaced: String { map(String.init).joined(separator: " ") }
}
