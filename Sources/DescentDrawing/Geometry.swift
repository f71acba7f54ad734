/// A place in the plane, or a pair of numbers that a chart shows as one.
public struct Point: Hashable, Sendable {
  /// The horizontal coordinate.
  public var x: Double
  /// The vertical coordinate.
  public var y: Double

  /// A place by its coordinates.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  /// Where `self` lies on the way to another point: 0 is here, 1 is there.
  func moved(towards other: Point, by part: Double) -> Point {
    Point(x + (other.x - x) * part, y + (other.y - y) * part)
  }

  func distance(to other: Point) -> Double {
    ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
  }
}

/// A width and a height in pixels.
struct Size: Hashable, Sendable {
  var width = 0.0
  var height = 0.0
}

/// A rectangle whose sides are parallel to the axes; y grows downward, as in SVG.
struct Rectangle: Hashable, Sendable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var maxX: Double { x + width }
  var maxY: Double { y + height }
  var middle: Point { Point(x + width / 2, y + height / 2) }

  func moved(by offset: Point) -> Rectangle {
    Rectangle(x: x + offset.x, y: y + offset.y, width: width, height: height)
  }

  /// The rectangle without a strip along its sides.
  func inset(by distance: Double) -> Rectangle {
    Rectangle(
      x: x + distance, y: y + distance, width: max(width - 2 * distance, 0), height: max(height - 2 * distance, 0))
  }

  func contains(_ point: Point) -> Bool { (x...maxX).contains(point.x) && (y...maxY).contains(point.y) }

  /// Whether the two have an area in common.
  func overlaps(_ other: Rectangle) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }
}
