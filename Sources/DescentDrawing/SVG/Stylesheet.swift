/// The looks of all pictures.
///
/// Selectors begin with the class of a picture, so that they leave a page around it alone.
enum Stylesheet {
  static let text = variables + rules.map { "\(scope) \($0.selector){\($0.declarations)}" }.joined()

  private static let scope = ".descent-picture"

  private static var variables: String {
    func values(_ value: KeyPath<Colour, String>) -> String {
      Colour.all.map { "--picture-\($0.name):\($0[keyPath: value])" }.joined(separator: ";")
    }
    return "\(scope){max-width:100%;height:auto;\(values(\.light))}"
      + "@media (prefers-color-scheme:dark){\(scope){\(values(\.dark))}}"
  }

  private static let rules: [(selector: String, declarations: String)] =
    [(".background", Colour.background.paints("fill"))] + texts + graphs + plots + series + contours

  private static let texts: [(String, String)] = TextStyle.allCases.map { style in
    let family =
      style.isMonospaced
      ? "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
      : "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',sans-serif"
    let colour: Colour = style.isBold ? .text : .muted
    return (
      ".\(style.rawValue)",
      "font:\(style.isBold ? 600 : 400) \(decimal(style.size))px \(family);\(colour.paints("fill"))"
    )
  }

  private static let graphs: [(String, String)] =
    [
      (".node:focus", "outline:none"),
      (".node:hover .box,\(scope) .node:focus-visible .box,\(scope) .node.highlighted .box", highlight),
      (".edge path", "fill:none;stroke-width:1.4;\(Colour.line.paints("stroke"))"),
      (".edge .arrow", "stroke:none;\(Colour.line.paints("fill"))"),
      (".edge.highlighted path", highlight),
      (".edge.highlighted .arrow", "stroke:none;\(Colour.accent.paints("fill"))"),
      (".plate", Colour.background.paints("fill")),
      (
        ".group-title .label",
        "paint-order:stroke;stroke-width:5;stroke-linejoin:round;\(Colour.group.paints("stroke"))"
      ),
      (".frame", "\(Colour.group.paints("fill"));\(Colour.groupBorder.paints("stroke"))"),
    ]
    + GraphPicture.Kind.allCases.map { kind in
      (
        ".kind-\(kind.rawValue) .box",
        "stroke-width:\(kind == .result ? 2 : 1.25);\(kind.fill.paints("fill"));\(kind.border.paints("stroke"))"
      )
    }

  private static let highlight = "stroke-width:2;\(Colour.accent.paints("stroke"))"

  private static let plots: [(String, String)] = [
    (".grid", "fill:none;stroke-width:1;\(Colour.grid.paints("stroke"))"),
    (".axis", "fill:none;stroke-width:1;\(Colour.line.paints("stroke"))"),
    (".curve", "fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round"),
    (".dashed", "stroke-dasharray:6 5"),
    (".halo", "fill:none;stroke-width:5;stroke-linejoin:round;\(Colour.background.paints("stroke"))"),
    (".mark", "stroke-width:1.5;\(Colour.background.paints("stroke"))"),
  ]

  private static let series: [(String, String)] = Colour.series.enumerated().flatMap { index, colour in
    [
      (".curve.series-\(index + 1)", colour.paints("stroke")),
      (".mark.series-\(index + 1)", colour.paints("fill")),
      (".ring.series-\(index + 1)", "stroke-width:2.5;\(colour.paints("stroke"));\(Colour.background.paints("fill"))"),
    ]
  }

  private static let contours: [(String, String)] = [
    (".region", "stroke:none;\(Colour.contour.paints("fill"))"),
    (".contour", "fill:none;stroke-width:0.9;stroke-opacity:0.65;\(Colour.contour.paints("stroke"))"),
  ]
}
