/// Lines over numbers, such as the loss of a training run over its steps.
///
/// ```swift
/// let chart = Chart(
///   title: "Loss", xName: "step", yName: "loss", yScale: .logarithmic,
///   series: [.init("training", values: losses), .init("validation", points: validation, hasMarkers: true)])
/// ```
///
/// NaN, infinities and, on logarithmic axes, numbers that aren't positive leave gaps. The length of the picture's text
/// grows with the width of the chart, not with the number of points: where many points fall into one pixel, the extreme
/// ones are drawn.
public struct Chart: Picture, Hashable {
  /// What stands above the chart; nothing if it is empty.
  public var title: String
  /// A sentence for those who can't see the picture.
  public var summary: String
  /// What is counted horizontally.
  public var xName: String
  /// What is counted vertically.
  public var yName: String
  /// How numbers are laid out horizontally.
  public var xScale: AxisScale
  /// How numbers are laid out vertically.
  public var yScale: AxisScale
  /// The lines; a legend names them if there are several.
  public var series: [Series]
  /// The width of the area in which lines are drawn, in pixels.
  public var width: Double
  /// The height of the area in which lines are drawn, in pixels.
  public var height: Double

  /// A chart of series.
  public init(
    title: String = "", summary: String = "", xName: String = "", yName: String = "", xScale: AxisScale = .linear,
    yScale: AxisScale = .linear, series: [Series], width: Double = 520, height: Double = 280
  ) {
    self.title = title
    self.summary = summary
    self.xName = xName
    self.yName = yName
    self.xScale = xScale
    self.yScale = yScale
    self.series = series
    self.width = width
    self.height = height
  }

  /// A line through points, in their order.
  public struct Series: Hashable, Sendable {
    /// What the legend says.
    public var name: String
    /// The points.
    public var points: [Point]
    /// Whether each point has a dot.
    public var hasMarkers: Bool

    /// A line through points.
    public init(_ name: String, points: [Point], hasMarkers: Bool = false) {
      self.name = name
      self.points = points
      self.hasMarkers = hasMarkers
    }

    /// A line through values at `first`, `first` + 1, ….
    public init(_ name: String, values: [Double], from first: Int = 0, hasMarkers: Bool = false) {
      let points = values.enumerated().map { Point(Double(first + $0.offset), $0.element) }
      self.init(name, points: points, hasMarkers: hasMarkers)
    }
  }
}

extension Chart {
  /// The picture with every line and letter in its place.
  public var drawing: Drawing {
    let area = drawable(width: width, height: height)
    let shown = series.flatMap(\.points).filter { xScale.measure($0.x) != nil && yScale.measure($0.y) != nil }
    let frame = PlotFrame(
      title: title, legend: series.count < 2 ? [] : series.enumerated().map { ($0.element.name, $0.offset) },
      xName: xName, yName: yName, x: horizontalAxis(covering: shown.map(\.x), scale: xScale, width: area.width),
      y: verticalAxis(covering: shown.map(\.y), scale: yScale, height: area.height, isLoose: true), area: area)
    var svg = SVGBuilder()
    frame.draw(&svg)
    for (index, series) in series.enumerated() { draw(series, index, in: frame, &svg) }
    if shown.isEmpty { svg.label("no numbers to show", at: frame.area.middle, style: .label, anchor: "middle") }
    return Drawing(
      size: frame.size, title: title.isEmpty ? "Chart" : title, summary: summary.isEmpty ? counted : summary,
      content: svg)
  }

  private var counted: String {
    let names = series.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
    let what = [yName, xName].filter { !$0.isEmpty }.joined(separator: " against ")
    return "A line chart" + (what.isEmpty ? "" : " of \(what)") + (names.isEmpty ? "." : ": \(names).")
  }

  private func draw(_ series: Series, _ index: Int, in frame: PlotFrame, _ svg: inout SVGBuilder) {
    let runs = series.points.map(frame.place).split(separator: nil).map { $0.compactMap { $0 } }
    svg.element("g", ["class": "series", "data-name": series.name]) { svg in
      if !series.name.isEmpty { svg.element("title") { $0.words(series.name) } }
      var line = SVGPath()
      for run in runs where run.count > 1 { line.append(thinned(run)) }
      if !line.isEmpty { svg.path(line, class: curveClass(index)) }
      // A point without neighbours would be invisible as a line.
      for run in runs where series.hasMarkers || run.count == 1 {
        for point in series.hasMarkers ? thinned(run) : run { svg.circle(point, radius: 3.5, class: markClass(index)) }
      }
    }
  }
}

/// A line that looks the same with fewer points: of those in one column of pixels the first, the lowest, the highest and
/// the last remain, in their order.
func thinned(_ points: [Point]) -> [Point] {
  var result: [Point] = []
  var start = 0
  while start < points.count {
    let column = points[start].x.rounded(.down)
    let end = points[start...].firstIndex { $0.x.rounded(.down) != column } ?? points.count
    let group = start..<end
    if group.count <= 4 {
      result += points[group]
    } else if let low = group.min(by: { points[$0].y < points[$1].y }),
      let high = group.max(by: { points[$0].y < points[$1].y })
    {
      result += Set([start, low, high, end - 1]).sorted().map { points[$0] }
    }
    start = end
  }
  return result
}
