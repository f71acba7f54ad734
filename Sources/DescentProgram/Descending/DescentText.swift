import DescentDrawing
import DescentExplain
import DescentNotation
import Foundation

// A descent for terminals: the first step with its numbers, then a table.

extension GradientDescent: CustomStringConvertible {
  /// The descent as text, without colours.
  public var description: String { text() }

  /// The descent for a terminal: the first step with its numbers, a table of the steps, and what was reached.
  ///
  /// Of many steps, those that are 1, 2, 3 or 5 times a power of ten are shown.
  ///
  /// - Parameter isColored: Whether headings and warnings are coloured by ANSI sequences.
  public func text(isColored: Bool = false) -> String { document.text(isColored: isColored) }

  private var document: Document {
    var document = Document(title: "Gradient descent on \(target)")
    let moving = names.count == 1 ? "\(names[0]) moves" : "\(names.joined(separator: ", ")) move"
    let count = stepCount == 1 ? "1 step" : "\(stepCount) steps"
    document.add(.paragraph("\(definition); \(moving) at rate \(digits(rate)), \(count)."))
    document.add(.heading("The first step"))
    for update in firstUpdates { document.add(.formula(update.formula(of: target, rate: rate))) }
    if firstUpdates.isEmpty { document.add(.paragraph("There is none.")) }
    document.add(.heading("The steps"))
    document.add(.table(table))
    document.add(.heading("After step \(steps.last?.number ?? 0)"))
    document.add(
      .equations(
        zip(names, finalValues).map { .equation(.name($0), $1.formula(limit: GradientDescent.mostElementsWritten)) }))
    let isBad = stop.map { $0.reason != .stationary } ?? isTooFast
    document.add(isBad ? .warning(conclusion) : .paragraph(conclusion))
    return document
  }

  /// How the program computes what is minimised.
  private var definition: String {
    let program = function.program
    let statement = program.statements.last { $0.name == target } ?? program.statements[program.statements.count - 1]
    let text = program.text(in: statement.range).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (statement.name == nil ? "\(target) = " : "") + (text.count > 80 ? "\(text.prefix(79))…" : text)
  }

  /// Larger values are described rather than written out.
  fileprivate static let mostElementsWritten = 36

  // MARK: The table

  /// Which steps a table of a descent shows: all if they are few.
  static func rows(upTo last: Int) -> [Int] {
    if last <= 20 { return Array(0...last) }
    let decades = (0...).lazy.map { Int(pow(10, Double($0))) }.prefix { $0 < last }
    return [0] + decades.flatMap { decade in [1, 2, 3, 5].map { $0 * decade }.filter { $0 < last } } + [last]
  }

  private var table: [[String]] {
    let last = steps.count - 1
    var numbers = GradientDescent.rows(upTo: last)
    // The last step before what is not finite tells more than this.
    if stop?.reason == .notFinite, last > 0, !numbers.contains(last - 1) {
      numbers.insert(last - 1, at: numbers.count - 1)
    }
    let columns = elements.count <= 4 ? elements : []
    let bars = LossBars(steps.map(\.loss))
    let header = ["step", target, bars.header(of: target), "‖∇\(target)‖"] + columns.map(\.label)
    return [header]
      + numbers.map { number in
        let step = steps[number]
        return ["\(number)", digits(step.loss), bars.bar(for: step.loss), digits(step.gradientNorm)]
          + columns.map { digits(self[$0, at: number], 4) }
      }
  }
}

extension GradientDescent.Update {
  /// w − 0.1·∂f/∂w = 2 − 0.1·4 = 1.6.
  func formula(of target: String, rate: Double) -> Formula {
    func moved(_ value: Formula, along gradient: Formula) -> Formula {
      .sum([.init(value), .init(.product([.number(rate.magnitude), gradient], .dots), isNegative: rate > 0)])
    }
    let limit = GradientDescent.mostElementsWritten
    return .equation(
      moved(.name(name), along: .derivative(of: .name(target), by: [.name(name)])),
      moved(value.formula(limit: limit), along: gradient.formula(limit: limit)), newValue.formula(limit: limit))
  }
}

extension [Double] {
  /// Whether a logarithmic scale shows them better: they are not negative and span more than two decades.
  var needLogarithms: Bool {
    let finite = filter(\.isFinite)
    guard let most = finite.max(), let least = finite.filter({ $0 > 0 }).min() else { return false }
    return finite.allSatisfy { $0 >= 0 } && most / least > 100
  }
}

/// Losses as bars of characters.
private struct LossBars {
  private let isLogarithmic: Bool
  private let least: Double
  private let most: Double

  private static let width = 16

  init(_ losses: [Double]) {
    let needLogarithms = losses.needLogarithms
    let places = losses.filter { $0.isFinite && (!needLogarithms || $0 > 0) }.map { needLogarithms ? log10($0) : $0 }
    isLogarithmic = needLogarithms
    // A bar on a linear scale begins at 0 unless a number is below it.
    least = needLogarithms ? places.min() ?? 0 : Swift.min(places.min() ?? 0, 0)
    most = places.max() ?? 0
  }

  func header(of target: String) -> String { padded(isLogarithmic ? "log \(target)" : "") }

  func bar(for loss: Double) -> String {
    let place = isLogarithmic ? log10(loss) : loss
    guard place.isFinite, most > least else { return padded("") }
    return padded(TextBars.bar((place - least) / (most - least), width: Self.width))
  }

  private func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(0, Self.width - text.count))
  }
}
