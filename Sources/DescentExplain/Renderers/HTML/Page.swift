import DescentDrawing
import DescentNotation

extension Derivation {
  /// The derivation as one page; see ``html(source:)``.
  public var html: String { html(source: nil) }

  /// The derivation as one page for a browser: the graph beside the steps, through which buttons and arrow keys lead.
  ///
  /// The page is complete in itself: formulas are MathML, the graph is SVG, nothing is loaded, and its policy lets only
  /// its own script run. It follows the reader's light or dark mode, fits telephones and paper, and shows all steps
  /// where scripts are off. It is well-formed XML too. The same derivation gives the same text.
  ///
  /// - Parameter source: The text of the program, which is shown above the derivation.
  public func html(source: String?) -> String { Page(self, source: source).markup.text + "\n" }
}

/// A derivation as a page.
struct Page {
  let derivation: Derivation
  let source: String?
  let document: Document

  init(_ derivation: Derivation, source: String?) {
    self.derivation = derivation
    self.source = source
    document = derivation.document
  }

  var markup: Markup {
    """
    <!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(document.title)</title>
    <style>\(Markup(PageStyle.text))</style>
    </head>
    <body>
    <a class="skip" href="#steps">Skip to the steps</a>
    \(header)
    <main>
    <div class="split">
    \(panel)
    <div id="steps" tabindex="-1">
    \(propagation.map { markup(of: $0, class: "part") }.lines)
    </div>
    </div>
    <div class="results">
    \(results.map { markup(of: $0, class: "section") }.lines)
    </div>
    </main>
    <footer>Made by Descent. The rule that computed a number is the rule that is shown.</footer>
    <script>\(Markup(Page.script))</script>
    </body>
    </html>
    """
  }

  // MARK: Policy

  /// The script between marks that hide it from readers of XML.
  private static let script = "/*<![CDATA[*/\n\(PageScript.text)\n/*]]>*/"

  /// Nothing is loaded, and nothing runs but the script whose hash stands here.
  private var policy: String {
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
      + "script-src 'sha256-\(SHA256.digest(of: Page.script.utf8).base64)'"
  }

  // MARK: Above

  private var header: Markup {
    """
    <header>
    <div class="title"><h1>\(document.title)</h1>
    <button id="scheme" type="button" hidden="" data-script="" aria-label="Light or dark" title="Light or dark">
    \(Icon.scheme.markup)</button></div>
    <p class="lead">First the program runs and finds every value, from its inputs to \(derivation.target). Then the
    chain rule runs from \(derivation.target) back to each parameter: every derivative is the one before it times a
    local derivative.
    <span class="keys" hidden="" data-script="">The arrow keys ← and → go through it step by step.</span></p>
    \(verdict)
    \(source.map { "<pre class=\"source\" tabindex=\"0\"><code>\($0)</code></pre>" as Markup } ?? "")
    </header>
    """
  }

  /// Whether the numbers can be trusted, where nobody overlooks it.
  private var verdict: Markup {
    let verification = derivation.verification
    if verification.entries.isEmpty { return "" }
    if verification.isCorrect {
      return "<a class=\"verdict\" href=\"#verification\">✓ Three ways to compute it agree</a>"
    }
    let counted = "\(verification.disagreements.count) of \(verification.entries.count)"
    return "<a class=\"verdict wrong\" href=\"#verification\">‼ The answers DISAGREE in \(counted) elements</a>"
  }

  // MARK: Sections

  private struct Section {
    var heading = ""
    var blocks: [Document.Block] = []

    var hasSteps: Bool { blocks.contains { if case .step = $0 { true } else { false } } }
    var hasTable: Bool { blocks.contains { if case .table = $0 { true } else { false } } }
  }

  private var sections: [Section] {
    document.blocks.reduce(into: []) { sections, block in
      if case .heading(let text) = block {
        sections.append(Section(heading: text))
      } else {
        if sections.isEmpty { sections.append(Section()) }
        sections[sections.count - 1].blocks.append(block)
      }
    }
  }

  /// What stands beside the graph.
  private var propagation: [Section] { sections.filter(\.hasSteps) }
  private var results: [Section] { sections.filter { !$0.hasSteps } }

  private func markup(of section: Section, class name: String) -> Markup {
    let identity: Markup = section.hasTable ? " id=\"verification\"" : ""
    return """
      <section class="\(name)"\(identity)>
      <h2>\(section.heading)</h2>
      \(markup(of: section.blocks))
      </section>
      """
  }

  /// Blocks in order; what follows a step belongs to it.
  private func markup(of blocks: [Document.Block]) -> Markup {
    var (parts, isInStep) = ([Markup](), false)
    for block in blocks {
      if case .step = block {
        if isInStep { parts.append("</article>") }
        isInStep = true
      }
      parts.append(markup(of: block))
    }
    if isInStep { parts.append("</article>") }
    return parts.lines
  }
}
