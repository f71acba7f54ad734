extension GraphPicture {
  /// The graph in the language of Graphviz, whose `dot` draws it.
  public var dot: String {
    let parts = resolved
    var lines = ["digraph \(quoted(title)) {"]
    lines.append("  rankdir=\(direction == .leftToRight ? "LR" : "TB");")
    if !title.isEmpty { lines.append("  label=\(quotedLabel([title])); labelloc=t;") }
    lines.append("  graph [fontname=\"sans-serif\", fontsize=12];")
    lines.append("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=12];")
    lines.append("  edge [fontname=\"monospace\", fontsize=10, color=\(quoted(Colour.line.light))];")
    for (index, group) in parts.groups.enumerated() {
      lines.append("  subgraph \(quoted("cluster_\(group.id)")) {")
      lines.append("    label=\(quotedLabel([group.title])); style=rounded; color=\(quoted(Colour.line.light));")
      lines += zip(parts.nodes, parts.groupOfNode).filter { $0.1 == index }.map { "    " + statement(of: $0.0) }
      lines.append("  }")
    }
    lines += zip(parts.nodes, parts.groupOfNode).filter { $0.1 == nil }.map { "  " + statement(of: $0.0) }
    for (_, _, edge) in parts.edges {
      let label = edge.label.isEmpty ? "" : " [label=\(quotedLabel([edge.label]))]"
      lines.append("  \(quoted(edge.from)) -> \(quoted(edge.to))\(label);")
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func statement(of node: Node) -> String {
    let label = quotedLabel([node.title] + node.details)
    let colours = "fillcolor=\(quoted(node.kind.fill.light)), color=\(quoted(node.kind.border.light))"
    return "\(quoted(node.id)) [label=\(label), \(colours)];"
  }

  /// A string of the language: quotation marks are escaped, and backslashes so that none escapes the closing mark.
  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\u{0}"..<" ": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return "\"\(escaped)\""
  }

  /// Lines as the text of a label, where `&` would begin the name of a character.
  private func quotedLabel(_ lines: [String]) -> String {
    quoted(lines.joined(separator: "\n").replacing("&", with: "&amp;"))
  }
}
