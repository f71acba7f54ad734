import DescentGraph
import DescentTensor

/// The keys and values of the places that a causal attention has seen, so that the next ones need no second look.
///
/// It is a value, like a layer: one for each attention layer and each text that is being written.
///
/// ```swift
/// var cache = KeyValueCache(capacity: 256)
/// for token in prompt { output = attention(token, cache: &cache, .inference) }      // [n, 1, features] each
/// ```
///
/// Room for all places is made at first, so that every step has the same shapes, and hence the same plan.
public struct KeyValueCache: TensorStructure, Sendable {
  /// The keys and values, [batch, heads, capacity, size]; nil before the first step.
  public private(set) var keys, values: Tensor?
  /// How many places there can be.
  public let capacity: Int
  /// How many places have been seen.
  public private(set) var count = 0

  /// Room for so many places.
  public init(capacity: Int) {
    if capacity < 1 {
      Failure.stop(.init(.invalidArgument, "KeyValueCache", "a capacity of \(capacity) holds nothing; give 1 or more"))
    }
    self.capacity = max(capacity, 1)
  }

  /// Adds the keys and values of the next places.
  ///
  /// - Returns: All keys and values, and which of them each new place may attend to: itself and those before.
  mutating func append(_ newKeys: Tensor, _ newValues: Tensor) -> (keys: Tensor, values: Tensor, mask: Tensor) {
    let places = newKeys.shape[2]
    if let complaint = complaint(about: newKeys) { return (complaint, complaint, complaint) }
    let start = [0, 0, count, 0].map { Tensor(scalars: [$0], shape: [], type: .int64) }
    func extended(_ old: Tensor?, _ new: Tensor) -> Tensor {
      var shape = new.shape
      shape[2] = capacity
      return (old ?? .zeros(shape, type: new.scalarType)).replacingPart(at: start, with: new)
    }
    let (keys, values) = (extended(keys, newKeys), extended(values, newValues))
    let own = Tensor.range(to: Double(places), type: .int64).expanded(axes: 1) + start[2]
    (self.keys, self.values, count) = (keys, values, count + places)
    return (keys, values, Tensor.range(to: Double(capacity), type: .int64) .<= own)
  }

  private func complaint(about keys: Tensor) -> Tensor? {
    if keys.node.isInvalid { return keys }
    let places = keys.shape[2]
    guard count + places <= capacity else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "KeyValueCache",
          "\(count) places and \(places) more are beyond the capacity of \(capacity)"))
    }
    guard let old = self.keys, old.shape[0] != keys.shape[0] || old.shape[1] != keys.shape[1] else { return nil }
    return Tensor(
      Node.invalid(
        .shapeMismatch, "KeyValueCache",
        "holds keys of shape \(old.shape), and those to add have shape \(keys.shape); start a new cache for another batch"
      ))
  }
}
