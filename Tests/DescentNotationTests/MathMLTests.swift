import DescentNotation
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let x = FormulaSamples.x
private let y = FormulaSamples.y

/// Formulas as MathML.
struct MathMLTests {
  @Test func elements() {
    let f = Formula.name("f")
    let rows: [(Formula, String)] = [
      (.number(2.5), "<mn>2.5</mn>"), (.number(-2), "<mrow><mo>−</mo><mn>2</mn></mrow>"),
      (.number(.infinity), "<mi>∞</mi>"),
      (.number(1e-7), "<msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup>"),
      (.quotient(x, y), "<mfrac><mi>x</mi><mi>y</mi></mfrac>"),
      (.power(x, .number(2)), "<msup><mi>x</mi><mn>2</mn></msup>"),
      (.root(2, x), "<msqrt><mi>x</mi></msqrt>"), (.root(3, x), "<mroot><mi>x</mi><mn>3</mn></mroot>"),
      (.name(Name("w").element([1, 2])), "<msub><mi>w</mi><mrow><mn>1</mn><mn>2</mn></mrow></msub>"),
      (
        .power(.name(Name("w").element([10, 2])), .number(2)),
        "<msubsup><mi>w</mi><mrow><mn>10</mn><mo>,</mo><mn>2</mn></mrow><mn>2</mn></msubsup>"
      ),
      (
        .name(Name("y", accent: .bar)),
        "<mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">¯</mo></mover>"
      ),
      (.marked(x, "T"), "<msup><mi>x</mi><mi mathvariant=\"normal\">T</mi></msup>"),
      (.marked(x, "−1"), "<msup><mi>x</mi><mrow><mo>−</mo><mn>1</mn></mrow></msup>"),
      (
        .derivative(of: f, by: [x]),
        "<mfrac><mrow><mi>∂</mi><mi>f</mi></mrow><mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
      ),
      (
        .product([.number(2), x, y]),
        "<mrow><mn>2</mn><mo>\u{2062}</mo><mi>x</mi><mo>⋅</mo><mi>y</mi></mrow>"
      ),
      (
        .function("cos", x),
        "<mrow><mi>cos</mi><mrow><mo>\u{2061}</mo><mspace width=\"0.1667em\"/></mrow><mi>x</mi></mrow>"
      ),
      (.words("a < b & c"), "<mtext>a &lt; b &amp; c</mtext>"),
      (
        .matrix([[x, y]]),
        "<mrow><mo form=\"prefix\" stretchy=\"true\">[</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mi>y</mi></mtd></mtr>"
          + "</mtable><mo form=\"postfix\" stretchy=\"true\">]</mo></mrow>"
      ),
      (
        .enclosed("|", x, "|"),
        "<mrow><mo form=\"prefix\" stretchy=\"false\">|</mo><mi>x</mi><mo form=\"postfix\" stretchy=\"false\">|</mo></mrow>"
      ),
      (
        .indexedSum(["k"], x),
        "<mrow><munder><mo>∑</mo><mi>k</mi></munder><mi>x</mi></mrow>"
      ),
    ]
    withEvery("row", in: rows.indices) { #expect(rows[$0].0.mathML == rows[$0].1) }
  }

  @Test func elementForPages() {
    #expect(
      Formula.relation("<", [x, y]).mathElement(isBlock: true)
        == "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\" alttext=\"x &lt; y\">"
        + "<mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow></math>")
    #expect(x.mathElement().contains("display=\"inline\""))
  }

  /// Well-formed, and every element has as many children as it needs, whatever the names are.
  @Test func everyFormulaIsWellFormed() {
    var random = SplitMix64(seed: 2)
    withEvery("sample", in: 0..<300) { _ in
      let element = FormulaSamples.any(depth: 4, using: &random).mathElement()
      let reader = ElementCounter()
      let parser = XMLParser(data: Data(element.utf8))
      parser.delegate = reader
      #expect(parser.parse() && reader.mistakes.isEmpty, "\(reader.mistakes) \(element)")
    }
  }
}

/// Compares the number of children with what MathML asks for.
private final class ElementCounter: NSObject, XMLParserDelegate {
  private static let counts = ["mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mroot": 2, "mover": 2, "munder": 2]
  private var children: [Int] = [0]
  private(set) var mistakes: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    children[children.count - 1] += 1
    children.append(0)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    let count = children.removeLast()
    if let needed = Self.counts[name], needed != count { mistakes.append("\(name) has \(count)") }
  }
}
