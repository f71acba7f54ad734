import DescentTensor
import Foundation
import TestSupport
import Testing

@testable import DescentExplain

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a name may not do to a page.
private let hostile = #"</script><img src="x" onerror='alert(1)'>&]]>"#

/// Derivations with pages of all kinds.
private let programs: [(name: String, derivation: Derivation, source: String?)] = [
  ("lecture", lecture(), "f = sum((w @ x + b)**2)"), ("network", network(), nil), ("scalar", scalar(), nil),
  ("hostile", lecture(naming: hostile), "x = '\(hostile)'"), ("large", large(), nil), ("wrong", wrong(), nil),
  ("many", many(), nil),
]

/// f = sum((w x + b)²).
private func lecture(naming name: String = "w") -> Derivation {
  let w = Variable([[1, -2], [2, 1]], name: name), b = Variable([0, -1], name: "b"), x = Variable([1, 2], name: "x")
  return explain(((w • x.value + b) ** 2).sum(), withRespectTo: w, b)
}

/// Two layers, relu between them, and the cross-entropy of a softmax.
private func network() -> Derivation {
  let w = Variable([[1, -2, 0.5], [2, 1, -1]], name: "w"), b = Variable([[0.1, -1, 0.2]], name: "b")
  let v = Variable([[0.3, 1], [0.7, -0.2], [1, 0.5]], name: "v"), x = Variable([[1, 2], [0.5, -1]], name: "x")
  let p = (relu(x.value • w + b).named("h") • v).softmax().named("p")
  let loss = -(Tensor([[1.0, 0], [0, 1]]).named("t") * log(p)).sum() / 2
  return explain(loss.named("loss"), withRespectTo: w, b, v)
}

private func scalar() -> Derivation {
  let x = Variable(Tensor(2.0), name: "x")
  return explain((3 * x + 2 * x ** 2) ** 2, withRespectTo: x)
}

/// Tensors too large to be spelt out.
private func large() -> Derivation {
  let w = Variable(Tensor(scalars: (0..<1200).map { Double($0) / 1200 }, shape: [30, 40]), name: "w")
  return explain(tanh(w • Tensor.full([40, 20], 0.01)).sum(), withRespectTo: w)
}

/// Two hundred nodes, not spelt out.
private func many() -> Derivation {
  let x = Variable([0.5, -0.3], name: "x")
  let terms = (1...40).map { step in sin(x.value * Double(step) + 1).squared().sum() }
  return explain(
    terms.dropFirst().reduce(terms[0], +), withRespectTo: x, options: ExplanationOptions(spellsOutUpTo: 1))
}

/// A derivation whose answers differ.
private func wrong() -> Derivation {
  var derivation = lecture()
  derivation.verification.entries[1].symbolic = 5
  return derivation
}

/// Their pages.
private let pages = programs.map {
  (name: $0.name, derivation: $0.derivation, html: $0.derivation.html(source: $0.source))
}

struct PageTests {
  /// `Tools/page-check` opens the pages in a browser.
  @Test func pagesAreWrittenWhereAsked() throws {
    guard let folder = ProcessInfo.processInfo.environment["DESCENT_PAGES"] else { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, derivation, html) in pages {
      try html.write(toFile: "\(folder)/\(name).html", atomically: true, encoding: .utf8)
      try derivation.svg.write(toFile: "\(folder)/\(name).svg", atomically: true, encoding: .utf8)
      try derivation.dot.write(toFile: "\(folder)/\(name).dot", atomically: true, encoding: .utf8)
    }
  }

  @Test func pagesAndGraphsAreWellFormed() throws {
    for (name, derivation, html) in pages {
      #expect(ParsedPage(html).error == nil, "\(name).html")
      #expect(ParsedPage(derivation.svg).error == nil, "\(name).svg")
    }
  }

  @Test func everyStepIsThere() throws {
    for (name, derivation, html) in pages {
      let page = ParsedPage(html)
      let steps = page.elements.filter { $0.attributes["class"] == "step" }
      #expect(steps.compactMap { $0.attributes["id"] } == derivation.steps.indices.map { "step-\($0 + 1)" }, "\(name)")
      for (element, step) in zip(steps, derivation.steps) {
        #expect(element.attributes["data-nodes"] == step.nodes.map(String.init).joined(separator: " "), "\(name)")
        #expect(element.attributes["data-say"]?.contains(step.formula.text) == true, "\(name)")
        #expect(element.attributes["data-say"]?.contains(step.rule) == true, "\(name)")
      }
    }
  }

  /// What stands in attributes for the script fits the graph.
  @Test func highlightsAreOfTheGraph() throws {
    for (name, derivation, html) in pages {
      let page = ParsedPage(html), graph = derivation.graph
      #expect(page.elements.filter { $0.attributes["class"]?.hasPrefix("node ") == true }.count == graph.nodes.count)
      #expect(page.elements.filter { $0.attributes["class"] == "edge" }.count == graph.edges.count, "\(name)")
      for element in page.elements where element.attributes["class"] == "step" {
        let edges = (element.attributes["data-edges"] ?? "").split(separator: " ").compactMap { Int($0) }
        let nodes = (element.attributes["data-nodes"] ?? "").split(separator: " ").compactMap { Int($0) }
        for edge in edges { #expect(nodes.contains(graph.edges[edge].to), "\(name)") }
        #expect(nodes.contains(Int(element.attributes["data-subject"] ?? "") ?? -1), "\(name)")
      }
    }
  }

  @Test func namesAreOnlyText() throws {
    let html = lecture(naming: hostile).html(source: hostile)
    let page = ParsedPage(html)
    #expect(page.elements.filter { $0.name == "script" }.count == 1)
    #expect(!page.elements.contains { $0.name == "img" || $0.attributes.keys.contains { $0.hasPrefix("on") } })
    #expect(!html.contains("<img"))
    #expect(page.text.contains(hostile))
    #expect(page.elements.contains { $0.attributes["class"] == "source" })
  }

  @Test func nothingIsLoaded() throws {
    for (name, _, html) in pages {
      let page = ParsedPage(html)
      let addresses = html.components(separatedBy: "http").dropFirst().map { "http" + $0.prefix { $0 != "\"" } }
      let known = ["http-equiv=", "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"]
      #expect(Set(addresses).subtracting(known) == ["http://www.w3.org/1998/Math/MathML"], "\(name)")
      for element in page.elements {
        #expect(element.attributes["src"] == nil, "\(name)")
        if let link = element.attributes["href"] { #expect(link.hasPrefix("#"), "\(name)") }
      }
      #expect(!html.contains("url("), "\(name)")
      #expect(!html.contains("@import"), "\(name)")
    }
  }

  @Test func identitiesAreUnique() throws {
    for (name, _, html) in pages {
      let identities = ParsedPage(html).elements.compactMap { $0.attributes["id"] }
      #expect(Set(identities).count == identities.count, "\(name)")
    }
  }

  @Test func disagreementIsLoud() throws {
    let page = ParsedPage(wrong().html)
    #expect(page.elements.contains { $0.attributes["class"] == "verdict wrong" })
    #expect(page.elements.contains { $0.attributes["class"] == "warning" })
    #expect(page.text.contains("‼ The answers DISAGREE in 1 of 6 elements"))
    #expect(!ParsedPage(lecture().html).elements.contains { $0.attributes["class"]?.contains("wrong") == true })
  }

  @Test func theSameDerivationGivesTheSamePage() {
    #expect(lecture().html == lecture().html)
    #expect(lecture().dot == lecture().dot)
    #expect(lecture().html.utf8.count < 150_000)
  }

  /// A policy that names another script would stop the page's own.
  @Test func thePolicyNamesTheScript() throws {
    let html = lecture().html
    let script = try #require(html.components(separatedBy: "<script>").last?.components(separatedBy: "</script>").first)
    #expect(html.contains("script-src &#39;sha256-\(SHA256.digest(of: script.utf8).base64)&#39;"))
    #expect(!script.contains("]]>\n") && !script.contains("innerHTML") && !script.contains("eval"))
  }

  /// Vectors of FIPS 180-4 and RFC 4648.
  @Test func hashesAreThoseOfTheStandard() {
    func hexadecimal(_ text: String) -> String {
      SHA256.digest(of: text.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    #expect(hexadecimal("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
      #expect(text.utf8.base64 == encoded)
    }
  }

  @Test func nodesSayTheirNumbers() throws {
    let texts = ParsedPage(lecture().svg).texts
    for words in ["[[−3], [3]]", "∂f/∂w = [[−6, −12], [6, 12]]", "[[1, −2], [2, 1]]"] {
      #expect(texts.contains(words), "\(words)")
    }
    #expect(ParsedPage(large().svg).texts.contains("numbers of shape [30, 40]"))
    #expect(lecture().dot.hasPrefix("digraph \"The gradient of f with respect to w and b\" {"))
  }
}

/// The elements and the text of XML.
private final class ParsedPage: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  /// The text before, between and behind tags.
  private(set) var texts: [String] = [""]
  var text: String { texts.joined() }
  private(set) var error: String?

  init(_ xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    if !parser.parse() {
      error = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "not well-formed") "
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
    texts.append("")
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { texts[texts.count - 1] += characters }
}
