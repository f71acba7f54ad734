import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct GraphDOTTests {
  @Test func nodesEdgesAndClusters() {
    let x = GraphPicture.Node("x", details: ["3"], kind: .input)
    let y = GraphPicture.Node("y", title: "x²", kind: .result, group: "g")
    let picture = GraphPicture(
      title: "y", nodes: [x, y],
      edges: [.init(from: "x", to: "y", label: "2x"), .init(from: "x", to: "y")], groups: [.init("g", title: "square")],
      direction: .topToBottom)
    #expect(
      picture.dot == """
        digraph "y" {
          rankdir=TB;
          label="y"; labelloc=t;
          graph [fontname="sans-serif", fontsize=12];
          node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=12];
          edge [fontname="monospace", fontsize=10, color="#8a94a3"];
          subgraph "cluster_g" {
            label="square"; style=rounded; color="#8a94a3";
            "y" [label="x²", fillcolor="#e8f6ed", color="#6fb687"];
          }
          "x" [label="x\\n3", fillcolor="#eaf2fc", color="#83b0e4"];
          "x" -> "y" [label="2x"];
          "x" -> "y";
        }

        """)
  }

  /// Reads the strings of a DOT file as its grammar says: a backslash before a quotation mark escapes it.
  private func strings(in dot: String) -> (strings: [String], rest: String) {
    var (strings, rest, current) = ([String](), "", String?.none)
    var isAfterBackslash = false
    for character in dot {
      switch (current, character) {
      case (nil, "\""): current = ""
      case (nil, _): rest.append(character)
      case (let text?, "\"") where !isAfterBackslash:
        strings.append(text)
        current = nil
      case (let text?, _): current = text + String(character)
      }
      isAfterBackslash = character == "\\" && !isAfterBackslash && current != nil
    }
    return (strings, rest)
  }

  @Test func hostileTextsStayInTheirStrings() {
    withEvery("text", in: hostileTexts) { text in
      let picture = GraphPicture(
        title: text, nodes: [.init(text, details: [text], group: text), .init("b" + text)],
        edges: [.init(from: text, to: "b" + text, label: text)], groups: [.init(text)])
      let plain = GraphPicture(
        title: text.isEmpty ? "" : "t", nodes: [.init("a", details: ["d"], group: "g"), .init("b")],
        edges: [.init(from: "a", to: "b", label: text.isEmpty ? "" : "l")], groups: [.init("g")])
      // Outside of strings the two files are the same.
      #expect(strings(in: picture.dot).rest == strings(in: plain.dot).rest)
    }
    #expect(GraphPicture(nodes: [.init("a\\\"b&c")]).dot.contains(#""a\\\"b&c" [label="a\\\"b&amp;c""#))
  }
}
