import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Unsigned integers with the highest bit set, where signed arithmetic would go wrong.
@Suite struct UnsignedTests {
  private static let types: [ScalarType] = [.uint8, .uint16, .uint32, .uint64]

  /// Small and large numbers of a type, the largest among them.
  private func numbers(_ type: ScalarType, _ count: Int, seed: UInt64, isDivisor: Bool = false) -> ReferenceTensor {
    var generator = SplitMix64(seed: seed)
    let elements = (0..<count).map { place -> Element in
      let word = UInt64.random(in: 0 ... .max, using: &generator)
      let number = [word, word >> 60, .max - word >> 61, 1 << 63 + word >> 61][place % 4]
      let bits =
        UInt64(truncatingIfNeeded: number) & (type.byteCount == 8 ? .max : (1 << (8 * UInt64(type.byteCount))) - 1)
      return .integer(Int128(isDivisor && bits == 0 ? 1 : bits))
    }
    return ReferenceTensor([count], type, elements)
  }

  private func expectAgreement(_ what: String, _ build: () -> Node) throws {
    let expected = try build().evaluated()
    for (name, engine) in GraphSketch.engines {
      expectClose(try build().evaluated(on: engine), expected, .exact, "\(what), \(name) engine")
    }
  }

  @Test(arguments: types) func functions(type: ScalarType) throws {
    for count in [1, 7, 64, 101] {
      let (x, y) = (numbers(type, count, seed: 1), numbers(type, count, seed: 2, isDivisor: true))
      for function in Binary.allCases where Node.isDefined(function, type) {
        try expectAgreement("\(type) \(function)") { .binary(function, x.node, y.node) }
      }
      for comparison in Comparison.allCases {
        try expectAgreement("\(type) \(comparison)") { .compare(comparison, x.node, y.node) }
      }
      for function in [Unary.negate, .absolute, .sign, .relu] {
        try expectAgreement("\(type) \(function)") { .unary(function, x.node) }
      }
      try expectAgreement("\(type) power") { .power(x.node, 5) }
    }
  }

  @Test(arguments: types) func reductionsOrderAndScans(type: ScalarType) throws {
    for (rows, columns) in [(1, 1), (3, 5), (17, 33), (64, 20)] {
      let shape: Shape = [rows, columns]
      let x = numbers(type, rows * columns, seed: 3)
      func matrix() -> Node { .reshape(x.node, to: shape) }
      for axes in [[0], [1], [0, 1]] as [AxisSet] {
        for reduction in Reduction.allCases {
          try expectAgreement("\(type) \(reduction)") { .reduce(reduction, matrix(), axes) }
        }
      }
      for axis in 0..<2 {
        for extremum in Extremum.allCases {
          try expectAgreement("\(type) argument") { .argument(extremum, matrix(), axis: axis) }
          try expectAgreement("\(type) cumulative") { .cumulative(extremum, matrix(), axis: axis, reverse: axis == 1) }
        }
        try expectAgreement("\(type) argSort") { .argSort(matrix(), axis: axis, isDescending: axis == 1) }
        try expectAgreement("\(type) recurrence") { .recurrence(matrix(), matrix(), axis: axis, reverse: false) }
      }
      try expectAgreement("\(type) contract") {
        .contract(matrix(), matrix(), Contraction(leftContracting: [1], rightContracting: [1]))
      }
    }
  }

  /// Indices of any integer type choose the same elements, and those outside are found however they are stored.
  @Test func indicesOfEveryIntegerType() throws {
    let x = Node.literal([10, 20, 30, 40], [4], .bfloat16)
    for type in [ScalarType].integers {
      let places: [Double] = type.isUnsigned ? [3, 0, 2] : [-1, 0, 2]
      func indices() -> Node { .literal(places, [3], type) }
      for (_, engine) in GraphSketch.engines {
        #expect(try Node.gather(x, indices(), axis: 0).doubles(on: engine) == [40, 10, 30], "\(type)")
        let sum = Node.scatterAdd(.literal([1, 2, 3], [3], .int8), indices(), axis: 0, in: [4])
        #expect(try sum.doubles(on: engine) == [2, 0, 3, 1], "\(type)")
        for wrong in type == .uint64 ? [0x1p63, 0x1p64 - 0x1p11, 4] : [4] {
          let error = #expect(throws: TensorError.self, "\(type)") {
            try Node.gather(x, .literal([0, wrong], [2], type), axis: 0).evaluated(on: engine)
          }
          #expect(error?.kind == .indexOutOfBounds)
        }
      }
    }
  }
}

extension Node {
  /// Whether a function takes elements of a type.
  fileprivate static func isDefined(_ function: Binary, _ type: ScalarType) -> Bool {
    let x = Node.literal([1], [1], type)
    return (try? checked { Node.binary(function, x, x) }) != nil
  }
}
