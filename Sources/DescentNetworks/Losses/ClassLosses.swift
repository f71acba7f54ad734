import DescentGraph
import DescentTensor

// Losses of the choice between classes, which lie along the last axis of the predictions.

/// The mean over the batch of −ln softmax(logits)ₗ, where l is the sample's label.
///
/// Stable for logits of any size: the largest of a row is subtracted first. The classes lie along the last axis.
///
/// ```swift
/// softmaxCrossEntropy(network(images), labels)
/// softmaxCrossEntropy(network(words), next, labelSmoothing: 0.1, ignoring: padding)
/// ```
///
/// With class weights w the mean is Σ wₗ·loss / Σ wₗ, as in PyTorch; so it is over the samples that are not ignored.
/// If all are ignored it is NaN. Smoothing replaces a part of each target by the same for every class.
///
/// - Parameters:
///   - logits: Unnormalised scores, shape [n, classes], or with more axes before the last.
///   - labels: Class indices (int64 or int32) of the logits' shape without the last axis, or floating-point
///     probabilities, such as one-hot rows, of the logits' shape. Another shape, or a class that does not exist, stops
///     the program; if labels are not known when the loss is made, a class that does not exist makes it NaN.
///   - labelSmoothing: The part that is replaced, from 0 to 1.
///   - classWeights: How much each class counts.
///   - ignored: A label of samples that do not count. It need not be a class.
public func softmaxCrossEntropy(
  _ logits: Tensor, _ labels: Tensor, labelSmoothing: Double = 0, classWeights: [Double]? = nil,
  ignoring ignored: Int? = nil
) -> Tensor {
  let loss = ClassLoss("softmaxCrossEntropy", labelSmoothing, classWeights, ignored)
  if let refused = loss.refusal(logits, labels) { return refused }
  let isKnown = labels.node.value != nil
  guard loss.isPlain else { return softmaxCrossEntropy(logits, labels, loss, isKnown: isKnown) }
  return namedScope("crossEntropy", logits, labels) { operands in
    softmaxCrossEntropy(operands[0], operands[1], loss, isKnown: isKnown)
  }
}

private func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor, _ loss: ClassLoss, isKnown: Bool) -> Tensor {
  let largest = logits.max(axes: -1, keepingAxes: true).stoppingGradient()
  let logSum = log(exp(logits - largest).sum(axes: -1, keepingAxes: true))
  if loss.isPlain, labels.scalarType.isInteger {
    return indexedCrossEntropy(logits, labels, logSum: logSum, largest: largest, isKnown: isKnown).mean()
  }
  return loss.mean(logits - largest - logSum, labels)
}

/// The mean over the batch of −ln pₗ, where pₗ is the probability of the sample's label.
///
/// From logits take ``softmaxCrossEntropy(_:_:labelSmoothing:classWeights:ignoring:)``, which loses nothing. A label whose
/// probability is 0 makes the loss infinite. Weights, smoothing and ignored labels are as there.
///
/// - Parameters:
///   - probabilities: Rows that add up to 1, shape [n, classes], or with more axes before the last.
///   - labels: Class indices of that shape without the last axis, or probabilities of that shape.
public func crossEntropy(
  _ probabilities: Tensor, _ labels: Tensor, labelSmoothing: Double = 0, classWeights: [Double]? = nil,
  ignoring ignored: Int? = nil
) -> Tensor {
  let loss = ClassLoss("crossEntropy", labelSmoothing, classWeights, ignored)
  if let refused = loss.refusal(probabilities, labels) { return refused }
  // 0·ln 0 is 0, in the gradient too.
  let isUnasked = labels.scalarType.isInteger || labelSmoothing != 0 ? nil : labels .== 0
  return loss.mean(log(isUnasked.map { select($0, 1, probabilities) } ?? probabilities), labels)
}

/// The mean over the batch of −xₗ for logarithms x of probabilities, where l is the sample's label.
///
/// - Parameters:
///   - logProbabilities: Logarithms, such as those of `logSoftmax`, shape [n, classes], or with more axes before the
///     last.
///   - labels: Class indices of that shape without the last axis, or probabilities of that shape.
///   - classWeights: How much each class counts; see ``softmaxCrossEntropy(_:_:labelSmoothing:classWeights:ignoring:)``.
///   - ignored: A label of samples that do not count.
public func negativeLogLikelihood(
  _ logProbabilities: Tensor, _ labels: Tensor, classWeights: [Double]? = nil, ignoring ignored: Int? = nil
) -> Tensor {
  let loss = ClassLoss("negativeLogLikelihood", 0, classWeights, ignored)
  return loss.refusal(logProbabilities, labels) ?? loss.mean(logProbabilities, labels)
}

/// What the losses of classes have in common: which operands they take, and their mean.
private struct ClassLoss {
  private let name: String
  private let smoothing: Double
  private let weights: [Double]?
  private let ignored: Int?

  init(_ name: String, _ smoothing: Double, _ weights: [Double]?, _ ignored: Int?) {
    (self.name, self.smoothing, self.weights, self.ignored) = (name, smoothing, weights, ignored)
  }

  var isPlain: Bool { smoothing == 0 && weights == nil && ignored == nil }

  func refusal(_ predictions: Tensor, _ labels: Tensor) -> Tensor? {
    if predictions.rank == 0, !predictions.node.isInvalid {
      return refusedLoss(name, "the logits are a scalar; the classes must lie along the last axis")
    }
    let isIndexed = labels.scalarType.isInteger
    let expected = isIndexed ? Shape(predictions.shape.dimensions.dropLast()) : predictions.shape
    if let refused = DescentNetworks.refusal(name, predictions, labels, expected: expected) { return refused }
    let count = predictions.shape[-1]
    if let weights, weights.count != count {
      return refusedLoss(name, "there are \(weights.count) class weights for \(count) classes")
    }
    guard (0...1).contains(smoothing) else {
      return refusedLoss(.invalidArgument, name, "a label smoothing of \(smoothing) is not between 0 and 1")
    }
    if ignored != nil, !isIndexed {
      return refusedLoss(.invalidArgument, name, "a label can be ignored only if labels are class indices")
    }
    return isIndexed ? unknownClass(in: labels, count: count) : nil
  }

  /// The failure for a label outside 0..<count, nil if all are inside or nobody knows yet.
  private func unknownClass(in labels: Tensor, count: Int) -> Tensor? {
    guard labels.node.value != nil else { return nil }
    let classes = labels.scalars(as: Int64.self)
    let outside = classes.firstIndex { ($0 < 0 || $0 >= count) && $0 != ignored.map(Int64.init) }
    guard let row = outside else { return nil }
    return refusedLoss(
      .indexOutOfBounds, name,
      "label \(classes[row]) in row \(row) is no class: the logits have \(count) classes, 0 to \(count - 1)")
  }

  /// The mean from the logarithms of probabilities.
  func mean(_ logarithms: Tensor, _ labels: Tensor) -> Tensor {
    labels.scalarType.isInteger ? indexed(logarithms, labels) : distributed(logarithms, labels)
  }

  /// −Σ w·t·x over classes, for targets t that are probabilities; a mean over all rows, as in PyTorch.
  private func distributed(_ logarithms: Tensor, _ labels: Tensor) -> Tensor {
    let count = logarithms.shape[-1]
    let targets = smoothing == 0 ? labels : (1 - smoothing) * labels + smoothing / Double(count)
    let weighted = weights.map { targets * Tensor(scalars: $0, type: logarithms.scalarType) } ?? targets
    return -(weighted * logarithms).sum() / Double(logarithms.elementCount / count)
  }

  private func indexed(_ logarithms: Tensor, _ labels: Tensor) -> Tensor {
    let (count, isKnown, type) = (logarithms.shape[-1], labels.node.value != nil, logarithms.scalarType)
    let labels = labels.converted(to: .int64).flattened()
    let counts = ignored.map { labels .!= $0 }
    // A label that nobody knows yet may be none: its row then has no loss, rather than one of another class.
    let isClass = isKnown ? nil : (labels .>= 0) .& (labels .< count)
    let chosen = [counts, isClass].compactMap { $0 }.reduce(labels) { select($1, $0, 0) }
    let rows = logarithms.reshaped(to: labels.elementCount, count)
    let classWeights = weights.map { Tensor(scalars: $0, type: type) }
    var weight = classWeights?.gathering(chosen) ?? Tensor.ones(labels.shape, type: type)
    if let counts { weight = select(counts, weight, 0) }
    var losses = -weight * rows.takingAlong(chosen.expanded(axes: 1), axis: 1).squeezed(axes: 1)
    if smoothing != 0 {
      let all = -(classWeights.map { rows * $0 } ?? rows).mean(axes: 1)
      losses = (1 - smoothing) * losses + smoothing * (counts.map { select($0, all, 0) } ?? all)
    }
    if let isClass {
      let isRight = counts.map { isClass .| .!$0 } ?? isClass
      losses = select(isRight, losses, Double.nan)
    }
    return losses.sum() / weight.sum()
  }
}

/// ln Σeˣ − xₗ for each row, from ln Σeˣ⁻ᵐ and the row's largest element m.
///
/// The label's logit is gathered. Comparing every place with the label and adding up, which fuses with the softmax,
/// took as long for 10 classes and 1.6 times as long for 32,000, gradient included.
private func indexedCrossEntropy(
  _ logits: Tensor, _ labels: Tensor, logSum: Tensor, largest: Tensor, isKnown: Bool
) -> Tensor {
  let count = logits.shape[-1]
  let labels = labels.converted(to: .int64).flattened()
  let starts = Tensor(.iota(labels.shape, axis: 0, .int64)) * count
  // A label that nobody knows yet may be none: its row then has no loss, rather than one of another row's classes.
  let isClass = isKnown ? nil : (labels .>= 0) .& (labels .< count)
  let places = starts + (isClass.map { select($0, labels, 0) } ?? labels)
  let chosen = logits.flattened().gathering(places) - largest.flattened()
  let losses = logSum.flattened() - chosen
  return isClass.map { select($0, losses, Double.nan) } ?? losses
}
