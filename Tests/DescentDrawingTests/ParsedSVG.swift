import Foundation

@testable import DescentDrawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser reads in an SVG document.
final class ParsedSVG: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    var children: [Int] = []

    func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }

    /// Of a `rect`.
    var rectangle: Rectangle {
      Rectangle(x: number("x"), y: number("y"), width: number("width"), height: number("height"))
    }

    /// The numbers of a path or another attribute with several.
    func numbers(_ attribute: String) -> [Double] {
      (attributes[attribute] ?? "").split { !"-0123456789.".contains($0) }.map { Double($0) ?? .nan }
    }
  }

  private(set) var elements: [Element] = []
  private(set) var error: String?
  private var open: [Int] = []

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    if !parser.parse() { error = "line \(parser.lineNumber): \(String(describing: parser.parserError))" }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if let parent = open.last { elements[parent].children.append(elements.count) }
    elements.append(Element(name: name, attributes: attributes))
    open.append(elements.count - 1)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) {
    if let element = open.last { elements[element].text += characters }
  }

  /// Elements that have a class.
  func elements(ofClass name: String) -> [Element] {
    elements.filter { ($0.attributes["class"] ?? "").split(separator: " ").contains(Substring(name)) }
  }

  /// All that is written in the picture.
  var words: [String] { elements.filter { $0.name == "text" }.map(\.text) }
}

/// What no picture may be: not XML, not closed in itself, not described, or with numbers that aren't any.
func problems(in svg: String) -> [String] {
  let parsed = ParsedSVG(svg)
  if let error = parsed.error { return ["not XML: \(error)"] }
  guard let root = parsed.elements.first, root.name == "svg" else { return ["no svg element"] }
  var problems: [String] = []
  if root.attributes["role"] != "img" { problems.append("no role") }
  let box = [0, 0, root.number("width"), root.number("height")]
  if root.numbers("viewBox") != box { problems.append("another viewBox") }
  if parsed.elements.dropFirst().prefix(2).map(\.name) != ["title", "desc"] { problems.append("no description") }
  if parsed.elements.dropFirst().prefix(2).contains(where: { $0.text.isEmpty }) { problems.append("nothing described") }
  let geometry = ["x", "y", "width", "height", "d", "cx", "cy", "r", "transform", "viewBox", "rx"]
  for element in parsed.elements {
    if ["script", "image", "use", "foreignObject", "a"].contains(element.name) { problems.append("<\(element.name)>") }
    if element.name == "style" && (element.text.contains("url(") || element.text.contains("@import")) {
      problems.append("a reference in the stylesheet")
    }
    for (name, value) in element.attributes {
      if name.hasPrefix("on") || name.hasSuffix("href") || name == "id" { problems.append("attribute \(name)") }
      if geometry.contains(name), value.lowercased().contains("nan") || value.lowercased().contains("inf") {
        problems.append("\(name)=\(value)")
      }
    }
  }
  return problems
}

/// Texts that break careless writers.
let hostileTexts = [
  "<script>alert(1)</script>", "a & b &amp; c", "\"quoted\" 'twice'", "]]><!-- --", "\u{0}\u{1}\u{1F}\u{FFFE}", "", " ",
  "line\nbreak\r\n\ttab", "\\", "\\\"", String(repeating: "long ", count: 400), "日本語の名前", "w\u{304}\u{304}", "👩‍👩‍👧",
  "{a|b}", "%s%n", "&#0;", "NaN",
]
