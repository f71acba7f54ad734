import DescentNotation
import TestSupport
import Testing

private let x = Formula.name("x")
private let w = Formula.matrix([[.number(1), .number(-2)], [.number(20), .number(1)]])
private let b = Formula.matrix([[.number(0)], [.number(-1)], [x]])

/// Formulas with matrices drawn over several lines.
struct DisplayTests {
  @Test func matricesAreDrawn() {
    let rows: [(formula: Formula, lines: [String])] = [
      (.equation(.name("w"), w), ["w = ⎡ 1  −2⎤", "    ⎣20   1⎦"]),
      (.equation(.name("b"), b), ["    ⎡0 ⎤", "b = ⎢−1⎥", "    ⎣x ⎦"]),
      (.matrix([[.number(1), .number(2)]]), ["[1  2]"]), (.matrix([]), ["[]"]),
      (.sum([.init(x), .init(.number(1))]), ["x + 1"]),
      (
        .sum([.init(.product([w, x], .matrices)), .init(b)]),
        ["             ⎡0 ⎤", "⎡ 1  −2⎤ x + ⎢−1⎥", "⎣20   1⎦     ⎣x ⎦"]
      ),
      (.marked(w, "T"), ["⎡ 1  −2⎤ᵀ", "⎣20   1⎦"]), (.element(of: w, [.letter("i")]), ["⎡ 1  −2⎤", "⎣20   1⎦ᵢ"]),
      (.function("det", b), ["   ⎛⎡0 ⎤⎞", "det⎜⎢−1⎥⎟", "   ⎝⎣x ⎦⎠"]),
      (.enclosed("|", w, "|"), ["│⎡ 1  −2⎤│", "│⎣20   1⎦│"]),
      (.matrix([[w, x]]), ["⎡⎡ 1  −2⎤  x⎤", "⎣⎣20   1⎦   ⎦"]), (.matrix([[.name("日本")], [x]]), ["⎡日本⎤", "⎣x   ⎦"]),
      (.matrix([[.name(Name("y", accent: .bar))], [x]]), ["⎡y\u{304}⎤", "⎣x⎦"]),
    ]
    withEvery("row", in: rows.indices) { index in
      #expect(rows[index].formula.displayLines() == rows[index].lines)
      #expect(rows[index].formula.display == rows[index].lines.joined(separator: "\n"))
    }
  }

  @Test func casesAreDrawn() {
    let positive = Formula.Case(x, if: .relation(">", [x, .number(0)]))
    let negative = Formula.Case(.negation(x), if: .relation("<", [x, .number(0)]))
    let otherwise = Formula.Case(.number(0), if: nil)
    #expect(
      Formula.equation(.name("f"), .cases([positive, otherwise])).displayLines()
        == ["    ⎧x  if x > 0", "f = ⎨", "    ⎩0  otherwise"])
    #expect(
      Formula.cases([positive, negative, otherwise]).displayLines()
        == ["⎧x   if x > 0", "⎨−x  if x < 0", "⎩0   otherwise"])
    #expect(Formula.product([.number(2), .cases([positive])]).displayLines() == ["2({x  if x > 0)"])
  }

  @Test func relationsBreakAtTheirSigns() {
    let relation = Formula.equation(.name("loss"), b, .number(3), x)
    #expect(
      relation.displayLines(breakingRelations: true) == [
        "       ⎡0 ⎤", "loss = ⎢−1⎥", "       ⎣x ⎦", "     = 3", "     = x",
      ])
    #expect(Formula.equation(x, .number(1)).displayLines(breakingRelations: true) == ["x = 1"])
    #expect(Formula.number(1.0 / 3).displayLines(digits: .atMost(2)) == ["0.33"])
  }
}
