/// A learner's derivation, checked line by line against the rules that compute derivatives.
///
/// ```swift
/// let check = try WorkCheck(
///   """
///   f = (3x + 2x^2)^2
///   df/dx = 2(3x + 2x^2) d/dx(3x + 2x^2)      # chain rule
///         = 2(3x + 2x^2)(3 + 4x^2)            # sum rule, power rule
///   """)
/// print(check)        // … power rule: the exponent 2 must be … Line 3 is wrong.
/// ```
///
/// A line is a definition (`f = …`, `f(x) = …`), a claim that both sides of `=` are equal, or begins with `=` and goes
/// on from the line before. Derivatives may stand anywhere: `df/dx`, `∂f/∂x`, `d²f/dx²`, `d/dx(…)`, `f'`, `f'(2)`. After
/// `d/dx` comes a bracket with its power, or factors side by side up to a sign. A comment, `# chain rule` or
/// `[chain rule]`, names the rule that a line claims. Several statements of one line stand between semicolons.
///
/// Everything else is as in ``Program``. Factors may stand side by side unless the work defines a name with two or more
/// letters. Names of one letter that are not defined are variables: two sides are equal if they agree at random numbers
/// for these. Quantities that are given by numbers, `w = [[1, -2], [2, 1]]`, are moved at random as well; a line that
/// is right only with the given numbers is accepted if numbers stand in the places of names.
///
/// `∂f/∂x` holds the other names in the definition of f constant if x stands there itself; otherwise, and for `df/dx`,
/// the derivative goes through all that depends on x.
public struct WorkCheck: Sendable {
  /// A line with its verdict.
  public struct Line: Sendable {
    /// The line, counted from 1.
    public let number: Int
    /// The line as it stands in the work.
    public let text: String
    /// What came out.
    public let verdict: Verdict
  }

  /// What came out for a line.
  public enum Verdict: Sendable {
    /// The line gives a meaning to names and claims nothing.
    case definition(remarks: [String])
    /// Equal to the one before.
    case accepted(remarks: [String])
    /// Equal to the one before with given numbers put in for the names.
    case acceptedWithNumbers(of: [String], remarks: [String])
    /// Not equal.
    case wrong(Mistake)
    /// Can't be read, or means nothing.
    case unreadable(ProgramError)
    /// Comes after the first line that is wrong.
    case notChecked(reason: String)
  }

  /// What is wrong with a line.
  public struct Mistake: Sendable {
    /// The characters of the line that are wrong, counted from 0.
    public let columns: Range<Int>
    /// The side before, which the wrong one should equal.
    public let reference: String
    /// What the wrong side should be, as a formula or as numbers.
    public let expected: String
    /// The values of both sides at a point.
    public let values: (expected: Value, found: Value)
    /// The numbers of the names at that point; empty for the given ones.
    public let point: [(name: String, value: Value)]
    /// The rule that is likely broken.
    public let rule: String?
    /// What is likely wrong, in words; nil if no known mistake leads to this line.
    public let hint: String?
    /// The line that should follow, and its rule.
    public let next: (line: String, rule: String)?
  }

  /// The numbers of a side at a point.
  public struct Value: Hashable, Sendable {
    /// The sizes of the axes; none for a single number.
    public let shape: [Int]
    /// The elements in row-major order.
    public let scalars: [Double]
  }

  /// The lines that hold more than comments.
  public let lines: [Line]

  /// Whether every line is right.
  public var isCorrect: Bool { lines.allSatisfy(\.verdict.isAccepted) }

  /// The first line that is wrong or can't be read.
  public var firstFault: Line? { lines.first { !$0.verdict.isAccepted } }

  /// Checks a work.
  ///
  /// - Parameters:
  ///   - text: At most 64 kilobytes and 500 statements.
  ///   - seed: Chooses the random numbers at which sides are compared.
  /// - Throws: ``ProgramError`` for a text that is too long or holds nothing to check; mistakes in lines are verdicts.
  public init(_ text: String, seed: UInt64 = 0) throws(ProgramError) {
    let reader = try WorkReader(text)
    guard !reader.lines.isEmpty else {
      throw ProgramError(
        line: 1, column: 1, message: "there is nothing to check; write lines such as f = x^2 and df/dx = 2x",
        excerpt: "")
    }
    var checker = WorkChecker(reader, seed: seed)
    lines = checker.lines()
  }
}

extension WorkCheck.Verdict {
  /// Whether the line stands.
  public var isAccepted: Bool {
    switch self {
    case .definition, .accepted, .acceptedWithNumbers: true
    case .wrong, .unreadable, .notChecked: false
    }
  }

  /// What is worth saying of a line that stands.
  public var remarks: [String] {
    switch self {
    case .definition(let remarks), .accepted(let remarks): remarks
    case .acceptedWithNumbers(let names, let remarks):
      ["with the numbers\(names.isEmpty ? "" : " of \(names.joined(separator: ", "))") put in"] + remarks
    case .wrong, .unreadable, .notChecked: []
    }
  }
}
