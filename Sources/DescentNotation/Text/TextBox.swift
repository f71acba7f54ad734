/// Lines of equal width, one of which stands on the base line of what is around them.
struct TextBox {
  let lines: [String]
  /// Which of the lines stands on the base line.
  let baseline: Int
  let width: Int

  /// One line.
  init(_ line: String) { self.init([line], baseline: 0) }

  /// Lines, which are filled with spaces up to the widest one.
  init(_ lines: [String], baseline: Int) {
    let width = lines.map(\.columns).max() ?? 0
    let filled = lines.map { $0 + String(repeating: " ", count: width - $0.columns) }
    self.init(lines: filled, baseline: baseline, width: width)
  }

  private init(lines: [String], baseline: Int, width: Int) {
    self.lines = lines
    self.baseline = baseline
    self.width = width
  }

  /// Boxes from left to right on one base line.
  init(row boxes: [TextBox]) {
    if boxes.allSatisfy({ $0.lines.count == 1 }) {
      // Counting columns anew at every level would take quadratic time.
      let line = boxes.map { $0.lines[0] }.joined()
      self.init(lines: [line], baseline: 0, width: boxes.reduce(0) { $0 + $1.width })
      return
    }
    let above = boxes.map(\.baseline).max() ?? 0
    let below = boxes.map { $0.lines.count - $0.baseline }.max() ?? 1
    let grown = boxes.map { $0.padded(above: above - $0.baseline, below: below - $0.lines.count + $0.baseline) }
    self.init((0..<above + below).map { line in grown.map { $0.lines[line] }.joined() }, baseline: above)
  }

  /// Boxes from top to bottom, left-aligned, the base line in the middle.
  init(column boxes: [TextBox]) {
    let lines = boxes.isEmpty ? [""] : boxes.flatMap(\.lines)
    self.init(lines, baseline: (lines.count - 1) / 2)
  }

  var height: Int { lines.count }

  private func padded(above: Int, below: Int) -> TextBox {
    let blank = String(repeating: " ", count: width)
    return TextBox(
      Array(repeating: blank, count: above) + lines + Array(repeating: blank, count: below), baseline: baseline + above)
  }

  /// The box with a script behind its first line.
  func raising(_ script: String) -> TextBox {
    TextBox([lines[0] + script] + lines.dropFirst(), baseline: baseline)
  }

  /// The box with a script behind its last line.
  func lowering(_ script: String) -> TextBox {
    TextBox(lines.dropLast() + [lines[lines.count - 1] + script], baseline: baseline)
  }

  /// The box with spaces on one side, up to a width.
  func filled(to width: Int, isRightAligned: Bool) -> TextBox {
    let blank = String(repeating: " ", count: max(0, width - self.width))
    return TextBox(lines.map { isRightAligned ? blank + $0 : $0 + blank }, baseline: baseline)
  }
}

extension String {
  /// How many columns of a terminal the text takes: two for the wide characters of East Asia and pictographs.
  var columns: Int { reduce(0) { $0 + ($1.isWide ? 2 : 1) } }
}

extension Character {
  /// The blocks of Unicode Standard Annex 11 whose characters are wide throughout.
  fileprivate var isWide: Bool {
    guard let scalar = unicodeScalars.first?.value, scalar >= 0x1100 else { return false }
    return switch scalar {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
