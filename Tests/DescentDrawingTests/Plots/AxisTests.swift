import Foundation
import TestSupport
import Testing

@testable import DescentDrawing

@Suite struct AxisTests {
  @Test func labelsOfKnownRanges() {
    let cases: [(values: [Double], labels: String)] = [
      ([0.1, 0.95], "0.2 0.4 0.6 0.8"),
      ([0, 1], "0 1"),  // Whole numbers have whole steps.
      ([0, 100], "0 20 40 60 80 100"),
      ([-0.9, 1], "−0.5 0 0.5 1.0"),
      ([0.001, 0.0035], "0.0010 0.0015 0.0020 0.0025 0.0030 0.0035"),
      ([1e-7, 4e-7], "1×10⁻⁷ 2×10⁻⁷ 3×10⁻⁷ 4×10⁻⁷"),
      ([0, 2.5e9], "0 0.5×10⁹ 1.0×10⁹ 1.5×10⁹ 2.0×10⁹ 2.5×10⁹"),
      ([1e6, 1e6 + 1.5], "1.0000000×10⁶ 1.0000005×10⁶ 1.0000010×10⁶ 1.0000015×10⁶"),
      ([.nan, 2, .infinity, 6], "2 3 4 5 6"),
      ([3], "2.8 3.0 3.2"), ([0], "−1.0 −0.5 0 0.5 1.0"),
      ([.leastNonzeroMagnitude], "−1.0 −0.5 0 0.5 1.0"), ([], "0 1"),
    ]
    withEvery("case", in: cases) { values, labels in
      let axis = Axis(covering: values, count: 5)
      #expect(axis.ticks.map(\.label).joined(separator: " ") == labels)
    }
  }

  @Test func logarithmicLabelsOfKnownRanges() {
    let cases: [(values: [Double], labels: String)] = [
      ([0.01, 1000], "0.01 0.1 1 10 100 1000"),
      ([1, 10], "1 2 5 10"), ([1.1, 4], "1 2 5"), ([3], "2 5"), ([1], "1 2"),
      ([1e-12, 1], "10⁻¹⁵ 10⁻¹⁰ 10⁻⁵ 10⁰"), ([2e-8, 4e-8], "2×10⁻⁸ 5×10⁻⁸"),
      ([0, -1, .nan, 1, 100], "1 2 5 10 20 50 100"), ([-3], "0.1 0.2 0.5 1"),
      ([.leastNonzeroMagnitude, 1e300], "10⁻⁴⁰⁰ 10⁻²⁰⁰ 10⁰ 10²⁰⁰ 10⁴⁰⁰"),
    ]
    withEvery("case", in: cases) { values, labels in
      let axis = Axis(covering: values, scale: .logarithmic, count: 5)
      #expect(axis.ticks.map(\.label).joined(separator: " ") == labels)
    }
  }

  @Test func ticksAreRoundAndEvenlySpaced() {
    var random = SplitMix64(seed: 1)
    withEvery("trial", in: 0..<300) { trial in
      let size = pow(10, Double.random(in: -280..<280, using: &random))
      let values = random.doubles(2).map { $0 * size }
      let axis = Axis(covering: values, count: 2 + trial % 9, isLoose: trial.isMultiple(of: 2))
      #expect((1...20).contains(axis.ticks.count), "\(values)")
      #expect(axis.ticks.allSatisfy { axis.low <= $0.place * (1 + 1e-9) || $0.place < 0 }, "\(values)")
      let steps = zip(axis.ticks, axis.ticks.dropFirst()).map { $1.place - $0.place }
      for step in steps {
        let digits = step / pow(10, (log10(step) + 1e-6).rounded(.down))
        #expect([1, 2, 5].contains { abs(digits - $0) < 1e-3 }, "\(values): a step of \(step)")
        #expect(abs(step - steps[0]) <= abs(steps[0]) * 1e-6)
      }
      // The labels say the places.
      for tick in axis.ticks { #expect(abs(number(tick.label) - tick.place) <= abs(tick.place) * 1e-12 + size * 1e-14) }
    }
  }

  /// Reads a label.
  private func number(_ label: String) -> Double {
    let parts = label.replacing("−", with: "-").split(separator: "×10")
    let digits: [Character: Character] = [
      "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
    ]
    let exponent = parts.count < 2 ? "0" : String(parts[1].compactMap { digits[$0] })
    return Double("\(parts[0])e\(exponent)") ?? .nan
  }

  @Test func everyValueHasItsPart() {
    withEvery("scale", in: AxisScale.allCases) { scale in
      let axis = Axis(covering: [1, 100], scale: scale, count: 5, isLoose: true)
      #expect(axis.part(of: 100) == 1)
      #expect(axis.part(of: .nan) == nil && axis.part(of: .infinity) == nil)
      #expect((axis.part(of: 0) == nil) == (scale == .logarithmic))
    }
    #expect(Axis(covering: [1, 100], scale: .logarithmic, count: 5).part(of: 10) == 0.5)
  }
}
