import DescentGraph
import DescentTensor

/// A vector for each of a number of things: words, users, classes.
///
/// ```swift
/// let layer = Embedding(10_000, 64, paddingIndex: 0)
/// layer(tokens).shape                     // [n, time] to [n, time, 64]
/// ```
///
/// The gradient with respect to the weight adds up where an index occurs more than once, and is as large as the weight.
public struct Embedding: Layer {
  /// The vectors, of shape [count, size].
  public var weight: Tensor
  /// The index that stands for nothing: its vector starts as zeros and gets no gradient.
  public let paddingIndex: Int?

  /// Fresh vectors.
  ///
  /// - Parameters:
  ///   - count: How many things there are; indices are 0..<count.
  ///   - size: The size of a vector.
  ///   - paddingIndex: The index that stands for nothing, if there is one.
  ///   - weight: How the vectors start: normal with deviation 1 unless given, as in PyTorch.
  ///   - type: The scalar type of the vectors.
  ///   - random: Where the first values are drawn from.
  public init(
    _ count: Int, _ size: Int, paddingIndex: Int? = nil, weight: Initializer = .standardNormal,
    type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    Self.require(
      count > 0 && size > 0, "Embedding", "\(count) vectors of size \(size) can't be; both must be 1 or more")
    let isInside = paddingIndex.map { (0..<max(count, 1)).contains($0) } ?? true
    Self.require(
      isInside, "Embedding", "the padding index \(paddingIndex ?? 0) is not among the indices 0 to \(count - 1)")
    let fresh = weight([max(count, 1), max(size, 1)], type: type, using: random)
    self.paddingIndex = isInside ? paddingIndex : nil
    self.weight =
      self.paddingIndex.map { padding in
        let rows = Tensor.range(to: Double(fresh.shape[0]), type: .int64).expanded(axes: 1)
        return select(rows .== padding, 0, fresh)
      } ?? fresh
  }

  /// Given vectors, of shape [count, size].
  public init(weight: Tensor, paddingIndex: Int? = nil) {
    Self.require(
      weight.node.isInvalid || weight.rank == 2, "Embedding",
      "a weight of shape \(weight.shape) doesn't fit; it must be [count, size]")
    (self.weight, self.paddingIndex) = (weight, paddingIndex)
  }

  /// The vectors of integers of any shape, with their size as a new last axis.
  ///
  /// An index outside the table is an error when values are looked at.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.scalarType.isInteger else {
      return Tensor(
        Node.invalid(
          .scalarTypeMismatch, "Embedding",
          "the indices are \(input.scalarType) \(input.shape); they must be integers: convert them with "
            + ".converted(to: .int64)"))
    }
    let vectors = weight.gathering(input)
    guard let paddingIndex else { return pass.noting(vectors, from: self) }
    let isPadding = (input .== paddingIndex).expanded(axes: -1)
    return pass.noting(select(isPadding, vectors.stoppingGradient(), vectors), from: self)
  }

  /// Visits `weight`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.visit("weight", &weight) }
}
