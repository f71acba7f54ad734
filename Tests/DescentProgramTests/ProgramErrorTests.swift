import TestSupport
import Testing

@testable import DescentProgram

@Suite struct ProgramErrorTests {
  /// Text and what is said about it.
  private static let mistakes: [(text: String, error: String)] = [
    ("", "line 1, column 1: the program is empty; write an expression, or assignments such as x = 3"),
    ("# nothing", "line 1, column 1: the program is empty; write an expression, or assignments such as x = 3"),
    ("1 +", "line 1, column 4: expected a value, found the end of the program"),
    ("x = 1\ny = \nz = 2", "line 2, column 5: expected a value, found the end of the line"),
    ("1 + * 2", "line 1, column 5: expected a value, found '*'"),
    ("2 $ 3", "line 1, column 3: unexpected character '$'"),
    ("a\u{0}", "line 1, column 2: unexpected character U+0"),
    (
      "3x",
      "line 1, column 2: expected an operator or the end of the line, found the name 'x'; a product is written 3*x"
    ),
    ("sin x", "line 1, column 5: expected an operator or the end of the line, found the name 'x'; write sin(…)"),
    (
      "a if b",
      "line 1, column 3: expected an operator or the end of the line, found the name 'if'; conditions are written where(condition, a, b)"
    ),
    ("a)", "line 1, column 2: expected an operator or the end of the line, found ')'"),
    ("(a", "line 1, column 1: '(' is never closed"),
    ("y = [1, 2", "line 1, column 5: '[' is never closed"),
    ("(a]", "line 1, column 3: expected ',' or ')' to close '(', found ']'"),
    ("[1 2]", "line 1, column 4: expected ',' or ']' to close '[', found the number '2'"),
    ("|x", "line 1, column 1: '|' is never closed; the magnitude of x is written |x| or abs(x)"),
    ("y = sofmax(x)", "line 1, column 5: unknown function 'sofmax'; did you mean 'softmax'?"),
    ("frobnicate(x)", "line 1, column 1: unknown function 'frobnicate'"),
    (
      "widget = 1; widget(2)", "line 1, column 13: 'widget' is a value and no function; a product is written widget*(…)"
    ),
    ("x.sofmax()", "line 1, column 3: unknown method 'sofmax'; did you mean 'softmax'?"),
    ("x.sum", "line 1, column 3: the method 'sum' needs parentheses: .sum()"),
    (
      "x.5",
      "line 1, column 2: expected an operator or the end of the line, found the number '.5'; a product is written x*.5"
    ),
    (
      "a < b < c",
      "line 1, column 7: comparisons do not chain; write a < b < c as (a < b) * (b < c), which is 1 where both hold"
    ),
    (
      "a = b = c",
      "line 1, column 7: expected an operator or the end of the line, found '='; a line has one '=', equality is '=='"
    ),
    ("f(x) = 2", "line 1, column 1: unknown function 'f'"),
    ("x[0] = 2", "line 1, column 1: 'x[0]' can't be assigned to; a single name must stand before '='"),
    ("True = 2", "line 1, column 1: True is a constant of the language and can't be assigned"),
    ("x += 1", "line 1, column 3: '+=' is not available; write the name twice, as in x = x + 1"),
    ("x**=2", "line 1, column 2: '**=' is not available; write the name twice, as in x = x ** 1"),
    ("x[]", "line 1, column 2: the brackets are empty; write an index or a slice, as in x[0, 1:3]"),
    ("x[,]", "line 1, column 3: expected an index, found ','"),
    ("sum(axis=0, x)", "line 1, column 13: an argument without a name follows one with a name; put it before"),
    ("'abc", "line 1, column 1: a text begins with ' and never ends; close it on the same line"),
    ("1e999", "line 1, column 1: the number '1e999' is too large or has too many digits"),
    ("x⁻", "line 1, column 2: a raised sign must stand before a raised digit, as in x⁻¹"),
    ("np.", "line 1, column 4: expected the name of a function, found the end of the program"),
  ]

  @Test func ofNotation() {
    withEvery("text", in: Self.mistakes) { #expect(understood($0.text) == $0.error) }
  }

  private static let mistakesByHand: [(text: String, error: String)] = [
    ("2 3", "line 1, column 3: two numbers stand side by side; a product of numbers is written 2*3"),
    ("sqr(x)", "line 1, column 1: unknown function 'sqr'; did you mean 'sqrt'?"),
    (
      "sin^-1 x",
      "line 1, column 4: a negative power of 'sin' may mean its inverse or 1/sin; write 1/sin(x), or the inverse by its name"
    ),
    (
      "sin⁻¹x",
      "line 1, column 4: a negative power of 'sin' may mean its inverse or 1/sin; write 1/sin(x), or the inverse by its name"
    ),
    ("sin^n x", "line 1, column 5: expected a number as the power of 'sin', found the name 'n'; write sin(x)^n"),
    ("sin + 1", "line 1, column 5: expected the operand of 'sin', found '+'; write sin(…)"),
    ("2sin", "line 1, column 5: expected the operand of 'sin', found the end of the program; write sin(…)"),
    ("sin * 1", "line 1, column 5: expected the operand of 'sin', found '*'; write sin(…)"),
    ("3det", "line 1, column 2: the function 'det' needs its arguments in parentheses"),
    ("f(x) = x^2", "line 1, column 1: 'f(x)' can't be assigned to; a single name must stand before '='"),
  ]

  @Test func ofMathematicsByHand() {
    withEvery("text", in: Self.mistakesByHand) { #expect(understood($0.text, juxtaposition: true) == $0.error) }
  }

  @Test func excerpts() {
    func excerpt(_ text: String) -> String? {
      do throws(ProgramError) { _ = try Program(parsing: text) } catch { return error.excerpt }
      return nil
    }
    #expect(excerpt("x = 1\ny = sofmax(x)\nz = 2") == "y = sofmax(x)\n    ^")
    #expect(excerpt("\tx = $") == " x = $\n     ^")
    #expect(excerpt("x = (1") == "x = (1\n    ^")
    #expect(excerpt("") == "\n^")
    let long = excerpt(String(repeating: "x + ", count: 100) + "$" + String(repeating: " + x", count: 100)) ?? ""
    let lines = long.split(separator: "\n").map(Array.init)
    #expect(lines.count == 2 && lines[0].count == 78 && lines[0].first == "…" && lines[0].last == "…")
    #expect(lines[0][lines[1].count - 1] == "$")
  }

  @Test func limits() {
    let deep = String(repeating: "(", count: 300) + "x" + String(repeating: ")", count: 300)
    #expect(understood(deep) == "line 1, column 66: the expression nests deeper than 64 levels; give its parts names")
    #expect(understood(String(repeating: "-", count: 100_000) + "x").contains("nests deeper"))
    #expect(understood("x" + String(repeating: "**2", count: 10_000)).contains("nests deeper"))
    #expect(understood(String(repeating: "[", count: 100_000)).contains("nests deeper"))
    #expect(understood(String(repeating: "|", count: 100_000)).contains("nests deeper"))
    #expect(understood(String(repeating: "√", count: 100_000) + "x").contains("nests deeper"))
    #expect(understood(String(repeating: "sin ", count: 10_000) + "x", juxtaposition: true).contains("nests deeper"))
    #expect(
      understood("x" + String(repeating: ".T", count: 10_000))
        == "line 1, column 600: too many methods and indices follow each other; use a name between")
    // Depth adds up through brackets that are closed again.
    let inBrackets = (0..<60).reduce("x") { text, _ in "(\(text)" + String(repeating: ".T", count: 60) + ")" }
    #expect(understood(inBrackets).hasSuffix("too many methods and indices follow each other; use a name between"))
    #expect(
      understood(String(repeating: " ", count: 1_000_001))
        == "line 1, column 1: the text has 1000001 bytes; a program has at most 1000000")
    #expect(understood(String(repeating: "9", count: 401)).contains("is too large or has too many digits"))
  }
}
