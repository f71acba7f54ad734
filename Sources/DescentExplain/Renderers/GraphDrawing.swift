import DescentDrawing
import DescentNotation

// The graph of a derivation as a picture.

extension Derivation {
  /// The graph of the derivation as an SVG document: formulas, values, cotangents and local derivatives.
  ///
  /// It needs nothing from outside and follows the reader's light or dark mode.
  public var svg: String { graph.picture(title: document.title).svg }

  /// The graph of the derivation in the language of Graphviz.
  public var dot: String { graph.picture(title: document.title).dot }
}

extension ComputationGraph {
  /// The graph as a picture, from the inputs at the top to the target at the bottom.
  func picture(title: String = "") -> GraphPicture {
    let scopes = nodes.compactMap(\.scope).uniquedList
    return GraphPicture(
      title: title, summary: summary, nodes: nodes.map { node in node.drawn(lines(of: node)) },
      edges: edges.map { .init(from: String($0.from), to: String($0.to), label: $0.label) },
      groups: scopes.map { GraphPicture.Group($0) }, direction: .topToBottom)
  }

  /// What the picture says about a node.
  func lines(of node: Node) -> NodeLines { NodeLines(node, target: nodes.last { $0.role == .target }?.name ?? "f") }

  private var summary: String {
    let inputs = nodes.filter { $0.formula == nil }.map(\.name)
    let operations = nodes.count - inputs.count
    return
      "The graph of a computation: from \(inputs.listed) by \(operations) operation\(operations == 1 ? "" : "s") to "
      + "\(nodes.filter { $0.role == .target }.map(\.name).listed), with values and derivatives."
  }
}

/// The lines of text in a node.
struct NodeLines {
  /// The name, with the formula if both fit into the line.
  var title: String
  /// The formula, where it has a line of its own.
  var formula: [String] = []
  /// The numbers.
  var value: [String]
  /// The derivative of the target.
  var cotangent: [String] = []

  /// How many characters stand in a line.
  private static let (widthOfTitle, width) = (26, 36)

  init(_ node: ComputationGraph.Node, target: String) {
    title = node.name
    if let formula = node.formula.map({ Formula.equation(.name(node.name), $0).text }) {
      if formula.count <= NodeLines.widthOfTitle { title = formula } else { self.formula = [node.formula!.text] }
    }
    value = NodeLines.lines("", node.value)
    if let cotangent = node.cotangent {
      let title = Formula.derivative(of: .name(target), by: [.name(node.name)]).text
      self.cotangent = NodeLines.lines("\(title) = ", cotangent)
    }
  }

  var details: [String] { formula + value + cotangent }

  /// Numbers in one or two lines if they fit, else their shape.
  private static func lines(_ title: String, _ value: Derivation.Value) -> [String] {
    let digits = Digits.atMost(4)
    guard value.scalars.count <= 24, value.shape.count <= 2 else { return [title + "numbers of shape \(value.shape)"] }
    let written = value.formula(limit: 24).text(digits: digits)
    if title.count + written.count <= width { return [title + written] }
    let lines = written.split(after: "], ", intoLinesOf: width)
    guard lines.count + (title.isEmpty ? 0 : 1) <= 3 else { return [title + "numbers of shape \(value.shape)"] }
    return title.isEmpty ? lines : [title] + lines
  }
}

extension String {
  /// As few lines as there can be, which end behind a mark.
  fileprivate func split(after mark: String, intoLinesOf width: Int) -> [String] {
    let parts = split(separator: mark, omittingEmptySubsequences: false)
    return parts.enumerated().reduce(into: []) { lines, next in
      let part = String(next.element) + (next.offset == parts.count - 1 ? "" : mark)
      if let last = lines.last, last.count + part.count <= width {
        lines[lines.count - 1] = last + part
      } else {
        lines.append(part)
      }
    }
  }
}

extension ComputationGraph.Node {
  fileprivate func drawn(_ lines: NodeLines) -> GraphPicture.Node {
    .init(String(id), title: lines.title, details: lines.details, kind: kind, group: scope)
  }

  private var kind: GraphPicture.Kind {
    switch role {
    case .data: .input
    case .parameter: .parameter
    case .intermediate: .operation
    case .target: .result
    }
  }
}

extension ComputationGraph.Edge {
  /// The local derivative; the rule where it is no formula; nothing where nothing flows back.
  fileprivate var label: String { localDerivative?.text ?? rule ?? "" }
}
