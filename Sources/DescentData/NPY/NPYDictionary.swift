/// The dictionary in the header of an NPY file: exactly `descr`, `fortran_order` and `shape`.
///
/// It is written as a Python literal, `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. This parser knows
/// the few forms that NumPy writes and evaluates nothing.
struct NPYDictionary {
  private(set) var descr = ""
  private(set) var isFortranOrder = false
  private(set) var dimensions: [Int] = []

  private let text: [UInt8]
  private let file: String
  /// Where the text begins in the file.
  private let offset: Int
  private var position = 0

  init(_ text: [UInt8], file: String, offset: Int) {
    (self.text, self.file, self.offset) = (text, file, offset)
  }

  mutating func parse() throws(DataError) {
    try require("{")
    var keys: Set<String> = []
    while !skip("}") {
      let key = try string("a key in quotes")
      guard keys.insert(key).inserted else { throw failure("the key \(DataError.quoted(key)) stands here twice") }
      try require(":")
      switch key {
      case "descr": try readType()
      case "fortran_order": isFortranOrder = try truth()
      case "shape": dimensions = try tuple()
      default: throw failure("found the key \(DataError.quoted(key)), expected descr, fortran_order or shape")
      }
      if !skip(",") {
        try require("}")
        break
      }
    }
    let missing = ["descr", "fortran_order", "shape"].filter { !keys.contains($0) }
    guard missing.isEmpty else { throw failure("the header lacks \(missing.joined(separator: " and "))") }
    skipSpace()
    guard position == text.count else { throw failure("text follows the header's dictionary") }
  }

  // MARK: Values

  private mutating func readType() throws(DataError) {
    skipSpace()
    if position < text.count, text[position] == UInt8(ascii: "[") {
      throw DataError(
        .unsupported, in: file, at: .byte(offset + position),
        "the elements are records, expected numbers or truth values",
        remedy: "save each field as an array of its own")
    }
    descr = try string("a type in quotes")
  }

  private mutating func truth() throws(DataError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("expected True or False")
  }

  private mutating func string(_ expected: String) throws(DataError) -> String {
    skipSpace()
    guard position < text.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position]),
      let end = text[(position + 1)...].firstIndex(of: text[position])
    else { throw failure("expected \(expected)") }
    let contents = text[position + 1..<end]
    guard !contents.contains(UInt8(ascii: "\\")) else { throw failure("expected no backslash in \(expected)") }
    position = end + 1
    return String(decoding: contents, as: UTF8.self)
  }

  /// Whole numbers in parentheses, as Python writes tuples; Python 2 put an L behind large ones.
  private mutating func tuple() throws(DataError) -> [Int] {
    try require("(")
    var numbers: [Int] = []
    while !skip(")") {
      skipSpace()
      let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty else { throw failure("expected the size of an axis") }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw failure("the size is too large") }
      numbers.append(number)
      position = digits.endIndex
      if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
      let isFollowed = skip(",")
      if !isFollowed {
        // (3) is a number in Python, (3,) a tuple.
        guard numbers.count > 1 else { throw failure("expected a comma after the only size") }
        try require(")")
        break
      }
    }
    return numbers
  }

  // MARK: Characters

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func require(_ character: Unicode.Scalar) throws(DataError) {
    guard skip(character) else { throw failure("expected \(DataError.quoted(String(character)))") }
  }

  private func failure(_ problem: String) -> DataError {
    DataError(
      .corrupt, in: file, at: .byte(offset + position), "in the header: \(problem)",
      remedy: "write the file again with numpy.save")
  }
}
