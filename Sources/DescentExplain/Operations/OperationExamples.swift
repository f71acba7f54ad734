import DescentCalculus
import DescentGraph

/// A sample application of an operation, from which its row of the table of operations is made.
package struct OperationExample: Sendable {
  /// An operand by its name.
  package struct Operand: Sendable {
    package var name: String
    package var shape: Shape
    /// The type of an operand that does not follow the operation's.
    package var type: ScalarType?
  }

  package var operands: [Operand]
  /// What the result is called.
  var result: String
  package var build: @Sendable (_ operands: [Node], _ type: ScalarType) -> Node

  init(
    _ operands: [Operand], to result: String, _ build: @escaping @Sendable (_ x: [Node], _ type: ScalarType) -> Node
  ) {
    self.operands = operands
    self.result = result
    self.build = build
  }

  /// An operation of operands of one shape called x, y.
  private static func of(
    _ count: Int, _ shape: Shape = [3], _ build: @escaping @Sendable ([Node], ScalarType) -> Node
  ) -> OperationExample {
    let names = ["x", "y", "z"]
    return OperationExample(names[..<count].map { Operand(name: $0, shape: shape) }, to: names[count], build)
  }
}

extension OperationExample {
  /// The sections of the table of operations with their rows: at least one for every operation.
  package static let sections: [(title: String, examples: [OperationExample])] = [
    ("Sources", sources), ("Functions of one element", unary), ("Functions of two elements", binary),
    ("Choices", choices), ("Along axes", alongAxes), ("Movement", movement), ("Indexing", indexing),
    ("Windows", windows), ("Products", products), ("Linear algebra", matrices), ("Scans", scans),
    ("Control", control), ("Derivatives of one's own", custom),
  ]

  private static let sources: [OperationExample] =
    [
      of(0, [3]) { _, type in .fill(2, [3], type) }.named("y"),
      of(0, [3]) { _, type in .iota([3], axis: 0, type) }.named("y"),
    ]
    + [Distribution.uniform, .normal].map { distribution in
      OperationExample([key], to: "y") { x, type in .random(distribution, [3], type, key: x[0]) }
    }
    + [Distribution.gamma, .logGamma].map { distribution in
      OperationExample([key, Operand(name: "\u{3B1}", shape: [3])], to: "y") { x, _ in
        .random(distribution, concentration: x[1], key: x[0])
      }
    }

  private static let key = Operand(name: "key", shape: [2], type: .int64)

  private static let unary: [OperationExample] =
    Unary.allCases.map { function in of(1) { x, _ in .unary(function, x[0]) } }
    + [
      of(1) { x, _ in .power(x[0], 3) },
      of(1) { x, type in .convert(x[0], to: type == .float64 ? .float32 : .float64) },
    ] + Identity.allCases.map { identity in of(1) { x, _ in .identity(identity, x[0]) } }

  private static let binary: [OperationExample] = Binary.allCases.map { function in
    of(2) { x, _ in .binary(function, x[0], x[1]) }
  }

  private static let choices: [OperationExample] =
    Comparison.allCases.map { comparison in of(2) { x, _ in .compare(comparison, x[0], x[1]) } }
    + [
      OperationExample(
        [Operand(name: "c", shape: [3], type: .bool), Operand(name: "x", shape: [3]), Operand(name: "y", shape: [3])],
        to: "z"
      ) { x, _ in .select(x[0], x[1], x[2]) }
    ]

  private static let alongAxes: [OperationExample] =
    Reduction.allCases.map { reduction in of(1, [2, 3]) { x, _ in .reduce(reduction, x[0], AxisSet([1])) } }
    + Extremum.allCases.map { extremum in of(1, [2, 3]) { x, _ in .argument(extremum, x[0], axis: 1) } }
    + [of(1, [2, 3]) { x, _ in .argSort(x[0], axis: 1, isDescending: false) }]

  private static let movement: [OperationExample] = [
    of(1) { x, _ in .broadcast(x[0], to: [2, 3], along: AxisSet([0])) },
    of(1, [2, 3]) { x, _ in .reshape(x[0], to: [3, 2]) },
    of(1, [2, 3, 4]) { x, _ in .transpose(x[0], [2, 0, 1]) },
    of(1, [5]) { x, _ in .slice(x[0], window, to: [3]) },
    of(1) { x, _ in .place(x[0], window, in: [5]) },
    of(2) { x, _ in .concatenate([x[0], x[1]], axis: 0) },
  ]

  /// Three elements from the second on.
  private static let window: Window = {
    var window = Window(rank: 1)
    window.starts[0] = 1
    return window
  }()

  private static let indexing: [OperationExample] = [
    OperationExample(
      [Operand(name: "x", shape: [5, 2]), Operand(name: "indices", shape: [3], type: .int64)], to: "y"
    ) { x, _ in .gather(x[0], x[1], axis: 0) },
    OperationExample(
      [Operand(name: "x", shape: [3, 2]), Operand(name: "indices", shape: [3], type: .int64)], to: "y"
    ) { x, _ in .scatterAdd(x[0], x[1], axis: 0, in: [5, 2]) },
  ]

  private static let products: [OperationExample] = [
    OperationExample([Operand(name: "A", shape: [2, 3]), Operand(name: "B", shape: [3, 4])], to: "C") { x, _ in
      .contract(x[0], x[1], Contraction(leftContracting: [1], rightContracting: [0]))
    }
  ]

  private static let windows: [OperationExample] = {
    let pairs = Windows(firstAxis: 0, [.init(size: 2)])
    return [
      of(1, [4]) { x, _ in .windows(x[0], pairs) },
      of(1, [3, 2]) { x, _ in .overlap(x[0], pairs, in: [4]) },
    ]
  }()

  private static let matrices: [OperationExample] =
    MatrixFunction.allCases.map { function in
      OperationExample([Operand(name: "A", shape: [3, 3])], to: "Y") { x, _ in .matrix(function, x[0]) }
    }
    + [SystemMatrix.general, .triangular(isLower: true)].map { matrix in
      OperationExample([Operand(name: "A", shape: [3, 3]), Operand(name: "B", shape: [3, 2])], to: "X") { x, _ in
        .solve(matrix, x[0], x[1])
      }
    }

  /// Bodies that stand for any: f(x) = sin x, g(x) = x², a step from a state and an element to their product.
  private static let control: [OperationExample] = [
    of(1) { x, _ in sineCall(x[0]) },
    OperationExample(
      [Operand(name: "c", shape: [], type: .bool), Operand(name: "x", shape: [3])], to: "y"
    ) { x, _ in
      let branches = Body.trace([Body.Signature(x[1])], count: 2, hoists: false) { index, x in
        [index == 0 ? .unary(.sin, x[0]) : .power(x[0], 2)]
      }
      return .conditional(x[0], branches.bodies, [x[1]] + branches.captures)
    },
    OperationExample([Operand(name: "s", shape: []), Operand(name: "x", shape: [4])], to: "y") { x, type in
      let step = Body.trace([Body.Signature([], type), Body.Signature([], type)], hoists: true) { [$0[0] * $0[1]] }
      return .scan(ScanForm(carries: 1, sequences: 1, length: 4, isReversed: false), step.body, x + step.captures)
    },
    OperationExample([Operand(name: "s", shape: [])], to: "y") { x, type in
      let loop = Body.trace([Body.Signature([], type)], count: 2, hoists: true) { index, s in
        [index == 0 ? .compare(.less, s[0], .fill(9, [], type)) : s[0] + .fill(1, [], type)]
      }
      return .whileLoop(carries: 1, condition: loop.bodies[0], body: loop.bodies[1], x + loop.captures)
    },
    of(2) { x, _ in .bundle(x) },
    of(1) { x, _ in .part(sineCall(x[0]), 0) },
    of(2) { x, _ in .after(x[0], x[1]) },
  ]

  private static func sineCall(_ x: Node) -> Node {
    let (body, captures) = Body.trace([Body.Signature(x)], hoists: false) { [.unary(.sin, $0[0])] }
    return .call(body, [x] + captures)
  }

  private static let scans: [OperationExample] =
    [
      OperationExample([Operand(name: "a", shape: [4]), Operand(name: "b", shape: [4])], to: "y") { x, _ in
        .recurrence(x[0], x[1], axis: 0, reverse: false)
      }
    ]
    + Extremum.allCases.map { extremum in
      of(1, [4]) { x, _ in .cumulative(extremum, x[0], axis: 0, reverse: false) }
    }

  private static let custom: [OperationExample] = [
    OperationExample([Operand(name: "value", shape: [3]), Operand(name: "x", shape: [3])], to: "y") { x, type in
      .custom(x[0], inputs: [x[1]]) { _, _, _ in [.symbol("pullback(x, y, y\u{304})", [3], type)] }
    }
  ]

  private func named(_ result: String) -> OperationExample { OperationExample(operands, to: result, build) }
}
