import DescentGraph
import TestSupport
import Testing

/// A wrong program and the words in which it is told so.
struct Mistake: Sendable, CustomStringConvertible {
  var kind: TensorError.Kind
  /// The operation, a colon and the message.
  var description: String
  var build: @Sendable () -> Node

  init(_ kind: TensorError.Kind, _ words: String, _ build: @escaping @Sendable () -> Node) {
    self.kind = kind
    description = words
    self.build = build
  }

  private static func float(_ shape: Shape) -> Node { .fill(2, shape, .float32) }
  private static func integer(_ shape: Shape) -> Node { .fill(2, shape, .int32) }
  private static func truth(_ shape: Shape) -> Node { .fill(1, shape, .bool) }

  private static func named(_ name: String, _ node: Node) -> Node {
    node.note = .name(name)
    return node
  }

  static let all = elementwise + alongAxes + movement + contraction + windows + matrices

  private static let windows = [
    Mistake(
      .shapeMismatch,
      "windows: windows of [3], strides [1], dilations [2] from axis 0 do not fit 'x' with shape [4, 4]"
    ) { .windows(named("x", float([4, 4])), Windows(firstAxis: 0, [.init(size: 3, dilation: 2)])) },
    Mistake(
      .shapeMismatch,
      "windows: windows of [1, 1], strides [1, 0], dilations [1, 1] from axis 0 do not fit the tensor with shape [4, 4]"
    ) { .windows(float([4, 4]), Windows(firstAxis: 0, [.init(size: 1), .init(size: 1, stride: 0)])) },
    Mistake(
      .shapeMismatch,
      "windows: windows of [1, 1], strides [1, 1], dilations [1, 1] from axis 1 do not fit the tensor with shape [4, 4]"
    ) { .windows(float([4, 4]), Windows(firstAxis: 1, [.init(size: 1), .init(size: 1)])) },
    Mistake(
      .shapeMismatch,
      "overlap: the tensor with shape [3, 3] is not what windows of [2], strides [1], dilations [1] from axis 0 over [4] "
        + "are"
    ) { .overlap(float([3, 3]), Windows(firstAxis: 0, [.init(size: 2)]), in: [4]) },
    Mistake(.scalarTypeMismatch, "overlap: is not defined for bool elements; convert the tensor first") {
      .overlap(truth([3, 2]), Windows(firstAxis: 0, [.init(size: 2)]), in: [4])
    },
  ]

  private static let matrices = [
    Mistake(.shapeMismatch, "cholesky: needs a matrix, and 'v' has shape [2]") {
      .matrix(.cholesky, named("v", float([2])))
    },
    Mistake(
      .shapeMismatch, "determinant: needs square matrices along the last two axes, and 'a' has shape [4, 2, 3]"
    ) { .matrix(.determinant, named("a", float([4, 2, 3]))) },
    Mistake(
      .scalarTypeMismatch,
      "svd: needs floating-point elements, and the tensor has int32; convert it first, for example .converted(to: .float32)"
    ) { .matrix(.svd, integer([2, 2])) },
    Mistake(.shapeMismatch, "qr: needs at least as many rows as columns, and the tensor has shape [2, 3]") {
      .matrix(.qr, float([2, 3]))
    },
    Mistake(.shapeMismatch, "solve: the right-hand side does not fit: 'a' has shape [2, 2], the tensor has [3, 1]") {
      .solve(.general, named("a", float([2, 2])), float([3, 1]))
    },
    Mistake(
      .shapeMismatch,
      "triangularSolve: the right-hand side does not fit: the tensor has shape [3, 2, 2], the tensor has [4, 2, 1]"
    ) { .solve(.triangular(isLower: true), float([3, 2, 2]), float([4, 2, 1])) },
    Mistake(
      .scalarTypeMismatch,
      "solve: scalar types differ: the tensor is float32, 'n' is int32; convert one with .converted(to: .float32)"
    ) { .solve(.general, float([2, 2]), named("n", integer([2, 1]))) },
  ]

  private static let elementwise = [
    Mistake(
      .scalarTypeMismatch,
      "exp: needs floating-point elements, and 'n' has int32; convert it first, for example .converted(to: .float32)"
    ) { .unary(.exp, named("n", integer([2]))) },
    Mistake(
      .scalarTypeMismatch,
      "negate: needs number elements, and the tensor has bool; convert it first, for example .converted(to: .float32)"
    ) { .unary(.negate, truth([2])) },
    Mistake(
      .scalarTypeMismatch,
      "not: needs bool elements, and the tensor has float32; convert it first, for example .converted(to: .bool)"
    ) { .unary(.not, float([2])) },
    Mistake(
      .scalarTypeMismatch, "power: int32 elements can't be raised to the power -1.0; convert them to float32 first"
    ) { .power(integer([2]), -1) },
    Mistake(
      .scalarTypeMismatch, "power: bool elements can't be raised to the power 2.0; convert them to float32 first"
    ) { .power(truth([2]), 2) },
    Mistake(.shapeMismatch, "add: shapes differ: 'w' has [2, 3], the tensor has [3, 2]") {
      .binary(.add, named("w", float([2, 3])), float([3, 2]))
    },
    Mistake(
      .scalarTypeMismatch,
      "multiply: scalar types differ: the tensor is float32, 'n' is int32; convert one with .converted(to: .float32)"
    ) { .binary(.multiply, float([2]), named("n", integer([2]))) },
    Mistake(.scalarTypeMismatch, "and: is not defined for float32 elements; convert both operands first") {
      .binary(.and, float([2]), float([2]))
    },
    Mistake(.scalarTypeMismatch, "add: is not defined for bool elements; convert both operands first") {
      .binary(.add, truth([2]), truth([2]))
    },
    Mistake(.shapeMismatch, "less: shapes differ: the tensor has [2], the tensor has []") {
      .compare(.less, float([2]), float([]))
    },
    Mistake(
      .shapeMismatch,
      "select: the condition must be bool of shape [2], and the tensor is float32 of shape [2]"
    ) { .select(float([2]), float([2]), float([2])) },
    Mistake(
      .shapeMismatch, "select: the condition must be bool of shape [2], and 'c' is bool of shape [3]"
    ) { .select(named("c", truth([3])), float([2]), float([2])) },
    Mistake(.scalarTypeMismatch, "random: uniform numbers are floating-point, not int64") {
      .random(.uniform, [2], .int64, key: .literal([1, 2], [2], .int64))
    },
  ]

  private static let alongAxes = [
    Mistake(.invalidArgument, "max: no element along the reduced axes: the tensor has shape [2, 0]") {
      .reduce(.max, float([2, 0]), [1])
    },
    Mistake(.invalidArgument, "argMin: axis 0 of 'x' with shape [0, 2] has no elements") {
      .argument(.min, named("x", float([0, 2])), axis: 0)
    },
  ]

  private static let movement = [
    Mistake(.shapeMismatch, "broadcast: the tensor with shape [3] does not repeat along [1] to [2, 3]") {
      .broadcast(float([3]), to: [2, 3], along: [1])
    },
    Mistake(
      .shapeMismatch, "reshaped: 'x' has 6 elements (shape [2, 3]), and shape [4] needs 4"
    ) { .reshape(named("x", float([2, 3])), to: [4]) },
    Mistake(
      .scalarTypeMismatch, "concatenate: operand 1 is int32 and operand 0 is float32; convert one of them"
    ) { .concatenate([float([2]), integer([2])], axis: 0) },
    Mistake(
      .shapeMismatch,
      "concatenate: operand 2 has shape [2, 3] and operand 0 has [2, 2]; all axes but 0 must agree"
    ) { .concatenate([float([2, 2]), float([1, 2]), float([2, 3])], axis: 0) },
    Mistake(.scalarTypeMismatch, "gather: indices must be integers, not float32") {
      .gather(float([2]), float([2]), axis: 0)
    },
    Mistake(.invalidArgument, "shape: 9 axes are more than the 8 that a tensor can have") {
      .gather(float([1, 1, 1, 1, 1]), .fill(0, [1, 1, 1, 1, 1], .int64), axis: 0)
    },
  ]

  private static let contraction = [
    Mistake(
      .shapeMismatch,
      "matmul: axes differ: axis 1 of 'left' with shape [2, 3] has 3, axis 0 of 'right' with shape [4, 5] has 4"
    ) {
      .contract(
        named("left", float([2, 3])), named("right", float([4, 5])),
        Contraction(leftContracting: [1], rightContracting: [0]))
    },
    Mistake(
      .scalarTypeMismatch,
      "matmul: scalar types differ or are bool: the tensor is float32, the tensor is int32; convert one with "
        + ".converted(to:)"
    ) { .contract(float([2]), integer([2]), Contraction(leftContracting: [0], rightContracting: [0])) },
  ]
}

struct BuilderErrorTests {
  @Test(arguments: Mistake.all)
  func mistakesAreTold(mistake: Mistake) throws {
    let error = try #require(throws: TensorError.self) { try checked { _ = mistake.build() } }
    #expect(error.description == mistake.description)
    #expect(error.kind == mistake.kind)
  }

  /// A failed operand makes every operation fail without a second message.
  @Test(arguments: Sample.all.filter { !$0.inputs.isEmpty })
  func failuresSpreadSilently(sample: Sample) throws {
    let first = TensorError(.invalidArgument, "first", "the first mistake")
    for place in sample.inputs.indices {
      var inputs = sample.tensors(sample.types[0], seed: 1).map(\.node)
      let thrown = failure {
        inputs[place] = .invalid(first.kind, first.operation, first.message)
        #expect(sample.build(inputs).isInvalid, "operand \(place)")
      }
      #expect(thrown == first)
    }
  }

  @Test func theFirstMistakeOfAScopeIsThrown() throws {
    let error = #expect(throws: TensorError.self) {
      try checked {
        _ = Node.invalid(.invalidAxis, "one", "first")
        _ = Node.invalid(.invalidAxis, "two", "second")
      }
    }
    #expect(error?.operation == "one")
  }

  @Test func scopesNest() throws {
    var inner: TensorError?
    let outer = failure {
      _ = Node.invalid(.invalidAxis, "outer", "kept")
      inner = failure { _ = Node.invalid(.notScalar, "inner", "thrown") }
    }
    #expect(outer == TensorError(.invalidAxis, "outer", "kept"))
    #expect(inner == TensorError(.notScalar, "inner", "thrown"))
    #expect(try checked { 3 } == 3)
  }

  @Test func otherErrorsPass() {
    struct Other: Error {}
    #expect(throws: Other.self) { try checked { throw Other() } }
  }

  /// Inside the scope, what reads a failed tensor gets the original mistake.
  @Test func evaluatingAFailureThrowsIt() {
    let mistake = TensorError(.shapeMismatch, "first", "the mistake")
    var found: (any Error)?
    let thrown = failure {
      let result = Node.unary(.exp, .invalid(mistake.kind, mistake.operation, mistake.message))
      do { _ = try result.evaluated() } catch { found = error }
    }
    #expect(thrown == mistake)
    #expect(found as? TensorError == mistake)
  }

  /// What `checked` throws.
  private func failure(_ body: () throws -> Void) -> TensorError? {
    do { try checked(body) } catch { return error as? TensorError }
    return nil
  }
}
