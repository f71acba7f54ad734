import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

@Suite struct OperationTests {
  /// Every row of the sample table, every type and layout: the engine computes what the reference engine does.
  @Test(arguments: Layout.allCases) func samplesAgree(layout: Layout) {
    withEvery("sample", in: Sample.all) { sample in
      withEvery("type", in: sample.types) { type in
        let tensors = sample.tensors(type, seed: 7)
        let expected = try sample.build(tensors.map(\.node)).evaluated()
        for (name, engine) in GraphSketch.engines {
          let actual = try sample.build(tensors.map(layout.node)).evaluated(on: engine)
          let isSingle = actual.scalarType == .float32
          let tolerance = isSingle ? Tolerance.relative(2e-6, floor: 1) : .relative(1e-14, floor: 1)
          expectClose(actual, expected, tolerance.forResults(of: actual.scalarType), "\(name) engine")
        }
      }
    }
  }

  /// Sizes around those of vectors and blocks.
  static let sizes = [0, 1, 2, 3, 15, 16, 17, 31, 33, 64, 4095, 4096, 4097, 8193]

  @Test(arguments: sizes) func functionsOfAnySize(size: Int) throws {
    for type in ScalarType.allCases {
      var sketch = GraphSketch()
      let x = sketch.input([size], type, seed: 1)
      let y = sketch.input([size], type, seed: 2)
      let z = sketch.binary(.maximum, x, y)
      let isLess = sketch.compare(.less, x, y)
      sketch.output(z, isLess, sketch.append(.select, [size], type, isLess, y, x))
      for other in ScalarType.allCases where other != type { sketch.output(sketch.convert(x, to: other)) }
      if type.isFloatingPoint {
        sketch.output(sketch.unary(.exp, sketch.unary(.tanh, x)), sketch.append(.power(3), [size], type, x))
      }
      try sketch.expectAgreement(.relative(1e-6))
    }
  }

  /// Where squares overflow or underflow, and where a quotient is no number.
  @Test func hypotAtTheEdges() throws {
    let (big, small, tiny) = (3e38, 4e-30, 1e-44)
    for (x, y, expected) in [
      (big, 1e38, 3.1622777e38), (big, -big, .infinity), (3 * small, 4 * small, 5 * small), (tiny, 0, tiny),
      (0, -0.0, 0), (.infinity, -.infinity, .infinity), (-.infinity, 5, .infinity), (.nan, 1, .nan),
      (.infinity, .nan, .nan),
    ] as [(Double, Double, Double)] {
      var sketch = GraphSketch()
      let (left, right) = (sketch.input([x], [1]), sketch.input([y], [1]))
      sketch.output(sketch.binary(.hypot, left, right))
      let actual = try sketch.run(on: CPUEngine())[0].doubles
      expectClose(actual, [Double(Float(expected))], .relative(3e-7), "hypot(\(x), \(y))")
    }
  }

  /// Values of several widths in one program: a wider result must not take the place of what is still to be read.
  @Test(arguments: 1...17) func widthsMixInSmallPrograms(size: Int) throws {
    for type in [ScalarType.float32, .float64, .int64, .float16, .uint8, .int16, .uint64] {
      var sketch = GraphSketch()
      let (x, y) = (sketch.input([size], type, seed: 1), sketch.input([size], type, seed: 2))
      let chosen = sketch.append(.select, [size], type, sketch.compare(.less, x, y), x, y)
      let counted = sketch.convert(sketch.compare(.less, y, x), to: type)
      let widened = sketch.convert(sketch.unary(.negate, sketch.convert(x, to: .int32)), to: .float64)
      sketch.output(sketch.unary(.negate, chosen), sketch.unary(.negate, counted), sketch.unary(.negate, widened))
      try sketch.expectAgreement(.relative(1e-6))
    }
  }

  /// Slices as large as an item of parallel work, and larger.
  @Test(arguments: [65_536, 65_537]) func slicesOfAnySizeAreGathered(size: Int) throws {
    var sketch = GraphSketch()
    let (x, indices) = (sketch.input([2, size], seed: 4), sketch.input([1, -1], [2], .int64))
    let slices = sketch.gather(x, indices, axis: 0)
    sketch.output(slices, sketch.append(.scatterAdd(axis: 0), [2, size], .float32, slices, indices))
    try sketch.expectAgreement(.exact)
  }

  @Test func aSlotGoesOnlyToAResultOfTheSameWidth() throws {
    let convert = try #require(Kernels().convert(.bool, .float32))
    let negate = try #require(Kernels().unary(.DESCENT_NEGATE, .float32))
    var program = RowProgram(rows: 1, columns: 16, blockRows: 1, blockColumns: 16)
    program.registers = [.init(extent: .full, size: 1), .init(extent: .full, size: 4), .init(extent: .full, size: 4)]
    program.instructions = [
      BlockInstruction(call: .load(0), extent: .full, result: 0),
      BlockInstruction(call: .unary(convert), extent: .full, x: 0, result: 1),
      BlockInstruction(call: .unary(negate), extent: .full, x: 1, result: 2),
    ]
    program.allocateSlots()
    #expect(program.registers[0].offset != program.registers[1].offset)
    #expect(program.registers[1].offset == program.registers[2].offset)
  }

  @Test(arguments: [(1, 1), (1, 17), (17, 1), (3, 5), (100, 10), (33, 130), (5, 1000), (2, 8200), (1500, 3)])
  func reductionsOfRowsAndColumns(rows: Int, columns: Int) throws {
    for type in ScalarType.allCases {
      for axes in [[0], [1], [0, 1]] as [AxisSet] {
        var sketch = GraphSketch()
        let x = sketch.input([rows, columns], type, seed: 3)
        sketch.output(sketch.reduce(.max, x, axes), sketch.reduce(.min, x, axes))
        if type != .bool { sketch.output(sketch.reduce(.sum, x, axes)) }
        for axis in axes.array where axes.count == 1 {
          sketch.output(sketch.argument(.max, x, axis: axis), sketch.argument(.min, x, axis: axis))
        }
        try sketch.expectAgreement(.relative(1e-5, floor: 1))
      }
    }
  }

  /// Every element is the reduction over some axes of a small tensor.
  @Test func reductionsOverAnyAxes() {
    withEvery("bits", in: UInt8(1)..<16) { bits in
      var sketch = GraphSketch()
      let x = sketch.input([3, 4, 5, 2], .float64)
      let doubled = sketch.binary(.add, x, x)
      for reduction in Reduction.allCases {
        sketch.output(
          sketch.reduce(reduction, x, AxisSet(bits: bits)), sketch.reduce(reduction, doubled, AxisSet(bits: bits)))
      }
      try sketch.expectAgreement(.relative(1e-14))
    }
  }

  @Test(arguments: [0, 0.5, 1.5, 2, 2.5, 3, 4, 7, 8, 8.5, 9, 0.3, 17.25, -0.5, -1, -1.5, -2, -3, -8, -2.7])
  func realPowers(exponent: Double) throws {
    for type in [ScalarType].floats {
      var sketch = GraphSketch()
      let x = sketch.input([0.25, 0.5, 0.9, 1, 1.1, 1.5, 2.25], [7], type)
      sketch.output(sketch.append(.power(exponent), [7], type, x))
      try sketch.expectAgreement(.relative(type == .float32 ? 2e-6 : 1e-14))
    }
  }

  @Test func integerPowersMultiply() throws {
    for exponent in [0, 1, 2, 3, 5, 8, 31, 64, 1000] as [Double] {
      var sketch = GraphSketch()
      sketch.output(
        sketch.append(.power(exponent), [8], .int32, sketch.input([-3, -2, -1, 0, 1, 2, 3, 5], [8], .int32)))
      try sketch.expectAgreement(.exact)
    }
    // Beyond the integers there are only even exponents, a multiple of every odd number's order.
    var sketch = GraphSketch()
    sketch.output(sketch.append(.power(1e300), [4], .int32, sketch.input([-3, 2, 0, 7], [4], .int32)))
    #expect(try sketch.run(on: CPUEngine()).map(\.integers) == [[1, 0, 0, 1]])
  }

  @Test func negativeIndicesCountFromTheEnd() throws {
    for type in [ScalarType.int32, .int64] {
      var sketch = GraphSketch()
      let x = sketch.input([10, 20, 30, 40], [4])
      let indices = sketch.input([-1, 0, -4, 2], [4], type)
      let slices = sketch.gather(x, indices, axis: 0)
      sketch.output(slices, sketch.append(.scatterAdd(axis: 0), [4], .float32, x, indices))
      let results = try sketch.run(on: CPUEngine())
      #expect(results.map(\.doubles) == [[40, 10, 10, 30], [50, 0, 40, 10]])
    }
  }
}
