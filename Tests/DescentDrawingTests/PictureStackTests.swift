import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct PictureStackTests {
  private let chart = Chart(title: "loss", series: [.init("a", values: [3, 2, 1])])
  private let graph = GraphPicture(title: "graph", nodes: [.init("x")])

  @Test func picturesStandBesideOrBelowEachOther() {
    let (first, second) = (chart.drawing.size, graph.drawing.size)
    let beside = PictureStack(.horizontal, [chart, graph]).drawing
    #expect(beside.size == Size(width: first.width + second.width, height: max(first.height, second.height)))
    let below = PictureStack(.vertical, [chart, graph]).drawing
    #expect(below.size == Size(width: max(first.width, second.width), height: first.height + second.height))
    let parsed = ParsedSVG(PictureStack(.horizontal, [chart, graph]).svg)
    #expect(
      parsed.elements(ofClass: "part").map { $0.attributes["transform"] }
        == ["translate(0 0)", "translate(\(decimal(first.width)) 0)"])
    #expect(parsed.words.contains("loss") && parsed.words.contains("graph"))
    // One stylesheet for all.
    #expect(parsed.elements.count { $0.name == "style" } == 1)
  }

  @Test func stacksOfStacksAndNothing() {
    withEvery("direction", in: PictureStack.Direction.allCases) { direction in
      withEvery("title", in: hostileTexts) { title in
        let inner = PictureStack(.vertical, [chart, graph], title: title)
        #expect(problems(in: PictureStack(direction, [inner, chart], title: title).svg) == [])
      }
      #expect(problems(in: PictureStack(direction, []).svg) == [])
    }
  }
}
