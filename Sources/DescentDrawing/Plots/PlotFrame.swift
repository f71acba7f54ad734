/// What surrounds curves or contours: title, legend, axes with their names and numbers.
struct PlotFrame {
  /// The line of a legend, and whose series it names.
  typealias Entry = (name: String, series: Int)

  let title: String
  let legend: [Entry]
  let xName: String
  let yName: String
  let x: Axis
  let y: Axis
  /// Where curves are drawn, from the corner of the picture.
  let area: Rectangle
  let size: Size
  private let legendPlaces: [Point]

  private static let margin = 20.0
  private static let swatch = 22.0
  private static let nameWidth = 180.0

  init(title: String, legend: [Entry], xName: String, yName: String, x: Axis, y: Axis, area: Size) {
    (self.title, self.legend, self.xName, self.yName, self.x, self.y) = (title, legend, xName, yName, x, y)
    let margin = PlotFrame.margin
    let numberWidth = y.ticks.reduce(0) { max($0, TextStyle.tick.width(of: $1.label)) }
    let left = margin + numberWidth + 8
    let right = margin + (x.ticks.last.map { TextStyle.tick.width(of: $0.label) / 2 } ?? 0)
    var top = margin + (title.isEmpty ? 0 : 28)
    legendPlaces = PlotFrame.flow(legend, from: Point(margin, top), width: left + area.width - margin)
    if let last = legendPlaces.last { top = last.y + 26 }
    top += yName.isEmpty ? 4 : 22
    self.area = Rectangle(x: left, y: top, width: area.width, height: area.height)
    size = Size(
      width: left + area.width + right,
      height: top + area.height + 24 + (xName.isEmpty ? 0 : 20) + margin * 0.7)
  }

  /// Where the entries of a legend stand: in rows.
  private static func flow(_ legend: [Entry], from start: Point, width: Double) -> [Point] {
    var next = start
    return legend.map { entry in
      let entryWidth = swatch + TextStyle.label.width(of: TextStyle.label.fitting(entry.name, width: nameWidth)) + 20
      if next.x > start.x && next.x + entryWidth > start.x + width { next = Point(start.x, next.y + 20) }
      defer { next.x += entryWidth }
      return next
    }
  }

  /// Where a pair of numbers is drawn; nil if it has no place.
  func place(_ point: Point) -> Point? {
    guard let across = x.part(of: point.x), let up = y.part(of: point.y) else { return nil }
    return Point(area.x + across * area.width, area.maxY - up * area.height)
  }

  /// Title, legend, names and numbers; what is drawn afterwards lies on top.
  func draw(_ svg: inout SVGBuilder, isBoxed: Bool = false) {
    let heading = TextStyle.heading.fitting(title, width: size.width - 2 * PlotFrame.margin)
    if !title.isEmpty { svg.label(heading, at: Point(PlotFrame.margin, PlotFrame.margin + 12), style: .heading) }
    for (entry, place) in zip(legend, legendPlaces) { draw(entry, at: place, &svg) }
    if !yName.isEmpty {
      let name = TextStyle.label.fitting(yName, width: area.maxX - PlotFrame.margin)
      svg.label(name, at: Point(PlotFrame.margin, area.y - 12), style: .label)
    }
    let name = TextStyle.label.fitting(xName, width: area.width)
    svg.label(name, at: Point(area.middle.x, area.maxY + 38), style: .label, anchor: "middle")
    drawNumbers(&svg, hasGrid: !isBoxed)
  }

  private func draw(_ entry: Entry, at place: Point, _ svg: inout SVGBuilder) {
    let line = [Point(place.x, place.y + 8), Point(place.x + PlotFrame.swatch - 6, place.y + 8)]
    svg.path(SVGPath(through: line), class: curveClass(entry.series))
    let name = TextStyle.label.fitting(entry.name, width: PlotFrame.nameWidth)
    svg.label(name, at: Point(place.x + PlotFrame.swatch, place.y + 12), style: .label)
  }

  private func drawNumbers(_ svg: inout SVGBuilder, hasGrid: Bool) {
    var (grid, marks) = (SVGPath(), SVGPath())
    for tick in y.ticks {
      let height = area.maxY - (tick.place - y.low) / (y.high - y.low) * area.height
      grid.append([Point(area.x, height), Point(area.maxX, height)])
      marks.append([Point(area.x - 4, height), Point(area.x, height)])
      let base = Point(area.x - 8, height + TextStyle.tick.middleToBase)
      svg.label(tick.label, at: base, style: .tick, anchor: "end")
    }
    for tick in x.ticks {
      let across = area.x + (tick.place - x.low) / (x.high - x.low) * area.width
      marks.append([Point(across, area.maxY), Point(across, area.maxY + 4)])
      svg.label(tick.label, at: Point(across, area.maxY + 18), style: .tick, anchor: "middle")
    }
    if hasGrid {
      svg.path(grid, class: "grid")
      svg.path(SVGPath(through: [Point(area.x, area.maxY), Point(area.maxX, area.maxY)]), class: "axis")
    } else {
      svg.rectangle(area, class: "axis")
      svg.path(marks, class: "axis")
    }
  }
}

/// The looks of a series' line; there are as many as colours, once in full and once dashed.
func curveClass(_ series: Int) -> String {
  let isDashed = (series / Colour.series.count) % 2 == 1
  return "curve series-\(series % Colour.series.count + 1)\(isDashed ? " dashed" : "")"
}

/// The looks of a series' points.
func markClass(_ series: Int) -> String { "mark series-\(series % Colour.series.count + 1)" }

/// An axis whose numbers don't touch each other.
func horizontalAxis(covering values: [Double], scale: AxisScale = .linear, width: Double) -> Axis {
  var count = max(Int(width / 70), 2)
  while true {
    let axis = Axis(covering: values, scale: scale, count: count)
    let needed = axis.ticks.reduce(0) { $0 + TextStyle.tick.width(of: $1.label) + 14 }
    if needed <= width + 14 || count <= 1 { return axis }
    count -= 1
  }
}

func verticalAxis(covering values: [Double], scale: AxisScale = .linear, height: Double, isLoose: Bool) -> Axis {
  Axis(covering: values, scale: scale, count: max(Int(height / 50), 2), isLoose: isLoose)
}

/// A size of an area, as far as it can be drawn.
func drawable(width: Double, height: Double) -> Size {
  Size(
    width: width.isFinite ? min(max(width, 80), 10_000) : 520,
    height: height.isFinite ? min(max(height, 60), 10_000) : 280)
}
