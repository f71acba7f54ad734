/// A node with its lines of text, shortened to what fits.
struct NodeBox {
  private let node: GraphPicture.Node
  private let lines: [(text: String, style: TextStyle)]
  let size: Size

  /// More lines than this are left to the tooltip.
  private static let mostDetails = 8
  private static let padding = Size(width: 14, height: 9)

  init(_ node: GraphPicture.Node) {
    self.node = node
    var details = node.details
    if details.count > NodeBox.mostDetails { details = details.prefix(NodeBox.mostDetails - 1) + ["…"] }
    lines =
      [(TextStyle.nodeTitle.fitting(node.title, width: 250), TextStyle.nodeTitle)]
      + details.map { (TextStyle.detail.fitting($0, width: 290), TextStyle.detail) }
    size = Size(
      width: max(lines.reduce(0) { max($0, $1.style.width(of: $1.text)) } + 2 * NodeBox.padding.width, 48),
      height: lines.reduce(0) { $0 + $1.style.lineHeight } + 2 * NodeBox.padding.height)
  }

  func draw(in box: Rectangle, _ svg: inout SVGBuilder) {
    svg.element("g", ["class": "node kind-\(node.kind.rawValue)", "data-id": node.id, "tabindex": "0"]) { svg in
      svg.element("title") { $0.words(([node.title] + node.details).joined(separator: "\n")) }
      svg.rectangle(box, radius: radius(in: box), class: "box")
      var top = box.y + NodeBox.padding.height
      for (text, style) in lines {
        let base = Point(box.middle.x, top + style.lineHeight / 2 + style.middleToBase)
        svg.label(text, at: base, style: style, anchor: "middle")
        top += style.lineHeight
      }
    }
  }

  /// What comes from outside has rounder corners than what is computed.
  private func radius(in box: Rectangle) -> Double {
    switch node.kind {
    case .input, .parameter: min(box.height / 2, 16)
    case .operation, .result: 6
    }
  }
}
