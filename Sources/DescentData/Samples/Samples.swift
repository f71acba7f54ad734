import DescentGraph
import DescentTensor

/// Inputs with the targets that belong to them, in memory: what a model is trained on or judged by.
///
/// Both tensors have the samples along their first axis. Shuffling, splitting and slicing choose rows and copy nothing;
/// rows are copied when a batch is made of them.
///
/// ```swift
/// let (train, test) = try Samples.digits()
/// for batch in train.shuffled(seed: 1).batches(of: 32) { print(batch.inputs.shape, batch.targets.shape) }
/// ```
public struct Samples: Sendable {
  let allInputs: Tensor
  let allTargets: Tensor
  /// The chosen rows; nil for all of them as they stand.
  let order: [Int]?
  /// The number of samples.
  public let count: Int
  /// The names of the classes, if the targets are classes that have names: class 3 is called `classNames[3]`.
  public let classNames: [String]?

  /// Samples from tensors whose first axes are equally long; otherwise the program stops.
  ///
  /// - Parameters:
  ///   - inputs: One sample a row: shape [count, …].
  ///   - targets: One target a row: shape [count, …]; class indices have shape [count] and type int64 or int32.
  ///   - classNames: The names of the classes, by their index.
  public init(inputs: Tensor, targets: Tensor, classNames: [String]? = nil) {
    let fits = inputs.rank > 0 && targets.rank > 0 && inputs.shape[0] == targets.shape[0]
    if !fits, !inputs.node.isInvalid, !targets.node.isInvalid {
      Failure.stop(
        .init(
          .shapeMismatch, "Samples",
          "inputs have shape \(inputs.shape), targets \(targets.shape); both need one row a sample, so that their first "
            + "axes are equally long"))
    }
    self.init(inputs, targets, order: nil, count: fits ? inputs.shape[0] : 0, classNames)
  }

  private init(_ inputs: Tensor, _ targets: Tensor, order: [Int]?, count: Int, _ classNames: [String]?) {
    (allInputs, allTargets, self.order, self.count, self.classNames) = (inputs, targets, order, count, classNames)
  }

  /// The inputs, one sample a row; costs a copy if the samples were shuffled, split or sliced.
  public var inputs: Tensor { order.map(allInputs.copyingRows) ?? allInputs }

  /// The targets, one sample a row; costs a copy if the samples were shuffled, split or sliced.
  public var targets: Tensor { order.map(allTargets.copyingRows) ?? allTargets }

  /// The same rows with other inputs, made from all inputs at once.
  func replacingInputs(_ transform: (Tensor) -> Tensor) -> Samples {
    Samples(transform(allInputs), allTargets, order: order, count: count, classNames)
  }

  // MARK: Choosing rows

  /// Some of the samples, in the order of `rows`.
  ///
  /// A row may be named twice. A row that does not exist stops the program.
  public func selecting(_ rows: [Int]) -> Samples {
    if let outside = rows.first(where: { !(0..<count).contains($0) }) {
      Failure.stop(.init(.indexOutOfBounds, "selecting", "there is no row \(outside) among \(count) samples"))
      return self
    }
    let chosen = order.map { order in rows.map { order[$0] } } ?? rows
    return Samples(allInputs, allTargets, order: chosen, count: chosen.count, classNames)
  }

  /// The samples in a range of rows; a range that does not fit stops the program.
  ///
  /// ```swift
  /// let first = samples[0..<100]
  /// ```
  public subscript(range: Range<Int>) -> Samples {
    guard range.lowerBound >= 0, range.upperBound <= count else {
      Failure.stop(.init(.indexOutOfBounds, "subscript", "rows \(range) do not lie in 0..<\(count)"))
      return self
    }
    return selecting(Array(range))
  }

  /// The samples in random order, every one exactly once; the same seed gives the same order.
  public func shuffled(seed: UInt64) -> Samples { shuffled(using: RandomGenerator(seed: seed)) }

  /// The samples in random order, every one exactly once.
  ///
  /// - Parameter random: Where the order is drawn from: one draw.
  public func shuffled(using random: RandomGenerator) -> Samples { selecting(random.permutation(of: count)) }

  /// Shuffles the samples and divides them into two sets.
  ///
  /// ```swift
  /// let (train, test) = samples.split(trainFraction: 0.8, seed: 1)
  /// ```
  ///
  /// - Parameters:
  ///   - trainFraction: How many of the samples go into the first set, from 0 to 1; rounded to whole samples.
  ///   - seed: Decides which ones.
  public func split(trainFraction: Double, seed: UInt64) -> (train: Samples, test: Samples) {
    guard (0...1).contains(trainFraction) else {
      Failure.stop(.init(.invalidArgument, "split", "a fraction of \(trainFraction) is not between 0 and 1"))
      return (self, self)
    }
    let cut = Int((Double(count) * trainFraction).rounded())
    let shuffled = shuffled(seed: seed)
    return (shuffled[0..<cut], shuffled[cut..<count])
  }
}

extension Samples: CustomStringConvertible {
  /// The number of samples and the shape of one.
  public var description: String {
    func one(_ tensor: Tensor) -> String { "\(tensor.scalarType) \(Shape(tensor.shape.dimensions.dropFirst()))" }
    return "\(count) samples: inputs \(one(allInputs)), targets \(one(allTargets))"
  }
}

extension Tensor {
  /// The rows with these numbers, copied into memory of their own; the caller has checked the numbers.
  package func copyingRows(_ rows: some Collection<Int>) -> Tensor {
    var size = shape
    size[0] = rows.count
    let rowBytes = Shape(shape.dimensions.dropFirst()).elementCount * scalarType.byteCount
    do throws(TensorError) {
      try evaluate(self)
      guard let source = node.value else { return self }
      let start = try source.hostPointer()
      let copy = HostStorage(allocating: rows.count * rowBytes)
      var target = copy.pointer
      for row in rows {
        target.copyMemory(from: start + row * rowBytes, byteCount: rowBytes)
        target += rowBytes
      }
      return withExtendedLifetime(source) { Tensor(Node(copy, size, scalarType)) }
    } catch {
      return Tensor(Node.invalid(error.kind, error.operation, error.message))
    }
  }
}
