/// The text of a work as the lexer of programs can read it: what only derivations have is noted and blanked out, so that
/// every character keeps its place.
struct WorkText {
  let source: ProgramText
  /// The characters for the lexer.
  private(set) var plain: [Character]
  /// How many primes follow the name or the bracket that ends at a place: f', (x²)″.
  private(set) var primes: [Int: Int] = [:]
  /// Where ∂ stands.
  private(set) var partials: Set<Int> = []
  /// The comments by their line, counted from 0.
  private(set) var comments: [Int: String] = [:]
  /// Where each line begins.
  let lineStarts: [Int]

  init(_ text: String) {
    source = ProgramText(text)
    let characters = source.characters
    plain = characters
    lineStarts = [0] + characters.indices.filter { characters[$0].isNewline }.map { $0 + 1 }
    for line in lineStarts.indices { normalise(line) }
  }

  /// The line of a place, counted from 0.
  func line(of place: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  /// The characters of a line without the line break.
  func range(ofLine line: Int) -> Range<Int> {
    let end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : plain.count
    return lineStarts[line]..<max(end, lineStarts[line])
  }

  func text(_ range: Range<Int>) -> String { String(source.characters[range]) }

  private mutating func normalise(_ line: Int) {
    let whole = range(ofLine: line)
    var end = whole.upperBound
    var quote: Character?
    var place = whole.lowerBound
    while place < end {
      let character = plain[place]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "#" {
        comments[line] = text(place + 1..<end)
        for index in place..<end { plain[index] = " " }
        end = place
      } else if let count = WorkText.primes[character], place > whole.lowerBound, endsOperand(place - 1) {
        notePrimes(count, at: place)
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "∂" {
        partials.insert(place)
        plain[place] = "d"
      } else if character == "≈" {
        plain[place] = "="
      }
      place += 1
    }
    blankEllipsis(whole.lowerBound..<end)
    blankBracketedClaim(line, whole.lowerBound..<end)
  }

  private static let primes: [Character: Int] = ["'": 1, "’": 1, "′": 1, "″": 2, "‴": 3]

  /// Whether what stands at a place can be followed by a prime.
  private func endsOperand(_ place: Int) -> Bool {
    plain[place].isNamePart || plain[place] == ")" || WorkText.primes[source.characters[place]] != nil
  }

  /// Where the primes end that begin at a place, the place itself if there are none.
  func end(ofPrimesAt place: Int) -> Int {
    guard primes[place] != nil else { return place }
    return source.characters[place...].firstIndex { WorkText.primes[$0] == nil } ?? source.characters.count
  }

  private mutating func notePrimes(_ count: Int, at place: Int) {
    plain[place] = " "
    var end = place
    while end > 0, WorkText.primes[source.characters[end - 1]] != nil { end -= 1 }
    primes[end, default: 0] += count
  }

  /// `…` at the end of a line means that the writer goes on elsewhere.
  private mutating func blankEllipsis(_ range: Range<Int>) {
    var end = range.upperBound
    while end > range.lowerBound, plain[end - 1].isWhitespace { end -= 1 }
    let dots = plain[range.lowerBound..<end].reversed().prefix { $0 == "." || $0 == "…" }
    guard dots.contains("…") || dots.count == 3 else { return }
    for place in end - dots.count..<end { plain[place] = " " }
  }

  /// `[chain rule]` at the end of a line is a comment.
  private mutating func blankBracketedClaim(_ line: Int, _ range: Range<Int>) {
    var end = range.upperBound
    while end > range.lowerBound, plain[end - 1].isWhitespace { end -= 1 }
    guard end > range.lowerBound, plain[end - 1] == "]",
      let start = plain[range.lowerBound..<end].lastIndex(of: "["), start > range.lowerBound,
      plain[start - 1].isWhitespace
    else { return }
    let words = text(start + 1..<end - 1)
    guard WorkRule.claimed(in: words)?.isComplete == true else { return }
    comments[line] = words + (comments[line].map { ", " + $0 } ?? "")
    for place in start..<end { plain[place] = " " }
  }
}
