/// Numbers as bars of characters, for terminals.
///
/// ```swift
/// print(TextBars([("matmul", 3), ("relu", 1.5)], width: 8).text)
/// // matmul ████████ 3
/// // relu   ████     1.5
/// ```
///
/// The largest magnitude fills the width, in steps of an eighth of a character. A bar shows the magnitude of its number;
/// the number stands beside it with its sign. What isn't finite has no bar.
public struct TextBars: Sendable {
  /// The labels with their numbers.
  public var bars: [(label: String, value: Double)]
  /// The length of the longest bar in characters.
  public var width: Int

  /// Bars for labelled numbers.
  public init(_ bars: [(String, Double)], width: Int = 40) {
    self.bars = bars.map { ($0.0, $0.1) }
    self.width = width
  }

  /// One line for each bar, without a line break at the end.
  public var text: String {
    let width = min(max(width, 1), 1000)
    let labelWidth = bars.reduce(0) { max($0, columnCount(of: $1.label)) }
    let largest = bars.reduce(0) { $1.value.isFinite ? max($0, $1.value.magnitude) : $0 }
    return bars.map { label, value in
      let label = label.map { $0.isWhitespace ? " " : $0 }
      let padding = String(repeating: " ", count: labelWidth - columnCount(of: String(label)))
      let part = value.isFinite && largest > 0 ? value.magnitude / largest : 0
      let bar = TextBars.bar(part, width: width)
      return String(label) + padding + " " + bar + String(repeating: " ", count: width - bar.count) + " "
        + number(value)
    }.joined(separator: "\n")
  }

  /// A bar that fills a part of a width, from 0 to 1, without spaces behind it.
  package static func bar(_ part: Double, width: Int) -> String {
    let eighths = Int((part * Double(width * 8)).rounded())
    return String(repeating: "█", count: eighths / 8) + (eighths % 8 == 0 ? "" : String(parts[eighths % 8 - 1]))
  }

  private func columnCount(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1.isWhitespace ? " " : $1) } }

  private func number(_ value: Double) -> String {
    value.isFinite ? ShortNumber(value, digits: 4).text : value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞"
  }
}

/// An eighth to seven eighths of a character, from the left.
private let parts = Array("▏▎▍▌▋▊▉")

/// A row of numbers as characters of different heights: `▁▂▅█`.
///
/// The lowest number is the lowest character, the highest the highest; what isn't finite is a space.
public func sparkline(_ values: [Double]) -> String {
  let heights = Array("▁▂▃▄▅▆▇█")
  let finite = values.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else { return String(repeating: " ", count: values.count) }
  return String(
    values.map { value in
      guard value.isFinite else { return " " }
      // Halves, since the difference of two finite numbers may be infinite.
      let part = low == high ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2)
      return heights[min(Int(part * 8), 7)]
    })
}
