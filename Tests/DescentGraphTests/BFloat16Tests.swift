import DescentGraph
import TestSupport
import Testing

@Suite struct BFloat16Tests {
  static let all = (UInt16.min...UInt16.max).map(BFloat16.init(bitPattern:))

  @Test func everyPatternIsAFloatAndBack() {
    for value in Self.all {
      let back = BFloat16(Float(value))
      #expect(value.isNaN ? back.isNaN : back.bitPattern == value.bitPattern, "\(value.bitPattern)")
      #expect(value.isNaN || BFloat16(Double(value)).bitPattern == value.bitPattern, "\(value.bitPattern)")
    }
  }

  /// Between two neighbours everything below the middle goes down, everything above goes up, and the middle to even.
  @Test func roundsToTheNearestTiesToEven() {
    for pattern in UInt16(0)..<0x7F80 {
      let (low, high) = (BFloat16(bitPattern: pattern), BFloat16(bitPattern: pattern + 1))
      // What follows the largest number would be 2¹²⁸, where infinity begins.
      let middle = (Double(low) + (high.isFinite ? Double(high) : 0x1p128)) / 2
      let even = pattern % 2 == 0 ? low : high
      for (value, expected) in [(middle.nextDown, low), (middle, even), (middle.nextUp, high)] {
        #expect(BFloat16(value) == expected && BFloat16(-value).bitPattern == expected.bitPattern | 0x8000, "\(value)")
      }
      #expect(BFloat16(Float(middle)) == even && BFloat16(Float(middle).nextUp) == high, "\(middle)")
    }
  }

  @Test func integersRoundOnce() {
    #expect(BFloat16(257) == 256 && BFloat16(259 as UInt16) == 260 && BFloat16(-257) == -256)
    #expect(BFloat16(Int64.max) == BFloat16(0x1p63) && BFloat16(UInt64.max) == BFloat16(0x1p64))
    let tie = UInt64(1) << 62 + UInt64(1) << 54
    #expect(BFloat16(tie) == BFloat16(0x1p62) && BFloat16(tie + 1) == BFloat16(0x1p62 + 0x1p55))
    #expect(BFloat16(Int64(tie)) == BFloat16(0x1p62) && BFloat16(-Int64(tie + 1)) == BFloat16(-0x1p62 - 0x1p55))
    #expect(BFloat16(tie - 1) == BFloat16(0x1p62))
  }

  @Test func comparesAsNumbers() {
    let nan = BFloat16.nan
    #expect(BFloat16(-0.0) == 0 && BFloat16(-0.0).hashValue == (0 as BFloat16).hashValue)
    #expect(nan != nan && !(nan < 1) && !(1 < nan))
    #expect(BFloat16(-1) < 0 && BFloat16.greatestFiniteMagnitude < .infinity && BFloat16.leastNonzeroMagnitude > 0)
    #expect(nan.isNaN && !nan.isFinite && !BFloat16.infinity.isFinite && !BFloat16.infinity.isNaN)
    #expect(Double(BFloat16.ulpOfOne) == 0x1p-7 && Double(BFloat16.leastNonzeroMagnitude) == 0x1p-133)
    #expect(Double(BFloat16.greatestFiniteMagnitude) == 0x1p128 - 0x1p120)
  }

  /// Every description is read back as the same number.
  @Test func descriptionsAreShortestDecimals() {
    for value in Self.all where !value.isNaN {
      let text = value.description
      #expect(BFloat16(Double(text) ?? .nan).bitPattern == value.bitPattern, "\(text)")
    }
    let texts: [(BFloat16, String)] = [
      (0, "0.0"), (1, "1.0"), (0.1, "0.1"), (-0.1, "-0.1"), (3.14159, "3.14"), (1.0078125, "1.01"), (256, "256.0"),
      (BFloat16(1.0 / 3), "0.334"), (.infinity, "inf"), (BFloat16(-Double.infinity), "-inf"), (.nan, "nan"),
      (.greatestFiniteMagnitude, "3.39e+38"), (.leastNonzeroMagnitude, "9e-41"), (65280, "65300.0"),
    ]
    for (value, text) in texts { #expect(value.description == text) }
  }
}
