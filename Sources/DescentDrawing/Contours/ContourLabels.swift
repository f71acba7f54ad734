import Foundation

/// Places for the numbers on contour lines: where a line is straight, and not too close to each other.
struct ContourLabels {
  struct Label {
    var text: String
    /// The middle of the text.
    var place: Point
    /// In degrees.
    var angle: Double
  }

  /// A square of a few pixels.
  private struct Cell: Hashable {
    let column: Int
    let row: Int

    init(_ point: Point) { (column, row) = (Cell.place(point.x), Cell.place(point.y)) }

    /// Lines of extreme values may lie anywhere, or nowhere.
    private static func place(_ pixels: Double) -> Int {
      pixels.isNaN ? 0 : Int(min(max(pixels, -1e6), 1e6) / 5)
    }
  }

  private let area: Rectangle
  /// The levels of the lines that pass through a square.
  private var passing: [Cell: Set<Int>] = [:]
  private(set) var labels: [Label] = []

  /// For the lines of several levels, all in pixels.
  init(in area: Rectangle, lines: [[GridLine]]) {
    self.area = area
    for (level, lines) in lines.enumerated() {
      for point in lines.lazy.flatMap(\.points) { passing[Cell(point), default: []].insert(level) }
    }
  }

  /// Puts a text on a line of a level if there is room; what remains of the line around it.
  mutating func label(_ line: GridLine, _ text: String, level: Int) -> [GridLine] {
    let path = MeasuredLine(line)
    let width = TextStyle.level.width(of: text) + 6
    guard path.length > 4 * width else { return [line] }
    var best: (start: Double, straightness: Double)?
    for start in stride(from: path.length * 0.1, through: path.length - width, by: max(path.length / 60, 3)) {
      let (first, last) = (path.point(at: start), path.point(at: start + width))
      let straightness = first.distance(to: last) / width
      guard straightness > max(best?.straightness ?? 0.94, 0.94), isFree(first, last, level)
      else { continue }
      best = (start, straightness)
    }
    guard let best else { return [line] }
    let (first, last) = (path.point(at: best.start), path.point(at: best.start + width))
    labels.append(Label(text: text, place: first.moved(towards: last, by: 0.5), angle: angle(first, last)))
    return path.without(from: best.start, to: best.start + width)
  }

  /// Whether a text between two points keeps away from the border, from other texts and from lines of other levels.
  private func isFree(_ first: Point, _ last: Point, _ level: Int) -> Bool {
    let middle = first.moved(towards: last, by: 0.5)
    let inset = first.distance(to: last) / 2 + 2
    guard area.inset(by: inset).contains(middle), labels.allSatisfy({ $0.place.distance(to: middle) > 44 }) else {
      return false
    }
    let (across, down) = ((last.y - first.y) / inset * 2.5, (first.x - last.x) / inset * 2.5)
    return [0, 0.25, 0.5, 0.75, 1].allSatisfy { part in
      let place = first.moved(towards: last, by: part)
      return [-1.0, 0, 1].allSatisfy { side in
        passing[Cell(Point(place.x + side * across, place.y + side * down))]?.subtracting([level]).isEmpty ?? true
      }
    }
  }

  /// Of a text that isn't upside down.
  private func angle(_ first: Point, _ last: Point) -> Double {
    let angle = atan2(last.y - first.y, last.x - first.x) * 180 / .pi
    return angle > 90 ? angle - 180 : angle < -90 ? angle + 180 : angle
  }
}

/// A line whose points are known by their distance from its beginning.
struct MeasuredLine {
  private let points: [Point]
  /// Of each point.
  private let distances: [Double]

  init(_ line: GridLine) {
    let points = line.isClosed ? line.points + line.points.prefix(1) : line.points
    var sum = 0.0
    distances = points.indices.map { index in
      if index > 0 { sum += points[index - 1].distance(to: points[index]) }
      return sum
    }
    self.points = points
  }

  var length: Double { distances.last ?? 0 }

  func point(at distance: Double) -> Point {
    let next = firstPoint(from: distance)
    if next == 0 || next >= points.count { return points[min(next, points.count - 1)] }
    let step = distances[next] - distances[next - 1]
    let part = step > 0 ? (distance - distances[next - 1]) / step : 0
    return points[next - 1].moved(towards: points[next], by: part)
  }

  /// What is left when a stretch is taken out.
  func without(from start: Double, to end: Double) -> [GridLine] {
    let before = points[..<firstPoint(from: start)] + [point(at: start)]
    let after = [point(at: end)] + points[firstPoint(from: end)...]
    return [Array(before), after].map { GridLine(points: $0, isClosed: false) }
  }

  /// The first point that isn't closer to the beginning, by bisection.
  private func firstPoint(from distance: Double) -> Int {
    var (low, high) = (0, distances.count)
    while low < high {
      let middle = (low + high) / 2
      if distances[middle] < distance { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
