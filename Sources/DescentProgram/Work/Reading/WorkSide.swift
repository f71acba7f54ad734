/// What stands on one side of an equals sign: an expression whose derivative marks have become names.
struct WorkSide: Sendable {
  let expression: ProgramExpression
  /// The marks by the names that stand for them in the expression: their text.
  let marks: [String: WorkMark]
  let range: Range<Int>

  /// The mark that the whole side is, if it is one.
  var mark: WorkMark? {
    if case .name(let name) = expression.kind { marks[name] } else { nil }
  }

  /// The names in it, and in what it differentiates.
  var names: Set<String> {
    var found: Set<String> = []
    expression.forEachName { name in
      if let mark = marks[name] { found.formUnion(mark.names) } else { found.insert(name) }
    }
    return found
  }

  /// The place of the first use of each mark, outermost marks only, in the order of the text.
  var marksInOrder: [WorkMark] { marks.values.sorted { $0.range.lowerBound < $1.range.lowerBound } }
}

/// A derivative or a function's value as a work writes it: `df/dx`, `d/dx(…)`, `f'`, `f'(2)`, `f(2)`.
struct WorkMark: Sendable {
  /// What is differentiated.
  indirect enum Target: Sendable {
    case name(String)
    case side(WorkSide)
  }

  /// Differentiates by what.
  enum Variables: Sendable {
    /// One after the other.
    case named([String])
    /// By the only variable, so many times; not at all for `f(2)`.
    case only(times: Int)
  }

  let target: Target
  let variables: Variables
  /// Whether it is written with ∂.
  let isPartial: Bool
  /// Where the result is taken: the arguments of `f'(2)`.
  let arguments: [WorkSide]
  let range: Range<Int>

  var names: Set<String> {
    var found: Set<String> = []
    switch target {
    case .name(let name): found.insert(name)
    case .side(let side): found = side.names
    }
    if case .named(let names) = variables { found.formUnion(names) }
    return arguments.reduce(found) { $0.union($1.names) }
  }
}

/// A statement of a work.
struct WorkStatement: Sendable {
  enum Kind: Sendable {
    /// `f = …`, `f(x) = …`, with what further sides claim.
    case definition(WorkDefinition)
    /// `a = b = c`, or `= c`, which goes on from the line before.
    case claim(continues: Bool)
  }

  let kind: Kind
  /// All sides, of a definition those behind the first equals sign.
  let sides: [WorkSide]
  let range: Range<Int>
}

/// What a name stands for.
struct WorkDefinition: Sendable {
  let name: String
  /// The names between parentheses: x in `f(x) = x²`.
  let parameters: [String]
}
