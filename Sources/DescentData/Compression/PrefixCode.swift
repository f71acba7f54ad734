/// A prefix code made for symbols that occur with given frequencies, as DEFLATE writes it (RFC 1951, section 3.2.2).
struct PrefixCode {
  /// The length of each symbol's code in bits, 0 for one that does not occur.
  let lengths: [UInt8]
  /// Each symbol's code, its first bit lowest, as it is written.
  let codes: [Int]

  /// The canonical code with these lengths.
  init(lengths: [UInt8]) {
    self.lengths = lengths
    var counts = [Int](repeating: 0, count: 17)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [Int](repeating: 0, count: 17)
    for length in 1...15 { next[length + 1] = (next[length] + counts[length]) << 1 }
    codes = lengths.map { length in
      guard length > 0 else { return 0 }
      defer { next[Int(length)] += 1 }
      return Int(UInt16(truncatingIfNeeded: next[Int(length)]).bitSwapped >> UInt16(16 - length))
    }
  }

  /// Huffman's code for the frequencies, no symbol of it longer than `limit` bits.
  ///
  /// Where the best code is too long, frequencies are halved until it fits, which costs a fraction of a per cent. At
  /// least two symbols get a code: some decoders refuse a code of one.
  init(frequencies: [Int], limit: Int) {
    var frequencies = frequencies
    for symbol in frequencies.indices.prefix(2) where frequencies.lazy.filter({ $0 > 0 }).prefix(2).count < 2 {
      if frequencies[symbol] == 0 { frequencies[symbol] = 1 }
    }
    var lengths = Self.huffmanLengths(frequencies)
    while lengths.contains(where: { $0 > limit }) {
      frequencies = frequencies.map { $0 > 0 ? $0 >> 1 | 1 : 0 }
      lengths = Self.huffmanLengths(frequencies)
    }
    self.init(lengths: lengths)
  }

  /// The depth of each symbol in Huffman's tree, built from two queues that are sorted by weight: leaves and pairs.
  private static func huffmanLengths(_ frequencies: [Int]) -> [UInt8] {
    let symbols = frequencies.indices.filter { frequencies[$0] > 0 }
      .sorted { (frequencies[$0], $0) < (frequencies[$1], $1) }
    var weights = symbols.map { frequencies[$0] }
    var parents = [Int](repeating: 0, count: 2 * symbols.count - 1)
    var (leaf, pair) = (0, symbols.count)
    func takeLightest() -> Int {
      let takesLeaf = leaf < symbols.count && (pair >= weights.count || weights[leaf] <= weights[pair])
      defer { if takesLeaf { leaf += 1 } else { pair += 1 } }
      return takesLeaf ? leaf : pair
    }
    while weights.count < parents.count {
      let (first, second) = (takeLightest(), takeLightest())
      (parents[first], parents[second]) = (weights.count, weights.count)
      weights.append(weights[first] + weights[second])
    }
    var depths = [Int](repeating: 0, count: parents.count)
    for node in (0..<parents.count - 1).reversed() { depths[node] = depths[parents[node]] + 1 }
    var lengths = [UInt8](repeating: 0, count: frequencies.count)
    for (place, symbol) in symbols.enumerated() { lengths[symbol] = UInt8(min(255, depths[place])) }
    return lengths
  }
}
