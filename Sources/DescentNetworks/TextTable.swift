import Foundation

/// Text in columns, as wide as their contents.
package struct TextTable: CustomStringConvertible {
  var header: [String]
  var rows: [[String]]
  var footer: [String]?
  /// The columns whose contents stand at the right edge.
  var rightAligned: Set<Int>

  /// A table whose rows have as many cells as its header.
  package init(header: [String], rows: [[String]], footer: [String]? = nil, rightAligned: Set<Int>) {
    (self.header, self.rows, self.footer, self.rightAligned) = (header, rows, footer, rightAligned)
  }

  package var description: String {
    let lines = [header] + rows + (footer.map { [$0] } ?? [])
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    var text = lines.map { padded($0, widths) }
    text.insert(rule, at: 1)
    if footer != nil { text.insert(rule, at: text.count - 1) }
    return text.joined(separator: "\n")
  }

  private func padded(_ cells: [String], _ widths: [Int]) -> String {
    let columns = cells.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - cells[column].count)
      return rightAligned.contains(column) ? space + cells[column] : cells[column] + space
    }
    return columns.joined(separator: "  ").trimmingSuffix(" ")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    String(reversed().drop { $0 == character }.reversed())
  }
}

/// An integer with commas between groups of three digits: 101,770.
package func grouped(_ number: Int) -> String {
  let digits = String(abs(number))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return number < 0 ? "-" + text : text
}

/// A number of samples a second; infinite ones, from clocks that stand still, have no digits.
func grouped(_ number: Double) -> String { Int(exactly: number.rounded()).map { grouped($0) } ?? "\(number)" }

/// A measured number with four decimals, or in powers of ten where those would say nothing.
package func fourDecimals(_ number: Double) -> String {
  let isPlain = number == 0 || (1e-3..<1e5).contains(abs(number))
  return String(format: isPlain || !number.isFinite ? "%.4f" : "%.3e", number)
}
