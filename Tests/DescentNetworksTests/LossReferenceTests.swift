import Descent
import Foundation
import Testing

/// The operands of Tools/network-references/make_loss_references.py.
private func numbers(_ shape: Shape, _ phase: Double) -> Tensor {
  Tensor(scalars: (1...shape.elementCount).map { sin(Double($0) + phase) }, shape: shape, type: .float64)
}

private struct LossCase: Sendable {
  var name: String
  var operand: Tensor
  var loss: @Sendable (Tensor) -> Tensor

  init(_ name: String, _ operand: Tensor, _ loss: @escaping @Sendable (Tensor) -> Tensor) {
    (self.name, self.operand, self.loss) = (name, operand, loss)
  }
}

private let x = 2 * numbers([5, 4], 0), y = numbers([5, 4], 7)
private let distribution = (2 * y).softmax(axis: 1)
private let binary = (y .> 0).converted(to: .float64)
private let labels = Tensor(scalars: [2, 0, 3, 1, 2]), someIgnored = Tensor(scalars: [2, -1, 3, 1, -1])
private let weights = [0.5, 1, 2, 0.25]
private let sequences = Tensor(scalars: [1, 2, 2, 3, 3, 1, 0, 0, 2, 2, 0, 0], shape: [3, 4])

private let cases: [LossCase] = [
  LossCase("mse", x) { meanSquaredError($0, y) },
  LossCase("mae", x) { meanAbsoluteError($0, y) },
  LossCase("huber", x) { huber($0, y, delta: 0.7) },
  LossCase("log cosh", x) { logCosh($0, y) },
  LossCase("sigmoid", x) { sigmoidCrossEntropy($0, y .> 0) },
  LossCase("sigmoid weighted", x) { sigmoidCrossEntropy($0, binary, positiveWeight: 3, labelSmoothing: 0.2) },
  LossCase("binary", sigmoid(x)) { binaryCrossEntropy($0, binary) },
  LossCase("softmax", x) { softmaxCrossEntropy($0, labels) },
  LossCase("softmax smoothed", x) { softmaxCrossEntropy($0, labels, labelSmoothing: 0.1) },
  LossCase("softmax weighted", x) { softmaxCrossEntropy($0, labels, classWeights: weights) },
  LossCase("softmax all", x) {
    softmaxCrossEntropy($0, someIgnored, labelSmoothing: 0.2, classWeights: weights, ignoring: -1)
  },
  LossCase("softmax distribution", x) {
    softmaxCrossEntropy($0, distribution, labelSmoothing: 0.1, classWeights: weights)
  },
  LossCase("probabilities", x.softmax(axis: 1)) {
    crossEntropy($0, someIgnored, classWeights: weights, ignoring: -1)
  },
  LossCase("nll", x.logSoftmax(axis: 1)) { negativeLogLikelihood($0, labels) },
  LossCase("kl", x.logSoftmax(axis: 1)) { klDivergence($0, distribution) },
  LossCase("hinge", x) { hinge($0, 2 * binary - 1) },
  LossCase("cosine", x) { cosineDistance($0, y) },
  LossCase("triplet", x) { tripletMargin($0, y, numbers([5, 4], 3), margin: 0.5) },
  LossCase("ctc", 2 * numbers([3, 7, 5], 0)) {
    connectionistTemporalLoss(
      $0, sequences, inputLengths: Tensor(scalars: [7, 5, 7]), labelLengths: Tensor(scalars: [4, 2, 0]))
  },
]

@Suite struct LossReferenceTests {
  private struct Reference: Decodable {
    var value: Double
    var gradient: [Double]
  }

  @Test func valuesAndGradientsArePyTorchs() throws {
    let references = try ReferenceValues.read("losses.json", as: [String: Reference].self)
    #expect(Set(references.keys) == Set(cases.map(\.name)))
    for test in cases {
      let reference = try #require(references[test.name])
      let (value, gradient) = valueWithGradient(at: test.operand, of: test.loss)
      #expect(abs(value.scalar - reference.value) < 1e-12, "\(test.name): \(value), expected \(reference.value)")
      #expect(distance(gradient.scalars, reference.gradient) < 1e-11, "\(test.name): the gradient")
    }
  }

  @Test func gradientsAgreeWithDifferences() {
    for test in cases {
      let exact = gradient(at: test.operand, of: test.loss).scalars
      let numeric = numericalGradient(at: test.operand, of: test.loss)
      #expect(distance(exact, numeric) < 1e-7, "\(test.name)")
    }
  }

  @Test func labelsNobodyKnowsYetGiveTheSame() {
    for ignored in [nil, -1] as [Int?] {
      let labels = ignored == nil ? labels : someIgnored
      let known = softmaxCrossEntropy(x, labels, labelSmoothing: 0.1, classWeights: weights, ignoring: ignored)
      let pending = softmaxCrossEntropy(
        x, labels * 1 + 0, labelSmoothing: 0.1, classWeights: weights, ignoring: ignored)
      #expect(known.scalar == pending.scalar)
    }
    let wrong = Tensor(scalars: [0, 4, 0, -1, 0]) * 1 + 0
    #expect(softmaxCrossEntropy(x, wrong, ignoring: -1).scalar.isNaN)
    #expect(softmaxCrossEntropy(x, Tensor(scalars: [0, -1, 0, -1, 0]) * 1 + 0, ignoring: -1).scalar.isFinite)
  }

  @Test func extremesStayFinite() {
    for type in [ScalarType.float32, .float64] {
      let p = Tensor(scalars: [0.0, 1, 0, 1], type: type), y = Tensor(scalars: [0.0, 1, 1, 0], type: type)
      let (value, slope) = valueWithGradient(at: p) { binaryCrossEntropy($0, y) }
      #expect(value.scalar.isFinite && slope.scalars.allSatisfy { !$0.isNaN }, "\(type): \(value), \(slope)")
      let large = Tensor(scalars: [1000.0, -1000], type: type), one = Tensor(scalars: [0.0, 1], type: type)
      #expect(sigmoidCrossEntropy(large, one).scalar == 1000)
      #expect(abs(logCosh(large, one).scalar - 1000.5 + 0.6931472) < 1e-3)
    }
    let certain = Tensor(rows: [[1.0, 0], [0, 1]])
    let (value, slope) = valueWithGradient(at: certain) { crossEntropy($0, certain) }
    #expect(value.scalar == 0 && slope.scalars == [-0.5, 0, 0, -0.5])
  }

  @Test func sequencesThatDoNotFitAreInfinite() {
    // Two equal labels need a blank between them: three steps.
    let labels = Tensor(scalars: [1, 1], shape: [1, 2])
    for (steps, isPossible) in [(1, false), (2, false), (3, true)] {
      let (value, slope) = valueWithGradient(at: numbers([1, steps, 3], 0)) { connectionistTemporalLoss($0, labels) }
      #expect(value.scalar.isFinite == isPossible)
      #expect(slope.scalars.allSatisfy { $0.isFinite })
    }
    // With as many steps as are needed there is one way: 1, blank, 1.
    let logits = numbers([1, 3, 3], 0)
    let logs = logits.logSoftmax().scalars
    #expect(abs(connectionistTemporalLoss(logits, labels).scalar + (logs[1] + logs[3] + logs[7]) / 2) < 1e-12)
  }

  @Test func unequalShapesAreRefused() {
    let losses: [(String, (Tensor, Tensor) -> Tensor)] = [
      ("meanAbsoluteError", meanAbsoluteError), ("logCosh", logCosh), ("hinge", hinge),
      ("huber", { huber($0, $1) }), ("klDivergence", klDivergence), ("cosineDistance", cosineDistance),
      ("sigmoidCrossEntropy", { sigmoidCrossEntropy($0, $1) }), ("binaryCrossEntropy", { binaryCrossEntropy($0, $1) }),
      ("crossEntropy", { crossEntropy($0, $1) }), ("tripletMargin", { tripletMargin($0, $0, $1) }),
      ("negativeLogLikelihood", { negativeLogLikelihood($0, $1) }),
    ]
    for (name, loss) in losses {
      let words = complaint { _ = loss(.zeros([3, 2]), .zeros([2])) }
      #expect(words.hasPrefix("\(name): ") && words.contains("do not broadcast"), "\(name): \(words)")
    }
  }

  @Test func absurdArgumentsAreRefused() {
    let complaints: [(String, () -> Void)] = [
      ("there are 2 class weights for 4 classes", { _ = softmaxCrossEntropy(x, labels, classWeights: [1, 2]) }),
      ("smoothing of 2.0 is not between", { _ = softmaxCrossEntropy(x, labels, labelSmoothing: 2) }),
      ("only if labels are class indices", { _ = softmaxCrossEntropy(x, distribution, ignoring: 1) }),
      ("label 3 in row 2 is no class", { _ = softmaxCrossEntropy(x[0..., ..<3], labels) }),
      ("delta must be positive", { _ = huber(x, y, delta: 0) }),
      ("they need [n, T, classes]", { _ = connectionistTemporalLoss(x, labels) }),
      ("the blank 9 is none of 5", { _ = connectionistTemporalLoss(numbers([3, 7, 5], 0), sequences, blank: 9) }),
    ]
    for (words, body) in complaints { #expect(complaint(body).contains(words), "\(words): \(complaint(body))") }
  }
}
