import Foundation
import TestSupport
import Testing

@testable import DescentDrawing

private func grid(_ count: Int, _ function: (Double, Double) -> Double) -> [[Double]] {
  let places = (0..<count).map { -2 + 4 * Double($0) / Double(max(count - 1, 1)) }
  return places.map { y in places.map { x in function(x, y) } }
}

private let bowl = grid(41) { x, y in x * x + 3 * y * y }

@Suite struct ContourLevelsTests {
  private let numbers = bowl.joined().sorted()

  @Test func quantilesDivideTheArea() {
    let levels = ContourPicture.Levels.quantiles(8).values(for: numbers)
    #expect(levels.count == 8)
    let bounds = [-Double.infinity] + levels + [.infinity]
    let counts = zip(bounds, bounds.dropFirst()).map { low, high in numbers.count { $0 > low && $0 <= high } }
    // The first and the last part are half as large as the others.
    for count in counts.dropFirst().dropLast() { #expect(abs(count - numbers.count / 8) < numbers.count / 30) }
  }

  @Test func logarithmicLevelsShowTheValley() {
    let levels = ContourPicture.Levels.logarithmic(10).values(for: numbers)
    #expect(levels.count == 10)
    let ratios = zip(levels, levels.dropFirst()).map { $1 / $0 }
    #expect(ratios.allSatisfy { abs($0 / ratios[4] - 1) < 0.1 })
    #expect(levels[0] < 0.02 * numbers[numbers.count - 1])
  }

  @Test func levelsAreRound() {
    for level in ContourPicture.Levels.quantiles(8).values(for: numbers) {
      #expect(ShortNumber(level, digits: 2).value == level)
    }
    // As many digits as it takes to tell them apart.
    let close = ContourPicture.Levels.quantiles(4).values(for: (0...100).map { 1000 + Double($0) / 1000 })
    #expect(close == [1000.01, 1000.04, 1000.06, 1000.09])
  }

  @Test func oddNumbers() {
    withEvery("levels", in: [ContourPicture.Levels.quantiles(5), .logarithmic(5), .values([0, .nan])]) { levels in
      #expect(levels.values(for: []) == [])
      #expect(levels.values(for: [3]) == [])
      #expect(levels.values(for: [3, 3, 3]) == [])
      #expect(levels.values(for: [-1e300, 1e300]).allSatisfy { $0.isFinite })
    }
    #expect(ContourPicture.Levels.values([3, 1, .nan, 3]).values(for: [0, 9]) == [1, 3])
    withEvery("count", in: [-1, 0]) { #expect(ContourPicture.Levels.quantiles($0).values(for: [0, 1]) == []) }
    #expect(ContourPicture.Levels.logarithmic(.max).values(for: numbers).count <= 100)
  }

  @Test func shortNumbersAreReadable() {
    let cases: [(Double, String)] = [
      (0, "0"), (1, "1"), (-0.25, "−0.25"), (1234.5, "1235"), (1e-7, "1×10⁻⁷"), (2.5e12, "2.5×10¹²"), (.nan, "0"),
      (99999, "100000"), (1e300, "1×10³⁰⁰"), (-1e-300, "0"),
    ]
    withEvery("case", in: cases) { #expect(ShortNumber($0.0, digits: 4).text == $0.1) }
  }
}

@Suite struct ContourPictureTests {
  @Test func aDescentIsDrawnOverItsContours() throws {
    let path = Chart.Series("descent", points: [Point(-1, 1), Point(0.5, -0.5), Point(0, 0)], hasMarkers: true)
    let picture = ContourPicture(
      title: "bowl", xName: "x", yName: "y", x: -2...2, y: -2...2, values: bowl, levels: .values([1, 2, 4]),
      paths: [path], width: 400)
    #expect(problems(in: picture.svg) == [])
    let parsed = ParsedSVG(picture.svg)
    // The areas below each level, and the whole.
    #expect(parsed.elements(ofClass: "region").count == 4)
    #expect(parsed.elements(ofClass: "level-line").map { $0.attributes["data-level"] } == ["1", "2", "4"])
    #expect(parsed.elements(ofClass: "mark").count == 5)
    let box = try #require(parsed.elements(ofClass: "axis").first { $0.name == "rect" }).rectangle
    #expect(box.width == 400 && box.height == 400)
    let line = try #require(parsed.elements(ofClass: "curve").first).numbers("d")
    let (x, y) = (box.middle.x, box.middle.y)
    #expect(line == [x - 100, y - 100, x + 50, y + 50, x, y])
  }

  @Test func linesLieOnEllipses() throws {
    let picture = ContourPicture(x: -2...2, y: -2...2, values: bowl, levels: .values([2]), isFilled: false)
    let parsed = ParsedSVG(picture.svg)
    #expect(parsed.elements(ofClass: "region").isEmpty)
    let box = try #require(parsed.elements(ofClass: "axis").first { $0.name == "rect" }).rectangle
    let numbers = try #require(parsed.elements(ofClass: "contour").first).numbers("d")
    for index in stride(from: 0, to: numbers.count - 1, by: 2) {
      let x = (numbers[index] - box.middle.x) / box.width * 4, y = (box.middle.y - numbers[index + 1]) / box.height * 4
      #expect(abs(x * x + 3 * y * y - 2) < 0.02)
    }
    // The line is interrupted for its number.
    #expect(parsed.words.contains("2"))
  }

  @Test func pathsEndAtTheBorder() throws {
    let far = [Point(0, 0), Point(1e200, 1e200), Point(.nan, 0), Point(-3, 0), Point(3, 0), Point(1, 50)]
    let picture = ContourPicture(x: -2...2, y: -2...2, values: bowl, paths: [.init("away", points: far)])
    #expect(problems(in: picture.svg) == [])
    let parsed = ParsedSVG(picture.svg)
    let box = try #require(parsed.elements(ofClass: "axis").first { $0.name == "rect" }).rectangle
    let line = try #require(parsed.elements(ofClass: "curve").first).numbers("d")
    let (left, right, middle) = (box.x, box.maxX, box.middle)
    #expect(line.count >= 8)
    #expect(Array(line.prefix(8)) == [middle.x, middle.y, right, box.y, left, middle.y, right, middle.y])
    // Only the start is inside.
    #expect(parsed.elements(ofClass: "mark").count == 1)
  }

  @Test func hostileGridsAreDrawn() {
    let grids: [[[Double]]] = [
      [], [[]], [[1]], [[1, 1], [1, 1]], [[.nan, .nan], [.nan, .nan]], [[1, 2], [3]], grid(3) { x, y in x / y },
      grid(5) { x, y in exp(1e3 * x) * y }, grid(9) { x, y in x * y > 1 ? .nan : x * y },
      [[-1e300, 1e300], [1e308, 0]],
      grid(40) { x, y in sin(5 * x) * sin(5 * y) },
    ]
    withEvery("grid", in: grids.indices) { index in
      withEvery("levels", in: [ContourPicture.Levels.quantiles(7), .logarithmic(7), .values([0])]) { levels in
        let picture = ContourPicture(x: -1...1, y: 5...5, values: grids[index], levels: levels)
        #expect(problems(in: picture.svg) == [])
      }
    }
    let endless = ContourPicture(
      x: -.infinity ... .infinity, y: -1e308...1e308, values: bowl, paths: [.init("", values: [1])])
    #expect(problems(in: endless.svg) == [])
    withEvery("text", in: hostileTexts) { text in
      let paths = [Chart.Series(text, values: [0, 1]), .init(text + "2", values: [1, 0])]
      let picture = ContourPicture(
        title: text, summary: text, xName: text, yName: text, x: -2...2, y: -2...2, values: grid(5) { x, _ in x },
        paths: paths)
      #expect(problems(in: picture.svg) == [])
    }
  }

  @Test func numbersKeepAwayFromEachOtherAndTheBorder() {
    let area = Rectangle(x: 0, y: 0, width: 400, height: 400)
    let circles = (1...8).map { circle in
      [
        GridLine(
          points: (0..<200).map { index in
            let angle = Double(index) * .pi / 100
            return Point(200 + cos(angle) * Double(circle * 24), 200 + sin(angle) * Double(circle * 24))
          }, isClosed: true)
      ]
    }
    var labels = ContourLabels(in: area, lines: circles)
    for (level, lines) in circles.enumerated() {
      let pieces = labels.label(lines[0], "\(level)", level: level)
      #expect(pieces.reduce(0) { $0 + MeasuredLine($1).length } < MeasuredLine(lines[0]).length - 8 || pieces == lines)
    }
    #expect(labels.labels.count >= 6)
    for (index, label) in labels.labels.enumerated() {
      #expect(area.contains(label.place) && (-90...90).contains(label.angle))
      for other in labels.labels[(index + 1)...] { #expect(label.place.distance(to: other.place) > 44) }
    }
  }
}
