import TestSupport
import Testing

@testable import DescentDrawing

/// What is drawn, as an XML parser reads it.
private struct DrawnGraph {
  var size: Rectangle
  var nodes: [String: Rectangle] = [:]
  var groups: [String: Rectangle] = [:]
  var edges: [(from: String, to: String, path: [Point], tip: Point, label: Rectangle?)] = []

  init(_ svg: String) {
    let parsed = ParsedSVG(svg)
    size = parsed.elements[0].rectangle
    (size.x, size.y) = (0, 0)
    for element in parsed.elements {
      let children = element.children.map { parsed.elements[$0] }
      let classes = (element.attributes["class"] ?? "").split(separator: " ")
      guard let name = classes.first, element.name == "g" else { continue }
      switch name {
      case "node": nodes[element.attributes["data-id"] ?? ""] = children.first { $0.name == "rect" }?.rectangle
      case "group": groups[element.attributes["data-id"] ?? ""] = children.first { $0.name == "rect" }?.rectangle
      case "edge":
        let paths = children.filter { $0.name == "path" }.map { path in
          let numbers = path.numbers("d")
          return stride(from: 0, to: numbers.count - 1, by: 2).map { Point(numbers[$0], numbers[$0 + 1]) }
        }
        edges.append(
          (
            element.attributes["data-from"] ?? "", element.attributes["data-to"] ?? "", paths[0], paths[1][1],
            children.first { $0.name == "rect" }?.rectangle
          ))
      default: break
      }
    }
  }
}

/// A random graph with its drawing.
private struct Sample: CustomStringConvertible {
  static let all = RandomGraph.samples.map { Sample(graph: $0, drawn: DrawnGraph($0.picture.svg)) }

  let graph: RandomGraph
  let drawn: DrawnGraph
  var description: String { graph.description }
}

extension Rectangle {
  fileprivate func contains(_ other: Rectangle) -> Bool {
    contains(Point(other.x, other.y)) && contains(Point(other.maxX, other.maxY))
  }
}

/// Whether a point lies on the outline, as far as two decimals tell.
private func isOnBorder(_ point: Point, of box: Rectangle) -> Bool {
  let grown = Rectangle(x: box.x - 0.02, y: box.y - 0.02, width: box.width + 0.04, height: box.height + 0.04)
  let shrunk = Rectangle(x: box.x + 0.02, y: box.y + 0.02, width: box.width - 0.04, height: box.height - 0.04)
  return grown.contains(point) && !shrunk.contains(point)
}

@Suite struct GraphSVGTests {
  @Test func randomGraphsAreWellFormedAndRepeatable() {
    withEvery("graph", in: RandomGraph.samples) { graph in
      let svg = graph.picture.svg
      #expect(problems(in: svg) == [])
      #expect(graph.picture.svg == svg)
    }
  }

  @Test func boxesAreApart() {
    withEvery("graph", in: Sample.all) { sample in
      let (graph, drawn) = (sample.graph, sample.drawn)
      #expect(drawn.nodes.count == graph.nodeCount)
      let labels = drawn.edges.compactMap { edge in edge.label.map { ("label", $0) } }
      let boxes = drawn.nodes.map { ($0.key, $0.value) } + labels
      for (index, first) in boxes.enumerated() {
        #expect(drawn.size.contains(first.1))
        for second in boxes[(index + 1)...] { #expect(!first.1.overlaps(second.1), "\(first.0) and \(second.0)") }
      }
    }
  }

  @Test func edgesEndAtTheBordersOfTheirNodes() throws {
    withEvery("graph", in: Sample.all) { sample in
      let (graph, drawn) = (sample.graph, sample.drawn)
      #expect(drawn.edges.count == (graph.nodeCount < 2 ? 0 : graph.edgeCount))
      for edge in drawn.edges {
        let (from, to) = (try #require(drawn.nodes[edge.from]), try #require(drawn.nodes[edge.to]))
        #expect(isOnBorder(edge.path[0], of: from), "from \(edge.from) to \(edge.to)")
        #expect(isOnBorder(edge.tip, of: to), "from \(edge.from) to \(edge.to)")
      }
    }
  }

  @Test func edgesPointInTheDirection() throws {
    withEvery("graph", in: Sample.all.filter { !$0.graph.hasCycles }) { sample in
      let (graph, drawn) = (sample.graph, sample.drawn)
      for edge in drawn.edges {
        let (from, to) = (try #require(drawn.nodes[edge.from]), try #require(drawn.nodes[edge.to]))
        #expect(graph.direction == .leftToRight ? from.maxX < to.x : from.maxY < to.y, "\(edge.from) to \(edge.to)")
      }
    }
  }

  @Test func edgesAvoidOtherNodes() {
    withEvery("graph", in: Sample.all) { sample in
      let drawn = sample.drawn
      // Between layers no nodes stand, and within one a line is straight: all ends of its pieces lie outside of nodes.
      for edge in drawn.edges {
        for (id, box) in drawn.nodes where id != edge.from && id != edge.to {
          #expect(!edge.path.contains { box.contains($0) }, "\(edge.from) to \(edge.to) meets \(id)")
        }
      }
    }
  }

  @Test func framesHoldTheirNodesAndNoOthers() throws {
    withEvery("graph", in: Sample.all) { sample in
      let (graph, drawn) = (sample.graph, sample.drawn)
      for (id, frame) in drawn.groups {
        for node in graph.picture.nodes {
          let box = try #require(drawn.nodes[node.id])
          #expect(node.group == id ? frame.contains(box) : !frame.overlaps(box), "\(node.id) and \(id)")
        }
        for (other, otherFrame) in drawn.groups where other != id { #expect(!frame.overlaps(otherFrame)) }
      }
    }
  }

  @Test func hostileTextsStayTexts() {
    withEvery("direction", in: GraphPicture.Direction.allCases) { direction in
      let picture = GraphPicture(
        title: hostileTexts[0], summary: hostileTexts[1],
        nodes: hostileTexts.map { .init($0, title: $0, details: [$0, $0], group: $0) },
        edges: zip(hostileTexts, hostileTexts.dropFirst()).map { .init(from: $0, to: $1, label: $0 + $1) },
        groups: hostileTexts.map { .init($0) }, direction: direction)
      #expect(problems(in: picture.svg) == [])
      let parsed = ParsedSVG(picture.svg)
      #expect(parsed.elements(ofClass: "node").count == hostileTexts.count)
      #expect(parsed.words.contains("<script>alert(1)</script>"))
      // The whole of a shortened text is in the tooltip.
      #expect(parsed.elements.contains { $0.name == "title" && $0.text.contains(hostileTexts[10]) })
      #expect(!parsed.words.contains { $0.count > 80 })
    }
  }

  @Test func whatCannotBeDrawnIsLeftOut() {
    let picture = GraphPicture(
      nodes: [.init("a", title: "first"), .init("a", title: "second"), .init("b", group: "unknown")],
      edges: [("a", "a"), ("a", "c"), ("c", "b"), ("a", "b")].map { .init(from: $0, to: $1) },
      groups: [.init("empty")])
    let drawn = DrawnGraph(picture.svg)
    #expect(Set(drawn.nodes.keys) == ["a", "b"])
    #expect(drawn.edges.map { "\($0.from)\($0.to)" } == ["ab"])
    #expect(drawn.groups.isEmpty)
    #expect(ParsedSVG(picture.svg).words == ["first", "b"])
  }

  @Test func extremeSizes() {
    let nothing = GraphPicture().svg
    #expect(problems(in: nothing) == [])
    let longChain = (0..<1000).map { GraphPicture.Node("\($0)") }
    let links = (1..<1000).map { GraphPicture.Edge(from: "\($0 - 1)", to: "\($0)") }
    #expect(problems(in: GraphPicture(nodes: longChain, edges: links).svg) == [])
    #expect(problems(in: GraphPicture(nodes: longChain).svg) == [])
    let ring = GraphPicture(nodes: longChain, edges: links + [.init(from: "999", to: "0", label: "back")])
    #expect(problems(in: ring.svg) == [])
  }
}
