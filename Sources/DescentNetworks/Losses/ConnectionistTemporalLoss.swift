import DescentGraph
import DescentTensor

/// The loss of connectionist temporal classification (Graves and others 2006): how unlikely a sequence of labels is, whichever
/// way it is spread over the steps of the input.
///
/// Every step is a label or the blank, repetitions and then blanks are left out, and the probabilities of all ways that
/// leave the wanted sequence are added up. The mean over the batch is that of −ln p divided by the number of labels, as in
/// PyTorch. A sequence that does not fit into its input has an infinite loss, and a gradient of 0.
///
/// Costs T·(2·L + 1) elements of memory a sample.
///
/// ```swift
/// let loss = connectionistTemporalLoss(
///   recognizer(sound), letters, inputLengths: Tensor(scalars: [120, 98]), labelLengths: Tensor(scalars: [11, 7]))
/// ```
///
/// - Parameters:
///   - logits: Unnormalised scores, shape [n, T, classes].
///   - labels: Class indices, shape [n, L], each row filled up to L with anything.
///   - inputLengths: How many steps of each input count, integers of shape [n]; all unless given.
///   - labelLengths: How many labels of each row count, integers of shape [n]; all unless given.
///   - blank: The class that stands for no label.
public func connectionistTemporalLoss(
  _ logits: Tensor, _ labels: Tensor, inputLengths: Tensor? = nil, labelLengths: Tensor? = nil, blank: Int = 0
) -> Tensor {
  if let refused = refusal(logits, labels, [inputLengths, labelLengths].compactMap { $0 }, blank) { return refused }
  let (samples, steps, length) = (logits.shape[0], logits.shape[1], labels.shape[1])
  let labelLengths = labelLengths?.converted(to: .int64) ?? Tensor(scalars: [Int](repeating: length, count: samples))
  let inputLengths = inputLengths?.converted(to: .int64) ?? Tensor(scalars: [Int](repeating: steps, count: samples))
  let path = LabelPath(labels.converted(to: .int64), blank: blank, classes: logits.shape[2], type: logits.scalarType)
  let logarithms = logits.logSoftmax(axis: -1).transposed(1, 0, 2)
  let places = path.classes.broadcast(to: [steps, samples, path.count])
  let isActive = Tensor(scalars: Array(0..<steps)).expanded(axes: 1) .< inputLengths
  let last = scan(
    path.start, over: [logarithms.takingAlong(places, axis: 2), isActive.converted(to: logits.scalarType)]
  ) {
    state, element in select(element[1].expanded(axes: 1) .> 0, path.advanced(state) + element[0], state)
  }
  let losses = -path.end(last, labelLengths)
  let isPossible = losses .< -0.5 * LabelPath.impossible
  let weights = max(labelLengths, 1).converted(to: logits.scalarType)
  return (select(isPossible, losses, Double.infinity) / weights).mean()
}

/// The labels with blanks between, and how the probabilities of having come so far pass from step to step.
private struct LabelPath {
  /// The classes along the path, shape [n, 2·L + 1]: blank, label, blank, …, blank.
  let classes: Tensor
  /// Where a blank may be left out between two different labels: 0 there and ``impossible`` elsewhere.
  private let skip: Tensor
  private let type: ScalarType

  /// The logarithm that stands for that of 0: infinities would make the gradient NaN.
  static let impossible = -1e30

  init(_ labels: Tensor, blank: Int, classes count: Int, type: ScalarType) {
    let (samples, length) = (labels.shape[0], labels.shape[1])
    let blanks = Tensor.zeros([samples, length], type: .int64) + blank
    // What fills up the rows need be no class.
    let known = select((labels .>= 0) .& (labels .< count), labels, 0)
    let end = Tensor.zeros([samples, 1], type: .int64) + blank
    classes = Tensor.concatenate(
      [Tensor.stack([blanks, known], axis: 2).reshaped(to: samples, 2 * length), end], axis: 1)
    self.type = type
    let later = classes[0..., 2...], earlier = classes[0..., ..<(2 * length - 1)]
    let isAllowed = (later .!= blank) .& (later .!= earlier)
    let closed = Tensor.zeros([samples, 2], type: .bool)
    skip = select(
      Tensor.concatenate([closed, isAllowed], axis: 1), Tensor.zeros(classes.shape, type: type), LabelPath.impossible)
  }

  var count: Int { classes.shape[1] }

  /// Before the first step the path has not begun: it may go to its first blank or its first label.
  var start: Tensor {
    let first = Tensor.zeros([classes.shape[0], 1], type: type)
    return Tensor.concatenate(
      [first, Tensor.zeros([classes.shape[0], count - 1], type: type) + LabelPath.impossible], axis: 1)
  }

  /// The logarithms after one more step, before that step's own probabilities: staying, coming from the place before,
  /// or leaving out a blank.
  func advanced(_ state: Tensor) -> Tensor {
    func moved(by distance: Int) -> Tensor {
      let rim = Tensor.zeros([classes.shape[0], distance], type: type) + LabelPath.impossible
      return Tensor.concatenate([rim, state[0..., ..<(count - distance)]], axis: 1)
    }
    return logaddexp(logaddexp(state, moved(by: 1)), moved(by: 2) + skip)
  }

  /// The logarithm of having come to the last label or the blank behind it.
  func end(_ state: Tensor, _ lengths: Tensor) -> Tensor {
    func place(_ index: Tensor) -> Tensor {
      state.takingAlong(index.expanded(axes: 1), axis: 1).squeezed(axes: 1)
    }
    let (blank, label) = (place(2 * lengths), place(max(2 * lengths - 1, 0)))
    return select(lengths .> 0, logaddexp(blank, label), blank)
  }
}

private func refusal(_ logits: Tensor, _ labels: Tensor, _ lengths: [Tensor], _ blank: Int) -> Tensor? {
  let name = "connectionistTemporalLoss"
  if let invalid = ([logits, labels] + lengths).first(where: \.node.isInvalid) { return invalid }
  guard logits.rank == 3, logits.elementCount > 0, labels.rank == 2, labels.shape[0] == logits.shape[0],
    labels.shape[1] > 0, labels.scalarType.isInteger,
    lengths.allSatisfy({ $0.shape == [logits.shape[0]] && $0.scalarType.isInteger })
  else {
    return refusedLoss(
      name,
      "logits have shape \(logits.shape), labels \(labels.scalarType) \(labels.shape), lengths "
        + "\(lengths.map { "\($0.scalarType) \($0.shape)" }.joined(separator: " and ")); they need [n, T, classes], "
        + "integers [n, L] and integers [n]")
  }
  guard (0..<logits.shape[2]).contains(blank) else {
    return refusedLoss(.indexOutOfBounds, name, "the blank \(blank) is none of \(logits.shape[2]) classes")
  }
  return nil
}
