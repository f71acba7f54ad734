import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct SVGTests {
  @Test func coordinatesHaveTwoDecimalsAndAPoint() {
    let cases: [(Double, String)] = [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (0.25, "0.25"), (1.005, "1"), (0.126, "0.13"),
      (-0.05, "-0.05"), (-0.004, "0"), (99.999, "100"), (123456.789, "123456.79"), (1e300, "1000000000000"),
    ]
    withEvery("case", in: cases) { #expect(decimal($0.0) == $0.1) }
  }

  @Test func textsAreEscaped() {
    let cases = [
      ("", ""), ("plain", "plain"), ("<a href=\"x\">", "&lt;a href=&quot;x&quot;&gt;"), ("it's", "it&#39;s"),
      ("&amp;", "&amp;amp;"), ("a\nb", "a&#10;b"), ("\u{0}", "\u{FFFD}"),
      ("é\u{FFFF}", "é\u{FFFD}"), ("w\u{304}", "w\u{304}"),
    ]
    withEvery("case", in: cases) { #expect(escaped($0.0) == $0.1) }
  }

  @Test func longTextsAreShortened() {
    withEvery("style", in: TextStyle.allCases) { style in
      #expect(style.fitting("short", width: 100) == "short")
      withEvery("text", in: hostileTexts) { text in
        for width in [40.0, 80, 200] {
          let fitting = style.fitting(text, width: width)
          #expect(style.width(of: fitting) <= width)
          #expect(fitting.hasSuffix("…") || fitting.count == text.count)
        }
      }
    }
    // Exactly as wide as allowed is not too wide.
    #expect(TextStyle.detail.fitting("12345", width: TextStyle.detail.width(of: "12345")) == "12345")
  }

  @Test func columnsOfCharacters() {
    let cases: [(Character, Int)] = [
      ("a", 1), ("é", 1), ("w\u{304}", 1), ("\u{304}", 0), ("日", 2), ("한", 2), ("👩‍👩‍👧", 2), ("ａ", 2),
      ("∂", 1), ("\u{7}", 0),
    ]
    withEvery("case", in: cases) { #expect(columns(of: $0.0) == $0.1) }
  }

  @Test func allColoursHaveBothModes() {
    let names = Colour.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(Stylesheet.text.components(separatedBy: "--picture-\(name):").count == 3, "\(name)")
    }
    #expect(Stylesheet.text.contains("@media (prefers-color-scheme:dark)"))
  }
}
