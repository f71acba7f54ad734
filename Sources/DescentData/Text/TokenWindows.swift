import DescentGraph
import DescentTensor

/// Stretches of a long text for a language model: tokens, and the same tokens one place later, which it is to predict.
///
/// ```swift
/// let tokens = try vocabulary.encode(text)
/// let (train, validation) = TokenWindows.split(tokens, length: 128, trainFraction: 0.9)
/// let batches = train.shuffled(seed: 1).batched(of: 32).prefetched()   // inputs and targets: int64 [32, 128]
/// ```
public struct TokenWindows: BatchedDataset {
  /// Walks over the windows.
  public typealias Cursor = IndexedCursor<Self>

  /// The number of tokens in a window.
  public let length: Int
  /// How far a window begins behind the one before it.
  public let stride: Int
  private let tokens: [Int64]

  /// Windows of a text; what is left over at its end is in none.
  ///
  /// - Parameters:
  ///   - tokens: The numbers of the text's tokens.
  ///   - length: How many of them a window has, 1 or more.
  ///   - stride: How far each window begins behind the one before it; `length` unless given, so that windows touch.
  public init(_ tokens: [Int], length: Int, stride: Int? = nil) {
    self.length = DatasetArgument.positive(length, "TokenWindows", "a window")
    self.stride = DatasetArgument.positive(stride ?? length, "TokenWindows", "a stride")
    self.tokens = tokens.map { Int64($0) }
  }

  /// Windows of the beginning of a text to train on, and of the rest to validate; no token is in both.
  ///
  /// - Parameters:
  ///   - tokens: The numbers of the text's tokens.
  ///   - length: How many of them a window has.
  ///   - stride: How far each window begins behind the one before it; `length` unless given.
  ///   - trainFraction: Which part of the text is to train on, from 0 to 1.
  public static func split(
    _ tokens: [Int], length: Int, stride: Int? = nil, trainFraction: Double
  ) -> (train: TokenWindows, validation: TokenWindows) {
    if !(0...1).contains(trainFraction) {
      Failure.stop(.init(.invalidArgument, "split", "a fraction of \(trainFraction) is not between 0 and 1"))
    }
    let cut = Int((Double(tokens.count) * min(1, max(0, trainFraction.isNaN ? 0 : trainFraction))).rounded())
    return (
      train: TokenWindows(Array(tokens[..<cut]), length: length, stride: stride),
      validation: TokenWindows(Array(tokens[cut...]), length: length, stride: stride)
    )
  }

  /// The number of windows.
  public var elementCount: Int { tokens.count > length ? (tokens.count - 1 - length) / stride + 1 : 0 }

  /// Some windows: inputs and targets of shape [windows, length].
  public func batch(at indices: [Int]) -> Samples {
    Samples(inputs: windows(indices, shiftedBy: 0), targets: windows(indices, shiftedBy: 1))
  }

  private func windows(_ indices: [Int], shiftedBy shift: Int) -> Tensor {
    let storage = HostStorage(allocating: indices.count * length * 8)
    tokens.withUnsafeBytes { tokens in
      for (row, index) in indices.enumerated() {
        precondition(index >= 0 && index < elementCount, "a window that does not exist")
        (storage.pointer + row * length * 8).copyMemory(
          from: tokens.baseAddress! + (index * stride + shift) * 8, byteCount: length * 8)
      }
    }
    return Tensor(Node(storage, [indices.count, length], .int64))
  }
}
