import DescentCalculus
import DescentGraph
import TestSupport
import Testing

/// A point where an operation has a kink, a tie, a zero or a pole, with the gradient that its card promises there.
struct SpecialPoint: Sendable, CustomStringConvertible {
  var description: String
  var inputs: [[Double]]
  /// The gradient of each input for a cotangent of ones.
  var gradients: [[Double]]
  var build: @Sendable ([Node]) -> Node

  init(
    _ description: String, _ inputs: [[Double]], _ gradients: [[Double]],
    _ build: @escaping @Sendable ([Node]) -> Node
  ) {
    self.description = description
    self.inputs = inputs
    self.gradients = gradients
    self.build = build
  }

  static let all =
    kinks + ties + poles + powers + steps + products + scans + choices + functionPoles
    + functionsOfTwo + matrices

  private static let kinks = [
    SpecialPoint("abs is flat at 0", [[-1, 0, -0.0, 2]], [[-1, 0, 0, 1]]) { .unary(.absolute, $0[0]) },
    SpecialPoint("hypot is flat at the origin", [[3, 0, 0], [4, 0, -2]], [[0.6, 0, 0], [0.8, 0, -1]]) {
      .binary(.hypot, $0[0], $0[1])
    },
    SpecialPoint("relu is flat at 0", [[-1, 0, -0.0, 2]], [[0, 0, 0, 1]]) { .unary(.relu, $0[0]) },
  ]

  private static let ties = [
    SpecialPoint("maximum shares ties", [[1, 2, 3], [1, 3, 2]], [[0.5, 0, 1], [0.5, 1, 0]]) {
      .binary(.maximum, $0[0], $0[1])
    },
    SpecialPoint("minimum shares ties", [[1, 2, 3], [1, 3, 2]], [[0.5, 1, 0], [0.5, 0, 1]]) {
      .binary(.minimum, $0[0], $0[1])
    },
    SpecialPoint("maximum of one tensor with itself", [[1, -2]], [[1, 1]]) { .binary(.maximum, $0[0], $0[0]) },
    SpecialPoint("max shares ties", [[5, 2, 5, 5, 5]], [[0.25, 0, 0.25, 0.25, 0.25]]) { .reduce(.max, $0[0], [0]) },
    SpecialPoint("min shares ties", [[2, 5, 2]], [[0.5, 0, 0.5]]) { .reduce(.min, $0[0], [0]) },
    SpecialPoint("max of equal zeros", [[0, -0.0]], [[0.5, 0.5]]) { .reduce(.max, $0[0], [0]) },
    SpecialPoint("max shares ties in each row", [[1, 1, 2, 3]], [[0.5, 0.5, 0, 1]]) {
      .reduce(.max, .reshape($0[0], to: [2, 2]), [1])
    },
  ]

  private static let poles = [
    SpecialPoint("sqrt at 0", [[0, 4]], [[.infinity, 0.25]]) { .unary(.sqrt, $0[0]) },
    SpecialPoint("log at 0", [[0, 4]], [[.infinity, 0.25]]) { .unary(.log, $0[0]) },
    SpecialPoint("reciprocal at 0", [[0, 2]], [[-.infinity, -0.25]]) { .unary(.reciprocal, $0[0]) },
    SpecialPoint("sigmoid far out", [[-800, 0, 800]], [[0, 0.25, 0]]) { .unary(.sigmoid, $0[0]) },
    SpecialPoint("tanh far out", [[-800, 0, 800]], [[0, 1, 0]]) { .unary(.tanh, $0[0]) },
    SpecialPoint("exp far out", [[-800, 0, 800]], [[0, 1, .infinity]]) { .unary(.exp, $0[0]) },
  ]

  private static let powers = [
    SpecialPoint("x⁰", [[-1, 0, 2]], [[0, 0, 0]]) { .power($0[0], 0) },
    SpecialPoint("x²", [[-1, 0, 2]], [[-2, 0, 4]]) { .power($0[0], 2) },
    SpecialPoint("x³", [[-1, 0, 2]], [[3, 0, 12]]) { .power($0[0], 3) },
    SpecialPoint("x^½ at 0", [[0, 4]], [[.infinity, 0.25]]) { .power($0[0], 0.5) },
    SpecialPoint("x⁻¹", [[-1, 2]], [[-1, -0.25]]) { .power($0[0], -1) },
    SpecialPoint("xʸ by x where y or x is 0", [[2, 0, 0, 0, -2], [0, 0, 1, 2, 3]], [[0, 0, 1, 0, 12], []]) {
      .binary(.power, $0[0], .identity(.stopGradient, $0[1]))
    },
    SpecialPoint("xʸ by y where y or x is 0", [[1, 0, 0, 0], [0, 0, 1, 2]], [[], [0, 0, 0, 0]]) {
      .binary(.power, .identity(.stopGradient, $0[0]), $0[1])
    },
  ]

  private static let steps = [
    SpecialPoint("sign", [[-1, 0, 2]], [[0, 0, 0]]) { .unary(.sign, $0[0]) },
    SpecialPoint("through integers", [[-1.5, 2.5]], [[0, 0]]) { .convert(.convert($0[0], to: .int32), to: .float64) },
    SpecialPoint("through a comparison", [[1, 2], [2, 1]], [[0, 0], [0, 0]]) {
      .convert(.compare(.less, $0[0], $0[1]), to: .float64)
    },
    SpecialPoint("through an argument", [[1, 2]], [[0, 0]]) { .convert(.argument(.max, $0[0], axis: 0), to: .float64) },
    SpecialPoint("x·stopGradient(x) is one factor's", [[3, -2]], [[3, -2]]) {
      .binary(.multiply, $0[0], .identity(.stopGradient, $0[0]))
    },
    SpecialPoint("convert to float32", [[0.1]], [[1]]) { .convert($0[0], to: .float32) },
  ]

  private static let products = [
    SpecialPoint("product without a zero", [[2, 3, 4]], [[12, 8, 6]]) { .reduce(.product, $0[0], [0]) },
    SpecialPoint("product with one zero", [[2, 0, 4]], [[0, 8, 0]]) { .reduce(.product, $0[0], [0]) },
    SpecialPoint("product with two zeros", [[2, 0, -0.0]], [[0, 0, 0]]) { .reduce(.product, $0[0], [0]) },
    SpecialPoint("product of one element", [[0]], [[1]]) { .reduce(.product, $0[0], [0]) },
    SpecialPoint("product over two axes with a zero", [[2, 3, 0, 5]], [[0, 0, 30, 0]]) {
      .reduce(.product, .reshape($0[0], to: [2, 2]), [0, 1])
    },
  ]

  private static let scans = [
    SpecialPoint("recurrence with zero factors", [[5, 0, 2, 0], [1, 2, 3, 4]], [[0, 3, 2, 7], [1, 3, 1, 1]]) {
      .recurrence($0[0], $0[1], axis: 0, reverse: false)
    },
    SpecialPoint("running product with a zero", [[2, 0, 4]], [[1, 10, 0]]) {
      .recurrence($0[0], $0[0].onlyFirst(axis: 0, reverse: false), axis: 0, reverse: false)
    },
    SpecialPoint("running max shares ties", [[2, 1, 2, 3]], [[2.5, 0, 0.5, 1]]) {
      .cumulative(.max, $0[0], axis: 0, reverse: false)
    },
    SpecialPoint("running min from the end shares ties", [[1, 0, -0.0]], [[0, 1, 2]]) {
      .cumulative(.min, $0[0], axis: 0, reverse: true)
    },
  ]
}

extension SpecialPoint {
  private static let choices = [
    SpecialPoint("select passes to what is selected", [[1, 3], [2, 1]], [[1, 0], [0, 1]]) {
      .select($0[0] .< $0[1], $0[0], $0[1])
    },
    SpecialPoint("gather with repeated indices", [[5, 6]], [[2, 1]]) {
      .gather($0[0], .literal([0, 1, 0], [3], .int64), axis: 0)
    },
    SpecialPoint("scatterAdd with repeated indices", [[5, 6]], [[1, 1]]) {
      .scatterAdd($0[0], .literal([1, 1], [2], .int64), axis: 0, in: [2])
    },
  ]
}

struct SpecialPointTests {
  /// What the table of operations promises about special points is tested at one of them.
  @Test func everyConventionHasAPoint() {
    let recorder = Recorder()
    Scope.current.record(with: recorder) {
      for sample in Sample.differentiable { _ = sample.build(sample.tensors(.float64, seed: 1).map(\.node)) }
    }
    let promised = recorder.nodes.filter { node in
      node.operation.convention != nil && node.scalarType.isFloatingPoint
        && node.operands.contains { $0.scalarType.isFloatingPoint }
    }
    let points = Recorder()
    Scope.current.record(with: points) {
      for point in SpecialPoint.all { _ = point.build(point.inputs.map { .literal($0, [$0.count]) }) }
    }
    let missing = Set(promised.map(\.operation.name)).subtracting(points.nodes.map(\.operation.name))
    #expect(missing == [], "add a point to SpecialPoint.all")
  }

  /// An empty array of expected gradients stands for zeros.
  @Test(arguments: SpecialPoint.all)
  func gradientIsTheOneThatTheCardPromises(point: SpecialPoint) throws {
    let derivatives = Derivatives(point)
    let ones = try derivatives.value().map { _ in 1.0 }
    let actual = try derivatives.pullback(ones)
    for (input, (actual, expected)) in zip(actual, point.gradients).enumerated() {
      expectClose(actual, expected.isEmpty ? actual.map { _ in 0 } : expected, .ulps(2), "input \(input)")
    }
  }

  /// Forward mode follows the same conventions: its tangent for one moving element is that of the gradient.
  @Test(arguments: SpecialPoint.all)
  func tangentsAgree(point: SpecialPoint) throws {
    let derivatives = Derivatives(point)
    let ones = try derivatives.value().map { _ in 1.0 }
    for (input, gradient) in point.gradients.enumerated() {
      for (element, expected) in gradient.enumerated() {
        var tangents = derivatives.numbers.map { $0.map { _ in 0.0 } }
        tangents[input][element] = 1
        // A zero tangent times an infinite derivative elsewhere is NaN: look at elements that don't meet one.
        let tangent = try derivatives.pushforward(tangents).filter { !$0.isNaN }
        expectClose([dot(ones, tangent)], [expected], .ulps(2), "input \(input), element \(element)")
      }
    }
  }

  /// What a mask or a condition leaves out does not leak into derivatives, not even NaN.
  @Test func maskedCotangentsDoNotLeak() throws {
    let relu = Derivatives(function: { .unary(.relu, $0[0]) }, point: [ReferenceTensor([-1, 2], [2])])
    #expect(try relu.pullback([.nan, 5]) == [[0, 5]])
    let condition = ReferenceTensor([0, 1], [2], .bool)
    let numbers = ReferenceTensor([1, 2], [2])
    let select = Derivatives(function: { .select($0[0], $0[1], $0[2]) }, point: [condition, numbers, numbers])
    let pulled = try select.pullback([.nan, 5])
    #expect(pulled[0] == [0, 5])
    #expect(pulled[1][0].isNaN && pulled[1][1] == 0)
  }

  /// Zero and "does not depend" are different answers.
  @Test func disconnectedSourcesHaveNoGradient() throws {
    let sources = [Node.literal([1, 2], [2]), .literal([3, 4], [2]), .literal([5, 6], [2])]
    let recorder = Recorder()
    Scope.current.record(with: recorder) {
      let result = sources[0] + Node.unary(.sign, sources[1])
      _ = sources[2] * sources[2]
      let cotangent = Node.literal([1, 1], [2])
      let gradients = ReverseMode(recorder.nodes, sources: sources).pullback(cotangent, of: result)
      #expect(gradients.map { $0 != nil } == [true, true, false])
      let forward = ForwardMode(recorder.nodes, sources: [sources[2]])
      #expect(forward.pushforward([cotangent], to: [result])[0] == nil)
      #expect(ReverseMode([], sources: sources).pullback(cotangent, of: result).allSatisfy { $0 == nil })
    }
  }

  /// A source may itself be recorded, and be the target.
  @Test func sourcesInsideTheRecording() throws {
    let x = Node.literal([3], [1])
    let recorder = Recorder()
    try Scope.current.record(with: recorder) {
      let square = x * x
      let result = square * x
      let mode = ReverseMode(recorder.nodes, sources: [square, x, result])
      let gradients = mode.pullback(.literal([1], [1]), of: result)
      let values = try gradients.compactMap { try $0?.doubles() }
      #expect(values == [[3], [27], [1]])
    }
  }

  @Test func aSecondGradientAtSpecialPoints() throws {
    let rows: [(name: String, at: [Double], second: [Double], build: ([Node]) -> Node)] = [
      ("x²", [0, 1], [2, 2], { .power($0[0], 2) }),
      ("x³", [0, -1], [0, -6], { .power($0[0], 3) }),
      ("2x₀x₁", [0, 3], [2, 2], { .broadcast(.reduce(.product, $0[0], [0]), to: [2], along: [0]) }),
      ("|x|", [0, 1], [0, 0], { .unary(.absolute, $0[0]) }),
      ("relu", [0, 1], [0, 0], { .unary(.relu, $0[0]) }),
      ("x·relu x", [-1, 2], [0, 2], { $0[0] * Node.unary(.relu, $0[0]) }),
    ]
    withEvery("row", in: rows) { row in
      let derivatives = Derivatives(function: row.build, point: [ReferenceTensor(row.at, [2])])
      expectClose(try derivatives.secondPullback([1, 1], weights: [[1, 1]])[0], row.second, .ulps(2))
    }
  }
}

extension Derivatives {
  fileprivate init(_ point: SpecialPoint) {
    self.init(function: point.build, point: point.inputs.map { ReferenceTensor($0, [$0.count]) })
  }
}
