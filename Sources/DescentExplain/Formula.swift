/// A piece of mathematical text, and what it needs to stand inside a larger one.
package struct Formula: Hashable, Sendable {
  /// How strongly a text holds together, from the weakest.
  enum Strength: Int, Comparable {
    case comparison, sum, negation, quotient, product, application, power, atom, name

    static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
  }

  package let text: String
  let strength: Strength
  /// Whether the text ends in a function with a bare argument, `cos x`, which would swallow a factor after it.
  let isOpen: Bool

  init(_ text: String, _ strength: Strength, isOpen: Bool = false) {
    self.text = text
    self.strength = strength
    self.isOpen = isOpen
  }

  /// The text, in parentheses if it holds together less than is asked.
  func text(atLeast strength: Strength) -> String { self.strength >= strength ? text : "(\(text))" }

  /// The text where a factor follows.
  private func text(before strength: Strength) -> String { isOpen ? "(\(text))" : text(atLeast: strength) }
}

// MARK: - Names and numbers

extension Formula {
  static func name(_ name: String) -> Formula { Formula(name, .name) }

  static func number(_ value: Double) -> Formula {
    let size = Formula.size(abs(value))
    return value < 0 ? Formula("−" + size.text, .negation) : size
  }

  /// A number that isn't negative; constants of mathematics by their names.
  private static func size(_ value: Double) -> Formula {
    let constants: [(value: Double, formula: Formula)] = [
      (0.693147180559945309417, Formula("ln 2", .application, isOpen: true)),
      (2.30258509299404568402, Formula("ln 10", .application, isOpen: true)),
      (1.12837916709551257390, Formula("2/√π", .quotient)), (1 / 1.12837916709551257390, Formula("√π/2", .quotient)),
    ]
    if let constant = constants.first(where: { $0.value == value }) { return constant.formula }
    if value == .infinity { return .name("∞") }
    return .name(Int64(exactly: value).map(String.init) ?? "\(value)")
  }
}

// MARK: - Notation

extension Formula {
  var negated: Formula { Formula("−" + text(atLeast: .product), .negation, isOpen: isOpen) }

  static func sum(_ x: Formula, _ y: Formula) -> Formula {
    if y.text == "0" { return x }
    return Formula("\(x.text(atLeast: .sum)) + \(y.text(atLeast: .quotient))", .sum)
  }

  static func difference(_ x: Formula, _ y: Formula) -> Formula {
    Formula("\(x.text(atLeast: .sum)) − \(y.text(atLeast: .quotient))", .sum)
  }

  static func product(_ x: Formula, _ y: Formula) -> Formula {
    if x.text == "1" { return y }
    if y.text == "1" { return x }
    return Formula("\(x.text(before: .product))·\(y.text(atLeast: .product))", .product, isOpen: y.isOpen)
  }

  static func quotient(_ x: Formula, _ y: Formula) -> Formula {
    Formula("\(x.text(before: .product))/\(y.text(atLeast: .application))", .quotient, isOpen: y.isOpen)
  }

  static func relation(_ sign: String, _ x: Formula, _ y: Formula) -> Formula {
    Formula("\(x.text(atLeast: .sum)) \(sign) \(y.text(atLeast: .sum))", .comparison)
  }

  /// `cos x`, or `cos(x + y)` for anything but a name.
  static func function(_ name: String, _ x: Formula) -> Formula {
    x.strength == .name
      ? Formula("\(name) \(x.text)", .application, isOpen: true) : Formula("\(name)(\(x.text))", .atom)
  }

  /// `√x`, `√(x + y)`.
  static func prefixed(_ sign: String, _ x: Formula) -> Formula {
    Formula(sign + (x.strength == .name ? x.text : "(\(x.text))"), .power)
  }

  /// `|x|`.
  static func enclosed(_ left: String, _ x: Formula, _ right: String) -> Formula {
    Formula(left + x.text + right, .atom)
  }

  /// `name(x, y, remarks…)`.
  static func call(_ name: String, _ operands: [Formula], _ remarks: String...) -> Formula {
    Formula("\(name)(\((operands.map(\.text) + remarks).joined(separator: ", ")))", .atom)
  }

  /// `x²`, `x^0.5`.
  func raised(to exponent: Double) -> Formula {
    let base = text(atLeast: .atom)
    guard let whole = Int(exactly: exponent) else { return Formula("\(base)^\(Formula.exponent(exponent))", .power) }
    return Formula(base + String(whole).map { Formula.superscripts[$0] ?? String($0) }.joined(), .power)
  }

  /// `x^y`.
  static func power(_ x: Formula, _ y: Formula) -> Formula {
    Formula("\(x.text(atLeast: .atom))^\(y.text(atLeast: .atom))", .power)
  }

  private static func exponent(_ value: Double) -> String { value < 0 ? "(−\(-value))" : "\(value)" }

  private static let superscripts: [Character: String] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
  ]
}
