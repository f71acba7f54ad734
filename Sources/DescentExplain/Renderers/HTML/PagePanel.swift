import DescentDrawing

// The graph with what steers it.

extension Page {
  var panel: Markup {
    let start = "Every value, with the derivative of \(derivation.target) below it."
    return """
      <div class="panel">
      <div class="bar" hidden="" data-script="" role="toolbar" aria-label="Steps">
      \(Icon.first.button("first", "First step", key: "Home"))
      \(Icon.previous.button("previous", "Step back", key: "←", isWide: true))
      <span id="position"></span>
      \(Icon.next.button("next", "Step forward", key: "→", isWide: true))
      \(Icon.last.button("last", "Last step", key: "End"))
      <span class="space"></span>
      \(Icon.farther.button("farther", "Smaller", isZoom: true))
      \(Icon.fit.button("fit", "Fit", isZoom: true))
      \(Icon.closer.button("closer", "Larger", isZoom: true))
      </div>
      <p id="now" aria-live="polite" data-start="\(start)">\(start)</p>
      <figure id="graph" tabindex="0" aria-label="Graph of the computation" data-lines="\(lines)">
      \(Markup(derivation.graph.picture().svg))</figure>
      <ul class="legend">
      <li class="input"><i></i>given</li>
      <li class="parameter"><i></i>to differentiate by</li>
      <li class="operation"><i></i>computed</li>
      <li class="result"><i></i>differentiated</li>
      </ul>
      </div>
      """
  }

  /// For each node the number of lines above its value, of its value, and of its cotangent.
  private var lines: String {
    derivation.graph.nodes.flatMap { node in
      let lines = derivation.graph.lines(of: node)
      return [1 + lines.formula.count, lines.value.count, lines.cotangent.count]
    }.map(String.init).joined(separator: " ")
  }
}

/// Signs on buttons, drawn in a square of 16.
enum Icon: String {
  case first = "M2 2h2v12H2zM14 2v12L5 8z"
  case previous = "M12 2v12L4 8z"
  case next = "M4 2v12l8-6z"
  case last = "M12 2h2v12h-2zM2 2v12l9-6z"
  case farther = "M2 7h12v2H2z"
  case closer = "M7 2h2v5h5v2H9v5H7V9H2V7h5z"
  case fit = "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z"
  case scheme = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2v10A5 5 0 0 1 8 3z"

  var markup: Markup {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" aria-hidden="true"><path d="\(rawValue)"/></svg>
    """
  }

  func button(
    _ identity: String, _ label: String, key: String? = nil, isWide: Bool = false, isZoom: Bool = false
  ) -> Markup {
    let title = key.map { "\(label) (\($0))" } ?? label
    let kind = isWide ? "move" : isZoom ? "zoom" : ""
    return """
      <button id="\(identity)" class="\(kind)" type="button" aria-label="\(label)" title="\(title)">\(markup)</button>
      """
  }
}
