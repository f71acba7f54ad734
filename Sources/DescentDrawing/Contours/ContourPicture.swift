import Foundation

/// The contour lines of a function of two parameters, with paths across it, such as descents to its minimum.
///
/// ```swift
/// let places = (0...60).map { -2 + Double($0) / 15 }
/// let bowl = places.map { y in places.map { x in x * x + 3 * y * y } }
/// let picture = ContourPicture(
///   title: "x² + 3y²", xName: "x", yName: "y", x: -2...2, y: -2...2, values: bowl,
///   paths: [.init("descent", points: visited, hasMarkers: true)])
/// ```
///
/// The lower a place lies, the deeper is its colour. Cells of the grid with a corner that isn't a number are left out.
public struct ContourPicture: Picture, Hashable {
  /// What stands above the picture; nothing if it is empty.
  public var title: String
  /// A sentence for those who can't see the picture.
  public var summary: String
  /// The name of the horizontal parameter.
  public var xName: String
  /// The name of the vertical parameter.
  public var yName: String
  /// The values of the horizontal parameter, from the first column to the last.
  public var x: ClosedRange<Double>
  /// The values of the vertical parameter, from the first row to the last.
  public var y: ClosedRange<Double>
  /// The function's values, a row for each value of the vertical parameter, evenly spaced.
  public var values: [[Double]]
  /// At which values lines are drawn.
  public var levels: Levels
  /// Whether the areas between lines are coloured.
  public var isFilled: Bool
  /// Lines on top, from a ring at the start to a dot at the end; a legend names them if there are several.
  public var paths: [Chart.Series]
  /// The width of the area in which contours are drawn, in pixels.
  public var width: Double
  /// The height of that area; nil for equal scales in both directions, if it isn't much wider or higher then.
  public var height: Double?

  /// Contours of a grid of values.
  public init(
    title: String = "", summary: String = "", xName: String = "", yName: String = "", x: ClosedRange<Double>,
    y: ClosedRange<Double>, values: [[Double]], levels: Levels = .logarithmic(12), isFilled: Bool = true,
    paths: [Chart.Series] = [], width: Double = 400, height: Double? = nil
  ) {
    self.title = title
    self.summary = summary
    self.xName = xName
    self.yName = yName
    self.x = x
    self.y = y
    self.values = values
    self.levels = levels
    self.isFilled = isFilled
    self.paths = paths
    self.width = width
    self.height = height
  }
}

extension ContourPicture {
  /// The picture with every line and letter in its place.
  public var drawing: Drawing {
    let frame = self.frame
    let squares = MarchingSquares(values)
    let numbers = squares.numbers
    let levels = self.levels.values(for: numbers)
    var svg = SVGBuilder()
    if isFilled { fill(squares, levels, in: frame, &svg) }
    drawLines(squares, levels, in: frame, &svg)
    frame.draw(&svg, isBoxed: true)
    if numbers.isEmpty { svg.label("no numbers to show", at: frame.area.middle, style: .label, anchor: "middle") }
    for (index, path) in paths.enumerated() { draw(path, index, in: frame, &svg) }
    return Drawing(
      size: frame.size, title: title.isEmpty ? "Contours" : title, summary: summary.isEmpty ? counted : summary,
      content: svg)
  }

  private var frame: PlotFrame {
    let ratio = (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)
    let natural = ratio.isFinite ? min(max(ratio, 0.5), 1.5) : 1
    let area = drawable(width: width, height: height ?? width * natural)
    return PlotFrame(
      title: title, legend: paths.count < 2 ? [] : paths.enumerated().map { ($0.element.name, $0.offset) },
      xName: xName, yName: yName, x: horizontalAxis(covering: [x.lowerBound, x.upperBound], width: area.width),
      y: verticalAxis(covering: [y.lowerBound, y.upperBound], height: area.height, isLoose: false), area: area)
  }

  private var counted: String {
    let names = [xName, yName].filter { !$0.isEmpty }.joined(separator: " and ")
    let what = "Contour lines" + (names.isEmpty ? "" : " over \(names)")
    return what + (paths.isEmpty ? "." : " with \(paths.count == 1 ? "a path" : "\(paths.count) paths").")
  }

  /// From columns and rows of the grid to pixels.
  private func drawn(_ line: GridLine, in frame: PlotFrame) -> GridLine {
    let (columns, rows) = (Double((values.map(\.count).max() ?? 0) - 1), Double(values.count - 1))
    let points = line.points.compactMap { place in
      frame.place(
        Point(
          x.lowerBound + (x.upperBound - x.lowerBound) * (place.x / columns),
          y.lowerBound + (y.upperBound - y.lowerBound) * (place.y / rows)))
    }
    return GridLine(points: points, isClosed: line.isClosed)
  }

  /// The areas below each level lie on top of each other, so that colours add up downhill.
  private func fill(_ squares: MarchingSquares, _ levels: [Double], in frame: PlotFrame, _ svg: inout SVGBuilder) {
    // All together hide six tenths of the background; few levels stay quiet.
    let opacity = min(1 - pow(0.4, 1 / Double(levels.count + 1)), 0.15)
    for level in [.infinity] + levels.reversed() {
      var path = SVGPath()
      for line in squares.outlines(below: level) { path.append(drawn(line, in: frame).points, closed: true) }
      if !path.isEmpty {
        svg.element("path", ["class": "region", "fill-opacity": "\(ShortNumber(opacity, digits: 3).value)", "d": path])
      }
    }
  }

  private func drawLines(_ squares: MarchingSquares, _ levels: [Double], in frame: PlotFrame, _ svg: inout SVGBuilder) {
    let lines = levels.map { level in
      squares.contours(at: level).map { drawn($0, in: frame) }.sorted { $0.points.count > $1.points.count }
    }
    var labels = ContourLabels(in: frame.area, lines: lines)
    for (index, level) in levels.enumerated() {
      let text = ShortNumber(level, digits: 15).text
      var path = SVGPath()
      for line in lines[index] {
        for piece in labels.label(line, text, level: index) { path.append(piece.points, closed: piece.isClosed) }
      }
      if !path.isEmpty {
        svg.element("g", ["class": "level-line", "data-level": text]) { $0.path(path, class: "contour") }
      }
    }
    for label in labels.labels {
      let turn = "rotate(\(decimal(label.angle)) \(decimal(label.place.x)) \(decimal(label.place.y)))"
      let base = Point(label.place.x, label.place.y + TextStyle.level.middleToBase)
      svg.element("g", ["transform": turn]) { $0.label(label.text, at: base, style: .level, anchor: "middle") }
    }
  }

  private func draw(_ path: Chart.Series, _ index: Int, in frame: PlotFrame, _ svg: inout SVGBuilder) {
    let runs = path.points.map(frame.place).split(separator: nil).map { $0.compactMap { $0 } }
    let visible = runs.joined().filter(frame.area.contains)
    svg.element("g", ["class": "path", "data-name": path.name]) { svg in
      if !path.name.isEmpty { svg.element("title") { $0.words(path.name) } }
      var line = SVGPath()
      for part in runs.flatMap(frame.area.clipped) { line.append(part) }
      svg.path(line, class: "halo")
      svg.path(line, class: curveClass(index))
      if path.hasMarkers { for point in visible { svg.circle(point, radius: 2.5, class: markClass(index)) } }
      let ends = (path.points.first.flatMap(frame.place), path.points.last.flatMap(frame.place))
      if let start = ends.0, frame.area.contains(start) {
        svg.circle(start, radius: 5, class: "ring \(markClass(index))")
      }
      if let end = ends.1, frame.area.contains(end) { svg.circle(end, radius: 6, class: markClass(index)) }
    }
  }
}
