import DescentGraph

// Random choices of elements of a tensor.

extension Tensor {
  /// The tensor with its slices along an axis in random order, every order equally probable.
  ///
  /// ```swift
  /// let rows = Tensor([[1, 2], [3, 4], [5, 6]]).shuffled()
  /// ```
  ///
  /// To shuffle several tensors alike, gather each of them by one ``RandomGenerator/permutation(of:)``.
  public func shuffled(axis: Int = 0, using random: RandomGenerator = .current) -> Tensor {
    if node.isInvalid { return self }
    guard let axis = normalized(axis, "shuffled") else { return Tensor(node: "shuffled") }
    return gathering(random.permutation(of: shape[axis]), axis: axis)
  }
}

/// The tensor with a random part of its elements set to zero, the others divided by 1 − rate.
///
/// So every element keeps its expected value (Srivastava et al. 2014). The derivative passes where the element stayed.
/// A rate that is negative, or 1 or more, stops the program.
///
/// - Parameters:
///   - x: A floating-point tensor.
///   - rate: The probability with which an element becomes zero.
///   - random: Where the choice comes from.
public func dropout(_ x: Tensor, rate: Double, using random: RandomGenerator = .current) -> Tensor {
  if x.node.isInvalid { return x }
  guard rate >= 0, rate < 1 else {
    return Tensor(
      Node.invalid(
        .invalidArgument, "dropout", "the rate must be at least 0 and less than 1, and \(rate) isn't"))
  }
  if rate == 0 { return x }
  let isKept = Tensor.uniform(x.shape, type: x.scalarType, using: random) .>= rate
  return .select(isKept, x * (1 / (1 - rate)), x.zerosLike())
}
