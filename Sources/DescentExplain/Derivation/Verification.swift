/// One gradient by three ways: by reverse mode on the program as it runs, by the simplified symbolic derivative, and by
/// central finite differences in float64.
public struct Verification: Sendable {
  /// One element's derivative.
  public struct Entry: Sendable {
    /// The source.
    public var source: String
    /// The element's place in the source, counted from 0.
    public var index: [Int]
    /// What formulas call the element: `w₁₁`.
    public var element: String
    /// By reverse mode, in the program's own scalar type.
    public var automatic: Double
    /// By evaluating the symbolic derivative, nil if the program is too large to be spelt out.
    public var symbolic: Double?
    /// By finite differences, nil for elements that were not sampled.
    public var finiteDifference: Double?

    /// The largest difference between the three, relative to the largest of them if that is above 1.
    public var error: Double {
      let others = [symbolic, finiteDifference].compactMap { $0 }
      let scale = ([automatic] + others).map(abs).reduce(1) { $1.isNaN ? .nan : max($0, $1) }
      let error = others.map { $0 == automatic ? 0 : abs($0 - automatic) / scale }.reduce(0) {
        $1.isNaN ? .infinity : max($0, $1)
      }
      return error.isNaN ? .infinity : error
    }
  }

  /// The elements, in the order of the sources.
  public internal(set) var entries: [Entry] = []
  /// The largest error that counts as agreement: float64 has more digits than float32.
  public internal(set) var tolerance = 1e-6
  /// What could not be compared, and why.
  public internal(set) var remarks: [String] = []

  /// The largest error of all elements, 0 if there are none.
  public var maximumError: Double { entries.map(\.error).max() ?? 0 }

  /// Whether all three agree everywhere.
  public var isCorrect: Bool { maximumError <= tolerance }

  /// The entries that disagree, the worst first.
  public var disagreements: [Entry] { entries.filter { !($0.error <= tolerance) }.sorted { $0.error > $1.error } }
}
