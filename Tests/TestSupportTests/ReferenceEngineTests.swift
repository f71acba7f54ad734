import DescentGraph
import Testing

@testable import TestSupport

/// The reference engine against numbers computed by hand.
struct ReferenceEngineTests {
  @Test func elementwiseFunctionsKeepTheirConventions() throws {
    let x = Node.literal([-2, -0.0, 3, .nan], [4])
    func check(_ actual: Node, _ expected: [Double]) throws {
      let values = try actual.doubles()
      #expect(equal(values, expected), "\(actual.operation.name)")
    }
    try check(.unary(.negate, x), [2, 0, -3, .nan])
    try check(.unary(.absolute, x), [2, 0, 3, .nan])
    try check(.unary(.sign, x), [-1, 0, 1, .nan])
    try check(.unary(.relu, x), [0, 0, 3, .nan])
    try check(.unary(.sqrt, x), [.nan, -0.0, 3.0.squareRoot(), .nan])
    try check(.power(x, 2), [4, 0, 9, .nan])
    let y = Node.literal([.nan, 1, 2, 0], [4])
    try check(.binary(.maximum, x, y), [.nan, 1, 3, .nan])
    try check(.binary(.minimum, x, y), [.nan, -0.0, 2, .nan])
    try check(.compare(.notEqual, x, x), [0, 0, 0, 1])
    try check(.compare(.lessEqual, x, x), [1, 1, 1, 0])
    try check(.unary(.sigmoid, .literal([-800, 0, 800], [3])), [0, 0.5, 1])
  }

  @Test func integersWrapAndTruncate() throws {
    let lowest = Node.literal([-0x1p31, -7, 7], [3], .int32)
    let divisor = Node.literal([-1, 2, -2], [3], .int32)
    #expect(try Node.binary(.divide, lowest, divisor).doubles() == [-0x1p31, -3, -3])
    #expect(try Node.binary(.add, lowest, lowest).doubles() == [0, -14, 14])
    #expect(try Node.unary(.negate, lowest).doubles() == [-0x1p31, 7, -7])
    #expect(try Node.power(lowest, 3).doubles() == [0, -343, 343])
    #expect(try Node.binary(.xor, divisor, divisor).doubles() == [0, 0, 0])
  }

  @Test func conversionsSaturate() throws {
    let x = Node.literal([.nan, .infinity, -.infinity, 2.9, -2.9], [5])
    #expect(try Node.convert(x, to: .int32).doubles() == [0, 0x1p31 - 1, -0x1p31, 2, -2])
    #expect(try Node.convert(x, to: .int64).evaluated().integers == [0, .max, .min, 2, -2])
    #expect(try Node.convert(x, to: .bool).doubles() == [1, 1, 1, 1, 1])
    let odd = Node.literal([0x1p24 + 1, 0x1p53 + 2], [2], .int64)
    #expect(try Node.convert(odd, to: .float32).doubles() == [0x1p24, 0x1p53])
  }

  @Test func float32RoundsOnceAfterEachOperation() throws {
    let x = Node.literal([0.1], [1], .float32)
    #expect(try x.doubles() == [Double(Float(0.1))])
    #expect(try Node.unary(.exp, x).doubles() == [1.105171 as Float].map(Double.init))
    let large = Node.literal([0x1p24, 1, 1], [3], .float32)
    #expect(try Node.reduce(.sum, large, [0]).doubles() == [0x1p24 + 2])
  }

  @Test func reductionsAndArguments() throws {
    let x = Node.literal([1, 5, 5, 4, 2, .nan], [2, 3])
    #expect(try Node.reduce(.sum, .literal([1, 2, 3, 4, 5, 6], [2, 3]), [0]).doubles() == [5, 7, 9])
    #expect(try equal(Node.reduce(.max, x, [1]).doubles(), [5, .nan]))
    #expect(try equal(Node.reduce(.min, x, [0]).doubles(), [1, 2, .nan]))
    #expect(try Node.argument(.max, x, axis: 1).doubles() == [1, 2])
    #expect(try Node.argument(.min, x, axis: 1).doubles() == [0, 2])
    #expect(try Node.reduce(.sum, .literal([], [0, 2]), [0]).doubles() == [0, 0])
    let truth = Node.literal([1, 0, 0, 0], [2, 2], .bool)
    #expect(try Node.reduce(.max, truth, [1]).doubles() == [1, 0])
    #expect(try Node.reduce(.min, truth, [1]).doubles() == [0, 0])
    #expect(try Node.reduce(.sum, truth, [0, 1]).doubles() == [1])
  }

  @Test func movement() throws {
    let x = Node.literal([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(try Node.transpose(x, AxisList([1, 0])).doubles() == [1, 4, 2, 5, 3, 6])
    #expect(try Node.broadcast(.literal([1, 2], [2]), to: [2, 3], along: [1]).doubles() == [1, 1, 1, 2, 2, 2])
    var window = Window(rank: 2)
    window.starts[1] = 2
    window.strides[1] = -2
    #expect(try Node.slice(x, window, to: [2, 2]).doubles() == [3, 1, 6, 4])
    #expect(try Node.place(.literal([7, 8], [2, 1]), window, in: [2, 3]).doubles() == [0, 0, 7, 0, 0, 8])
    #expect(try Node.concatenate([x, .literal([7, 8], [2, 1])], axis: 1).doubles() == [1, 2, 3, 7, 4, 5, 6, 8])
    #expect(try Node.iota([2, 3], axis: 1, .int64).doubles() == [0, 1, 2, 0, 1, 2])
  }

  @Test func indexing() throws {
    let x = Node.literal([1, 2, 3, 4, 5, 6], [2, 3])
    let indices = Node.literal([2, 0, 2], [3], .int64)
    #expect(try Node.gather(x, indices, axis: 1).doubles() == [3, 1, 3, 6, 4, 6])
    #expect(try Node.scatterAdd(x, indices, axis: 1, in: [2, 4]).doubles() == [2, 0, 4, 0, 5, 0, 10, 0])
    #expect(throws: TensorError(.indexOutOfBounds, "gather", "index 2 is outside axis 0, which has 2 elements")) {
      try Node.gather(x, indices, axis: 0).evaluated()
    }
    #expect(throws: TensorError(.divisionByZero, "divide", "an integer is divided by zero")) {
      try Node.binary(.divide, indices, indices).evaluated()
    }
  }

  @Test func contractionsOrderBatchLeftRight() throws {
    let x = Node.literal([1, 2, 3, 4, 5, 6], [2, 3])
    let y = Node.literal([1, 0, 0, 1, 1, 1], [3, 2])
    #expect(
      try Node.contract(x, y, Contraction(leftContracting: [1], rightContracting: [0])).doubles() == [4, 5, 10, 11])
    let rows = Contraction(leftBatch: [0], rightBatch: [0], leftContracting: [1], rightContracting: [1])
    #expect(try Node.contract(x, x, rows).doubles() == [14, 77])
    let outer = Node.contract(
      .literal([1, 2], [2]), .literal([3, 4, 5], [3]), Contraction(leftContracting: [], rightContracting: []))
    #expect(try outer.doubles() == [3, 4, 5, 6, 8, 10])
    let swapped = Contraction(leftBatch: [1], rightBatch: [0], leftContracting: [], rightContracting: [])
    #expect(try Node.contract(x, y, swapped).evaluated().shape == [3, 2, 2])
    #expect(try Node.contract(x, y, swapped).doubles() == [1, 0, 4, 0, 0, 2, 0, 5, 3, 3, 6, 6])
  }

  /// The known answers of Philox4x32-10, from the authors' Random123 distribution (kat_vectors).
  @Test func philoxGivesTheKnownAnswers() {
    #expect(
      RandomStream.block(counter: (0, 0), key: 0) == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    #expect(
      RandomStream.block(counter: (.max, .max), key: .max) == [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD])
  }

  @Test(arguments: [ScalarType.float32, .float64])
  func randomNumbersHaveTheirMoments(type: ScalarType) throws {
    let key = Node.literal([17, 4], [2], .int64)
    let uniform = try Node.random(.uniform, [4000], type, key: key).doubles()
    #expect(uniform.allSatisfy { (0..<1).contains($0) })
    #expect(abs(uniform.reduce(0, +) / 4000 - 0.5) < 0.02)
    let normal = try Node.random(.normal, [4000], type, key: key).doubles()
    #expect(abs(normal.reduce(0, +) / 4000) < 0.06)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 4000 - 1) < 0.1)
  }
}

/// Equality that takes NaN for equal to itself and tells no zero from the other.
private func equal(_ actual: [Double], _ expected: [Double]) -> Bool {
  actual.count == expected.count && zip(actual, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
}
