import Foundation
import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct ChartTests {
  /// Values that charts meet when training goes wrong.
  private static let hostileValues: [[Double]] = [
    [], [3], [.nan], [.infinity, -.infinity], [1, .nan, 2, .nan], [0, 0, 0], [1e308, -1e308],
    [.leastNonzeroMagnitude, .leastNormalMagnitude],
    [1, 1 + 1e-16], [-1, -2, 0], [.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1], [1e300, -1e300],
    (0..<1000).map { sin(Double($0)) }, (0..<1000).map { $0 % 3 == 0 ? .nan : exp(Double($0)) },
  ]

  @Test func hostileValuesAreDrawn() {
    withEvery("xScale", in: AxisScale.allCases) { xScale in
      withEvery("yScale", in: AxisScale.allCases) { yScale in
        withEvery("values", in: ChartTests.hostileValues.indices) { index in
          let values = ChartTests.hostileValues[index]
          let series: [Chart.Series] = [
            .init("up", values: values), .init("right", points: values.map { Point($0, 1) }, hasMarkers: true),
          ]
          let chart = Chart(title: "t", xName: "x", yName: "y", xScale: xScale, yScale: yScale, series: series)
          #expect(problems(in: chart.svg) == [])
        }
      }
    }
  }

  @Test func hostileTextsStayTexts() {
    withEvery("text", in: hostileTexts) { text in
      let chart = Chart(
        title: text, summary: text, xName: text, yName: text,
        series: [.init(text, values: [1, 2]), .init(text + text, values: [2, 1])])
      #expect(problems(in: chart.svg) == [])
    }
    let many = (0..<100).map { Chart.Series(hostileTexts[$0 % hostileTexts.count], values: [Double($0)]) }
    #expect(problems(in: Chart(series: many, width: .nan, height: -3).svg) == [])
  }

  /// The points of the lines in a chart.
  private func lines(_ chart: Chart) -> [[Double]] {
    ParsedSVG(chart.svg).elements(ofClass: "curve").map { $0.numbers("d") }
  }

  @Test func pointsLieWhereTheAxesSay() throws {
    let chart = Chart(series: [.init("a", values: [0, 10, 5])], width: 100, height: 100)
    let parsed = ParsedSVG(chart.svg)
    let axis = try #require(parsed.elements(ofClass: "axis").first).numbers("d")
    let (left, bottom) = (axis[0], axis[1])
    #expect(lines(chart) == [[left, bottom, left + 50, bottom - 100, left + 100, bottom - 50]])
  }

  @Test func gapsDivideLines() throws {
    let values: [Double] = [1, 2, .nan, 3, .infinity, 4, 5]
    let chart = Chart(series: [.init("a", values: values)])
    let path = try #require(ParsedSVG(chart.svg).elements(ofClass: "curve").first?.attributes["d"])
    #expect(path.count { $0 == "M" } == 2)
    #expect(path.count { $0 == "L" } == 2)
    // The point between two gaps is a dot.
    #expect(ParsedSVG(chart.svg).elements(ofClass: "mark").count == 1)
    let logarithmic = Chart(yScale: .logarithmic, series: [.init("a", values: [1, 2, 0, -3, 3, 4])])
    #expect(ParsedSVG(logarithmic.svg).elements(ofClass: "curve").first?.attributes["d"]?.count { $0 == "M" } == 2)
  }

  @Test func theLegendNamesSeveralSeries() {
    #expect(!ParsedSVG(Chart(series: [.init("only", values: [1, 2])]).svg).words.contains("only"))
    let two = Chart(series: [.init("first", values: [1, 2]), .init("second", values: [2, 1])])
    #expect(Set(ParsedSVG(two.svg).words).isSuperset(of: ["first", "second"]))
  }

  @Test func manyPointsKeepTheirExtremes() {
    var random = SplitMix64(seed: 5)
    let points = random.doubles(20_000).enumerated().map { Point(Double($0.offset) / 100, $0.element) }
    let thin = thinned(points)
    #expect(thin.count <= 4 * 201)
    #expect(thin.map(\.x) == thin.map(\.x).sorted())
    #expect(thin.first == points.first && thin.last == points.last)
    for column in [0, 57, 199] {
      func heights(_ points: [Point]) -> [Double] { points.filter { Int($0.x) == column }.map(\.y) }
      #expect(heights(thin).min() == heights(points).min() && heights(thin).max() == heights(points).max())
    }
    #expect(thinned([]) == [] && thinned([Point(1, 2)]) == [Point(1, 2)])
  }
}
