/// A prefix code of DEFLATE as a table to look symbols up in (RFC 1951, section 3.2).
///
/// The low `rootBits` bits of the input select an entry; longer codes continue in a subtable. An entry carries
/// all that the decoder needs to know about the symbol, so that a symbol costs one load, rarely two.
final class HuffmanTable {
  /// One entry: bits 0–4 the bits to consume, 5–7 the kind, 8–15 the extra bits, 16–31 the value.
  struct Entry {
    var raw: UInt32

    /// What an entry means; the literal is 0, so that the commonest question is the cheapest.
    enum Kind: UInt32 {
      case literal, base, endOfBlock, subtable, invalid
    }

    init(_ kind: Kind, value: Int = 0, extraBits: Int = 0, length: Int = 0) {
      raw = UInt32(value) << 16 | UInt32(extraBits) << 8 | kind.rawValue << 5 | UInt32(length)
    }

    @inline(__always) var length: Int { Int(raw & 31) }
    @inline(__always) var isLiteral: Bool { raw & 0xE0 == 0 }
    @inline(__always) func isKind(_ kind: Kind) -> Bool { raw & 0xE0 == kind.rawValue &<< 5 }
    @inline(__always) var extraBits: Int { Int((raw &>> 8) & 255) }
    @inline(__always) var value: Int { Int(raw &>> 16) }
    @inline(__always) var literal: UInt8 { UInt8(truncatingIfNeeded: raw &>> 16) }
  }

  /// The root table, then the subtables.
  let entries: UnsafeMutablePointer<Entry>
  let rootBits: Int
  private let symbols: [Entry]

  /// Complete codes of at most 288 symbols and 15 bits need 2342 entries behind 11 root bits, those of 32 symbols
  /// 402 behind 8 (zlib's `examples/enough.c` counts them).
  private static let capacity = 2400

  /// A table whose symbols mean the given entries.
  init(symbols: [Entry], rootBits: Int) {
    self.symbols = symbols
    self.rootBits = rootBits
    entries = .allocate(capacity: Self.capacity)
    entries.initialize(repeating: Entry(.invalid), count: Self.capacity)
  }

  deinit { entries.deallocate() }

  /// The entry for the next bits of the input.
  @inline(__always)
  static func lookUp(_ entries: UnsafeMutablePointer<Entry>, _ rootBits: Int, _ reader: inout BitReader) -> Entry {
    let entry = entries[Int(truncatingIfNeeded: reader.bits) & ((1 &<< rootBits) &- 1)]
    guard entry.isKind(.subtable) else {
      reader.consume(entry.length)
      return entry
    }
    reader.consume(entry.length)
    let index = Int(truncatingIfNeeded: reader.bits) & ((1 &<< entry.extraBits) &- 1)
    let second = entries[entry.value &+ index]
    reader.consume(second.length)
    return second
  }

  /// Fills the table from code lengths, at most one for each symbol, 0 for symbols that don't occur.
  ///
  /// Returns false if the lengths make no prefix code: too many codes, or too few to use up all bit patterns. As in
  /// zlib, a code of a single symbol of one bit and a code of no symbol at all may be incomplete.
  func build(lengths: ArraySlice<UInt8>) -> Bool {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    let used = counts.reduce(0, +)
    var space = 1
    for length in 1...15 {
      space = 2 * space - counts[length]
      if space < 0 { return false }
    }
    guard space == 0 || used == 0 || (used == 1 && counts[1] == 1) else { return false }
    entries.update(repeating: Entry(.invalid, length: 1), count: 1 << rootBits)
    fill(sortedCodes(lengths, counts))
    return true
  }

  /// A symbol's code, its first bit lowest, as the input shows it.
  private struct Code {
    var symbol: Int
    var length: Int
    var bits: Int
  }

  /// The canonical codes in increasing order of length, then symbol.
  private func sortedCodes(_ lengths: ArraySlice<UInt8>, _ counts: [Int]) -> [Code] {
    var nextIndex = [Int](repeating: 0, count: 17)
    var nextCode = nextIndex
    for length in 1...15 {
      nextIndex[length + 1] = nextIndex[length] + counts[length]
      nextCode[length + 1] = (nextCode[length] + counts[length]) << 1
    }
    var codes = [Code](repeating: Code(symbol: 0, length: 0, bits: 0), count: nextIndex[16])
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      let reversed = UInt16(truncatingIfNeeded: nextCode[length]).bitSwapped >> UInt16(16 - length)
      codes[nextIndex[length]] = Code(symbol: symbol, length: length, bits: Int(reversed))
      nextIndex[length] += 1
      nextCode[length] += 1
    }
    return codes
  }

  private func fill(_ codes: [Code]) {
    var end = 1 << rootBits
    var index = 0
    while index < codes.count {
      let code = codes[index]
      if code.length <= rootBits {
        place(code, at: 0, skipping: 0, tableBits: rootBits)
        index += 1
      } else {
        let prefix = code.bits & (1 << rootBits - 1)
        let group = codes[index...].prefix { $0.bits & (1 << rootBits - 1) == prefix }
        let bits = group.last!.length - rootBits
        entries[prefix] = Entry(.subtable, value: end, extraBits: bits, length: rootBits)
        for code in group { place(code, at: end, skipping: rootBits, tableBits: bits) }
        end += 1 << bits
        index = group.endIndex
      }
    }
  }

  /// Writes a symbol to every entry of a table whose low bits are the rest of its code.
  private func place(_ code: Code, at start: Int, skipping skipped: Int, tableBits: Int) {
    var entry = symbols[code.symbol]
    entry.raw |= UInt32(code.length - skipped)
    for index in stride(from: code.bits >> skipped, to: 1 << tableBits, by: 1 << (code.length - skipped)) {
      entries[start + index] = entry
    }
  }
}

extension UInt16 {
  /// The bits in the opposite order.
  var bitSwapped: UInt16 {
    var (result, rest) = (UInt16(0), self)
    for _ in 0..<16 {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}

extension HuffmanTable {
  /// Literals, the end of a block, and the lengths 3 to 258 (RFC 1951, section 3.2.5).
  static let literalSymbols: [Entry] =
    (0..<256).map { Entry(.literal, value: $0) } + [Entry(.endOfBlock)]
    + bases(from: 3, count: 28, stepsPerBit: 4) + [Entry(.base, value: 258), Entry(.invalid), Entry(.invalid)]

  /// Distances 1 to 32,768 (RFC 1951, section 3.2.5).
  static let distanceSymbols: [Entry] =
    bases(from: 1, count: 30, stepsPerBit: 2) + [Entry(.invalid), Entry(.invalid)]

  /// The alphabet in which code lengths are written (RFC 1951, section 3.2.7).
  static let codeLengthSymbols: [Entry] = (0..<19).map { Entry(.literal, value: $0) }

  /// Ranges laid end to end, whose widths double every `stepsPerBit` after the first two groups of width 1.
  private static func bases(from first: Int, count: Int, stepsPerBit: Int) -> [Entry] {
    var value = first
    return (0..<count).map { index in
      let extraBits = max(0, index / stepsPerBit - 1)
      defer { value += 1 << extraBits }
      return Entry(.base, value: value, extraBits: extraBits)
    }
  }
}
