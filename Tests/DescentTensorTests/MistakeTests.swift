import DescentGraph
import DescentTensor
import Testing

/// The words with which wrong programs stop.
@Suite struct MistakeTests {
  struct Sample: Sendable {
    var program: @Sendable () -> Tensor
    var kind: TensorError.Kind
    var words: String
  }

  static let a = Tensor([[1, 2, 3], [4, 5, 6]]).named("a")
  static let n = Tensor([1, 2, 3], type: .int64)
  static let pixels = Tensor([7, 8, 255], type: .uint8)

  static let samples: [Sample] = [
    Sample(
      program: { [[1, 2], [3]] }, kind: .raggedLiteral, words: "row [1] has 1 entries, and the rows before it have 2"),
    Sample(program: { [[1, 2], 3] }, kind: .raggedLiteral, words: "row [1] is a number"),
    Sample(program: { [1, [2]] }, kind: .raggedLiteral, words: "row [1] is a list"),
    Sample(program: { [[[1], [2]], [[1], [2, 3]]] }, kind: .raggedLiteral, words: "row [1][1] has 2 entries"),
    Sample(
      program: { Tensor(scalars: [1, 2, 3] as [Float], shape: [2, 2]) }, kind: .shapeMismatch,
      words: "3 scalars do not fill shape [2, 2], which holds 4"),
    Sample(
      program: { a • a }, kind: .shapeMismatch,
      words: "matmul: inner axes differ: left 'a' [2, 3] has 3, right 'a' [2, 3] has 2"),
    Sample(program: { matmul(a, Tensor(2.0)) }, kind: .shapeMismatch, words: "use * to scale"),
    Sample(
      program: { matmul(Tensor.ones([2, 3, 4]), Tensor.ones([3, 4, 5])) }, kind: .shapeMismatch,
      words: "batch axes do not broadcast"),
    Sample(
      program: { a + Tensor([1, 2]) }, kind: .shapeMismatch,
      words: "+: shapes do not broadcast: left 'a' [2, 3], right [2]; axis -1 has 3 and 2, which must be equal or 1"),
    Sample(
      program: { a + n }, kind: .scalarTypeMismatch, words: "'a' is float32, the tensor is int64; convert one with"),
    Sample(
      program: { n * 2.5 }, kind: .scalarTypeMismatch, words: "*: 2.5 is no int64; write x.converted(to: .float32)"),
    Sample(program: { exp(n) }, kind: .scalarTypeMismatch, words: "exp: needs floating-point elements"),
    Sample(program: { n ** 0.5 }, kind: .scalarTypeMismatch, words: "can't be raised to the power 0.5"),
    Sample(program: { select(a, a, a) }, kind: .shapeMismatch, words: "the condition must be bool of shape [2, 3]"),
    Sample(
      program: { a.sum(axes: 2) }, kind: .invalidAxis,
      words: "sum: axis 2 does not exist in 'a' with shape [2, 3]; axes are -2 to 1"),
    Sample(program: { a.sum(axes: 0, -2) }, kind: .invalidAxis, words: "axis 0 is named twice"),
    Sample(program: { Tensor(1.0).softmax() }, kind: .invalidAxis, words: "it has none"),
    Sample(
      program: { Tensor.zeros([0, 3]).max(axes: 0) }, kind: .invalidArgument, words: "no element along the reduced axes"
    ),
    Sample(program: { a.argMax(axis: 5) }, kind: .invalidAxis, words: "argMax: axis 5 does not exist"),
    Sample(
      program: { a.reshaped(to: 4, 2) }, kind: .shapeMismatch,
      words: "reshaped: 'a' has 6 elements (shape [2, 3]), and shape [4, 2] needs 8"),
    Sample(program: { a.reshaped(to: 4, -1) }, kind: .shapeMismatch, words: "leaves no whole size for −1"),
    Sample(program: { a.reshaped(to: -1, -1) }, kind: .shapeMismatch, words: "leaves no whole size for −1"),
    Sample(program: { a.transposed(0) }, kind: .invalidAxis, words: "must name every axis"),
    Sample(
      program: { a.squeezed(axes: 0) }, kind: .shapeMismatch, words: "axis 0 of 'a' with shape [2, 3] has size 2, not 1"
    ),
    Sample(program: { .concatenate([]) }, kind: .invalidArgument, words: "there is no tensor to join"),
    Sample(
      program: { .concatenate([a, Tensor.ones([2, 4])], axis: 0) }, kind: .shapeMismatch,
      words: "operand 1 has shape [2, 4] and operand 0 has [2, 3]"),
    Sample(program: { .stack([a, a[0]]) }, kind: .shapeMismatch, words: "tensor 1 has [3]"),
    Sample(
      program: { a.split(count: 2, axis: 1).first ?? a }, kind: .invalidArgument,
      words: "does not split into 2 equal parts"),
    Sample(program: { a.split(sizes: [1, 3], axis: 1).first ?? a }, kind: .invalidArgument, words: "must add up to 3"),
    Sample(program: { a[2] }, kind: .indexOutOfBounds, words: "index 2 is outside axis 0 of 'a' with shape [2, 3]"),
    Sample(program: { a[0, 1...3] }, kind: .indexOutOfBounds, words: "range 1..<4 does not fit axis 1"),
    Sample(program: { a[0, 0, 0] }, kind: .invalidAxis, words: "3 indices are too many for 'a' with shape [2, 3]"),
    Sample(program: { a[.ellipsis, .ellipsis] }, kind: .invalidAxis, words: "only one .ellipsis"),
    Sample(program: { a[.stride(by: 0)] }, kind: .indexOutOfBounds, words: "a step of 0 walks nowhere"),
    Sample(program: { a.gathering([2]) }, kind: .indexOutOfBounds, words: "index 2"),
    Sample(program: { a.gathering(a) }, kind: .scalarTypeMismatch, words: "indices must be integers, not float32"),
    Sample(program: { n / Tensor([1, 0, 1], type: .int64) }, kind: .divisionByZero, words: "divide"),
    Sample(program: { .range(from: 0, to: 1, by: 0) }, kind: .invalidArgument, words: "no finite number of steps"),
    Sample(program: { .linspace(from: 0, to: 1, count: -1) }, kind: .invalidArgument, words: "count is 0 or more"),
    Sample(
      program: { Tensor.zeros(Shape([Int](repeating: 1, count: 9))) }, kind: .invalidArgument,
      words: "9 axes are more than the 8"),
    Sample(program: { Tensor.zeros([-1]) }, kind: .invalidArgument, words: "can't have -1 elements"),
    Sample(
      program: { Tensor.uniform([2], type: .int32) }, kind: .scalarTypeMismatch, words: "floating-point, not int32"),
    Sample(program: { Tensor(a.scalar) }, kind: .notScalar, words: "'a' has shape [2, 3] with 6 elements; use scalars"),
    Sample(
      program: {
        let w = Variable([1, 2], name: "w")
        w.value = [1, 2, 3]
        return w.value
      }, kind: .shapeMismatch, words: "variable 'w' is float32 [2], the new value float32 [3]"),
    Sample(
      program: { concatenated(Tensor.zeros([1 << 30]), Tensor.zeros([1 << 30])) }, kind: .shapeMismatch,
      words: "axis 0 of the result would have 2147483648 elements"),
    Sample(program: { outer4(outer4(a)) }, kind: .shapeMismatch, words: "would have 11 axes; a tensor has at most 8"),
    Sample(
      program: { Tensor.ones([1 << 30, 1 << 30]) + 1 }, kind: .resource,
      words: "no memory holds a tensor of shape [1073741824, 1073741824]"),
    Sample(
      program: { Tensor.ones(Shape([Int](repeating: 1, count: 8))).expanded(axes: 8) }, kind: .shapeMismatch,
      words: "would have 9 axes; a tensor has at most 8"),
    Sample(program: { a[...Int.max] }, kind: .indexOutOfBounds, words: "does not fit axis 0"),
    Sample(program: { a.split(sizes: [.max, .max]).first ?? a }, kind: .invalidArgument, words: "must add up to 2"),
    Sample(program: { a.reshaped(to: 1 << 40, 1 << 40, -1) }, kind: .shapeMismatch, words: "leaves no whole size"),
    Sample(
      program: { Tensor(scalars: RandomGenerator(seed: 1).permutation(of: -1)) }, kind: .invalidArgument,
      words: "there are no -1 numbers"),
    Sample(
      program: { pixels + 300 }, kind: .scalarTypeMismatch, words: "+: 300 is no uint8; write x.converted(to: .int64)"),
    Sample(program: { pixels * -1 }, kind: .scalarTypeMismatch, words: "*: -1 is no uint8"),
    Sample(program: { pixels .< BFloat16(0.5) }, kind: .scalarTypeMismatch, words: ".<: 0.5 is no uint8"),
    Sample(
      program: { pixels + a[0] }, kind: .scalarTypeMismatch,
      words: "the tensor is uint8, the tensor is float32; convert one with .converted(to: .float32)"),
    Sample(
      program: { a.converted(to: .float16) • a.transposed().converted(to: .bfloat16) }, kind: .scalarTypeMismatch,
      words: "the tensor is float16, the tensor is bfloat16; convert one with .converted(to:)"),
    Sample(
      program: { exp(pixels) }, kind: .scalarTypeMismatch,
      words: "needs floating-point elements, and the tensor has uint8"
    ),
    Sample(
      program: { Tensor.uniform([2], type: .uint16) }, kind: .scalarTypeMismatch,
      words: "uniform numbers are floating-point, not uint16"),
    Sample(
      program: { a.converted(to: .bfloat16) << 1 }, kind: .scalarTypeMismatch,
      words: "shiftLeft: is not defined for bfloat16 elements"),
    Sample(
      program: { Tensor((pixels / Tensor([1, 0, 2], type: .uint8)).description.isEmpty) }, kind: .divisionByZero,
      words: "divide"),
    Sample(
      program: { Tensor((n / 0).description.isEmpty) }, kind: .divisionByZero, words: "divide"),
  ]

  private static func concatenated(_ x: Tensor, _ y: Tensor) -> Tensor { .concatenate([x, y]) }

  /// The product of a matrix with itself over no axis: four axes from two, five from four with the first left over.
  private static func outer4(_ x: Tensor) -> Tensor {
    Tensor(Node.contract(x.expanded(axes: 0).node, x.node, Contraction(leftContracting: [], rightContracting: [])))
  }

  @Test(arguments: samples.indices)
  func theMessageSaysWhatIsWrong(_ index: Int) {
    let sample = MistakeTests.samples[index]
    do {
      _ = try checked { sample.program().scalars }
      Issue.record("no error; expected: \(sample.words)")
    } catch let error as TensorError {
      #expect(error.kind == sample.kind, "\(error)")
      #expect("\(error)".contains(sample.words), "\(error)")
      #expect(!"\(error)".contains("\n"))
    } catch { Issue.record("\(error)") }
  }

  @Test func aFailureSpreadsWithoutASecondMessage() {
    let error = #expect(throws: TensorError.self) {
      try checked { ((MistakeTests.a • MistakeTests.a) + 1).sum(axes: 0).scalars }
    }
    #expect(error?.operation == "matmul")
  }

  @Test func checkedScopesNestAndRecover() throws {
    _ = try checked {
      #expect(throws: TensorError.self) { try checked { MistakeTests.a[7] } }
    }
    #expect(MistakeTests.a[0].scalars == [1, 2, 3])
  }

  /// Sizes and parameters at the edge of what there is.
  @Test func edgesAreToldNotTrapped() {
    let largest = Int(Int32.max)
    #expect(Tensor.range(to: -1e19).shape == [0])
    for shape: Shape in [[0, largest, largest, largest], [largest, largest, largest, 0]] {
      #expect(Tensor.zeros(shape).scalars == [], "\(shape)")
    }
    #expect(Tensor.ones([0]).reshaped(to: 0, largest, largest, largest).scalars == [])
    let rows: [(String, () -> Tensor)] = [
      ("select: 300 is no uint8", { select(Tensor([true, false]), 300, Tensor(scalars: [1, 2] as [UInt8])) }),
      (
        "chiSquared: the number of degrees of freedom must be positive and finite, and -2.0 isn't",
        { .chiSquared([2], degreesOfFreedom: -2) }
      ),
      (
        "studentT: the number of degrees of freedom must be positive and finite in float16, and 100000.0 isn't",
        { .studentT([2], degreesOfFreedom: 1e5, type: .float16) }
      ),
      (
        "gamma: the concentration must be positive and finite in float32, and 1e-46 isn't",
        { .gamma([2], concentration: 1e-46) }
      ),
      (
        "normal: the mean must be finite, and the standard deviation too and not negative; they are 0.0 and -1.0",
        { .normal([3], standardDeviation: -1) }
      ),
      ("uniform: the bounds must be finite", { .uniform([2], in: 0..<Double.infinity) }),
      ("convert one with .converted(to: .float32)", { Tensor([true, false]) + Tensor([1.5, 2]) }),
    ]
    for (expected, program) in rows {
      let told = words(program)
      #expect(told.contains(expected), "\(told)")
    }
    #expect(Tensor(scalars: [0, 1, 2] as [Int32]).clamped(to: 0.5...1.5).scalars == [1, 1, 1])
    #expect(Tensor.full([1, 4, 1], 60000, type: .float16).averagePooled(window: 4).scalars == [60000])
    let numbers = words {
      _ = RandomGenerator(seed: 1).permutation(of: .max)
      return Tensor(0.0)
    }
    #expect(numbers == "permutation: 9223372036854775807 are more numbers than it is made to put in order")
  }
}
