/// Decompresses DEFLATE data (RFC 1951).
///
/// It stops whenever the output is full and goes on when there is more room, so the caller decides how much memory
/// a stream may take.
struct Inflater {
  /// Why decompression stopped.
  enum Status {
    case finished, outputFull
  }

  /// Where the output goes; matches reach back to `start` at most.
  struct Output {
    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int
    var start: Int
    var count: Int
  }

  private enum Block {
    case none, stored(remaining: Int), compressed
  }

  private let file: String
  private var reader: BitReader
  private var block = Block.none
  private var isLastBlock = false
  private let literals = HuffmanTable(symbols: HuffmanTable.literalSymbols, rootBits: 11)
  private let distances = HuffmanTable(symbols: HuffmanTable.distanceSymbols, rootBits: 8)
  private let codeLengths = HuffmanTable(symbols: HuffmanTable.codeLengthSymbols, rootBits: 7)

  /// Starts at a byte of the input; the buffer must have a base address and outlive the inflater.
  init(_ input: UnsafeBufferPointer<UInt8>, from position: Int, file: String) {
    reader = BitReader(input, from: position)
    self.file = file
  }

  /// Decompresses until the stream ends or the output is full.
  mutating func run(into output: inout Output) throws(DataError) -> Status {
    while true {
      switch block {
      case .none:
        if isLastBlock { return .finished }
        try readBlockHeader()
      case .stored(let remaining):
        guard try copyStored(remaining, into: &output) else { return .outputFull }
      case .compressed:
        guard try decodeSymbols(into: &output) else { return .outputFull }
      }
    }
  }

  /// Ends the stream at a byte boundary and returns the offset of the byte after it.
  mutating func finish() -> Int {
    _ = reader.alignToByte()
    return reader.byteOffset
  }

  private mutating func readBlockHeader() throws(DataError) {
    isLastBlock = try bits(1) == 1
    switch try bits(2) {
    case 0: block = .stored(remaining: try readStoredLength())
    case 1:
      let lengths = [(144, 8), (112, 9), (24, 7), (8, 8)].flatMap { [UInt8](repeating: $0.1, count: $0.0) }
      _ = literals.build(lengths: lengths[...])
      _ = distances.build(lengths: [UInt8](repeating: 5, count: 32)[...])
      block = .compressed
    case 2:
      try readDynamicCodes()
      block = .compressed
    default: throw corrupt("found block type 3, expected 0, 1 or 2", reader)
    }
  }

  private mutating func readStoredLength() throws(DataError) -> Int {
    let bytes = reader.alignToByte()
    guard bytes.count >= 4 else { throw truncated(reader) }
    let length = Int(bytes[0]) | Int(bytes[1]) << 8
    guard length ^ 0xFFFF == Int(bytes[2]) | Int(bytes[3]) << 8 else {
      throw corrupt("the length of a stored block and its complement don't agree", reader)
    }
    reader.skip(4)
    return length
  }

  /// Copies what fits of a stored block; false if the output is full before its end.
  private mutating func copyStored(_ remaining: Int, into output: inout Output) throws(DataError) -> Bool {
    let bytes = reader.alignToByte()
    let count = min(remaining, output.capacity - output.count)
    guard bytes.count >= count else { throw truncated(reader) }
    if count > 0 { (output.base + output.count).update(from: bytes.baseAddress!, count: count) }
    output.count += count
    reader.skip(count)
    block = count == remaining ? .none : .stored(remaining: remaining - count)
    return count == remaining
  }
}

// MARK: - Compressed blocks

extension Inflater {
  /// The order in which the lengths of the code-length code are stored (RFC 1951, section 3.2.7).
  static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private mutating func readDynamicCodes() throws(DataError) {
    let literalCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let codeLengthCount = try bits(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else {
      throw corrupt(
        "a block declares \(literalCount) literal and \(distanceCount) distance codes, at most 286 and 30 exist",
        reader)
    }
    var lengths = [UInt8](repeating: 0, count: 19)
    for symbol in Self.codeLengthOrder.prefix(codeLengthCount) { lengths[symbol] = UInt8(try bits(3)) }
    guard codeLengths.build(lengths: lengths[...]) else {
      throw corrupt("the code of the code lengths is not a prefix code", reader)
    }

    let all = try readCodeLengths(count: literalCount + distanceCount)
    guard all[256] > 0 else { throw corrupt("a block has no code for its own end", reader) }
    guard literals.build(lengths: all[..<literalCount]) else {
      throw corrupt("the literal code is not a prefix code", reader)
    }
    guard distances.build(lengths: all[literalCount...]) else {
      throw corrupt("the distance code is not a prefix code", reader)
    }
  }

  private mutating func readCodeLengths(count: Int) throws(DataError) -> [UInt8] {
    var lengths: [UInt8] = []
    while lengths.count < count {
      reader.refill()
      let entry = HuffmanTable.lookUp(codeLengths.entries, codeLengths.rootBits, &reader)
      guard reader.available >= 0 else { throw truncated(reader) }
      guard entry.isLiteral else { throw corrupt("a bit pattern stands for no code length", reader) }
      guard entry.literal >= 16 else {
        lengths.append(entry.literal)
        continue
      }
      guard entry.literal > 16 || !lengths.isEmpty else {
        throw corrupt("the first code length repeats one before it", reader)
      }
      let value = entry.literal == 16 ? lengths[lengths.count - 1] : 0
      let repeats = try entry.literal == 16 ? 3 + bits(2) : entry.literal == 17 ? 3 + bits(3) : 11 + bits(7)
      lengths += repeatElement(value, count: repeats)
    }
    guard lengths.count == count else { throw corrupt("a repeated code length runs past the last symbol", reader) }
    return lengths
  }

  /// Decodes a block's symbols; false if the output is full before its end.
  private mutating func decodeSymbols(into output: inout Output) throws(DataError) -> Bool {
    // Local copies: the optimiser keeps them in registers.
    var reader = self.reader
    var count = output.count
    defer { (self.reader, output.count) = (reader, count) }
    let (base, capacity) = (output.base, output.capacity)
    let (literalEntries, distanceEntries) = (literals.entries, distances.entries)

    while true {
      // 48 bits hold the longest symbol: a length of 15 + 5 bits and a distance of 15 + 13.
      if reader.available < 48 { reader.refill() }
      let mark = reader
      let entry = HuffmanTable.lookUp(literalEntries, 11, &reader)
      if entry.isLiteral {
        guard reader.available >= 0 else { throw truncated(reader) }
        guard count < capacity else {
          reader = mark
          return false
        }
        base[count] = entry.literal
        count &+= 1
        continue
      }
      guard entry.isKind(.base) else { return try endBlock(entry, reader) }
      let length = entry.value &+ reader.take(entry.extraBits)
      let distanceEntry = HuffmanTable.lookUp(distanceEntries, 8, &reader)
      let distance = distanceEntry.value &+ reader.take(distanceEntry.extraBits)
      guard reader.available >= 0 else { throw truncated(reader) }
      guard distanceEntry.isKind(.base) else { throw corrupt("a bit pattern stands for no distance", reader) }
      guard distance <= count &- output.start else {
        throw corrupt("a match reaches back \(distance) bytes, only \(count - output.start) precede it", reader)
      }
      guard length <= capacity &- count else {
        reader = mark
        return false
      }
      Self.copyMatch(base + count, distance: distance, length: length, room: capacity &- count)
      count &+= length
    }
  }

  private mutating func endBlock(_ entry: HuffmanTable.Entry, _ reader: BitReader) throws(DataError) -> Bool {
    guard reader.available >= 0 else { throw truncated(reader) }
    guard entry.isKind(.endOfBlock) else { throw corrupt("a bit pattern stands for no literal or length", reader) }
    block = .none
    return true
  }

  /// Repeats what was written `distance` bytes ago; source and target overlap if the match is longer than that.
  @inline(__always)
  private static func copyMatch(_ target: UnsafeMutablePointer<UInt8>, distance: Int, length: Int, room: Int) {
    let source = target - distance
    if distance >= 8, room >= length &+ 8 {
      // Whole words may write up to 7 bytes past the match, which later output overwrites.
      var offset = 0
      while offset < length {
        let word = UnsafeRawPointer(source + offset).loadUnaligned(as: UInt64.self)
        UnsafeMutableRawPointer(target + offset).storeBytes(of: word, as: UInt64.self)
        offset &+= 8
      }
    } else if distance == 1 {
      target.update(repeating: source[0], count: length)
    } else {
      for offset in 0..<length { target[offset] = source[offset] }
    }
  }

  private mutating func bits(_ count: Int) throws(DataError) -> Int {
    reader.refill()
    let value = reader.take(count)
    guard reader.available >= 0 else { throw truncated(reader) }
    return value
  }

  private func truncated(_ reader: BitReader) -> DataError {
    Gzip.truncated(in: file, at: reader.byteOffset)
  }

  private func corrupt(_ problem: String, _ reader: BitReader) -> DataError {
    Gzip.corrupt(in: file, at: reader.byteOffset, problem)
  }
}
