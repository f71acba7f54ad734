/// The kinds of text in pictures; the raw value is the class in the stylesheet.
enum TextStyle: String, CaseIterable, Sendable {
  /// The title of a picture.
  case heading
  /// The first line of a node.
  case nodeTitle = "node-title"
  /// The lines below it, and what stands on an edge: formulas and numbers.
  case detail
  /// The title of a group, the name of an axis, an entry of a legend.
  case label
  /// Numbers along an axis.
  case tick
  /// The level of a contour line.
  case level

  /// The size of the font in pixels.
  var size: Double {
    switch self {
    case .heading: 15
    case .nodeTitle: 14
    case .detail, .label: 12
    case .tick: 11
    case .level: 9.5
    }
  }

  var isMonospaced: Bool { self == .detail }

  var isBold: Bool { self == .heading || self == .nodeTitle }

  /// From one line of text to the next.
  var lineHeight: Double { (size * 1.4).rounded() }

  /// From the middle of a line to the base line of its letters: half the height of a capital letter.
  var middleToBase: Double { size * 0.35 }

  /// The estimated width of a line in pixels.
  func width(of text: String) -> Double {
    text.reduce(0) { $0 + width(of: $1) }
  }

  /// The line, or as much of it as fits with `…` at its end; line breaks and tabs become spaces.
  func fitting(_ text: String, width limit: Double) -> String {
    var (result, width) = ("", 0.0)
    /// The longest beginning that leaves room for the dots.
    var fitting = ""
    for character in text {
      let character = character.isWhitespace ? " " : character
      width += self.width(of: character)
      if width > limit { return fitting + "…" }
      result.append(character)
      if width + self.width(of: "…") <= limit { fitting = result }
    }
    return result
  }

  private func width(of character: Character) -> Double {
    switch columns(of: character) {
    case 0: 0
    case 1 where !isMonospaced && character.isUppercase: size * 0.72
    case 1: size * (isBold ? 0.61 : 0.6)
    default: size
    }
  }
}

/// How many columns a character takes in a terminal: 0 for marks that stand above others, 2 for ideographs and emoji.
func columns(of character: Character) -> Int {
  for scalar in character.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: continue
    default: return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }
  return 0
}

/// The blocks of Unicode whose characters are as wide as high (Unicode Standard Annex 11).
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
  0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
]
