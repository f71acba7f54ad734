/// What can be drawn: a graph, a chart, contours, or several of them in a stack.
public protocol Picture: Sendable {
  /// The picture with every line and letter in its place.
  var drawing: Drawing { get }
}

extension Picture {
  /// The picture as an SVG document.
  ///
  /// It needs nothing from outside, runs no scripts, follows the reader's light or dark mode, and may stand in a file or
  /// inside an HTML page. The same picture gives the same text. A page that has colours of its own sets the variables
  /// of `.descent-picture`, `--picture-background` for example.
  public var svg: String { drawing.svg }
}

/// A picture after its layout: a box with lines and letters in it.
public struct Drawing: Sendable {
  let size: Size
  /// What the picture is called by programs that read it aloud.
  let title: String
  /// What is to be seen, in a sentence.
  let summary: String
  let content: SVGBuilder

  /// The natural width in pixels.
  public var width: Double { size.width }
  /// The natural height in pixels.
  public var height: Double { size.height }

  /// The drawing as an SVG document.
  public var svg: String {
    var svg = SVGBuilder()
    svg.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "descent-picture", "role": "img", "width": width,
        "height": height, "viewBox": "0 0 \(decimal(width)) \(decimal(height))",
      ]
    ) { svg in
      svg.element("title") { $0.words(title) }
      svg.element("desc") { $0.words(summary) }
      svg.element("style") { $0.words(Stylesheet.text) }
      svg.element("rect", ["class": "background", "width": width, "height": height])
      svg.append(content)
    }
    return svg.text + "\n"
  }
}
