import DescentNotation
import Foundation
import TestSupport
import Testing

private let values = ["x": 1.75, "y": 0.625]

/// Reading a formula's text back gives its value: parentheses stand wherever they change it.
struct ValueTests {
  @Test func programsHaveTheValueOfTheirFormulas() {
    var random = SplitMix64(seed: 3)
    withEvery("sample", in: 0..<2_000) { _ in
      let formula = FormulaSamples.scalar(depth: 4, using: &random)
      let program = try #require(formula.program)
      let read = try #require(Reader(program).value, "\(program)")
      let value = formula.value
      #expect(read == value || read.isNaN && value.isNaN, "\(program) is \(read), not \(value)")
    }
  }

  @Test func textsHaveTheValueOfTheirFormulas() {
    var random = SplitMix64(seed: 4)
    withEvery("sample", in: 0..<2_000) { _ in
      let formula = FormulaSamples.scalar(depth: 4, using: &random)
      let text = formula.text(digits: .all)
      let read = try #require(Reader(text).value, "\(text)")
      let value = formula.value
      // Products written without parentheses may be multiplied in another order.
      let isClose =
        abs(read - value) <= 1e-9 * max(abs(value), 1) || read == value || !value.isFinite || abs(value) > 1e100
      #expect(isClose, "\(text) is \(read), not \(value)")
    }
  }

  /// The reader itself tells right from wrong.
  @Test func readerKnowsPrecedence() {
    let rows: [(String, Double)] = [
      ("-x**2", -3.0625), ("2*-x", -3.5), ("2**-1", 0.5), ("2**3**2", 512), ("8/4/2", 1), ("1 - 2 - 3", -4),
      ("−x²", -3.0625), ("(−2)²", 4), ("2x·y", 2.1875), ("2(x + y)·3", 14.25), ("√(4)·3", 6), ("2^3·2", 16),
      ("cos x", cos(1.75)), ("cos(x)²", cos(1.75) * cos(1.75)), ("|1 − 3|·2", 4), ("2 × 3 × 4", 24), ("10⁻²", 0.01),
    ]
    withEvery("row", in: rows.indices) { #expect(Reader(rows[$0].0).value == rows[$0].1, "\(rows[$0].0)") }
    #expect(Reader("(x").value == nil)
    #expect(Reader("x + ").value == nil)
  }
}

extension Formula {
  /// The value of a formula of ``FormulaSamples/scalar(depth:using:)``.
  fileprivate var value: Double {
    switch self {
    case .number(let value): value
    case .name(let name): values[name.letters] ?? .nan
    case .sum(let terms): sum(terms)
    case .negation(let x): -x.value
    case .product(let factors, _): factors.dropFirst().reduce(factors.first?.value ?? 1) { $0 * $1.value }
    case .quotient(let x, let y): x.value / y.value
    case .power(let x, let y): pow(x.value, y.value)
    case .root(2, let x): x.value.squareRoot()
    case .root(_, let x): cbrt(x.value)
    case .function(let name, let x): functions[name]?(x.value) ?? .nan
    case .enclosed(_, let x, _): abs(x.value)
    default: .nan
    }
  }

  private func sum(_ terms: [Term]) -> Double {
    let first = terms[0].isNegative ? -terms[0].formula.value : terms[0].formula.value
    return terms.dropFirst().reduce(first) { $1.isNegative ? $0 - $1.formula.value : $0 + $1.formula.value }
  }
}

private let functions: [String: @Sendable (Double) -> Double] = [
  "sin": { sin($0) }, "cos": { cos($0) }, "exp": { exp($0) }, "sqrt": { $0.squareRoot() }, "cbrt": { cbrt($0) },
  "abs": { abs($0) },
]

/// Evaluates expressions in Python's syntax and in the notation of texts, which share their precedences.
private struct Reader {
  private var rest: [Character]

  init(_ text: String) { rest = text.filter { $0 != " " }.reversed() }

  /// The value of the whole text, nil if it can't be read.
  var value: Double? {
    var reader = self
    let value = reader.sum()
    return reader.rest.isEmpty ? value : nil
  }

  private var next: Character? { rest.last }

  private mutating func take(_ text: String) -> Bool {
    guard rest.reversed().starts(with: text) else { return false }
    rest.removeLast(text.count)
    return true
  }

  private mutating func sum() -> Double? {
    guard var value = product() else { return nil }
    while true {
      if take("+") {
        guard let term = product() else { return nil }
        value += term
      } else if take("-") || take("−") {
        guard let term = product() else { return nil }
        value -= term
      } else {
        return value
      }
    }
  }

  private mutating func product() -> Double? {
    guard var value = signed() else { return nil }
    while true {
      if take("/") {
        guard let factor = signed() else { return nil }
        value /= factor
      } else if take("·") || take("×") || !rest.reversed().starts(with: "**") && take("*") {
        guard let factor = signed() else { return nil }
        value *= factor
      } else {
        return value
      }
    }
  }

  private mutating func signed() -> Double? { take("-") || take("−") ? signed().map { -$0 } : juxtaposed() }

  /// `2x`: a number directly before a letter or a parenthesis; the number is read by itself.
  private mutating func juxtaposed() -> Double? {
    let startsWithDigit = next?.isWholeNumber == true
    guard var value = power() else { return nil }
    if startsWithDigit, let next, next.isLetter || "(√".contains(next) {
      guard let factor = power() else { return nil }
      value *= factor
    }
    return value
  }

  private mutating func power() -> Double? {
    guard let base = atom() else { return nil }
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let isNegative = take("⁻")
    var digits = ""
    while let next, let digit = raised.firstIndex(of: next) {
      digits += "\(digit)"
      rest.removeLast()
    }
    if let exponent = Double(digits) { return pow(base, isNegative ? -exponent : exponent) }
    if take("**") || take("^") { return signed().map { pow(base, $0) } }
    return base
  }

  private mutating func atom() -> Double? {
    if take("(") { return closed(")") { $0 } }
    if take("|") { return closed("|") { abs($0) } }
    if take("√") { return atom().map { $0.squareRoot() } }
    if take("∛") { return atom().map { cbrt($0) } }
    if next?.isWholeNumber == true { return number() }
    for (name, function) in functions where take(name) { return atom().map(function) }
    for (name, value) in values where take(name) { return value }
    return nil
  }

  private mutating func closed(_ sign: String, _ function: (Double) -> Double) -> Double? {
    guard let value = sum(), take(sign) else { return nil }
    return function(value)
  }

  private mutating func number() -> Double? {
    var text = ""
    while let next, "0123456789.".contains(next) { text.append(rest.removeLast()) }
    return Double(text)
  }
}
