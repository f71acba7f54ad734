import DescentData
import DescentGraph

/// The constants of an operation; a key that is missing or null has no value.
///
/// A value of the wrong kind is a mistake, which goes through the door of tensor programs and yields nil.
package struct ReferenceParameters: Sendable {
  package let values: [String: JSONValue]

  package init(_ values: [String: JSONValue]) { self.values = values.filter { !$0.value.isNull } }

  package func number(_ key: String) -> Double? { value(key, "a number") { $0.number } }
  package func integer(_ key: String) -> Int? { value(key, "a whole number") { $0.integer } }
  package func text(_ key: String) -> String? { value(key, "text") { $0.text } }
  /// False where there is no value.
  package func truth(_ key: String) -> Bool { value(key, "true or false") { $0.truth } ?? false }

  /// The order of a norm: a number, or "inf".
  package var order: Double? {
    values["order"]?.text != nil ? text("order").flatMap { Double($0) } : number("order")
  }

  /// A list of whole numbers; a single number is a list of one.
  package func integers(_ key: String) -> [Int]? {
    value(key, "a list of whole numbers") { value in value.integer.map { [$0] } ?? value.integers }
  }

  /// A list of whole numbers, with nil for null entries.
  package func optionalIntegers(_ key: String) -> [Int?]? {
    value(key, "a list of whole numbers or nulls") { value in
      guard let list = value.list, list.allSatisfy({ $0.isNull || $0.integer != nil }) else { return nil }
      return list.map(\.integer)
    }
  }

  /// A list of lists of whole numbers.
  package func lists(_ key: String) -> [[Int]]? {
    value(key, "a list of lists of whole numbers") { value in
      guard let list = value.list else { return nil }
      let lists = list.compactMap { entry in entry.integer.map { [$0] } ?? entry.integers }
      return lists.count == list.count ? lists : nil
    }
  }

  private func value<Value>(_ key: String, _ expected: String, _ read: (JSONValue) -> Value?) -> Value? {
    guard let value = values[key] else { return nil }
    if let found = read(value) { return found }
    Failure.stop(.init(.invalidArgument, "parameter '\(key)'", "is \(value.kind), expected \(expected)"))
    return nil
  }
}
