/// A piece of XML or HTML, for pages with pictures in them: what is put into its literals is escaped.
///
/// <!-- snippet: skip -->
/// ```swift
/// let heading: Markup = "<h1>\("a < b")</h1>"      // <h1>a &lt; b</h1>
/// ```
package struct Markup: ExpressibleByStringInterpolation, Sendable {
  /// The characters, tags included.
  package private(set) var text: String

  /// Text that is markup already.
  package init(_ markup: String) { text = markup }

  package init(stringLiteral literal: String) { text = literal }

  package init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

  package static func += (left: inout Markup, right: Markup) { left.text += right.text }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// Characters that mean themselves, between tags or in an attribute.
    package mutating func appendInterpolation(_ words: String) { text += escaped(words) }

    package mutating func appendInterpolation(_ number: Int) { text += String(number) }

    package mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
  }
}

extension [Markup] {
  /// One after another, each on a line of its own.
  package var lines: Markup { Markup(map(\.text).joined(separator: "\n")) }
}
