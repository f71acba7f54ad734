/// The hash by which a page's policy names the only script that may run (FIPS 180-4).
enum SHA256 {
  /// The hash of bytes.
  static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var state = initial
    let message = padded(Array(bytes))
    for start in stride(from: 0, to: message.count, by: 64) { absorb(message[start..<start + 64], into: &state) }
    return state.flatMap(\.bytes)
  }

  /// One bit, zeros, and the length in bits, up to a whole number of blocks.
  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    let zeros = (119 - bytes.count % 64) % 64
    let length = UInt64(bytes.count) * 8
    return bytes + [0x80] + [UInt8](repeating: 0, count: zeros)
      + UInt32(truncatingIfNeeded: length >> 32).bytes + UInt32(truncatingIfNeeded: length).bytes
  }

  private static func absorb(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var w = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
      block[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for t in 16..<64 {
      let (x, y) = (w[t - 15], w[t - 2])
      let small = x.rotated(7) ^ x.rotated(18) ^ x >> 3
      w.append(w[t - 16] &+ small &+ w[t - 7] &+ (y.rotated(17) ^ y.rotated(19) ^ y >> 10))
    }
    var s = state
    for t in 0..<64 {
      let choice = s[4] & s[5] ^ ~s[4] & s[6]
      let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
      let first = s[7] &+ (s[4].rotated(6) ^ s[4].rotated(11) ^ s[4].rotated(25)) &+ choice &+ constants[t] &+ w[t]
      let second = (s[0].rotated(2) ^ s[0].rotated(13) ^ s[0].rotated(22)) &+ majority
      s = [first &+ second, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
    }
    for index in state.indices { state[index] &+= s[index] }
  }

  /// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
  private static let initial = primes.prefix(8).map { fraction(of: Double($0).squareRoot()) }

  /// The same of the cube roots of the first 64 primes.
  private static let constants = primes.map { fraction(of: cubeRoot(Double($0))) }

  private static let primes: [Int] = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }

  /// 2³²·(x − ⌊x⌋); x below 8 has its first 32 binary places within the 53 of a `Double`.
  private static func fraction(of x: Double) -> UInt32 { UInt32((x - x.rounded(.down)) * 0x1p32) }

  /// Newton's method; it stops where doubles don't come nearer.
  private static func cubeRoot(_ x: Double) -> Double {
    var root = x
    for _ in 0..<64 { root -= (root - x / (root * root)) / 3 }
    return root
  }
}

extension UInt32 {
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self >> count | self << (32 - count) }
  fileprivate var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

extension Sequence<UInt8> {
  /// The bytes in base 64, with padding (RFC 4648).
  var base64: String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(self)
    return stride(from: 0, to: bytes.count, by: 3).reduce(into: "") { text, start in
      let group = bytes[start..<Swift.min(start + 3, bytes.count)]
      let bits = (group + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
      for place in 0..<4 {
        text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
  }
}
