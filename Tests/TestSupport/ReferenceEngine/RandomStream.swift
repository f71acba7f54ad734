import DescentGraph
import Foundation

/// The pseudo-random stream of a key: Philox4x32-10, a function from the position to the number.
///
/// J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Block b of the stream has the counter
/// (b, key word 1) and the key key word 0. Four float32 elements, or two float64 elements, come from one block.
struct RandomStream {
  var key0, key1: UInt64

  init(key: [Int64]) {
    key0 = UInt64(bitPattern: key[0])
    key1 = UInt64(bitPattern: key[1])
  }

  /// Narrow types get float32's numbers, the uniform ones rounded down to multiples of 2⁻¹¹ or 2⁻⁸.
  func element(_ position: Int, _ distribution: Distribution, _ type: ScalarType) -> Double {
    if type == .float16 || type == .bfloat16 {
      let number = element(position, distribution, .float32)
      let steps = type == .float16 ? 0x1p11 : 0x1p8
      return distribution == .uniform ? (number * steps).rounded(.down) / steps : number
    }
    let perBlock = type == .float32 ? 4 : 2
    let words = Self.block(counter: (UInt64(position / perBlock), key1), key: key0)
    let lane = position % perBlock
    return switch (distribution, type) {
    case (.uniform, .float32): Double(words[lane] >> 8) * 0x1p-24
    case (.uniform, _): Self.fraction(words[2 * lane], words[2 * lane + 1])
    case (.normal, .float32): Self.normal32(words[lane / 2 * 2], words[lane / 2 * 2 + 1], isSecond: lane % 2 == 1)
    case (.gamma, _), (.logGamma, _): preconditionFailure("gamma numbers have a concentration")
    case (.normal, _):
      Self.normal(
        uniform: Self.fraction(words[0], words[1]) + 0x1p-54,
        angle: 2 * Double.pi * (Self.fraction(words[2], words[3]) - 0.5), isSecond: lane == 1)
    }
  }

  /// A gamma-distributed number or its logarithm.
  ///
  /// G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000. Attempt k of an
  /// element has the counter (position + 2⁴⁰·k, key word 1); attempt 0 is the uniform number that brings a
  /// concentration from α + 1 down to α < 1.
  func gamma(_ position: Int, _ concentration: Double, isLogarithm: Bool) -> Double {
    func words(_ attempt: Int) -> [UInt32] {
      Self.block(counter: (UInt64(position) | UInt64(attempt) << 40, key1), key: key0)
    }
    if !(concentration > 0) { return .nan }
    if concentration == .infinity { return .infinity }
    let isBoosted = concentration < 1
    let d = (isBoosted ? concentration + 1 : concentration) - 1.0 / 3
    let boost =
      isBoosted ? log(Self.fraction(words(0)[0], words(0)[1]) + 0x1p-54) / concentration : 0
    var attempt = 0
    while true {
      attempt += 1
      let w = words(attempt)
      let angle = (Double(Int32(bitPattern: w[2])) + 0.5) * (Double.pi * 0x1p-31)
      let z = Self.normal(uniform: Self.fraction(w[0], w[1]) + 0x1p-54, angle: angle, isSecond: false)
      let v = pow(1 + z / (9 * d).squareRoot(), 3)
      guard v > 0, log((Double(w[3]) + 0.5) * 0x1p-32) < z * z / 2 + d * (1 - v + log(v)) else { continue }
      return isLogarithm ? log(d * v) + boost : isBoosted ? d * v * exp(boost) : d * v
    }
  }

  /// The upper 53 bits of two words as a fraction.
  private static func fraction(_ low: UInt32, _ high: UInt32) -> Double {
    Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
  }

  /// Box and Muller: u in (0, 1] and an angle make a pair, √(−2·ln u) times the angle's cosine and its sine.
  private static func normal(uniform u: Double, angle: Double, isSecond: Bool) -> Double {
    (-2 * log(u)).squareRoot() * (isSecond ? sin(angle) : cos(angle))
  }

  /// The same from two words, with u and the angle (a signed fraction of π) rounded to float32.
  private static func normal32(_ first: UInt32, _ second: UInt32, isSecond: Bool) -> Double {
    let u = (Float(first) + 0.5) * 0x1p-32
    let angle = Float(Int32(bitPattern: second)) * 0x1.921fb6p-30
    return normal(uniform: Double(u), angle: Double(angle), isSecond: isSecond)
  }

  /// The four words of a counter block.
  static func block(counter: (low: UInt64, high: UInt64), key: UInt64) -> [UInt32] {
    func halves(_ word: UInt64) -> (low: UInt32, high: UInt32) {
      (UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32))
    }
    var (x0, x1) = halves(counter.low)
    var (x2, x3) = halves(counter.high)
    var (k0, k1) = halves(key)
    for _ in 0..<10 {
      let (low0, high0) = halves(UInt64(x0) * 0xD251_1F53)
      let (low1, high1) = halves(UInt64(x2) * 0xCD9E_8D57)
      (x0, x1, x2, x3) = (high1 ^ x1 ^ k0, low1, high0 ^ x3 ^ k1, low0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return [x0, x1, x2, x3]
  }
}
