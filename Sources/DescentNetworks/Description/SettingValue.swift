import DescentData

/// A value of a description: what JSON, YAML and other formats of data can say.
public enum SettingValue: Sendable, Equatable {
  /// True or false.
  case truth(Bool)
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
  /// Values in order.
  case list([SettingValue])
  /// Values by names.
  case object([String: SettingValue])

  /// Reads JSON.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - file: What errors call it.
  /// - Throws: `DataError` with line and column for what is not JSON, for a name that stands twice, for nesting deeper
  ///   than 64 levels, and for null.
  public init(json bytes: [UInt8], file: String = "JSON data") throws(DataError) {
    let document = try JSONValue(json: bytes, file: file)
    self = try SettingValue(document, in: bytes, file)
  }

  private init(_ value: JSONValue, in bytes: [UInt8], _ file: String) throws(DataError) {
    switch value.content {
    case .truth(let truth): self = .truth(truth)
    case .integer(let integer): self = .number(Double(integer))
    case .number(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .list(let values):
      var list: [SettingValue] = []
      for value in values { list.append(try SettingValue(value, in: bytes, file)) }
      self = .list(list)
    case .object(let members):
      var object: [String: SettingValue] = [:]
      for (name, value) in members { object[name] = try SettingValue(value, in: bytes, file) }
      self = .object(object)
    case .null:
      throw DataError(
        .wrongType, in: file, at: JSONValue.place(of: value.byte, in: bytes), "null says nothing",
        remedy: "leave the setting out")
    }
  }

  /// What the value is, in a reader's words.
  var kind: String {
    switch self {
    case .truth(let truth): "\(truth)"
    case .number(let number): Self.spelling(number)
    case .text(let text): DataError.quoted(text)
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// A number without the fraction that whole ones do not have.
  static func spelling(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

extension SettingValue: Codable {
  /// Decodes whichever kind of value is there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([SettingValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: SettingValue].self))
    }
  }

  /// Encodes the value itself, without a mark of its kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .truth(let truth): try container.encode(truth)
    case .number(let number):
      if let whole = Int(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    }
  }
}

/// What is wrong with a description of a model or a training, where, and what to do about it.
public struct DescriptionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where: `layer 3 (conv2d)`, `training`.
  public let place: String
  /// What was found, and what was expected instead.
  public let problem: String
  /// What the reader of the message can do.
  public let remedy: String

  /// Describes a mistake.
  public init(_ place: String, _ problem: String, remedy: String) {
    (self.place, self.problem, self.remedy) = (place, problem, remedy)
  }

  /// One line: place, problem, remedy.
  public var description: String { "\(place): \(problem); \(remedy)" }
}
