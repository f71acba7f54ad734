import Foundation

extension ContourPicture {
  /// At which values lines are drawn.
  public enum Levels: Hashable, Sendable {
    /// Between any two lines lie about as many of the grid's values.
    case quantiles(Int)
    /// The distances from the least value grow by the same factor from line to line, so that the bottoms of valleys show.
    case logarithmic(Int)
    /// At given values.
    case values([Double])

    /// The levels for numbers in order of size: distinct, in order, and as round as their distances allow.
    func values(for numbers: [Double]) -> [Double] {
      guard let least = numbers.first, let most = numbers.last, least < most else { return [] }
      switch self {
      case .values(let values): return Set(values.filter(\.isFinite)).sorted()
      case .quantiles(let count):
        return rounded(steps(count).map { numbers[Int(Double(numbers.count - 1) * $0)] }, within: least...most)
      case .logarithmic(let count):
        // The hundredth part of the places is below the first line.
        let first = numbers.dropFirst(numbers.count / 100).first { $0 > least } ?? most
        let ratio = (most - least) / (first - least)
        return rounded(steps(count).map { least + (first - least) * pow(ratio, $0) }, within: least...most)
      }
    }

    /// So many parts of the way from 0 to 1, without 1; no more than a reader can tell apart.
    private func steps(_ count: Int) -> [Double] {
      let count = min(max(count, 0), 100)
      return (0..<count).map { (Double($0) + 0.5) / Double(count) }
    }

    /// The numbers with the fewest digits with which all differ.
    private func rounded(_ values: [Double], within range: ClosedRange<Double>) -> [Double] {
      let distinct = Set(values).sorted()
      for digits in 2..<16 {
        let short = distinct.map { ShortNumber($0, digits: digits).value }
        if Set(short).count == distinct.count && short == short.sorted() { return short.filter(range.contains) }
      }
      return distinct
    }
  }
}

/// A number with few significant digits.
struct ShortNumber {
  private(set) var digits = 0
  private(set) var exponent = 0

  /// The closest number with so many digits; 0 for what isn't finite.
  init(_ number: Double, digits count: Int) {
    guard number.isFinite && number.magnitude > 1e-290 else { return }
    exponent = Int(log10(number.magnitude).rounded(.down)) - count + 1
    digits = Int((exponent < 0 ? number * power(-exponent) : number / power(exponent)).rounded())
    while digits != 0 && digits.isMultiple(of: 10) {
      digits /= 10
      exponent += 1
    }
  }

  var value: Double { exponent < 0 ? Double(digits) / power(-exponent) : Double(digits) * power(exponent) }

  /// As on an axis: `0.25`, `3×10⁻⁷`.
  var text: String { tickLabels([(digits, exponent)])[0] }

  private func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
}
