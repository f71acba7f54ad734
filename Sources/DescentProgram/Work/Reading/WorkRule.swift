import DescentExplain
import DescentGraph

/// A rule of differentiation that a comment can name.
enum WorkRule: String, CaseIterable, Sendable {
  case chain = "chain rule"
  case power = "power rule"
  case product = "product rule"
  case quotient = "quotient rule"
  case sum = "sum rule"
  case constantFactor = "constant factor rule"
  case constant = "constant rule"
  case exponential = "derivative of the exponential function"
  case logarithm = "derivative of the logarithm"
  case sine = "derivative of sin"
  case cosine = "derivative of cos"
  case tangent = "derivative of tan"

  /// What learners call it, without "rule" and "derivative of".
  private var words: [String] {
    switch self {
    case .chain: ["chain", "composition"]
    case .power: ["power", "root", "square root"]
    case .product: ["product", "leibniz"]
    case .quotient: ["quotient"]
    case .sum: ["sum", "difference", "addition", "subtraction", "linearity"]
    case .constantFactor: ["constant factor", "constant multiple", "factor", "linearity"]
    case .constant: ["constant"]
    case .exponential: ["exponential", "exponential function", "exp", "e^x", "eˣ"]
    case .logarithm: ["logarithm", "natural logarithm", "log", "ln"]
    case .sine: ["sine", "sin"]
    case .cosine: ["cosine", "cos"]
    case .tangent: ["tangent", "tan"]
    }
  }

  private static let byWord: [String: [WorkRule]] = allCases.reduce(into: [:]) { table, rule in
    for word in rule.words { table[word, default: []].append(rule) }
  }

  /// The rules that a comment names, nil if it names none; each entry lists the rules that one name may mean.
  static func claimed(in comment: String) -> (rules: [[WorkRule]], isComplete: Bool)? {
    var text = comment.lowercased()
    for separator in [" and ", "&", "+", ";", "/", " then ", "."] {
      text = text.split(separator: separator, omittingEmptySubsequences: false).joined(separator: ",")
    }
    let phrases = text.split(separator: ",").map(stripped).filter { !$0.isEmpty }
    let found = phrases.map { byWord[$0] }
    let rules = found.compactMap(\.self)
    return rules.isEmpty ? nil : (rules, rules.count == found.count)
  }

  /// A phrase without the words around a rule's name.
  private static func stripped(_ phrase: Substring) -> String {
    let empty: Set<Substring> = [
      "rule", "rules", "law", "by", "the", "of", "derivative", "using", "with", "apply", "for",
    ]
    return phrase.split { $0.isWhitespace || "()[]:!".contains($0) }.filter { !empty.contains($0) }
      .joined(separator: " ")
  }

  /// The rules that differentiating a node takes, more than one where it can be read in several ways.
  static func rules(of node: Node, _ depends: [Bool]) -> Set<WorkRule> {
    let (operation, name) = (node.operation, node.operation.ruleName(depends))
    var rules = Set(allCases.filter { name == $0.rawValue })
    if case .contract = operation { rules.insert(.product) }
    // 1/x is x⁻¹ and a quotient, u/v is u·v⁻¹.
    if operation == .unary(.reciprocal) { rules.formUnion([.quotient, .power]) }
    if operation == .binary(.divide) { rules.formUnion(depends == [true, false] ? [.quotient] : [.product, .power]) }
    if operation == .binary(.power) { rules.insert(depends == [true, false] ? .power : .exponential) }
    if operation == .unary(.negate) { rules.formUnion([.sum, .constantFactor]) }
    return rules
  }
}
