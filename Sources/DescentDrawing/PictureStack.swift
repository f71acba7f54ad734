/// Several pictures in one: a loss over its steps beside the path of the descent, for example.
///
/// ```swift
/// let both = PictureStack(.horizontal, [lossChart, contours], title: "Descent")
/// ```
public struct PictureStack: Picture {
  /// How pictures follow each other.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// From left to right, with their tops at one height.
    case horizontal
    /// From top to bottom, with their left sides below each other.
    case vertical
  }

  /// How the pictures follow each other.
  public var direction: Direction
  /// The pictures.
  public var pictures: [any Picture]
  /// What stands above them all; nothing if it is empty.
  public var title: String

  /// A stack of pictures, which may be stacks themselves.
  public init(_ direction: Direction, _ pictures: [any Picture], title: String = "") {
    self.direction = direction
    self.pictures = pictures
    self.title = title
  }

  /// The picture with every line and letter in its place.
  public var drawing: Drawing {
    let drawings = pictures.map(\.drawing)
    let top = title.isEmpty ? 0 : 36.0
    var size = Size(width: 0, height: top)
    var svg = SVGBuilder()
    for drawing in drawings {
      let corner = direction == .horizontal ? Point(size.width, top) : Point(0, size.height)
      svg.element("g", ["class": "part", "transform": "translate(\(decimal(corner.x)) \(decimal(corner.y)))"]) { svg in
        svg.append(drawing.content)
      }
      size = Size(
        width: max(size.width, corner.x + drawing.size.width), height: max(size.height, corner.y + drawing.size.height))
    }
    if !title.isEmpty {
      let heading = TextStyle.heading.fitting(title, width: max(size.width - 40, 200))
      svg.label(heading, at: Point(20, 32), style: .heading)
      size.width = max(size.width, TextStyle.heading.width(of: heading) + 40)
    }
    func spoken(_ texts: [String], _ separator: String) -> String {
      texts.isEmpty ? "No pictures" : texts.joined(separator: separator)
    }
    return Drawing(
      size: size, title: title.isEmpty ? spoken(drawings.map(\.title), ", ") : title,
      summary: spoken(drawings.map(\.summary), " "), content: svg)
  }
}
