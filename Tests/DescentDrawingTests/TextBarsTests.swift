import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct TextBarsTests {
  @Test func barsAreProportional() {
    #expect(
      TextBars([("matmul", 4), ("relu", 2), ("日本", 1.25), ("w", -0.5), ("n", .nan)], width: 4).text == """
        matmul ████ 4
        relu   ██   2
        日本   █▎   1.25
        w      ▌    −0.5
        n           NaN
        """)
    let eighths = TextBars((0...8).map { ("", Double($0)) }, width: 1).text
    #expect(eighths.split(separator: "\n").map { $0.dropFirst().first } == Array("  ▏▎▍▌▋▊▉█".dropFirst()))
  }

  @Test func oddNumbers() {
    #expect(TextBars([]).text == "")
    #expect(TextBars([("a", 0)], width: 3).text == "a     0")
    #expect(TextBars([("a", .infinity), ("b", -.infinity)], width: 2).text == "a    ∞\nb    −∞")
    #expect(TextBars([("a\nb", 1)], width: -5).text == "a b █ 1")
    #expect(TextBars([("a", 1e308), ("b", -1e308)], width: 2).text == "a ██ 1×10³⁰⁸\nb ██ −1×10³⁰⁸")
  }

  @Test func sparklines() {
    let cases: [([Double], String)] = [
      ([], ""), ([1], "▅"), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([3, .nan, 1], "█ ▁"), ([.nan], " "),
      ([-1e308, 0, 1e308], "▁▅█"),
    ]
    withEvery("case", in: cases) { #expect(sparkline($0.0) == $0.1) }
  }
}
