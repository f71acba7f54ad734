/// The lengths of a block's two codes as DEFLATE writes them: runs folded, in a code of their own (RFC 1951, section
/// 3.2.7).
struct CodeLengths {
  private let literalCount: Int
  private let distanceCount: Int
  /// Symbols 0 to 18, with the number of a repetition and its width in bits.
  private let symbols: [(symbol: Int, extra: Int, extraBits: Int)]
  private let code: PrefixCode
  private let codeCount: Int

  init(_ literals: PrefixCode, _ distances: PrefixCode) {
    literalCount = max(257, (literals.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    distanceCount = max(1, (distances.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
    symbols = Self.folded(Array(literals.lengths[..<literalCount] + distances.lengths[..<distanceCount]))
    var frequencies = [Int](repeating: 0, count: 19)
    for symbol in symbols { frequencies[symbol.symbol] += 1 }
    let code = PrefixCode(frequencies: frequencies, limit: 7)
    self.code = code
    codeCount = max(4, (Inflater.codeLengthOrder.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1)
  }

  /// Zeros in runs of 3 to 138, other lengths once and then in runs of 3 to 6.
  private static func folded(_ lengths: [UInt8]) -> [(symbol: Int, extra: Int, extraBits: Int)] {
    var symbols: [(symbol: Int, extra: Int, extraBits: Int)] = []
    var place = 0
    while place < lengths.count {
      let length = lengths[place]
      let run = lengths[place...].prefix { $0 == length }.count
      if length == 0, run >= 3 {
        let count = min(138, run)
        symbols.append(count <= 10 ? (17, count - 3, 3) : (18, count - 11, 7))
        place += count
      } else if length > 0, run >= 4 {
        let count = min(6, run - 1)
        symbols += [(Int(length), 0, 0), (16, count - 3, 2)]
        place += count + 1
      } else {
        symbols.append((Int(length), 0, 0))
        place += 1
      }
    }
    return symbols
  }

  /// The size of what ``write(to:)`` writes.
  var bitCount: Int {
    symbols.reduce(14 + 3 * codeCount) { $0 + Int(code.lengths[$1.symbol]) + $1.extraBits }
  }

  func write(to output: inout BitWriter) {
    output.put(literalCount - 257, 5)
    output.put(distanceCount - 1, 5)
    output.put(codeCount - 4, 4)
    for symbol in Inflater.codeLengthOrder.prefix(codeCount) { output.put(Int(code.lengths[symbol]), 3) }
    for symbol in symbols {
      output.put(code.codes[symbol.symbol], Int(code.lengths[symbol.symbol]))
      output.put(symbol.extra, symbol.extraBits)
    }
  }
}
