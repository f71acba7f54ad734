/// Compresses bytes to a DEFLATE stream (RFC 1951): matches found in a window of 32 KiB, and for each block the smallest
/// of a stored one, the fixed code and a code of its own.
struct Deflater {
  /// A literal byte, or a match: its length above 16 bits of its distance.
  private typealias Token = Int

  private static let tokensPerBlock = 1 << 15
  /// Where a match is as long as this, no better one is looked for at the next byte.
  private static let longEnough = 64

  private let input: UnsafeBufferPointer<UInt8>
  private var output = BitWriter()
  private var tokens: [Token] = []
  private var literalCounts = [Int](repeating: 0, count: 286)
  private var distanceCounts = [Int](repeating: 0, count: 30)
  /// The extra bits of the current block's matches, which are the same for all codes.
  private var extraBitCount = 0
  /// The input from which the tokens of the current block were made.
  private var block = 0..<0

  /// The compressed stream.
  static func compress(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBufferPointer { input in
      var deflater = Deflater(input)
      return deflater.run()
    }
  }

  private init(_ input: UnsafeBufferPointer<UInt8>) {
    self.input = input
    tokens.reserveCapacity(Self.tokensPerBlock)
  }

  /// Looks at each place for a match, and takes it unless the one a byte later is longer.
  private mutating func run() -> [UInt8] {
    let finder = MatchFinder(input)
    defer { finder.deallocate() }
    var place = 0
    var match = MatchFinder.Match()
    var isKnown = false
    while place < input.count {
      if !isKnown { match = finder.match(at: place) }
      isKnown = false
      guard match.length > 0 else {
        add(literalAt: place)
        place += 1
        continue
      }
      var start = place + 1
      if match.length < Self.longEnough, place + 1 < input.count {
        let next = finder.match(at: place + 1)
        if next.length > match.length {
          add(literalAt: place)
          (place, match, isKnown) = (place + 1, next, true)
          continue
        }
        start += 1
      }
      let end = place + match.length
      while start < end {
        finder.insert(start)
        start &+= 1
      }
      add(match, endingAt: end)
      place = end
    }
    endBlock(isLast: true)
    output.alignToByte()
    return output.bytes
  }

  private mutating func add(literalAt place: Int) {
    tokens.append(Int(input[place]))
    literalCounts[Int(input[place])] += 1
    block = block.lowerBound..<place + 1
    if tokens.count == Self.tokensPerBlock { endBlock(isLast: false) }
  }

  private mutating func add(_ match: MatchFinder.Match, endingAt end: Int) {
    tokens.append(match.length << 16 | match.distance)
    let (length, distance) = (Self.lengthSymbol(match.length), Self.distanceSymbol(match.distance))
    literalCounts[length.symbol] += 1
    distanceCounts[distance.symbol] += 1
    extraBitCount += length.extraBits + distance.extraBits
    block = block.lowerBound..<end
    if tokens.count == Self.tokensPerBlock { endBlock(isLast: false) }
  }

  // MARK: Symbols

  /// The symbol of a length from 3 to 258, and what stands in its extra bits (RFC 1951, section 3.2.5).
  @inline(__always)
  private static func lengthSymbol(_ length: Int) -> (symbol: Int, extra: Int, extraBits: Int) {
    if length == MatchFinder.longest { return (285, 0, 0) }
    let (step, extra, extraBits) = stepOfDoublingRanges(length - 3, stepsPerBit: 4)
    return (257 + step, extra, extraBits)
  }

  /// The symbol of a distance from 1 to 32,768, and what stands in its extra bits.
  @inline(__always)
  private static func distanceSymbol(_ distance: Int) -> (symbol: Int, extra: Int, extraBits: Int) {
    stepOfDoublingRanges(distance - 1, stepsPerBit: 2)
  }

  /// Ranges laid end to end from 0 on, whose widths double every `stepsPerBit` after the first two groups of width 1.
  @inline(__always)
  private static func stepOfDoublingRanges(
    _ value: Int, stepsPerBit: Int
  ) -> (symbol: Int, extra: Int, extraBits: Int) {
    guard value >= 2 * stepsPerBit else { return (value, 0, 0) }
    let extraBits = Int.bitWidth - 1 - value.leadingZeroBitCount - stepsPerBit.trailingZeroBitCount
    let symbol = stepsPerBit * extraBits + value >> extraBits
    return (symbol, value & (1 << extraBits - 1), extraBits)
  }
}

// MARK: - Blocks

extension Deflater {
  private static let fixedLiterals = PrefixCode(
    lengths: [(144, 8), (112, 9), (24, 7), (8, 8)].flatMap { [UInt8](repeating: $0.1, count: $0.0) })
  private static let fixedDistances = PrefixCode(lengths: [UInt8](repeating: 5, count: 30))

  private mutating func endBlock(isLast: Bool) {
    literalCounts[256] += 1
    let literals = PrefixCode(frequencies: literalCounts, limit: 15)
    let distances = PrefixCode(frequencies: distanceCounts, limit: 15)
    let codes = CodeLengths(literals, distances)
    let dynamicSize = codes.bitCount + size(literals, distances)
    let fixedSize = size(Self.fixedLiterals, Self.fixedDistances)
    // Each stored piece has a header of 3 bits, up to 7 bits of padding and 32 of lengths.
    let storedSize = 8 * block.count + 42 * (block.count / 0xFFFF + 1)
    if storedSize < min(dynamicSize, fixedSize) {
      writeStored(isLast)
    } else {
      let isFixed = fixedSize <= dynamicSize
      output.put(isLast ? 1 : 0, 1)
      output.put(isFixed ? 1 : 2, 2)
      if isFixed {
        writeTokens(Self.fixedLiterals, Self.fixedDistances)
      } else {
        codes.write(to: &output)
        writeTokens(literals, distances)
      }
    }
    tokens.removeAll(keepingCapacity: true)
    extraBitCount = 0
    literalCounts = literalCounts.map { _ in 0 }
    distanceCounts = distanceCounts.map { _ in 0 }
    block = block.upperBound..<block.upperBound
  }

  /// The bits that the block takes in these codes.
  private func size(_ literals: PrefixCode, _ distances: PrefixCode) -> Int {
    zip(literalCounts, literals.lengths).reduce(extraBitCount) { $0 + $1.0 * Int($1.1) }
      + zip(distanceCounts, distances.lengths).reduce(0) { $0 + $1.0 * Int($1.1) }
  }

  private mutating func writeStored(_ isLast: Bool) {
    var start = block.lowerBound
    repeat {
      let end = min(block.upperBound, start + 0xFFFF)
      output.put(isLast && end == block.upperBound ? 1 : 0, 1)
      output.put(0, 2)
      output.alignToByte()
      output.put(end - start, 16)
      output.put(~(end - start) & 0xFFFF, 16)
      output.append(input[start..<end])
      start = end
    } while start < block.upperBound
  }

  private mutating func writeTokens(_ literals: PrefixCode, _ distances: PrefixCode) {
    for token in tokens {
      guard token > 255 else {
        output.put(literals.codes[token], Int(literals.lengths[token]))
        continue
      }
      let length = Self.lengthSymbol(token >> 16)
      output.put(literals.codes[length.symbol], Int(literals.lengths[length.symbol]))
      output.put(length.extra, length.extraBits)
      let distance = Self.distanceSymbol(token & 0xFFFF)
      output.put(distances.codes[distance.symbol], Int(distances.lengths[distance.symbol]))
      output.put(distance.extra, distance.extraBits)
    }
    output.put(literals.codes[256], Int(literals.lengths[256]))
  }
}
