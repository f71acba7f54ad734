/// Elements of SVG as text, written one after another.
struct SVGBuilder: Sendable {
  private(set) var text = ""

  /// An element without content.
  mutating func element(_ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:]) {
    open(name, attributes)
    text += "/>"
  }

  /// An element around what `content` writes.
  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:], content: (inout SVGBuilder) -> Void
  ) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  /// Characters between tags.
  mutating func words(_ words: String) { text += escaped(words) }

  /// What another builder wrote.
  mutating func append(_ other: SVGBuilder) { text += other.text }

  /// A line of text; `anchor` says which part of it stands at the point: `start`, `middle` or `end`.
  mutating func label(_ words: String, at point: Point, style: TextStyle, anchor: String = "start") {
    let anchor = anchor == "start" ? "" : anchor
    element("text", ["class": style.rawValue, "x": point.x, "y": point.y, "text-anchor": anchor]) { $0.words(words) }
  }

  mutating func rectangle(_ rectangle: Rectangle, radius: Double = 0, class name: String) {
    element(
      "rect",
      [
        "class": name, "x": rectangle.x, "y": rectangle.y, "width": rectangle.width, "height": rectangle.height,
        "rx": radius == 0 ? "" : decimal(radius),
      ])
  }

  mutating func path(_ path: SVGPath, class name: String) {
    element("path", ["class": name, "d": path])
  }

  mutating func circle(_ middle: Point, radius: Double, class name: String) {
    element("circle", ["class": name, "cx": middle.x, "cy": middle.y, "r": radius])
  }

  /// Attributes without a value are left out.
  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, any SVGValue>) {
    text += "<\(name)"
    for (name, value) in attributes {
      let value = value.attributeText
      if !value.isEmpty { text += " \(name)=\"\(escaped(value))\"" }
    }
  }
}

/// What an attribute can hold.
protocol SVGValue: Sendable {
  var attributeText: String { get }
}

extension String: SVGValue {
  var attributeText: String { self }
}

extension Double: SVGValue {
  var attributeText: String { decimal(self) }
}

/// The outline of a shape, or a line.
struct SVGPath: SVGValue {
  private(set) var attributeText = ""

  var isEmpty: Bool { attributeText.isEmpty }

  init() {}

  /// Straight lines through points.
  init(through points: some Sequence<Point>, closed: Bool = false) {
    append(points, closed: closed)
  }

  /// One more line through points.
  mutating func append(_ points: some Sequence<Point>, closed: Bool = false) {
    var isFirst = true
    for point in points {
      add(isFirst ? "M" : "L", [point])
      isFirst = false
    }
    if closed && !isFirst { attributeText += "Z" }
  }

  mutating func move(to point: Point) { add("M", [point]) }
  mutating func line(to point: Point) { add("L", [point]) }
  /// A cubic Bézier curve.
  mutating func curve(_ first: Point, _ second: Point, to point: Point) { add("C", [first, second, point]) }

  private mutating func add(_ command: String, _ points: [Point]) {
    attributeText += command + points.map { "\(decimal($0.x)) \(decimal($0.y))" }.joined(separator: " ")
  }
}

/// A coordinate with at most two decimals and a point, whatever the locale.
///
/// Coordinates are finite: whoever draws leaves out what isn't. What lies beyond ±10¹² is drawn there.
func decimal(_ value: Double) -> String {
  assert(value.isFinite, "a coordinate is \(value)")
  guard value.isFinite else { return "0" }
  let hundredths = Int((min(max(value, -1e12), 1e12) * 100).rounded())
  let (whole, part) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  if part == 0 { return "\(sign)\(whole)" }
  return part % 10 == 0 ? "\(sign)\(whole).\(part / 10)" : "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
}

/// Text that XML takes as it is, between tags and in attributes.
///
/// Characters that XML doesn't allow, such as U+0000, become U+FFFD.
func escaped(_ text: String) -> String {
  // Most texts, and all numbers, are free of them.
  let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x80 && !special.contains($0) }
  if isPlain { return text }
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += "&#\(scalar.value);"
    case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private let special = Set("&<>\"'".utf8)
