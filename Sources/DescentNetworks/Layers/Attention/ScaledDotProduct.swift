import DescentGraph
import DescentTensor

/// Attention: values weighted by how well their keys match each query (Vaswani and others 2017, equation 1).
///
/// softmax(q·kᵀ·scale + mask)·v for each head. With fewer heads of keys than of queries, each serves a group of
/// neighbouring query heads (Ainslie and others 2023). A query that may attend to nothing gives zeros.
///
/// Of 512 queries and more, `isCausal` takes blocks of at least 256, each with the keys that it sees: long contexts take
/// little more than half of the time and the memory that a mask takes.
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
  if let complaint = complaintAboutAttention(query, key, value) ?? mask.flatMap({ complaint(about: $0, query, key) }) {
    return Tensor(complaint)
  }
  let scaled = query * (scale ?? 1 / Double(max(query.shape[3], 1)).squareRoot())
  func weighted(_ weights: Tensor) -> Tensor { rate > 0 ? dropout(weights, rate: rate, using: random) : weights }
  guard isCausal else { return attention(scaled, key, value, mask: mask, isCausal: false, weighted) }
  // A block of queries sees no key behind its last place, so that its scores need not be computed.
  let (queries, keys) = (query.shape[2], key.shape[2])
  let blocks = causalBlocks(queries: queries, keys: keys).map { block in
    let seen = 0..<max(0, block.upperBound + keys - queries)
    return attention(
      scaled[.all, .all, block], key[.all, .all, seen], value[.all, .all, seen],
      mask: mask.map { $0.part(rows: block, columns: seen) }, isCausal: true, weighted)
  }
  return blocks.count == 1 ? blocks[0] : .concatenate(blocks, axis: 2)
}

/// Blocks of queries of about equal length, none where some queries would see no key at all.
///
/// Shorter blocks skip more of the scores that nobody sees, but leave products too small:
/// Documentation/Decisions/attention.md.
private func causalBlocks(queries: Int, keys: Int) -> [Range<Int>] {
  let count = queries > keys ? 1 : max(1, queries / 256)
  return (0..<count).map { queries * $0 / count..<queries * ($0 + 1) / count }
}

/// softmax(q·kᵀ + mask)·v, with queries that are scaled already.
private func attention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor?, isCausal: Bool, _ weighted: (Tensor) -> Tensor
) -> Tensor {
  let (batch, heads, queries, size) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3])
  let (keyHeads, keys) = (key.shape[1], key.shape[2])
  let grouped = [batch, keyHeads, heads / keyHeads]
  let scores = matmul(
    query.reshaped(to: grouped + [queries, size]), key.swappingAxes(2, 3).expanded(axes: 2)
  ).reshaped(to: [batch, heads, queries, keys]).widened
  var allowed: Tensor?
  if isCausal { allowed = .ones([queries, keys], type: .bool).lowerTriangle(offset: keys - queries) }
  var biased = scores
  if let mask {
    if mask.scalarType == .bool { allowed = allowed.map { $0 .& mask } ?? mask } else { biased = scores + mask.widened }
  }
  let weights = weighted(attentionWeights(biased, allowed).converted(to: query.scalarType))
  let mixed = matmul(weights.reshaped(to: grouped + [queries, keys]), value.expanded(axes: 2))
  return mixed.reshaped(to: [batch, heads, queries, value.shape[3]])
}

extension Tensor {
  /// The rows and columns of a mask, which may have one for all.
  fileprivate func part(rows: Range<Int>, columns: Range<Int>) -> Tensor {
    let ownColumns = rank > 0 && shape[rank - 1] > 1 ? self[.ellipsis, columns] : self
    return rank > 1 && shape[rank - 2] > 1 ? ownColumns[.ellipsis, rows, .all] : ownColumns
  }
}

/// The softmax over allowed keys, zeros where none is allowed; of scores in float32 or float64.
private func attentionWeights(_ scores: Tensor, _ allowed: Tensor?) -> Tensor {
  guard let allowed else { return scores.softmax() }
  // A finite number, so that a row without allowed keys is no quotient of zeros; far below all others.
  return select(allowed, select(allowed, scores, -1e30).softmax(), 0)
}

private func complaint(about mask: Tensor, _ query: Tensor, _ key: Tensor) -> Node? {
  let scores = [query.shape[0], query.shape[1], query.shape[2], key.shape[2]]
  let fits = zip(mask.shape.dimensions.reversed(), scores.reversed()).allSatisfy { $0 == 1 || $0 == $1 }
  if fits, mask.rank <= scores.count { return nil }
  return .invalid(
    .shapeMismatch, "scaledDotProductAttention",
    "the mask \(mask.shape) does not broadcast to [batch, heads, queries, keys], which is \(scores)")
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
