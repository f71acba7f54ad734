import DescentGraph
import DescentTensor

/// Two dense layers at each place: f(x·W + b)·V + c (Vaswani and others 2017, section 3.3).
///
/// The output has the size of the input.
public struct FeedForward: Layer {
  /// The layer that widens, with the activation, and the one that goes back.
  public var hidden, output: Dense
  /// Between them.
  public let dropout: Dropout

  /// A layer from `size` features over `hidden` to `size`.
  public init(
    size: Int, hidden: Int, activation: Activation = .gelu, dropout: Double = 0, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) {
    self.hidden = Dense(size, hidden, activation: activation, type: type, using: random)
    output = Dense(hidden, size, type: type, using: random)
    self.dropout = Dropout(dropout)
  }

  /// The two layers with dropout between.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    output(dropout(hidden(input, pass), pass), pass)
  }
}

/// Self-attention and a feed-forward network, each with a residual connection and a layer norm (Vaswani and others 2017).
///
/// With norms first y = x + attention(norm x), z = y + feedForward(norm y), which trains well without a warm-up (Xiong
/// and others 2020); with norms last y = norm(x + attention x), as in the first paper. With `isCausal` it is the block of
/// GPT.
///
/// ```swift
/// let network = Sequential {
///   Embedding(1_000, 64)
///   for _ in 0..<4 { TransformerEncoderBlock(size: 64, heads: 4, hidden: 256, isCausal: true, rotaryBase: 10_000) }
///   LayerNorm()
///   Dense(1_000)
/// }
/// ```
public struct TransformerEncoderBlock: Layer {
  /// The attention.
  public var attention: MultiHeadAttention
  /// Before or after it.
  public var attentionNorm: LayerNorm
  /// The network at each place.
  public var feedForward: FeedForward
  /// Before or after it.
  public var feedForwardNorm: LayerNorm
  /// Whether norms come first.
  public let normalizesFirst: Bool
  /// After attention and feed-forward network, before they are added.
  public let dropout: Dropout

  /// A block with fresh parameters.
  ///
  /// - Parameters:
  ///   - size: The number of features.
  ///   - heads: The number of heads, which divides `size`.
  ///   - hidden: The size inside the feed-forward network.
  ///   - keyValueHeads: The number of heads for keys and values; as many unless given.
  ///   - activation: The function inside the feed-forward network.
  ///   - dropout: The probability with which elements become zero while training.
  ///   - normalizesFirst: Whether norms come first.
  ///   - isCausal: Whether a place sees none behind it.
  ///   - rotaryBase: The base of rotary positions, nil for none.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    size: Int, heads: Int, hidden: Int, keyValueHeads: Int? = nil, activation: Activation = .gelu, dropout: Double = 0,
    normalizesFirst: Bool = true, isCausal: Bool = false, rotaryBase: Double? = nil, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) {
    attention = MultiHeadAttention(
      size: size, heads: heads, features: size, keyValueHeads: keyValueHeads, isCausal: isCausal, dropout: dropout,
      rotaryBase: rotaryBase, type: type, using: random)
    feedForward = FeedForward(
      size: size, hidden: hidden, activation: activation, dropout: dropout, type: type, using: random)
    (attentionNorm, feedForwardNorm) = (LayerNorm(shape: [size], type: type), LayerNorm(shape: [size], type: type))
    (self.dropout, self.normalizesFirst) = (Dropout(dropout), normalizesFirst)
  }

  /// The block on [batch, time, size].
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { self(input, mask: nil, pass) }

  /// The block with masks.
  ///
  /// - Parameters:
  ///   - input: [batch, time, size].
  ///   - mask: True where a place may attend to another; broadcasts to [batch, heads, time, time].
  ///   - keyMask: Which places there are, [batch, time] of bool.
  ///   - pass: Whether this is training.
  public func callAsFunction(
    _ input: Tensor, mask: Tensor? = nil, keyMask: Tensor? = nil, _ pass: ForwardPass
  ) -> Tensor {
    let attended = residual(input, attentionNorm, pass) { attention($0, mask: mask, keyMask: keyMask, pass) }
    return residual(attended, feedForwardNorm, pass) { feedForward($0, pass) }
  }

  /// The block on the next places of a text; see ``KeyValueCache``.
  public func callAsFunction(_ input: Tensor, cache: inout KeyValueCache, _ pass: ForwardPass) -> Tensor {
    let attended = residual(input, attentionNorm, pass) { attention($0, cache: &cache, pass) }
    return residual(attended, feedForwardNorm, pass) { feedForward($0, pass) }
  }
}

/// Causal self-attention, attention to a memory and a feed-forward network, each with a residual connection and a layer
/// norm (Vaswani and others 2017).
///
/// It has two inputs, so it is no ``Layer`` but a structure like one.
///
/// ```swift
/// let y = block(target, memory: encoded, memoryMask: mask, pass)
/// ```
public struct TransformerDecoderBlock: TensorStructure, Sendable {
  /// The attention to what has been written.
  public var attention: MultiHeadAttention
  /// Before or after it.
  public var attentionNorm: LayerNorm
  /// The attention to the memory.
  public var crossAttention: MultiHeadAttention
  /// Before or after it.
  public var crossAttentionNorm: LayerNorm
  /// The network at each place.
  public var feedForward: FeedForward
  /// Before or after it.
  public var feedForwardNorm: LayerNorm
  /// Whether norms come first.
  public let normalizesFirst: Bool
  /// After attention and feed-forward network, before they are added.
  public let dropout: Dropout

  /// A block with fresh parameters.
  ///
  /// - Parameters:
  ///   - size: The number of features; the memory may have another.
  ///   - heads: The number of heads, which divides `size`.
  ///   - hidden: The size inside the feed-forward network.
  ///   - activation: The function inside the feed-forward network.
  ///   - dropout: The probability with which elements become zero while training.
  ///   - normalizesFirst: Whether norms come first.
  ///   - rotaryBase: The base of rotary positions in the self-attention, nil for none.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    size: Int, heads: Int, hidden: Int, activation: Activation = .gelu, dropout: Double = 0,
    normalizesFirst: Bool = true, rotaryBase: Double? = nil, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) {
    attention = MultiHeadAttention(
      size: size, heads: heads, features: size, isCausal: true, dropout: dropout, rotaryBase: rotaryBase, type: type,
      using: random)
    crossAttention = MultiHeadAttention(size: size, heads: heads, dropout: dropout, type: type, using: random)
    feedForward = FeedForward(
      size: size, hidden: hidden, activation: activation, dropout: dropout, type: type, using: random)
    attentionNorm = LayerNorm(shape: [size], type: type)
    (crossAttentionNorm, feedForwardNorm) = (attentionNorm, attentionNorm)
    (self.dropout, self.normalizesFirst) = (Dropout(dropout), normalizesFirst)
  }

  /// The block.
  ///
  /// - Parameters:
  ///   - input: [batch, time, size].
  ///   - memory: What the encoder made, [batch, keys, features].
  ///   - mask: Which places of the input there are, [batch, time] of bool.
  ///   - memoryMask: Which places of the memory there are, [batch, keys] of bool.
  ///   - pass: Whether this is training.
  public func callAsFunction(
    _ input: Tensor, memory: Tensor, mask: Tensor? = nil, memoryMask: Tensor? = nil, _ pass: ForwardPass
  ) -> Tensor {
    finished(residual(input, attentionNorm, pass) { attention($0, keyMask: mask, pass) }, memory, memoryMask, pass)
  }

  /// The block on the next places of a text; see ``KeyValueCache``.
  public func callAsFunction(
    _ input: Tensor, memory: Tensor, memoryMask: Tensor? = nil, cache: inout KeyValueCache, _ pass: ForwardPass
  ) -> Tensor {
    finished(
      residual(input, attentionNorm, pass) { attention($0, cache: &cache, pass) }, memory, memoryMask, pass)
  }

  private func finished(_ attended: Tensor, _ memory: Tensor, _ mask: Tensor?, _ pass: ForwardPass) -> Tensor {
    let crossed = residual(attended, crossAttentionNorm, pass) {
      crossAttention($0, to: memory, keyMask: mask, pass)
    }
    return residual(crossed, feedForwardNorm, pass) { feedForward($0, pass) }
  }
}

/// What both blocks do around each of their parts.
private protocol ResidualBlock {
  var normalizesFirst: Bool { get }
  var dropout: Dropout { get }
}

extension TransformerEncoderBlock: ResidualBlock {}
extension TransformerDecoderBlock: ResidualBlock {}

extension ResidualBlock {
  /// x + part(norm x), or norm(x + part x), with dropout after the part.
  fileprivate func residual(
    _ x: Tensor, _ norm: LayerNorm, _ pass: ForwardPass, _ part: (Tensor) -> Tensor
  ) -> Tensor {
    if normalizesFirst { return x + dropout(part(norm(x, pass)), pass) }
    return norm(x + dropout(part(x), pass), pass)
  }
}
