import DescentGraph

// Truth values, whole numbers and choices. They are steps, so no derivative passes through them.

extension Tensor {
  /// Truth values that are true with a probability.
  ///
  /// A probability outside 0...1 stops the program.
  public static func bernoulli(
    _ shape: Shape, probability: Double = 0.5, using random: RandomGenerator = .current
  ) -> Tensor {
    guard (0...1).contains(probability) else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "bernoulli", "the probability must be from 0 to 1, and \(probability) isn't"))
    }
    return uniform(shape, type: .float64, using: random) .< probability
  }

  /// Truth values with a probability for each.
  ///
  /// - Parameters:
  ///   - probability: How probable it is that a value is true.
  ///   - shape: The shape of the result, to which the probabilities broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func bernoulli(
    probability: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("bernoulli", [probability], shape) { parameters, shape, _ in
      uniform(shape, type: .float64, using: random) .< parameters[0].converted(to: .float64)
    }
  }

  /// Whole numbers, each number of a range equally probable.
  ///
  /// ```swift
  /// let dice = Tensor.integers([5], in: 1..<7)
  /// ```
  ///
  /// A range that is empty, longer than 2⁵³ or not within the type stops the program. With n numbers in the range no
  /// probability is off by more than 2⁻⁵³ (relatively, by n·2⁻⁵³).
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - range: The numbers.
  ///   - type: The scalar type, an integer one.
  ///   - random: Where the numbers come from.
  public static func integers(
    _ shape: Shape, in range: Range<Int>, type: ScalarType = .int64, using random: RandomGenerator = .current
  ) -> Tensor {
    guard type.isInteger else {
      return Tensor(
        Node.invalid(.scalarTypeMismatch, "integers", "\(type) is no integer type; convert the result instead"))
    }
    let (count, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    guard !overflow, count > 0, count <= 1 << 53 else {
      return Tensor(
        Node.invalid(.invalidArgument, "integers", "the range \(range) is empty or has more than 2⁵³ numbers"))
    }
    let ends = [range.lowerBound, range.upperBound - 1].map { Int64($0) }
    guard ends.allSatisfy({ ScalarBits(integer: $0, as: type).integer(as: type) == $0 }) else {
      return Tensor(Node.invalid(.invalidArgument, "integers", "the range \(range) is not within \(type)"))
    }
    // The product is less than the count also after rounding: u ≤ 1 − 2⁻⁵³.
    let steps = (uniform(shape, type: .float64, using: random) * Double(count)).converted(to: .int64)
    return (steps + range.lowerBound).converted(to: type)
  }

  /// Numbers of categories, chosen with probabilities proportional to e^logit: the softmax of the logits along an axis.
  ///
  /// By the Gumbel-max method: the place of the largest of the logits plus Gumbel noise (Gumbel 1954; Maddison, Tarlow
  /// and Minka 2014). A logit of −∞ is never chosen unless all are; a NaN always is.
  ///
  /// ```swift
  /// let letters = Tensor.categorical(logits: log(Tensor([0.7, 0.2, 0.1])), count: 10)        // mostly 0
  /// ```
  ///
  /// - Parameters:
  ///   - logits: The logarithms of the probabilities, up to a constant, with the categories along `axis`.
  ///   - count: How many to choose for each line of logits, along a new first axis; nil for one without that axis.
  ///   - axis: The axis of the categories, which disappears.
  ///   - random: Where the numbers come from.
  /// - Returns: int64 indices.
  public static func categorical(
    logits: Tensor, count: Int? = nil, axis: Int = -1, using random: RandomGenerator = .current
  ) -> Tensor {
    guard let axis = logits.normalized(axis, "categorical") else { return Tensor(node: "categorical") }
    if let count, count < 0 {
      return Tensor(Node.invalid(.invalidArgument, "categorical", "can't choose \(count) categories"))
    }
    let shape = Shape((count.map { [$0] } ?? []) + logits.shape.dimensions)
    return samples("categorical", [logits], shape) { parameters, shape, type in
      let noise = Noise.gumbel.draw(shape, type, random)
      return (parameters[0] + noise).argMax(axis: count == nil ? axis : axis + 1)
    }
  }
}
