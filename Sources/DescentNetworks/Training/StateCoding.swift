import Foundation

/// States as JSON, in which numbers may be infinite or none.
enum StateCoding {
  /// A state as text: the same state gives the same text.
  static func text(_ state: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(state), as: UTF8.self)
  }

  /// The state behind a text.
  static func state<State: Decodable>(_ text: String, as type: State.Type) throws -> State {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(State.self, from: Data(text.utf8))
  }
}
