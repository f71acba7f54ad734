import DescentGraph
import DescentTensor

/// Attention: values weighted by how well their keys match each query (Vaswani and others 2017, equation 1).
///
/// softmax(q·kᵀ·scale + mask)·v for each head. With fewer heads of keys than of queries, each serves a group of
/// neighbouring query heads (Ainslie and others 2023). A query that may attend to nothing gives zeros.
///
/// ```swift
/// let y = scaledDotProductAttention(q, k, v, isCausal: true)      // [batch, heads, queries, size]
/// ```
///
/// - Parameters:
///   - query: [batch, heads, queries, size].
///   - key: [batch, key heads, keys, size]; the number of heads is a multiple of that of key heads.
///   - value: [batch, key heads, keys, value size].
///   - mask: Truth values, true where a query may attend to a key; or numbers that are added to the scores. Broadcasts
///     to [batch, heads, queries, keys].
///   - isCausal: Whether a query sees no key behind its own place. The last query stands at the last key.
///   - scale: What scores are multiplied with, 1/√size unless given.
///   - dropout: The probability with which a weight becomes zero.
///   - random: Where `dropout` draws from.
/// - Returns: [batch, heads, queries, value size].
public func scaledDotProductAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil,
  dropout rate: Double = 0, using random: RandomGenerator = .current
) -> Tensor {
  let operands = [query, key, value] + (mask.map { [$0] } ?? [])
  if let failed = operands.first(where: \.node.isInvalid) { return failed }
  if let complaint = complaintAboutAttention(query, key, value) { return Tensor(complaint) }
  let (batch, heads, queries, size) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3])
  let (keyHeads, keys) = (key.shape[1], key.shape[2])
  let grouped = [batch, keyHeads, heads / keyHeads]
  let scaled = query * (scale ?? 1 / Double(max(size, 1)).squareRoot())
  let scores = matmul(
    scaled.reshaped(to: grouped + [queries, size]), key.swappingAxes(2, 3).expanded(axes: 2)
  ).reshaped(to: [batch, heads, queries, keys]).widened
  var allowed: Tensor?
  if isCausal { allowed = .ones([queries, keys], type: .bool).lowerTriangle(offset: keys - queries) }
  var biased = scores
  if let mask {
    if mask.scalarType == .bool { allowed = allowed.map { $0 .& mask } ?? mask } else { biased = scores + mask.widened }
  }
  var weights = attentionWeights(biased, allowed).converted(to: query.scalarType)
  if rate > 0 { weights = dropout(weights, rate: rate, using: random) }
  let mixed = matmul(weights.reshaped(to: grouped + [queries, keys]), value.expanded(axes: 2))
  return mixed.reshaped(to: [batch, heads, queries, value.shape[3]])
}

/// The softmax over allowed keys, zeros where none is allowed; of scores in float32 or float64.
private func attentionWeights(_ scores: Tensor, _ allowed: Tensor?) -> Tensor {
  guard let allowed else { return scores.softmax() }
  // A finite number, so that a row without allowed keys is no quotient of zeros; far below all others.
  return select(allowed, select(allowed, scores, -1e30).softmax(), 0)
}

private func complaintAboutAttention(_ query: Tensor, _ key: Tensor, _ value: Tensor) -> Node? {
  let shapes = "query \(query.shape), key \(key.shape), value \(value.shape)"
  func failure(_ words: String) -> Node { .invalid(.shapeMismatch, "scaledDotProductAttention", "\(words): \(shapes)") }
  guard query.rank == 4, key.rank == 4, value.rank == 4 else { return failure("needs [batch, heads, places, size]") }
  guard query.shape[0] == key.shape[0], query.shape[0] == value.shape[0] else { return failure("batches differ") }
  guard query.shape[3] == key.shape[3] else { return failure("sizes of queries and keys differ") }
  guard key.shape[1] == value.shape[1], key.shape[2] == value.shape[2] else {
    return failure("each key needs a value")
  }
  guard key.shape[1] > 0, query.shape[1].isMultiple(of: key.shape[1]) else {
    return failure("the number of heads must be a multiple of that of the keys' heads")
  }
  return nil
}
