// Which names programs have for what is written here.

enum ProgramNames {
  /// What a function by its own notation is called.
  static func function(_ name: String) -> String? {
    switch name {
    case "ln": return "log"
    case "σ": return "sigmoid"
    default:
      let (base, indices) = Scripts.splitSubscripts(name)
      return identifier(base + indices.joined())
    }
  }

  /// What stands between two signs, as a function.
  static func enclosure(_ left: String, _ right: String) -> String? {
    switch (left, right) {
    case ("(", ")"): ""
    case ("|", "|"): "abs"
    case ("⌊", "⌋"): "floor"
    case ("⌈", "⌉"): "ceil"
    default: nil
    }
  }

  /// The operator of a comparison.
  static func comparison(_ sign: String) -> String? {
    switch sign {
    case "=": "=="
    case "≠": "!="
    case "<", ">": sign
    case "≤": "<="
    case "≥": ">="
    default: nil
    }
  }

  /// The function that connects statements.
  static func connective(_ sign: String) -> String? {
    switch sign {
    case "∧": "logical_and"
    case "∨": "logical_or"
    case "⊻": "logical_xor"
    default: nil
    }
  }

  /// The function that a sign in the exponent stands for.
  static func mark(_ sign: String) -> String? {
    switch Scripts.levelled(sign) {
    case "−1": "inv"
    case "+": "pinv"
    default: nil
    }
  }

  /// `axis=0` for the remark `axis 0`, `axis=(0, 2)` for `axes 0, 2`.
  static func remark(_ words: String) -> String? {
    if let axis = words.dropPrefix("axis "), axis.allSatisfy(\.isNumber) { return "axis=\(axis)" }
    guard let axes = words.dropPrefix("axes "), axes.allSatisfy({ $0.isNumber || ", ".contains($0) }) else {
      return nil
    }
    return "axis=(\(axes))"
  }

  /// The name, if it is an identifier of Python and no word of the language.
  static func identifier(_ name: String) -> String? {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart,
      name.unicodeScalars.allSatisfy({ $0.properties.isXIDContinue || ("₀"..."₉").contains($0) }),
      !keywords.contains(name)
    else { return nil }
    return name
  }

  private static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
  ]
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
