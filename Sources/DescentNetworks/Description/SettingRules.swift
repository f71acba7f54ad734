import DescentData
import DescentTensor

/// What a setting may be.
struct SettingRule: Sendable {
  enum Kind: Sendable {
    case whole(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case truth
    case word([String])
    /// A whole number, or one for each axis.
    case sizes(ClosedRange<Int>)
    case text
    case texts
    case layers
  }

  let key: String
  let kind: Kind
  var isRequired = false

  init(_ key: String, _ kind: Kind, isRequired: Bool = false) {
    (self.key, self.kind, self.isRequired) = (key, kind, isRequired)
  }

  /// What a value must be, in words.
  var expectation: String {
    switch kind {
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(SettingValue.spelling(range.lowerBound)) to \(SettingValue.spelling(range.upperBound))"
    case .truth: "true or false"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .sizes(let range): "a whole number from \(range.lowerBound) to \(range.upperBound), or one for each axis"
    case .text: "a text"
    case .texts: "a list of names"
    case .layers: "a list of layers"
    }
  }

  /// Whether a value is what it must be; words in the spelling that is usual here.
  func accepted(_ value: SettingValue) -> SettingValue? {
    switch (kind, value) {
    case (.whole(let range), .number(let number)): Int(exactly: number).map(range.contains) ?? false ? value : nil
    case (.number(let range), .number(let number)): range.contains(number) ? value : nil
    case (.truth, .truth), (.text, .text): value
    case (.word(let words), .text(let text)): knownName(text, among: words).map(SettingValue.text)
    case (.sizes(let range), .number): SettingRule(key, .whole(range)).accepted(value)
    case (.sizes(let range), .list(let list)):
      (1...3).contains(list.count) && list.allSatisfy { SettingRule(key, .whole(range)).accepted($0) != nil }
        ? value : nil
    case (.texts, .list(let list)): list.allSatisfy { if case .text = $0 { true } else { false } } ? value : nil
    case (.texts, .text): .list([value])
    case (.layers, .list), (.layers, .text), (.layers, .object): value
    default: nil
    }
  }
}

/// A name among others, letter case, hyphens and underscores aside: `max_pool_2d` is `maxPool2d`.
func knownName(_ name: String, among names: [String]) -> String? {
  func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
  let wanted = plain(name)
  return names.first { plain($0) == wanted }
}

/// The remedy for a name that is not known.
func suggestion(for name: String, among names: [String]) -> String {
  NameSuggestion.closest(to: name, among: names).map { "did you mean '\($0)'?" }
    ?? "there are \(names.joined(separator: ", "))"
}

/// Settings that keep their rules.
struct Settings: Sendable {
  let place: String
  private(set) var values: [String: SettingValue] = [:]

  /// Checks the settings of a place against its rules.
  init(_ given: [String: SettingValue], _ rules: [SettingRule], place: String) throws(DescriptionError) {
    self.place = place
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      let keys = rules.map(\.key)
      guard let key = knownName(name, among: keys), let rule = rules.first(where: { $0.key == key }) else {
        throw DescriptionError(
          place, "there is no setting \(DataError.quoted(name))",
          remedy: keys.isEmpty ? "it has none" : suggestion(for: name, among: keys))
      }
      guard let accepted = rule.accepted(value) else {
        var remedy = "correct it"
        if case (.word(let words), .text(let text)) = (rule.kind, value) {
          remedy = suggestion(for: text, among: words)
        }
        throw DescriptionError(place, "\(key) must be \(rule.expectation), not \(value.kind)", remedy: remedy)
      }
      guard values.updateValue(accepted, forKey: key) == nil else {
        throw DescriptionError(place, "\(key) is set twice", remedy: "leave one out")
      }
    }
    if let missing = rules.first(where: { $0.isRequired && values[$0.key] == nil }) {
      throw DescriptionError(place, "\(missing.key) is missing", remedy: "give \(missing.expectation)")
    }
  }

  func number(_ key: String) -> Double? { if case .number(let number) = values[key] { number } else { nil } }

  func whole(_ key: String) -> Int? { number(key).map { Int($0) } }

  func truth(_ key: String) -> Bool? { if case .truth(let truth) = values[key] { truth } else { nil } }

  func text(_ key: String) -> String? { if case .text(let text) = values[key] { text } else { nil } }

  func texts(_ key: String) -> [String]? {
    guard case .list(let list) = values[key] else { return nil }
    return list.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// A list of whole numbers.
  func wholes(_ key: String) -> [Int]? {
    guard case .list(let list) = values[key] else { return whole(key).map { [$0] } }
    return list.compactMap { if case .number(let number) = $0 { Int(number) } else { nil } }
  }

  func sizes(_ key: String) -> PerAxis? {
    if let whole = whole(key) { return PerAxis(whole) }
    return wholes(key).map { PerAxis($0) }
  }

  func activation(_ key: String = "activation") -> Activation? { text(key).flatMap(Activation.init(rawValue:)) }

  /// The layers inside the layer.
  func layers(_ key: String) throws(DescriptionError) -> [any Layer]? {
    guard let value = values[key] else { return nil }
    var layers: [any Layer] = []
    for (index, description) in try ModelDescription(value).layers.enumerated() {
      layers.append(try description.layer(at: "\(place), \(key) \(index + 1)"))
    }
    return layers
  }
}
