/// A place in a ``Dataset``, to go on from there later; small, and the same in any process.
///
/// What the numbers mean is known to the dataset that made them: mostly how many elements were read. Datasets made from
/// others keep the positions of those.
public struct DatasetPosition: Codable, Hashable, Sendable {
  let numbers: [Int]
  let parts: [DatasetPosition]

  init(_ numbers: [Int], _ parts: [DatasetPosition] = []) { (self.numbers, self.parts) = (numbers, parts) }

  /// Further than any dataset counts, and far from where counting would overflow.
  private static let limit = 1 << 60

  /// The position itself, if it has so many numbers, none negative or absurdly large, and so many parts.
  ///
  /// Positions come from files: a wrong one must be an error and no trap.
  func checked(numbers numberCount: Int, parts partCount: Int) throws(DataError) -> DatasetPosition {
    guard numbers.count == numberCount, parts.count == partCount, numbers.allSatisfy({ 0..<Self.limit ~= $0 }) else {
      throw Self.foreign
    }
    return self
  }

  static let foreign = DataError(
    .mismatch, in: "position", "the position was not made by this dataset",
    remedy: "make the dataset as it was when the position was saved, or start from the beginning")
}
