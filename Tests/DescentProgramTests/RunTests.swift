import DescentTensor
import TestSupport
import Testing

@testable import DescentProgram

/// What a program's result is, shape and elements, or the error.
func outcome(
  _ text: String, juxtaposition: Bool = false, free: [String: Tensor] = [:], limit: Int = 10_000_000
) -> String {
  do throws(ProgramError) {
    let options = Program.Options(juxtaposition: juxtaposition, names: Set(free.keys))
    let program = try Program(parsing: text, options: options)
    let run = try ProgramRun(program, free: free, limits: .init(type: .float64, elementCount: limit))
    try run.evaluate()
    return "\(run.result.shape) \(run.result.scalars.map(ProgramValue.spelt).joined(separator: " "))"
  } catch { return error.description }
}

@Suite struct RunTests {
  private static let lecture =
    "w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]; y = w @ x + b; f = sum(y**2)"

  @Test func theLecture() throws {
    let run = try ProgramRun(Program(parsing: Self.lecture))
    #expect(run.assignments.map(\.name) == ["w", "b", "x", "y", "f"])
    #expect(run.assignments.map(\.isLiteral) == [true, true, true, false, false])
    #expect(run.assignments.allSatisfy { $0.tensor.name == $0.name && $0.tensor.scalarType == .float64 })
    #expect(run["y"]?.scalars == [-3, 3] && run["y"]?.shape == [2, 1])
    #expect(run.result.scalar == 18 && run.result.shape == [] && run.result.name == "f")
    let characters = Array(Self.lecture)
    #expect(String(characters[run.assignments[3].range]) == "y = w @ x + b")
    #expect(run["z"] == nil)
  }

  @Test func theLecturesGradient() throws {
    let tape = GradientTape()
    let program = try Program(parsing: Self.lecture)
    let run = try tape.record { try ProgramRun(program) }
    try run.evaluate()
    let (w, b) = (try #require(run["w"]), try #require(run["b"]))
    let (dw, db) = try tape.gradient(of: run.result, withRespectTo: w, b)
    #expect(dw.scalars == [-6, -12, 6, 12] && db.scalars == [-6, 6])
  }

  /// (3x + 2x²)² has the derivative 2(3x + 2x²)(3 + 4x), 70 at 1.
  @Test func freeNames() throws {
    let program = try Program(parsing: "(3x + 2x^2)^2", options: .init(juxtaposition: true))
    #expect(program.freeNames == ["x"])
    let slope = try gradient(at: Tensor(1.0, type: .float64)) { try ProgramRun(program, free: ["x": $0]).result }
    #expect(slope.scalar == 70)
    let single = try ProgramRun(program, free: ["x": Tensor(2.0)], type: .float32).result
    #expect(single.scalarType == .float32 && single.scalar == 196)
    #expect(outcome("e^2 + pi", free: ["e": Tensor(3.0, type: .float64), "pi": Tensor(1.0)]) == "[] 10")
    #expect(outcome("x + y", free: ["x": Tensor(1.0)]).contains("unknown name 'y'"))
  }

  /// Texts and results.
  private static let programs: [(text: String, result: String)] = [
    ("3", "[] 3"), ("[1, 2]", "[2] 1 2"), ("[[1, 2], [3, 4]]", "[2, 2] 1 2 3 4"), ("[]", "[0] "), ("True", "[] 1"),
    ("[True, False]", "[2] 1 0"), ("(1, 2)", "[2] 1 2"), ("x = 3; [x, 2*x]", "[2] 3 6"),
    ("x = [1, 2]; [x, [3, 4]]", "[2, 2] 1 2 3 4"),
    ("x = 1; x = x + 1; x", "[] 2"), ("y = 2", "[] 2"), ("1; 2", "[] 2"), ("-[1, 2] + 1", "[2] 0 -1"),
    ("x = [1, 2]; 2*x - x/2 + 1", "[2] 2.5 4"), ("x = [1, 2]; 2/x", "[2] 2 1"), ("x = [1, 2]; 2 - x", "[2] 1 0"),
    ("x = [1, 2]; 2**x", "[2] 2 4"), ("x = [1, 2]; x**x", "[2] 1 4"), ("x = [7, -7]; x // 2", "[2] 3 -4"),
    ("x = [7, -7]; x % 4", "[2] 3 1"), ("x = [7, -7]; 9 % x", "[2] 2 -5"), ("x = [2, 4]; 9 // x", "[2] 4 2"),
    ("x = [1, 3]; (x > 2) * x", "[2] 0 3"),
    ("x = [1, 3]; x == 3", "[2] 0 1"), ("x = [1, 3]; 2 < x", "[2] 0 1"), ("x = [1, 3]; x != [1, 2]", "[2] 0 1"),
    ("x = [1, 3]; x <= 1", "[2] 1 0"), ("x = [1, 3]; 1 >= x", "[2] 1 0"), ("[[1, 2]] @ [3, 4]", "[1] 11"),
    ("x = [[1, 2], [3, 4]]; x[0]", "[2] 1 2"), ("x = [[1, 2], [3, 4]]; x[-1, 0]", "[] 3"),
    ("x = [[1, 2], [3, 4]]; x[:, 1]", "[2] 2 4"), ("x = [[1, 2], [3, 4]]; x[::-1, 0:1]", "[2, 1] 3 1"),
    ("x = arange(6); x[::2]", "[3] 0 2 4"), ("x = arange(6); x[4:99]", "[2] 4 5"), ("x = arange(6); x[-2:]", "[2] 4 5"),
    ("x = arange(6); x[3:1]", "[0] "), ("x = [1, 2]; x[None, :]", "[1, 2] 1 2"), ("x = eye(2); x[..., 0]", "[2] 1 0"),
    ("x = [1, 2, 3]; x[[2, 0, 0]]", "[3] 3 1 1"), ("x = eye(3); x[:, [2, 0]]", "[3, 2] 0 1 0 0 1 0"),
    ("x = arange(8).reshape(2, 2, 2); x[..., [1], 0]", "[2, 1] 2 6"),
    ("x = arange(8).reshape(2, 2, 2); x[1, [1, 0]]", "[2, 2] 6 7 4 5"),
    ("x = [1, -2, 3]; x[x > 0]", "[2] 1 3"), ("i = 1; x = [1, 2]; x[i]", "[] 2"),
    ("x = [3, 1, 2]; x[argsort(x)]", "[3] 1 2 3"),
    ("x = [3, 1]; x[argmax(x)]", "[] 3"), ("n = 2; zeros(n, n)", "[2, 2] 0 0 0 0"),
    ("s = [1, 2]; zeros(s)", "[1, 2] 0 0"),
    ("a = 0; sum([[1, 2]], axis=a)", "[2] 1 2"), ("e", "[] 2.718281828459045"), ("π", "[] 3.141592653589793"),
    ("x = [0, 1]; e**x", "[2] 1 2.718281828459045"), ("x = [1, 2]; x² + x⁻¹", "[2] 2 4.5"), ("√16 + ∛8", "[] 6"),
    ("|[-1, 2]|", "[2] 1 2"), ("w = np.array([[1, 2]]); w.T.shape()", "line 1, column 29: unknown method 'shape'"),
    ("y = where([1, 0] > 0.5, inf, 0)", "[2] inf 0"), ("x = [1, 2]; x.sum().reshape(1)", "[1] 3"), ("-inf < 1", "[] 1"),
    ("argmax([1, 3, 2]) + 0.5", "[] 1.5"), ("sum = 2; sum([1, 2]) * sum", "[] 6"),
  ]

  @Test func results() {
    withEvery("text", in: Self.programs) { text, result in #expect(outcome(text) == result) }
  }

  /// A number beside a tensor is a constant of the operation, and a constant power is a `power`.
  @Test func numbersStayNumbers() throws {
    let x = Tensor([1, 2], type: .float64)
    for text in ["x**2", "2*x", "x + 2", "exp(1)*x", "maximum(x, 1)", "x - 2**0.5"] {
      let node = try ProgramRun(Program(parsing: text), free: ["x": x]).result.node
      let constants = node.operands.count { $0.isFill } + (text == "x**2" ? 1 : 0)
      #expect(constants == 1 && node.operandCount <= 2, "\(text)")
    }
  }

  private static let mistakes: [(text: String, error: String)] = [
    (
      "w = [[1, 2]]; x = [1, 2, 3]; y = w @ x",
      "line 1, column 36: matmul: inner axes differ: left 'w' [1, 2] has 2, right 'x' [3] has 3"
    ),
    (
      "a = [1, 2]\nb = [1, 2, 3]\nc = 1 + a * b",
      "line 3, column 11: *: shapes do not broadcast: left 'a' [2], right 'b' [3]; axis -1 has 2 and 3, which must be equal or 1"
    ),
    (
      "[[1, 2], [3]] + 1",
      "line 1, column 1: tensor literal: row [1] has 1 entries, and the rows before it have 2; rows must be equally long"
    ),
    ("x = [[1, 2], 3]", "line 1, column 5: tensor literal: row [1] is a number, and the rows before it are lists of 2"),
    (
      "[[1, [2]], [3]]", "line 1, column 1: tensor literal: row [0][1] is a list, and the entries before it are numbers"
    ),
    (
      "x = [1]; [x, [1, 2]]",
      "line 1, column 10: stack: all tensors must have one shape: tensor 0 has [1], tensor 1 has [2]"
    ),
    (
      "x = [1, 2]; x[5]",
      "line 1, column 13: subscript: index 5 is outside axis 0 of 'x' with shape [2], which has 2 elements"
    ),
    ("x = [1, 2]; x[0, 1]", "line 1, column 13: subscript: 2 indices are too many for 'x' with shape [2]"),
    ("x = [1, 2]; x[0.5]", "line 1, column 15: 'index' needs whole numbers, and 0.5 is none"),
    (
      "x = [1, 2]; x[::0]",
      "line 1, column 13: subscript: a step of 0 walks nowhere along axis 0 of 'x' with shape [2], which has 2 elements"
    ),
    (
      "x = eye(2); x[[0], [1]]",
      "line 1, column 20: only one list of indices can stand between the brackets; use two steps, as in x[i][:, j]"
    ),
    ("x = eye(2); x[0, x > 0]", "line 1, column 18: a mask stands alone between the brackets"),
    (
      "x = [1, 2]; x[[True]]",
      "line 1, column 13: entries(where:): the mask must be bool of shape [2], and the tensor is bool of shape [1]"
    ),
    ("2 @ 3", "line 1, column 3: matmul: a scalar is no matrix: left [], right []; use * to scale"),
    ("1/0", "line 1, column 2: 1 / 0 is not a finite number"),
    ("5 % 0", "line 1, column 3: 5 % 0 is not a finite number"),
    ("0**-1", "line 1, column 2: 0 ** -1 is not a finite number"),
    ("(-8)**(1/3)", "line 1, column 5: -8 ** 0.3333333333333333 is not a finite number"),
    ("2**2**2**10", "line 1, column 5: 2 ** 1024 is not a finite number"),
    ("1e308*10", "line 1, column 6: 1e+308 * 10 is not a finite number"),
    ("y", "line 1, column 1: unknown name 'y'; assign it first, as in y = 1"),
    ("weight = 1; 2*wieght", "line 1, column 15: unknown name 'wieght'; did you mean 'weight'?"),
    ("y = exp", "line 1, column 5: 'exp' is a function; call it with its arguments, as in exp(x)"),
    ("y = None", "line 1, column 5: expected a tensor, found None"),
    ("'a' + 1", "line 1, column 1: expected a tensor, found the text \"a\""),
    (
      "x = [[0, 0], [0, 0]]\ny = inv(x)",
      "line 2, column 1: solve: the matrix is singular: pivot 0 is 0; use pseudoInverse, or add a multiple of the identity"
    ),
    (
      "zeros(4000, 1) + zeros(1, 4000)",
      "line 1, column 16: the result would have 16000000 elements, more than the 10000000 elements that a program's tensors may have"
    ),
  ]

  @Test func mistakes() {
    withEvery("text", in: Self.mistakes) { text, error in #expect(outcome(text) == error) }
  }

  /// Results within the limit may need far more on the way.
  @Test func intermediatesAreLimited() {
    let limit = "more than the 100000000 elements that a program's tensors may have"
    #expect(
      outcome("zeros(1000, 1, 1, 1000) @ zeros(1, 1000, 1000, 1)")
        == "line 1, column 25: an intermediate result would have 1000000000 elements, \(limit)")
    #expect(outcome("einsum('a,b->', ones(1000000), ones(1000000))") == "[] 1000000000000")
  }

  @Test func allNamedTensorsTogetherAreLimited() {
    let program = (0..<12).map { "x\($0) = zeros(10)" }.joined(separator: "\n")
    #expect(outcome(program, limit: 10).hasPrefix("line 11, column 1: the result would have 110 elements, more than"))
  }
}
