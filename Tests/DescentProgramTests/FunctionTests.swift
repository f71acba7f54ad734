import DescentTensor
import TestSupport
import Testing

@testable import DescentProgram

@Suite struct FunctionTests {
  @Test func values() throws {
    withEvery("call", in: FunctionTable.calls) { call, shape, values in
      let result = try ProgramRun(Program(parsing: FunctionTable.preamble + call)).result
      #expect(result.shape.dimensions == shape, "\(call)")
      expectClose(result.scalars, values, .relative(1e-12, floor: 1e-3), call)
    }
  }

  /// The table has a call of every function, and a function has each of its names alone.
  @Test func tableIsComplete() throws {
    var called: Set<String> = []
    for (call, _, _) in FunctionTable.calls {
      for function in ProgramFunction.all where call.contains("\(function.name)(") { called.insert(function.name) }
    }
    let missing = ProgramFunction.all.map(\.name).filter { !called.contains($0) }
    #expect(missing.isEmpty, "never called: \(missing)")
    let names = ProgramFunction.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for function in ProgramFunction.all {
      for name in function.aliases { #expect(ProgramFunction.named(name)?.name == function.name) }
      #expect(!function.summary.isEmpty && function.signature.hasPrefix("\(function.name)("))
    }
    #expect(Set(ProgramFunction.all.map(\.family)) == Set(ProgramFunction.Family.allCases))
  }

  /// Functions of single elements fold numbers, with the values that they have for tensors.
  @Test func numbersFold() throws {
    let calls = FunctionTable.calls.filter { $0.call.hasSuffix("(x)") || $0.call.hasSuffix("(p)") }
    withEvery("call", in: calls) { call, _, values in
      guard let function = ProgramFunction.named(String(call.prefix { $0 != "(" })), function.isElementwise else {
        return
      }
      let numbers: [Double] = call.hasSuffix("(x)") ? [-1.5, 0.25, 2] : [0.2, 0.5, 0.75]
      for (index, number) in numbers.enumerated() {
        let run = try ProgramRun(Program(parsing: "y = \(function.name)(\(number))"), type: .float32)
        #expect(run.assignments[0].isLiteral)
        expectClose(run.result.scalars, [values[index]], .relative(1e-6, floor: 1e-3))
      }
    }
  }

  private static let mistakes: [(text: String, error: String)] = [
    ("sum()", "line 1, column 1: sum needs the argument 'x'; its arguments are sum(x, axis=None, keepdims=False)"),
    (
      "sum([1], 0, True, 3)",
      "line 1, column 19: sum takes 3 arguments at most; its arguments are sum(x, axis=None, keepdims=False)"
    ),
    (
      "sum([1], dim=0)",
      "line 1, column 14: sum has no argument 'dim'; its arguments are sum(x, axis=None, keepdims=False)"
    ),
    (
      "sum([1], 0, axis=0)",
      "line 1, column 18: sum has the argument 'axis' twice; its arguments are sum(x, axis=None, keepdims=False)"
    ),
    ("sum([1], axis=0.5)", "line 1, column 15: sum: 'axis' needs whole numbers, and 0.5 is none"),
    ("sum([1], axis=[])", "line 1, column 15: sum: 'axis' is an empty list"),
    ("sum([1], keepdims=2)", "line 1, column 19: sum: 'keepdims' is True or False, not the number 2"),
    (
      "sum([[1]], axis=2)",
      "line 1, column 1: sum: axis 2 does not exist in the tensor with shape [1, 1]; axes are -2 to 1"
    ),
    (
      "x = [1]; max(x, 0)",
      "line 1, column 17: max(x, y) may mean two things; write maximum(x, y), or max(x, axis=…) for the axis"
    ),
    ("exp('a')", "line 1, column 5: exp: expected a tensor, found the text \"a\""),
    ("log(0)", "line 1, column 1: log of these numbers is not a finite number"),
    (
      "clip([1], 2, 1)",
      "line 1, column 14: clip has bounds in the wrong order; its arguments are clip(x, low=None, high=None)"
    ),
    ("leaky_relu([1], [1, 2])", "line 1, column 17: leaky_relu: 'slope' is a number, not a list"),
    ("reshape([1, 2], 3)", "line 1, column 1: reshaped: the tensor has 2 elements (shape [2]), and shape [3] needs 3"),
    ("concatenate(3)", "line 1, column 13: concatenate: expected a list of tensors, as in [a, b]"),
    ("take([1, 2], [0.5])", "line 1, column 14: take: 'indices' needs whole numbers, and 0.5 is none"),
    (
      "einsum([1], [2])",
      "line 1, column 8: einsum needs a text such as \"ij,jk->ik\" as its first argument; its arguments are einsum(equation, *operands)"
    ),
    (
      "einsum('ij', [1])",
      "line 1, column 1: einsum: \"ij\": operand 0 has 2 indices, and the tensor with shape [1] has 1 axes"
    ),
    (
      "conv2d([[1]], [[1]])",
      "line 1, column 8: conv2d: the first argument must have 4 axes (the batch, 2 of space, the channels) and has shape [1, 1]"
    ),
    (
      "max_pool(ones(1, 4, 4, 1), 2, padding='most')",
      "line 1, column 39: max_pool: the padding is \"valid\", \"same\" or a number, not \"most\""
    ),
    (
      "max_pool(ones(1, 4, 4, 1), 2, layout='any')",
      "line 1, column 38: max_pool: the layout is \"channels_last\" or \"channels_first\""
    ),
    (
      "z = [[1, 2]]; cross_entropy(z, [2])",
      "line 1, column 15: softmaxCrossEntropy: label 2 in row 0 is no class: the logits have 2 classes, 0 to 1"
    ),
    (
      "mse([1, 2], [1])",
      "line 1, column 1: meanSquaredError: predictions have shape [2], targets have float64 shape [1] and need [2]; losses do not broadcast"
    ),
    (
      "zeros(100000, 100000)",
      "line 1, column 1: the result would have 10000000000 elements, more than the 10000000 elements that a program's tensors may have"
    ),
    ("zeros(2**62)", "line 1, column 7: zeros: 'shape' needs whole numbers, and 4.611686018427388e+18 is none"),
    ("zeros(-1)", "line 1, column 1: shape: axis 0 can't have -1 elements (0 to 2147483647)"),
    ("zeros(1, 1, 1, 1, 1, 1, 1, 1, 1)", "line 1, column 1: shape: 9 axes are more than the 8 that a tensor can have"),
    ("arange(0, 1, 0)", "line 1, column 1: range: from 0.0 to 1.0 by 0.0 has no finite number of steps"),
    (
      "conv1d(ones(1, 1000000, 1), ones(500000, 1, 1))",
      "line 1, column 1: an intermediate result would have 250000500000 elements, more than the 100000000 elements that a program's tensors may have"
    ),
  ]

  @Test func mistakes() {
    withEvery("text", in: Self.mistakes) { text, error in #expect(outcome(text) == error) }
  }
}
