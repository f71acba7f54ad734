import DescentGraph
import Foundation

/// The pseudo-random stream of a key: Philox4x32-10, a function from the position to the number.
///
/// J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Element i comes from lane i mod 4 of
/// the block whose counter is (i/4, key word 1); key word 0 is the generator's key.
struct RandomStream {
  var key0, key1: UInt64

  init(key: [Int64]) {
    key0 = UInt64(bitPattern: key[0])
    key1 = UInt64(bitPattern: key[1])
  }

  func element(_ position: Int, _ distribution: Distribution, _ type: ScalarType) -> Double {
    switch distribution {
    case .uniform: uniform(position, type)
    case .normal: normal(position, type)
    }
  }

  /// In [0, 1): float32 takes the upper 24 bits of a word; float64 adds 29 bits of the block's neighbouring lane.
  private func uniform(_ position: Int, _ type: ScalarType) -> Double {
    let words = Self.block(counter: (UInt64(position / 4), key1), key: key0)
    let word = words[position % 4]
    if type == .float32 { return Double(word >> 8) * 0x1p-24 }
    return (Double(word) * 0x1p21 + Double(words[position % 4 ^ 1] >> 11)) * 0x1p-53
  }

  /// Box and Muller: lanes (0, 1) and (2, 3) make a pair each, √(−2·ln u)·cos 2πv and √(−2·ln u)·sin 2πv.
  private func normal(_ position: Int, _ type: ScalarType) -> Double {
    let words = Self.block(counter: (UInt64(position / 4), key1), key: key0)
    let first = position % 4 / 2 * 2
    let u = (Double(words[first] >> 8) + 1) * 0x1p-24
    let angle = 2 * Double.pi * Double(words[first + 1] >> 8) * 0x1p-24
    return (-2 * log(u)).squareRoot() * (position % 2 == 0 ? cos(angle) : sin(angle))
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
