import DescentGraph

// Random numbers over a batch of parameters: every sample has the same random bits.

extension BatchApplication {
  /// Numbers with a batch of concentrations: the same random bits for each sample, as in a loop.
  ///
  /// Keys differ in more than their place in a batch: which numbers each sample should get is the caller's to say.
  func batchedRandom(_ distribution: Distribution) -> Node {
    guard !x.isBatched else {
      return .invalid(
        .invalidArgument, "vmap",
        "the key of random numbers depends on the mapped argument; draw the numbers outside and map over them")
    }
    return .random(distribution, concentration: y.node, key: x.node.keyBeginningAgain(after: node.shape.elementCount))
  }
}

extension Node {
  /// The key of a stream that begins again after some elements; one that does so already stays as it is.
  fileprivate func keyBeginningAgain(after period: Int) -> Node {
    shape[0] == 3
      ? self : .concatenate([self, .fill(ScalarBits(integer: Int64(period), as: .int64), [1], .int64)], axis: 0)
  }
}
