import DescentNotation

/// What is written, in reading order, before it is written in any form: the one arrangement that text, Markdown, LaTeX
/// and HTML share.
package struct Document {
  package var title: String
  package private(set) var blocks: [Block] = []

  package enum Block {
    case heading(String)
    case paragraph(String)
    /// One displayed formula.
    case formula(Formula)
    /// Equations below each other.
    case equations([Formula])
    /// A step's number in the derivation, its heading, and the names of its rules.
    case step(Int, Formula, rule: String)
    /// A few words beside a step.
    case remark(String)
    case table([[String]])
    /// What must not be overlooked.
    case warning(String)
  }

  /// A document without blocks.
  package init(title: String) { self.title = title }

  package mutating func add(_ block: Block) { blocks.append(block) }
}

extension Derivation {
  /// The derivation in reading order.
  var document: Document {
    let names = gradients.map(\.name)
    var document = Document(title: "The gradient of \(target) with respect to \(names.listed)")
    addProgram(to: &document)
    addBackward(to: &document)
    addGradients(to: &document)
    addJacobians(to: &document)
    addVerification(to: &document)
    return document
  }

  private func addProgram(to document: inout Document) {
    document.add(.heading("The program"))
    let given = quantities.filter { $0.formula == nil }
    for (role, words) in [(Quantity.Role.parameter, "To differentiate by"), (.data, "Held constant")] {
      let some = given.filter { $0.role == role }
      guard !some.isEmpty else { continue }
      document.add(.paragraph("\(words):"))
      document.add(
        .equations(some.map { .equation(.name($0.name), $0.value.formula(limit: Derivation.mostShown)) }))
    }
    for (number, step) in steps.enumerated() where step.kind == .forward { add(step, number, to: &document) }
  }

  /// Larger tensors are described rather than written out.
  static var mostShown: Int { 32 }

  private func addBackward(to document: inout Document) {
    document.add(.heading("The chain rule, from the end to the beginning"))
    for (number, step) in steps.enumerated() where step.kind != .forward { add(step, number, to: &document) }
  }

  private func add(_ step: Step, _ number: Int, to document: inout Document) {
    document.add(.step(number + 1, step.title, rule: step.rule))
    document.add(.formula(step.formula))
    if step.scalars.isEmpty || step.value.scalars.count > 1 {
      if step.formula != step.numbers { document.add(.formula(step.numbers)) }
    }
    if !step.scalars.isEmpty { document.add(.equations(step.scalars)) }
    for remark in step.remarks { document.add(remark.hasPrefix("‼") ? .warning(remark) : .remark(remark)) }
  }

  private func addGradients(to document: inout Document) {
    for gradient in gradients where gradient.stages.count > 1 || gradient.element != nil {
      document.add(.heading("∂\(target)/∂\(gradient.name), from symbols to numbers"))
      if let element = gradient.element {
        document.add(.paragraph("One element:"))
        document.add(.formula(element))
      }
      for stage in gradient.stages {
        document.add(.paragraph("\(stage.title.capitalizedFirst):"))
        document.add(.formula(stage.formula))
      }
    }
  }

  private func addJacobians(to document: inout Document) {
    for jacobian in gradients.compactMap(\.jacobian) {
      document.add(.heading("The block ∂\(jacobian.numerator)/∂\(jacobian.denominator), which nobody builds"))
      document.add(.paragraph("Its shape is \(jacobian.shape): \(jacobian.remark)."))
      for slice in jacobian.slices {
        document.add(.formula(slice.symbols))
        if slice.symbols != slice.numbers { document.add(.formula(slice.numbers)) }
      }
      if let contraction = jacobian.contraction {
        document.add(.paragraph("Contracting it with the derivatives of \(target) collapses it to the gradient:"))
        document.add(.formula(contraction))
      }
    }
  }

  private func addVerification(to document: inout Document) {
    document.add(.heading("Three answers"))
    let shown =
      verification.isCorrect ? Array(verification.entries.prefix(12)) : Array(verification.disagreements.prefix(12))
    let rows = shown.map { entry in
      [entry.element, entry.automatic.digits]
        + [entry.symbolic, entry.finiteDifference].map { $0?.digits ?? "–" } + [entry.error.digits(2)]
    }
    document.add(.table([["element", "automatic", "symbolic", "finite difference", "error"]] + rows))
    let rest = verification.entries.count - shown.count
    if rest > 0, verification.isCorrect { document.add(.paragraph("and \(rest) more elements.")) }
    for remark in verification.remarks { document.add(.remark(remark)) }
    let error = "largest error \(verification.maximumError.digits(2)), of \(verification.tolerance.digits(2)) allowed"
    document.add(
      verification.isCorrect
        ? .paragraph("All agree: \(error).")
        : .warning(
          "‼ THEY DISAGREE in \(verification.disagreements.count) of \(verification.entries.count) elements: \(error)"))
  }
}

extension [String] {
  /// `w`, `w and b`, `w, b and c`.
  var listed: String {
    count < 2 ? first ?? "nothing" : dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Double {
  /// The number in up to ten digits.
  var digits: String { digits(10) }

  func digits(_ count: Int) -> String { Formula.number(self).text(digits: .atMost(count)) }
}
