/// A colour of the pictures: a CSS variable with a value for light and one for dark surroundings.
struct Colour: Sendable {
  let name: String
  let light: String
  let dark: String

  /// A declaration such as `fill`; the first value is for programs that don't know variables.
  func paints(_ property: String) -> String {
    "\(property):\(light);\(property):var(--picture-\(name))"
  }

  static let background = Colour(name: "background", light: "#ffffff", dark: "#15181e")
  static let text = Colour(name: "text", light: "#1c2330", dark: "#e6e9ef")
  static let muted = Colour(name: "muted", light: "#5b6575", dark: "#9aa5b5")
  static let grid = Colour(name: "grid", light: "#e8ebef", dark: "#2a2f38")
  static let line = Colour(name: "line", light: "#8a94a3", dark: "#748092")
  static let accent = Colour(name: "accent", light: "#c2410c", dark: "#fb923c")

  static let group = Colour(name: "group", light: "#f8f9fb", dark: "#1a1e25")
  static let groupBorder = Colour(name: "group-border", light: "#dde2e8", dark: "#343b47")

  static let contour = Colour(name: "contour", light: "#2f6fb3", dark: "#4d8fd6")

  /// Lines of a chart, in order; the first ones also stand out from the colour of contours.
  static let series = zip(
    ["#c2571a", "#8b4fa8", "#2f8f5b", "#2563a8", "#a17a1c", "#b83b5e"],
    ["#f0965a", "#c08ee0", "#62c48c", "#6aa8ea", "#d9b44a", "#ee7d9b"]
  ).enumerated().map { Colour(name: "series-\($0.offset + 1)", light: $0.element.0, dark: $0.element.1) }

  static let all =
    [background, text, muted, grid, line, accent, group, groupBorder, contour] + series
    + GraphPicture.Kind.allCases.flatMap { [$0.fill, $0.border] }
}

extension GraphPicture.Kind {
  /// The inside of a node.
  var fill: Colour {
    switch self {
    case .input: Colour(name: "input", light: "#eaf2fc", dark: "#17283c")
    case .parameter: Colour(name: "parameter", light: "#fcf3e4", dark: "#322713")
    case .operation: Colour(name: "operation", light: "#f4f5f8", dark: "#232831")
    case .result: Colour(name: "result", light: "#e8f6ed", dark: "#15301f")
    }
  }

  /// The line around a node.
  var border: Colour {
    switch self {
    case .input: Colour(name: "input-border", light: "#83b0e4", dark: "#3f74b0")
    case .parameter: Colour(name: "parameter-border", light: "#dcae63", dark: "#957031")
    case .operation: Colour(name: "operation-border", light: "#c1c8d2", dark: "#4a5361")
    case .result: Colour(name: "result-border", light: "#6fb687", dark: "#408a5a")
    }
  }
}
