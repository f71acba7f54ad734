import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// The engine that tensors run on computes what the reference engine computes, for every row and every layout.
struct EngineLaws {
  @Test(arguments: Sample.all)
  func engineAgreesWithTheReference(sample: Sample) throws {
    withEvery("type", in: sample.types) { type in
      let inputs = sample.tensors(type, seed: 2)
      let expected = try sample.build(inputs.map(\.node)).evaluated()
      withEvery("layout", in: Layout.allCases) { layout in
        let node = sample.build(try inputs.map(layout.node))
        let tolerance = node.operation.tolerance(node.scalarType)
        let actual = try node.evaluated(on: Tensor.engine)
        expectClose(actual, expected, tolerance)
      }
    }
  }

  /// Mistakes that only values can show are found by both engines, with the same kind.
  @Test func enginesFindTheSameMistakes() throws {
    let numbers = Node.literal([1, 2, 3], [3], .int32)
    let mistakes: [(TensorError.Kind, () -> Node)] = [
      (.divisionByZero, { .binary(.divide, numbers, .literal([1, 0, 1], [3], .int32)) }),
      (.divisionByZero, { .binary(.remainder, numbers, .literal([0, 1, 1], [3], .int32)) }),
      (.divisionByZero, { .binary(.truncatedRemainder, numbers, .literal([1, 1, 0], [3], .int32)) }),
      (.indexOutOfBounds, { .gather(numbers, .literal([0, 3], [2], .int64), axis: 0) }),
      (.singularMatrix, { .solve(.general, .literal([1, 2, 2, 4], [2, 2]), .literal([1, 1], [2, 1])) }),
      (
        .singularMatrix,
        { .solve(.triangular(isLower: true), .literal([0, 2, 2, 4], [2, 2]), .literal([1, 1], [2, 1])) }
      ),
      (.notPositiveDefinite, { .matrix(.cholesky, .literal([1, 2, 2, 1], [2, 2])) }),
      (.indexOutOfBounds, { .scatterAdd(numbers, .literal([0, 4, 1], [3], .int32), axis: 0, in: [4]) }),
    ]
    for (kind, build) in mistakes {
      for engine in [ReferenceEngine(), Tensor.engine] as [any Engine] {
        let error = #expect(throws: TensorError.self, "\(engine.name)") { try build().evaluated(on: engine) }
        #expect(error?.kind == kind, "\(engine.name)")
      }
    }
  }
}

extension Operation {
  /// How far an engine's floating-point results may be from the reference's.
  fileprivate func tolerance(_ type: ScalarType) -> Tolerance {
    switch self {
    // Its reference is a long sum.
    case .binary(.polygamma): .relative(type == .float32 ? 1e-6 : 1e-14).forResults(of: type)
    // A narrow type rounds away what float32 gets wrong, unless it lies at the middle of two numbers.
    case .unary, .power, .binary, .random: .ulps([ScalarType].narrowFloats.contains(type) ? 1 : 4)
    // Sums may be taken in any order.
    case .reduce(.sum, _), .reduce(.product, _), .scatterAdd, .contract, .recurrence, .part, .overlap:
      .relative(type == .float32 ? 1e-6 : 1e-15).forResults(of: type)
    case .input, .fill, .iota, .invalid, .convert, .identity, .compare, .select, .reduce, .argument, .broadcast,
      .reshape, .transpose, .slice, .place, .concatenate, .gather, .cumulative, .custom, .argSort, .call, .conditional,
      .scan, .whileLoop, .bundle, .after, .windows:
      .exact
    // Rounding grows with the condition of the matrix, which is small in the table.
    case .matrix, .solve: .relative(type == .float32 ? 1e-5 : 1e-13).forResults(of: type)
    }
  }
}
