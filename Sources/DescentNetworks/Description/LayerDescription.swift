import DescentData
import DescentGraph
import DescentTensor

/// A layer as data: its kind and its settings.
///
/// ```swift
/// let hidden = try LayerDescription(parsing: "dense 128 relu")
/// print(hidden.settings["units"])                        // .number(128)
/// ```
///
/// In JSON it is either such a text, or an object whose `layer` is the kind: `{"layer": "dense", "units": 128}`. In the
/// text, numbers stand for the settings in the order of the kind's table, words for the setting that has them as a
/// value or as its name, and `name=value` for any; layers inside a layer stand in parentheses:
/// `residual(dense 64 relu, dense 64)`. Hyphens, underscores and letter case in names don't matter.
public struct LayerDescription: Sendable, Equatable {
  /// The kind, such as `dense`; ``ModelDescription/layerNames`` lists them.
  public var kind: String
  /// The settings by name.
  public var settings: [String: SettingValue]

  /// A description, which is checked when the layer is made.
  public init(_ kind: String, _ settings: [String: SettingValue] = [:]) {
    (self.kind, self.settings) = (kind, settings)
  }

  /// Reads the short form.
  ///
  /// - Throws: ``DescriptionError`` for kinds and settings that are not known, and for values that can't be.
  public init(parsing text: String) throws(DescriptionError) { self = try ShortForm.layer(text, place: "the layer") }

  /// Reads a text or an object.
  init(_ value: SettingValue, place: String) throws(DescriptionError) {
    switch value {
    case .text(let text): self = try ShortForm.layer(text, place: place)
    case .object(var members):
      guard case .text(let kind)? = members.removeValue(forKey: "layer") else {
        throw DescriptionError(
          place, "the object has no text 'layer'", remedy: "write {\"layer\": \"dense\", \"units\": 10} or \"dense 10\""
        )
      }
      self.init(kind, members)
    case .truth, .number, .list:
      throw DescriptionError(
        place, "\(value.kind) is no layer", remedy: "write a text such as \"dense 10\", or an object")
    }
    let kind = try kind(at: place)
    _ = try Settings(settings, kind.rules, place: "\(place) (\(kind.name))")
  }

  /// What descriptions know of the layer's kind.
  private func kind(at place: String) throws(DescriptionError) -> LayerKind {
    guard let name = knownName(kind, among: LayerKind.names), let kind = LayerKind.all.first(where: { $0.name == name })
    else {
      throw DescriptionError(
        place, "there is no layer \(DataError.quoted(kind))", remedy: suggestion(for: kind, among: LayerKind.names))
    }
    return kind
  }

  /// The layer, with fresh parameters where no size was left open.
  func layer(at place: String) throws(DescriptionError) -> any Layer {
    let kind = try kind(at: place)
    let place = "\(place) (\(kind.name))"
    let settings = try Settings(settings, kind.rules, place: place)
    do { return try checked { try kind.make(settings) } } catch {
      throw (error as? DescriptionError) ?? DescriptionError(place, "\(error)", remedy: "correct it")
    }
  }
}

extension LayerDescription: Codable {
  /// Decodes a text or an object.
  public init(from decoder: any Decoder) throws {
    try self.init(SettingValue(from: decoder), place: "the layer")
  }

  /// Encodes an object.
  public func encode(to encoder: any Encoder) throws {
    try SettingValue.object(settings.merging(["layer": .text(kind)]) { $1 }).encode(to: encoder)
  }
}

/// Layers as people type them on a command line.
enum ShortForm {
  private static let deepest = 16

  /// The layers of a text, with commas between them.
  static func layers(_ text: some StringProtocol, place: String, depth: Int = 0) throws(DescriptionError)
    -> [LayerDescription]
  {
    guard depth < deepest else {
      throw DescriptionError(
        place, "layers are nested deeper than \(deepest) levels", remedy: "write fewer parentheses")
    }
    var layers: [LayerDescription] = []
    for (index, part) in try parts(text, place: place).enumerated() {
      let inner = depth == 0 ? "layer \(index + 1)" : "\(place), layer \(index + 1)"
      layers.append(try layer(part, place: inner, depth: depth))
    }
    return layers
  }

  /// A text cut at the commas outside of parentheses.
  private static func parts(_ text: some StringProtocol, place: String) throws(DescriptionError) -> [String] {
    var (parts, depth) = ([""], 0)
    for character in text {
      depth += character == "(" ? 1 : character == ")" ? -1 : 0
      if depth < 0 { break }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    guard depth == 0 else {
      throw DescriptionError(place, "parentheses don't match", remedy: "write residual(dense 64 relu, dense 64)")
    }
    return parts
  }

  static func layer(_ text: String, place: String, depth: Int = 0) throws(DescriptionError) -> LayerDescription {
    let (outside, inside) = try opened(text, place)
    var words = outside.split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else {
      throw DescriptionError(place, "there is nothing", remedy: "write a layer such as 'dense 128 relu'")
    }
    let name = words.removeFirst()
    if words.isEmpty, inside == nil, let function = knownName(name, among: Activation.allCases.map(\.rawValue)) {
      return LayerDescription("activation", ["function": .text(function)])
    }
    guard
      let kind = knownName(name, among: LayerKind.names).flatMap({ name in LayerKind.all.first { $0.name == name } })
    else {
      throw DescriptionError(
        place, "there is no layer \(DataError.quoted(name))", remedy: suggestion(for: name, among: LayerKind.names))
    }
    var settings: [String: SettingValue] = [:]
    if let inside {
      let layers = try layers(inside, place: "\(place) (\(kind.name))", depth: depth + 1)
      settings["layers"] = .list(layers.map { .object($0.settings.merging(["layer": .text($0.kind)]) { $1 }) })
    }
    for word in words {
      let (key, value) = try setting(word, of: kind, settings, place: "\(place) (\(kind.name))")
      guard settings.updateValue(value, forKey: key) == nil else {
        throw DescriptionError("\(place) (\(kind.name))", "\(key) is set twice", remedy: "leave one out")
      }
    }
    _ = try Settings(settings, kind.rules, place: "\(place) (\(kind.name))")
    return LayerDescription(kind.name, settings)
  }

  /// What stands outside and inside of the parentheses.
  private static func opened(_ text: String, _ place: String) throws(DescriptionError) -> (String, String?) {
    guard let start = text.firstIndex(of: "(") else { return (text, nil) }
    guard let end = text.lastIndex(of: ")"), start < end else {
      throw DescriptionError(place, "parentheses don't match", remedy: "write residual(dense 64 relu, dense 64)")
    }
    return (text[..<start] + " " + text[text.index(after: end)...], String(text[text.index(after: start)..<end]))
  }

  /// The setting that a word gives.
  private static func setting(
    _ word: String, of kind: LayerKind, _ given: [String: SettingValue], place: String
  ) throws(DescriptionError) -> (String, SettingValue) {
    if let equals = word.firstIndex(of: "=") {
      let name = String(word[..<equals])
      return (knownName(name, among: kind.rules.map(\.key)) ?? name, value(word[word.index(after: equals)...]))
    }
    let open = kind.rules.filter { given[$0.key] == nil }
    let value = value(word[...])
    if value.hasNumbers {
      if let rule = open.first(where: { $0.takes(value) }) { return (rule.key, value) }
      throw DescriptionError(place, "there is no place for \(word)", remedy: "leave it out, or write name=\(word)")
    }
    for rule in open {
      if case .word(let words) = rule.kind, let word = knownName(word, among: words) { return (rule.key, .text(word)) }
      if case .truth = rule.kind, knownName(word, among: [rule.key]) != nil { return (rule.key, .truth(true)) }
    }
    let words = kind.rules.flatMap { if case .word(let words) = $0.kind { words } else { [$0.key] } }
    throw DescriptionError(
      place, "\(DataError.quoted(word)) says nothing about the layer",
      remedy: words.isEmpty ? "leave it out" : suggestion(for: word, among: words))
  }

  /// A number, a truth value, numbers with `x` between them for several axes, or a word.
  private static func value(_ text: Substring) -> SettingValue {
    if let number = Double(text), number.isFinite { return .number(number) }
    if text == "true" || text == "false" { return .truth(text == "true") }
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    if numbers.count > 1, numbers.allSatisfy({ $0 != nil }) {
      return .list(numbers.compactMap { $0.map { .number(Double($0)) } })
    }
    return .text(String(text))
  }
}

extension SettingValue {
  /// Whether this is a number, or numbers for several axes.
  fileprivate var hasNumbers: Bool {
    switch self {
    case .number, .list: true
    case .truth, .text, .object: false
    }
  }
}

extension SettingRule {
  /// Whether bare numbers may stand for the setting.
  fileprivate func takes(_ numbers: SettingValue) -> Bool {
    switch (kind, numbers) {
    case (.sizes, _), (.whole, .number), (.number, .number): true
    default: false
    }
  }
}
