import DescentGraph
import DescentTensor
import Testing

/// The words with which wrong draws stop.
@Suite struct RandomMistakeTests {
  struct Row: Sendable {
    var kind: TensorError.Kind
    var words: String
    var program: @Sendable () -> Tensor

    init(_ kind: TensorError.Kind, _ words: String, _ program: @escaping @Sendable () -> Tensor) {
      (self.kind, self.words, self.program) = (kind, words, program)
    }
  }

  static let rows: [Row] = [
    Row(.invalidArgument, "laplace: the scale must be positive and finite, and -1.0 isn't") {
      .laplace([2], scale: -1)
    },
    Row(.invalidArgument, "exponential: the rate must be positive and finite, and 0.0 isn't") {
      .exponential([2], rate: 0)
    },
    Row(.invalidArgument, "normal: the scale must be positive") { .logNormal([2], standardDeviation: .nan) },
    Row(.invalidArgument, "truncatedNormal: the standard deviation must be positive") {
      .truncatedNormal([2], standardDeviation: -2)
    },
    Row(.invalidArgument, "gamma: the concentration must be positive and finite, and -0.5 isn't") {
      .gamma([2], concentration: -0.5)
    },
    Row(.invalidArgument, "gamma: the scale must be positive") { .gamma([2], concentration: 1, scale: 0) },
    Row(.invalidArgument, "chiSquared: the number of degrees of freedom must be positive") {
      .chiSquared([2], degreesOfFreedom: 0)
    },
    Row(.invalidArgument, "studentT: the number of degrees of freedom must be positive") {
      .studentT([2], degreesOfFreedom: -1)
    },
    Row(.invalidArgument, "beta: the beta must be positive") { .beta([2], alpha: 1, beta: -1) },
    Row(.scalarTypeMismatch, "gumbel numbers are floating-point, not int32") { .gumbel([2], type: .int32) },
    Row(.scalarTypeMismatch, "normal numbers are floating-point, not bool") { .truncatedNormal([2], type: .bool) },
    Row(.scalarTypeMismatch, "gamma: parameters are floating-point tensors of one type; 'alpha' is int64") {
      .gamma(concentration: Tensor([1, 2], type: .int64).named("alpha"))
    },
    Row(.scalarTypeMismatch, "the tensor is float32, 'scale' float64: convert them") {
      .cauchy(location: [1], scale: Tensor([1], type: .float64).named("scale"))
    },
    Row(.shapeMismatch, "beta: parameters of shape [2] and [3] don't broadcast to one shape") {
      .beta(alpha: [1, 2], beta: [1, 2, 3])
    },
    Row(.shapeMismatch, "exponential: parameters of shape [2] don't broadcast to shape [3]") {
      .exponential(rate: [1, 2], shape: [3])
    },
    Row(.invalidArgument, "bernoulli: the probability must be from 0 to 1, and 1.5 isn't") {
      .bernoulli([2], probability: 1.5)
    },
    Row(.scalarTypeMismatch, "integers: float32 is no integer type") { .integers([2], in: 0..<3, type: .float32) },
    Row(.invalidArgument, "integers: the range 3..<3 is empty or has more than 2⁵³ numbers") {
      .integers([2], in: 3..<3)
    },
    Row(.invalidArgument, "is empty or has more than 2⁵³ numbers") { .integers([2], in: Int.min..<Int.max) },
    Row(.invalidArgument, "is not within int32") { .integers([2], in: 0..<2_147_483_649, type: .int32) },
    Row(.invalidAxis, "categorical: axis 2 does not exist") { .categorical(logits: [1, 2], axis: 2) },
    Row(.invalidArgument, "categorical: can't choose -1 categories") { .categorical(logits: [1, 2], count: -1) },
    Row(.invalidAxis, "shuffled: axis 1 does not exist") { Tensor([1, 2]).shuffled(axis: 1) },
    Row(.invalidArgument, "dropout: the rate must be at least 0 and less than 1, and 1.0 isn't") {
      dropout([1], rate: 1)
    },
    Row(.scalarTypeMismatch, "floating-point, not int64") { dropout(Tensor([1], type: .int64), rate: 0.5) },
    Row(.invalidArgument, "the key of random numbers depends on the mapped argument") {
      let keys = Tensor(scalars: [1, 2, 3, 4] as [Int64], shape: [2, 2])
      return vmap(keys) { key in Tensor(.random(.normal, [2], .float32, key: key.node)) }
    },
  ]

  @Test(arguments: rows.indices) func mistakesAreExplained(_ index: Int) {
    let row = Self.rows[index]
    expectMistake(row.kind, row.words, row.program)
  }

  /// A mistake in a parameter is told once, as itself.
  @Test func failuresOfParametersSpread() {
    let programs: [(Tensor) -> Tensor] = [
      { .gamma(concentration: $0) }, { .normal(mean: $0, standardDeviation: $0) }, { dropout($0, rate: 0.5) },
      { $0.shuffled() }, { .bernoulli(probability: $0) }, { .truncatedNormal(from: $0, to: $0) },
    ]
    for program in programs {
      expectMistake(.shapeMismatch, "shapes do not broadcast") { program(Tensor([1, 2]) + Tensor([1, 2, 3])) }
    }
  }
}
