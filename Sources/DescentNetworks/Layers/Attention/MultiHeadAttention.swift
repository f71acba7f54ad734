import DescentGraph
import DescentTensor

/// Attention by several heads, each with its own view of queries, keys and values (Vaswani and others 2017, section 3.2.2).
///
/// The parts of the projections q = x·Q + b, k and v are attended to head by head, and what comes out is mixed by one
/// more product. With fewer heads for keys and values, each serves a group of query heads.
///
/// ```swift
/// let attention = MultiHeadAttention(size: 64, heads: 4, isCausal: true)
/// let y = attention(x, pass)                                          // self-attention, [n, time, features]
/// let z = attention(x, to: memory, keyMask: mask, pass)               // cross-attention
/// let next = attention(token, cache: &cache, pass)                    // one token more
/// ```
public struct MultiHeadAttention: Layer {
  /// The projections of queries, keys and values, and the mixing of the heads.
  public var query, key, value, output: Dense
  /// The number of heads, and of those that share keys and values.
  public let heads, keyValueHeads: Int
  /// Whether a place sees none behind it.
  public let isCausal: Bool
  /// The probability with which a weight becomes zero while training.
  public let dropout: Double
  /// The base of the rotary positions of queries and keys, nil for none; see ``rotaryPositions(_:base:offset:)``.
  public let rotaryBase: Double?

  /// A layer with fresh parameters.
  ///
  /// - Parameters:
  ///   - size: The size of queries in all heads together, a multiple of `heads`.
  ///   - heads: The number of heads.
  ///   - features: The size of the inputs, queries' and memories'; the first ones decide unless given.
  ///   - keyValueHeads: The number of heads for keys and values, which divides `heads`; as many unless given.
  ///   - outputs: The size of the output; `size` unless given.
  ///   - isCausal: Whether a place sees none behind it.
  ///   - dropout: The probability with which a weight becomes zero while training.
  ///   - hasBias: Whether the projections have biases.
  ///   - rotaryBase: The base of rotary positions, 10,000 as a rule; nil for none.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    size: Int, heads: Int, features: Int? = nil, keyValueHeads: Int? = nil, outputs: Int? = nil, isCausal: Bool = false,
    dropout: Double = 0, hasBias: Bool = true, rotaryBase: Double? = nil, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) {
    let shared = keyValueHeads ?? heads
    let isSound =
      heads > 0 && shared > 0 && size > 0 && size.isMultiple(of: max(heads, 1)) && heads.isMultiple(of: max(shared, 1))
    Self.require(
      isSound, "MultiHeadAttention",
      "size \(size) in \(heads) heads, \(shared) for keys and values, can't be; the size must be a multiple of the heads "
        + "and these of those for keys and values")
    (self.heads, self.keyValueHeads) = isSound ? (heads, shared) : (1, 1)
    let part = isSound ? size / heads : 1
    func dense(_ inputs: Int?, _ outputs: Int) -> Dense {
      Dense(
        inputs: inputs, outputs, activation: .linear, hasBias: hasBias, weight: .glorotUniform, bias: .zeros,
        type: type,
        using: random)
    }
    let (all, sharedSize) = (self.heads * part, self.keyValueHeads * part)
    (query, key, value) = (dense(features, all), dense(features, sharedSize), dense(features, sharedSize))
    output = dense(all, outputs ?? all)
    (self.isCausal, self.rotaryBase) = (isCausal, rotaryBase)
    self.dropout = Dropout.checked(dropout, "MultiHeadAttention")
  }

  /// Self-attention.
  ///
  /// - Parameter input: [batch, time, features].
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    attend(input, to: input, nil, nil, pass)
  }

  /// Attention of queries to a memory, or to themselves, with masks.
  ///
  /// - Parameters:
  ///   - queries: [batch, queries, features].
  ///   - memory: [batch, keys, features]; the queries themselves unless given.
  ///   - mask: Truth values, true where a query may attend to a key, or numbers to add to the scores; broadcasts to
  ///     [batch, heads, queries, keys].
  ///   - keyMask: Which keys there are, [batch, keys] of bool.
  ///   - pass: Whether this is training.
  public func callAsFunction(
    _ queries: Tensor, to memory: Tensor? = nil, mask: Tensor? = nil, keyMask: Tensor? = nil, _ pass: ForwardPass
  ) -> Tensor {
    attend(queries, to: memory ?? queries, mask, keyMask, pass)
  }

  /// Causal self-attention of the next places to themselves and to all before.
  ///
  /// - Parameters:
  ///   - input: The next places, [batch, time, features].
  ///   - cache: What came before; it grows.
  ///   - pass: Whether this is training.
  public func callAsFunction(_ input: Tensor, cache: inout KeyValueCache, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaintAboutSequence(input) { return complaint }
    return pass.noting(from: self) {
      let offset = cache.count
      let keys = placed(split(key(input, pass), keyValueHeads), offset)
      let (allKeys, allValues, mask) = cache.append(keys, split(value(input, pass), keyValueHeads))
      let queries = placed(split(query(input, pass), heads), offset)
      return joined(scaledDotProductAttention(queries, allKeys, allValues, mask: mask), pass)
    }
  }

  private func attend(
    _ queries: Tensor, to memory: Tensor, _ mask: Tensor?, _ keyMask: Tensor?, _ pass: ForwardPass
  ) -> Tensor {
    if let failed = complaintAboutSequence(queries) ?? complaintAboutSequence(memory) { return failed }
    let (mask, complaint) = joinedMask(mask, keyMask, memory)
    if let complaint { return complaint }
    return pass.noting(from: self) {
      let mixed = scaledDotProductAttention(
        placed(split(query(queries, pass), heads), 0), placed(split(key(memory, pass), keyValueHeads), 0),
        split(value(memory, pass), keyValueHeads), mask: mask, isCausal: isCausal,
        dropout: pass.isTraining ? dropout : 0, using: pass.random)
      return joined(mixed, pass)
    }
  }

  /// Both masks in one, or a complaint about the keys'.
  private func joinedMask(_ mask: Tensor?, _ keyMask: Tensor?, _ memory: Tensor) -> (Tensor?, complaint: Tensor?) {
    guard let keyMask, !keyMask.node.isInvalid else { return (mask, keyMask) }
    guard keyMask.scalarType == .bool, keyMask.shape == [memory.shape[0], memory.shape[1]] else {
      let complaint = Node.invalid(
        .shapeMismatch, "MultiHeadAttention",
        "the key mask is \(keyMask.scalarType) \(keyMask.shape); it must be bool [\(memory.shape[0]), "
          + "\(memory.shape[1])], batch and keys")
      return (nil, Tensor(complaint))
    }
    let keys = keyMask.expanded(axes: 1, 2)
    guard let mask else { return (keys, nil) }
    return (mask.scalarType == .bool ? keys .& mask : select(keys, mask.widened, -1e30), nil)
  }

  /// [batch, time, heads·size] as [batch, heads, time, size].
  private func split(_ x: Tensor, _ heads: Int) -> Tensor {
    if x.node.isInvalid { return x }
    return x.reshaped(to: [x.shape[0], x.shape[1], heads, x.shape[2] / heads]).swappingAxes(1, 2)
  }

  /// Turned by their places, if the layer does that.
  private func placed(_ x: Tensor, _ offset: Int) -> Tensor {
    rotaryBase.map { rotaryPositions(x, base: $0, offset: offset) } ?? x
  }

  /// The heads side by side, mixed.
  private func joined(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    if x.node.isInvalid { return x }
    return output(x.swappingAxes(1, 2).reshaped(to: [x.shape[0], x.shape[2], x.shape[1] * x.shape[3]]), pass)
  }
}
