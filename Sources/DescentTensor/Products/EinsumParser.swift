import DescentGraph

/// An index of an Einstein sum: a letter, or one of the axes that an ellipsis stands for, counted from the last.
enum EinsumIndex: Hashable {
  case letter(Character)
  case ellipsis(fromEnd: Int)
}

/// The equation of an Einstein sum, such as `"bij, bjk -> bik"`, as it is written.
struct EinsumEquation {
  /// A letter, or nil for the ellipsis.
  typealias Label = Character?

  let operands: [[Label]]
  /// Nil where the equation has no arrow.
  let output: [Label]?

  /// Reads an equation.
  ///
  /// - Throws: What is wrong with it, in words.
  init(_ text: String) throws(EinsumComplaint) {
    var sides = [text.filter { !$0.isWhitespace }]
    if let arrow = sides[0].firstRange(of: "->") {
      sides = [String(sides[0][..<arrow.lowerBound]), String(sides[0][arrow.upperBound...])]
    }
    var operands: [[Label]] = []
    for operand in sides[0].split(separator: ",", omittingEmptySubsequences: false) {
      operands.append(try EinsumEquation.labels(operand))
    }
    self.operands = operands
    output = sides.count == 2 ? try EinsumEquation.labels(Substring(sides[1])) : nil
    try checkOutput()
  }

  private static func labels(_ text: Substring) throws(EinsumComplaint) -> [Label] {
    var labels: [Label] = []
    var rest = text
    while let first = rest.first {
      if rest.hasPrefix("...") {
        if labels.contains(nil) { throw EinsumComplaint("'\(text)' has two ellipses") }
        labels.append(nil)
        rest = rest.dropFirst(3)
      } else if first.isLetter {
        labels.append(first)
        rest = rest.dropFirst()
      } else {
        throw EinsumComplaint("'\(first)' in '\(text)' is neither a letter nor part of '...', ',' or '->'")
      }
    }
    return labels
  }

  private func checkOutput() throws(EinsumComplaint) {
    guard let output else { return }
    let known = Set(operands.joined())
    for (place, label) in output.enumerated() {
      guard let letter = label else { continue }
      if output[..<place].contains(letter) { throw EinsumComplaint("index '\(letter)' stands twice in the output") }
      if !known.contains(letter) { throw EinsumComplaint("index '\(letter)' of the output is in no operand") }
    }
    if known.contains(nil), !output.contains(nil) {
      throw EinsumComplaint("the output leaves out the ellipsis; write '...' in it")
    }
  }

  /// The output's labels: those written, or else the ellipsis and the letters that occur once, in alphabetical order.
  var outputLabels: [Label] {
    if let output { return output }
    let letters = operands.joined().compactMap(\.self)
    let counts = letters.reduce(into: [Character: Int]()) { $0[$1, default: 0] += 1 }
    let single: [Label] = counts.filter { $0.value == 1 }.keys.sorted()
    return operands.joined().contains(nil) ? [nil] + single : single
  }

  /// The indices that labels stand for, with `count` axes for the ellipsis.
  static func indices(_ labels: [Label], ellipsisCount count: Int) -> [EinsumIndex] {
    labels.flatMap { label -> [EinsumIndex] in
      if let letter = label { return [.letter(letter)] }
      return (0..<count).reversed().map { .ellipsis(fromEnd: $0) }
    }
  }
}

/// What is wrong with an equation or with the operands it is used for.
struct EinsumComplaint: Error {
  var kind: TensorError.Kind
  var message: String

  init(_ message: String, kind: TensorError.Kind = .invalidArgument) { (self.message, self.kind) = (message, kind) }
}
