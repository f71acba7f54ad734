import Foundation

/// How numbers are laid out along an axis.
public enum AxisScale: String, Hashable, Sendable, CaseIterable {
  /// Equal differences are equally long.
  case linear
  /// Equal ratios are equally long; numbers that aren't positive have no place.
  case logarithmic

  /// The number along the axis, nil if it has no place there.
  ///
  /// Numbers beyond ±10³⁰⁰ count as infinite, so that differences don't overflow.
  func measure(_ value: Double) -> Double? {
    switch self {
    case .linear: value.magnitude <= 1e300 ? (value.magnitude < 1e-290 ? 0 : value) : nil
    case .logarithmic: value > 0 && value.isFinite ? log10(value) : nil
    }
  }
}

/// A range of numbers with the round ones among them.
struct Axis: Sendable {
  struct Tick: Hashable, Sendable {
    /// In the scale's measure.
    var place: Double
    var label: String
  }

  let scale: AxisScale
  /// The ends, in the scale's measure.
  let low: Double
  let high: Double
  let ticks: [Tick]

  /// How far along a number lies: 0 at the lower end, 1 at the upper.
  func part(of value: Double) -> Double? {
    scale.measure(value).map { ($0 - low) / (high - low) }
  }

  /// An axis for values; those without a place are ignored.
  ///
  /// - Parameters:
  ///   - count: About how many ticks there should be.
  ///   - isLoose: Whether the axis ends at ticks rather than at the extreme values.
  init(covering values: some Sequence<Double>, scale: AxisScale = .linear, count: Int, isLoose: Bool = false) {
    var (low, high, areWhole) = (Double.infinity, -Double.infinity, true)
    for value in values {
      guard let place = scale.measure(value) else { continue }
      (low, high) = (min(low, place), max(high, place))
      areWhole = areWhole && place == place.rounded()
    }
    if low > high { (low, high) = scale == .linear ? (0, 1) : (-1, 0) }
    switch scale {
    case .linear:
      let padding = widening(low, high)
      let ladder = Ladder(low - padding, high + padding, count: count, areWhole: areWhole && padding == 0)
      self.init(low - padding, high + padding, ladder, isLoose: isLoose)
    case .logarithmic: self.init(decades: low, high, count: count)
    }
  }

  private init(_ low: Double, _ high: Double, _ ladder: Ladder, isLoose: Bool) {
    scale = .linear
    let rungs = isLoose ? ladder.rungs(around: low, high) : ladder.rungs(within: low, high)
    let labels = tickLabels(rungs.map { (digits: $0 * ladder.factor, exponent: ladder.exponent) })
    ticks = zip(rungs, labels).map { Tick(place: ladder.value($0), label: $1) }
    self.low = isLoose ? min(low, ticks.first?.place ?? low) : low
    self.high = isLoose ? max(high, ticks.last?.place ?? high) : high
  }

  /// A logarithmic axis from 10^low to 10^high, which ends at ticks: powers of ten, or 1, 2, 5, 10, … if there are few.
  private init(decades low: Double, _ high: Double, count: Int) {
    scale = .logarithmic
    // Rounding must not lead to another tick beyond the exact power.
    let (low, high) = (low + 1e-9, max(high - 1e-9, low + 1e-9))
    var numbers: [(digits: Int, exponent: Int)] = []
    if high - low <= 2 {
      let steps = [(1, 0.0), (2, log10(2)), (5, log10(5))]
      let all = (Int(low.rounded(.down)) - 1...Int(high.rounded(.up)) + 1).flatMap { exponent in
        steps.map { (number: (digits: $0.0, exponent: exponent), place: Double(exponent) + $0.1) }
      }
      let first = all.lastIndex { $0.place <= low } ?? 0
      let last = all.firstIndex { $0.place >= high } ?? all.count - 1
      numbers = all[first...max(last, first + 1)].map(\.number)
    } else {
      let ladder = Ladder(low, high, count: count, areWhole: true)
      numbers = ladder.rungs(around: low, high).map { (1, Int(ladder.value($0))) }
    }
    ticks = zip(numbers, tickLabels(numbers, arePowers: true)).map {
      Tick(place: Double($0.exponent) + log10(Double($0.digits)), label: $1)
    }
    self.low = ticks.first?.place ?? low
    self.high = ticks.last?.place ?? high
  }
}

/// What a range of equal or all but equal numbers needs at each side.
private func widening(_ low: Double, _ high: Double) -> Double {
  let size = max(low.magnitude, high.magnitude)
  return high - low > size * 1e-10 ? 0 : size == 0 ? 1 : size * 0.1
}

/// The multiples of a round step, 1, 2 or 5 times a power of ten.
struct Ladder {
  let factor: Int
  let exponent: Int

  /// A ladder with about `count` steps in a range.
  init(_ low: Double, _ high: Double, count: Int, areWhole: Bool = false) {
    let rough = max((high - low) / Double(max(count, 1)), areWhole ? 1 : 0)
    let power = log10(rough).rounded(.down)
    let fraction = rough / pow(10, power)
    let found = [1, 2, 5].first { fraction <= Double($0) + 1e-9 }
    factor = found ?? 1
    exponent = Int(power) + (found == nil ? 1 : 0)
  }

  func value(_ rung: Int) -> Double {
    let digits = Double(rung * factor)
    return exponent < 0 ? digits / pow(10, Double(-exponent)) : digits * pow(10, Double(exponent))
  }

  /// The rungs in a range.
  func rungs(within low: Double, _ high: Double) -> [Int] {
    let (first, last) = ((low / value(1) - 1e-9).rounded(.up), (high / value(1) + 1e-9).rounded(.down))
    return first > last ? [] : Array(Int(first)...Int(last))
  }

  /// The rungs in a range and those just outside.
  func rungs(around low: Double, _ high: Double) -> [Int] {
    Array(Int((low / value(1) + 1e-9).rounded(.down))...Int((high / value(1) - 1e-9).rounded(.up)))
  }
}
