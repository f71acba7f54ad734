import CDescentKernels
import RealModule
import Testing

/// An independent Philox4x32-10, straight from the paper: Salmon, Moraes, Dror, Shaw, 2011.
private func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
  var x = counter, k = key
  for _ in 0..<10 {
    let a = UInt64(x[0]) * 0xd251_1f53, b = UInt64(x[2]) * 0xcd9e_8d57
    let low = (UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
    x = [UInt32(b >> 32) ^ x[1] ^ k[0], low.1, UInt32(a >> 32) ^ x[3] ^ k[1], low.0]
    k = [k[0] &+ 0x9e37_79b9, k[1] &+ 0xbb67_ae85]
  }
  return x
}

/// Random numbers are the published generator's, are the same however a stream is cut, and have the right moments.
@Suite struct RandomTests {
  private static let key: (UInt64, UInt64) = (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)

  /// The known answers that come with Random123.
  @Test func referenceMeetsKnownAnswers() {
    let ones: [UInt32] = [.max, .max, .max, .max]
    let pi: [UInt32] = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]
    #expect(philox(counter: [0, 0, 0, 0], key: [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(philox(counter: ones, key: [.max, .max]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      philox(counter: pi, key: [0xa409_3822, 0x299f_31d0]) == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  private static func words(block: UInt64, _ key: (UInt64, UInt64)) -> [UInt32] {
    func halves(_ x: UInt64) -> [UInt32] { [UInt32(truncatingIfNeeded: x), UInt32(x >> 32)] }
    return philox(counter: halves(block) + halves(key.1), key: halves(key.0))
  }

  @Test(arguments: Kernels.all, [0, 4, 1 << 20, (1 << 34) - 8, 1 << 63] as [UInt64])
  func uniformIsMadeOfTheGeneratorsBits(_ kernels: Kernels, _ first: UInt64) throws {
    for key in [(UInt64(0), UInt64(0)), Self.key] {
      let single = try #require(kernels.random(.DESCENT_UNIFORM, Float.self, count: 103, first: first, key: key))
      let double = try #require(kernels.random(.DESCENT_UNIFORM, Double.self, count: 103, first: first, key: key))
      for i in 0..<103 {
        let index = first + UInt64(i)
        let word = Self.words(block: index / 4, key)[Int(index % 4)]
        let pair = Self.words(block: index / 2, key), lane = Int(index % 2) * 2
        let long = UInt64(pair[lane + 1]) << 32 | UInt64(pair[lane])
        #expect(single[i] == Float(word >> 8) * 0x1p-24, "float32 element \(index)")
        #expect(double[i] == Double(long >> 11) * 0x1p-53, "float64 element \(index)")
      }
    }
  }

  @Test(arguments: Kernels.all)
  func aPartOfAStreamHasTheSameBits(_ kernels: Kernels) throws {
    try checkParts(kernels, Float.self)
    try checkParts(kernels, Double.self)
  }

  private func checkParts<T: KernelElement>(_ kernels: Kernels, _: T.Type) throws {
    for distribution in [descent_distribution.DESCENT_UNIFORM, .DESCENT_NORMAL] {
      let whole = try #require(kernels.random(distribution, T.self, count: 400, key: Self.key))
      for first in [0, 4, 8, 12, 28, 32, 64, 100, 396] {
        for count in [0, 1, 2, 3, 5, 31, 32, 33, 100] where first + count <= 400 {
          let part = kernels.random(distribution, T.self, count: count, first: UInt64(first), key: Self.key)
          #expect(part == Array(whole[first..<(first + count)]), "\(distribution) \(T.self) from \(first), \(count)")
        }
      }
    }
  }

  /// Different keys, and different halves of a key, give unrelated streams.
  @Test(arguments: Kernels.all)
  func keysMatter(_ kernels: Kernels) throws {
    let keys: [(UInt64, UInt64)] = [(0, 0), (1, 0), (1 << 32, 0), (0, 1), (0, 1 << 32)]
    let streams = try keys.map { try #require(kernels.random(.DESCENT_UNIFORM, Double.self, count: 8, key: $0)) }
    #expect(Set(streams.joined()).count == 8 * keys.count)
  }

  @Test(arguments: Kernels.all)
  func moments(_ kernels: Kernels) throws {
    try checkMoments(kernels, Float.self)
    try checkMoments(kernels, Double.self)
  }

  private func checkMoments<T: KernelElement & BinaryFloatingPoint>(_ kernels: Kernels, _: T.Type) throws {
    let count = 400_000
    let uniform = try #require(kernels.random(.DESCENT_UNIFORM, T.self, count: count, key: Self.key)).map(Double.init)
    let normal = try #require(kernels.random(.DESCENT_NORMAL, T.self, count: count, key: Self.key)).map(Double.init)
    func mean(_ power: Int, _ x: [Double]) -> Double { x.reduce(0) { $0 + .pow($1, power) } / Double(count) }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean(1, uniform) - 0.5) < 0.003)
    #expect(abs(mean(2, uniform) - 1.0 / 3) < 0.003)
    #expect(normal.allSatisfy { $0.isFinite })
    #expect(abs(mean(1, normal)) < 0.01)
    #expect(abs(mean(2, normal) - 1) < 0.015)
    #expect(abs(mean(3, normal)) < 0.04)
    #expect(abs(mean(4, normal) - 3) < 0.1)
    // Neighbours share a radius but must not be correlated; tails must be there, and not too heavy.
    let products = (1..<count).reduce(0) { $0 + normal[$1] * normal[$1 - 1] } / Double(count)
    #expect(abs(products) < 0.01)
    let beyondThree = normal.count { abs($0) > 3 }
    #expect((900...1260).contains(beyondThree), "\(beyondThree) of \(count) beyond three")
  }

  @Test(arguments: Kernels.all)
  func integersHaveNone(_ kernels: Kernels) {
    for distribution in [descent_distribution.DESCENT_UNIFORM, .DESCENT_NORMAL] {
      for type in [descent_type.DESCENT_INT32, .DESCENT_INT64, .DESCENT_BOOL] {
        #expect(kernels.randomKernel(distribution, type) == nil)
      }
    }
  }
}
