import DescentGraph

/// A tensor program as text: assignments and expressions in Python's notation, read and ready to run.
///
/// ```swift
/// let program = try Program(parsing: """
///   w = [[1, -2], [2, 1]]; b = [[0], [-1]]; x = [[1], [2]]
///   y = w @ x + b          # matrices multiply with @
///   f = sum(y**2)
///   """)
/// print(try ProgramRun(program).result)       // 18.0
/// ```
///
/// Statements end with the line or with `;`, comments begin with `#`, and lines go on inside brackets. Operators have
/// Python's precedence: `**` (or `^`) binds tightest and to the right, so `-x**2` is −(x²); then signs; then `*`, `/`,
/// `@`, `//` and `%`; then `+` and `-`; then comparisons, which do not chain. The signs of print are read as well:
/// `−`, `·`, `×`, `÷`, `≤`, `x²`, `√x`, `|x|`, and `•` for `@`. Functions are called as in NumPy, `sum(y, axis=0)` or
/// `y.sum(axis=0)`; ``ProgramFunction/all`` lists them. `e`, `pi` and `inf` are constants unless the program assigns
/// them.
public struct Program: Sendable {
  /// How a text is read.
  public struct Options: Sendable {
    /// Whether factors may stand side by side, as in mathematics by hand: `3x`, `2(x + 1)`, `a b`, `ab`, `sin 2x`.
    ///
    /// Such a product binds as `*` does, from left to right: `1/2x` is (1/2)·x, as a calculator reads it. A word is a
    /// product of its letters unless it is a function, a name that the program or ``names`` knows, a Greek letter
    /// spelt out, or has an underscore; a letter with digits behind it is one name. A function without parentheses
    /// takes the product that follows, up to a sign or the next function: `sin 2x y` is sin(2xy), and `sin x cos x`
    /// is sin(x)·cos(x). `sin^2 x` is (sin x)².
    public var juxtaposition: Bool
    /// Names of several letters that the text uses and does not assign.
    public var names: Set<String>

    /// Options.
    public init(juxtaposition: Bool = false, names: Set<String> = []) {
      (self.juxtaposition, self.names) = (juxtaposition, names)
    }
  }

  /// A line of a program, or a part of one between semicolons.
  package struct Statement: Sendable {
    /// The name to the left of `=`, nil for an expression that stands by itself.
    package let name: String?
    package let expression: ProgramExpression
    /// The characters of the whole statement.
    package let range: Range<Int>
  }

  /// The statements in order; there is at least one.
  package let statements: [Statement]
  let source: ProgramText

  /// Reads a program.
  ///
  /// - Parameters:
  ///   - text: At most a megabyte.
  ///   - options: How to read it.
  /// - Throws: the first mistake with its place.
  public init(parsing text: String, options: Options = Options()) throws(ProgramError) {
    guard text.utf8.count <= ProgramText.largestByteCount else {
      throw ProgramError(
        line: 1, column: 1,
        message: "the text has \(text.utf8.count) bytes; a program has at most \(ProgramText.largestByteCount)",
        excerpt: "")
    }
    let source = ProgramText(text)
    do throws(ProgramFault) {
      var parser = Parser(source, tokens: try Lexer.tokens(of: source), options: options)
      statements = try parser.program()
    } catch { throw source.error(error) }
    self.source = source
  }

  /// The text.
  public var text: String { String(source.characters) }

  /// The characters of a place in the text, such as ``ProgramRun/Assignment/range``.
  public func text(in range: Range<Int>) -> String {
    String(source.characters[range.clamped(to: source.characters.indices)])
  }

  /// The names that are used before they are assigned, in the order of their first use, without the constants.
  public var freeNames: [String] {
    var (free, assigned): ([String], Set<String>) = ([], [])
    var seen = Set(ProgramConstants.values.keys)
    for statement in statements {
      statement.expression.forEachName { name in
        if !assigned.contains(name), seen.insert(name).inserted { free.append(name) }
      }
      if let name = statement.name { assigned.insert(name) }
    }
    return free
  }

  /// The names that the program assigns, in the order of their first assignment.
  public var assignedNames: [String] {
    var seen: Set<String> = []
    return statements.compactMap(\.name).filter { seen.insert($0).inserted }
  }
}

extension Program: CustomStringConvertible {
  /// The statements as they were understood, a line each, with parentheses around all operations.
  public var description: String {
    statements.map { statement in (statement.name.map { "\($0) = " } ?? "") + statement.expression.description }
      .joined(separator: "\n")
  }
}

/// The names that stand for numbers unless a program assigns them or is given them.
enum ProgramConstants {
  static let values: [String: Double] = [
    "e": 2.718281828459045, "pi": .pi, "π": .pi, "inf": .infinity,
  ]
}
