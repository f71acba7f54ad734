/// What the numbers of a column have been so far: enough for imputation and scaling.
struct NumberStatistics {
  private(set) var count = 0
  private(set) var missingCount = 0
  private var mean = 0.0
  /// The sum of squared distances from the mean.
  private var squares = 0.0
  private var smallest = Double.infinity
  private var largest = -Double.infinity
  /// All numbers, if their median will be asked for.
  private var numbers: [Double]?

  init(keepingNumbers: Bool) { numbers = keepingNumbers ? [] : nil }

  /// Adds numbers, of which NaN is a missing one.
  ///
  /// Mean and squares follow Welford's recurrence, which does not cancel.
  mutating func add(_ more: [Double]) {
    for number in more {
      guard !number.isNaN else {
        missingCount += 1
        continue
      }
      count += 1
      let distance = number - mean
      mean += distance / Double(count)
      squares += distance * (number - mean)
      (smallest, largest) = (min(smallest, number), max(largest, number))
      numbers?.append(number)
    }
  }

  /// What missing numbers become; nil if they are an error.
  func fill(_ imputation: FeaturePlan.Imputation) -> Double? {
    switch imputation {
    case .none: return nil
    case .mean: return mean
    case .constant(let value): return value
    case .median:
      let sorted = (numbers ?? []).sorted()
      guard let middle = sorted.dropFirst(sorted.count / 2).first else { return 0 }
      return sorted.count % 2 == 1 ? middle : (sorted[sorted.count / 2 - 1] + middle) / 2
    }
  }

  /// What is subtracted, and what the difference is multiplied with, once missing numbers have become `fill`.
  func scale(_ scaling: FeaturePlan.Scaling, fill: Double?) -> (offset: Double, factor: Double) {
    let filled = fill.map { _ in Double(missingCount) } ?? 0
    let total = Double(count) + filled
    guard scaling != .none, total > 0 else { return (0, 1) }
    let value = fill ?? 0
    let hasFilled = filled > 0
    let offset: Double
    let spread: Double
    switch scaling {
    case .none: (offset, spread) = (0, 1)
    case .standard:
      // Two groups, the known numbers and the filled ones, about their common mean.
      let common = (Double(count) * mean + filled * value) / total
      let sum =
        squares + Double(count) * (mean - common) * (mean - common) + filled * (value - common) * (value - common)
      (offset, spread) = (common, (sum / total).squareRoot())
    case .unitRange:
      offset = hasFilled ? min(smallest, value) : smallest
      spread = (hasFilled ? max(largest, value) : largest) - offset
    }
    return (offset, spread > 0 && spread.isFinite ? 1 / spread : 1)
  }
}

/// How often the categories of a column have occurred so far.
struct CategoryStatistics {
  private(set) var frequencies: [String: Int] = [:]

  /// Adds the values of a column; the empty text is a missing one.
  mutating func add(_ values: Table.Column.Values) {
    for row in 0..<values.count {
      let category = values.spelling(of: row)
      if !category.isEmpty { frequencies[category, default: 0] += 1 }
    }
  }

  /// The categories in the order of their numbers if all are numbers, otherwise in alphabetical order.
  func categories(including fill: String?) -> [String] {
    let names = Set(frequencies.keys).union(fill.map { [$0] } ?? []).sorted()
    let numbers = names.compactMap { Double($0) }
    guard numbers.count == names.count, numbers.allSatisfy(\.isFinite) else { return names }
    return zip(numbers, names).sorted { $0 < $1 }.map(\.1)
  }

  /// What missing categories become; nil if they are an error.
  func fill(_ imputation: FeaturePlan.CategoryImputation) -> String? {
    switch imputation {
    case .none: nil
    case .constant(let category): category
    case .mostFrequent: frequencies.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
    }
  }
}
