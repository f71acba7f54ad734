import CDescentRuntime
import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Products whose rows are handed on in strips, and what may follow them.
@Suite(.serialized) struct EpilogueTests {
  /// Which axes of the operands lie in the order that products like least.
  private enum Layout: CaseIterable { case plain, leftTransposed, rightTransposed, bothWithGaps }

  /// What is done with the rows of a product.
  private enum Ending: CaseIterable {
    case bias, residual, mask, softmax, normalized, columnSums, everything, total, heads, chain
  }

  private struct Size {
    var batch, rows, depth, columns: Int
  }

  /// Single products, packed and not, of several strips and blocks; batches of small, large and odd products.
  private static let sizes = [
    Size(batch: 1, rows: 100, depth: 9, columns: 40), Size(batch: 1, rows: 75, depth: 300, columns: 18),
    Size(batch: 1, rows: 9, depth: 5, columns: 16), Size(batch: 1, rows: 61, depth: 64, columns: 66),
    Size(batch: 12, rows: 3, depth: 4, columns: 6), Size(batch: 6, rows: 40, depth: 33, columns: 34),
    Size(batch: 5, rows: 1, depth: 7, columns: 12), Size(batch: 3, rows: 7, depth: 2, columns: 120),
  ]

  /// Engines that make strips of small products: several blocks in each, or several strips in each product.
  private static let engines: [(name: String, engine: CPUEngine)] = [
    (
      "blocks",
      CPUEngine(
        Granularity(blockElements: 64, epilogueBytes: 1, stripBytes: 4096, stripRows: 2, stripCount: 2))
    ),
    (
      "strips",
      CPUEngine(
        Granularity(
          blockElements: 16, itemNanoseconds: 0.5, epilogueBytes: 1, stripBytes: 256, stripRows: 1, stripCount: 2))
    ),
  ]

  /// [batch, rows, columns] of two inputs.
  private static func product(
    _ sketch: inout GraphSketch, _ size: Size, _ layout: Layout, _ type: ScalarType
  ) -> Int {
    let batch = size.batch > 1 ? [size.batch] : []
    func operand(_ rows: Int, _ columns: Int, seed: UInt64, isTransposed: Bool) -> Int {
      if layout == .bothWithGaps {
        let wide = sketch.input(Shape(batch + [rows, 2 * columns]), type, seed: seed)
        return sketch.slice(wide, strides: batch.map { _ in 1 } + [1, 2])
      }
      if !isTransposed { return sketch.input(Shape(batch + [rows, columns]), type, seed: seed) }
      let other = sketch.input(Shape(batch + [columns, rows]), type, seed: seed)
      return sketch.transpose(other, batch.isEmpty ? [1, 0] : [0, 2, 1])
    }
    let left = operand(size.rows, size.depth, seed: 1, isTransposed: layout == .leftTransposed)
    let right = operand(size.depth, size.columns, seed: 2, isTransposed: layout == .rightTransposed)
    let axes =
      batch.isEmpty
      ? Contraction(leftContracting: [1], rightContracting: [0])
      : Contraction(leftBatch: [0], rightBatch: [0], leftContracting: [2], rightContracting: [1])
    return sketch.contract(left, right, axes)
  }

  private static func finish(_ sketch: inout GraphSketch, _ x: Int, _ ending: Ending) {
    let (shape, type) = (sketch.shape(x), sketch.type(x))
    let last = shape.rank - 1
    let rows = AxisSet([last])
    let leading = AxisSet(Array(0..<last))
    func repeated(_ row: Int) -> Int { sketch.broadcast(row, to: shape, along: rows) }
    let bias = sketch.broadcast(sketch.input([shape[last]], type, seed: 3), to: shape, along: leading)
    switch ending {
    case .bias: sketch.output(sketch.unary(.relu, sketch.binary(.add, x, bias)))
    case .residual:
      let other = sketch.input(shape, type, seed: 4)
      sketch.output(sketch.binary(.subtract, other, x), sketch.binary(.multiply, x, x))
    case .mask:
      let mask = sketch.compare(.greater, sketch.input(shape, type, seed: 5), sketch.fill(0, shape, type))
      let masked = sketch.append(.select, shape, type, mask, x, sketch.fill(0, shape, type))
      sketch.output(masked, sketch.reduce(.sum, masked, leading))
    case .softmax:
      let difference = sketch.binary(.subtract, x, repeated(sketch.reduce(.max, x, rows)))
      let powers = type.isFloatingPoint ? sketch.unary(.tanh, difference) : difference
      sketch.output(sketch.binary(.add, powers, repeated(sketch.reduce(.sum, powers, rows))))
    case .normalized:
      let sum = sketch.binary(.add, x, sketch.input(shape, type, seed: 6))
      let centred = sketch.binary(.subtract, sum, repeated(sketch.reduce(.max, sum, rows)))
      sketch.output(centred, sketch.reduce(.max, sketch.binary(.multiply, centred, bias), rows))
    case .columnSums: sketch.output(sketch.reduce(.sum, sketch.binary(.add, x, bias), leading))
    case .everything: sketch.output(x, sketch.binary(.add, x, bias), sketch.argument(.max, x, axis: last))
    case .total: sketch.output(sketch.reduce(.max, sketch.unary(.absolute, x), AxisSet(Array(0...last))))
    case .heads:
      // Rows of half the length.
      let halves = sketch.reshape(x, to: Shape([shape.elementCount * 2 / shape[last], shape[last] / 2]))
      let sums = sketch.reduce(.sum, halves, [1])
      sketch.output(
        sketch.binary(.subtract, halves, sketch.broadcast(sums, to: sketch.shape(halves), along: [1])))
    case .chain:
      // The sum of two products, and a third one of it.
      let weight = sketch.input([shape[last], 8], type, seed: 7)
      let next = sketch.contract(
        sketch.binary(.add, x, bias), weight, Contraction(leftContracting: [last], rightContracting: [0]))
      let other = sketch.contract(
        sketch.unary(.negate, x), weight, Contraction(leftContracting: [last], rightContracting: [0]))
      sketch.output(sketch.binary(.maximum, next, other), x)
    }
  }

  private static let types: [ScalarType] = [.float32, .float64, .bfloat16, .int32, .int8]

  @Test(arguments: types) func resultsAreThoseOfProductsByThemselves(type: ScalarType) throws {
    for size in Self.sizes {
      for layout in Layout.allCases {
        for ending in Ending.allCases {
          var sketch = GraphSketch()
          Self.finish(&sketch, Self.product(&sketch, size, layout, type), ending)
          try Self.check(sketch, "\(type) \(size) \(layout) \(ending)")
        }
      }
    }
  }

  /// The same bits on one thread and on two, and what the usual engine computes, to which these products are small.
  private static func check(_ sketch: GraphSketch, _ label: String) throws {
    defer { descent_pool_set_thread_count(0) }
    let expected = try sketch.run(on: CPUEngine())
    for (name, engine) in engines {
      let plan = try engine.compile(sketch.graph)
      let results = try [1, 2].map { threads in
        descent_pool_set_thread_count(threads)
        return try sketch.run(plan)
      }
      for (place, expected) in expected.enumerated() {
        #expect(results[0][place].hasSameBits(as: results[1][place]), "\(label), \(name) engine, output \(place)")
        expectClose(
          results[1][place], expected, Tolerance.relative(1e-4, floor: 1).forResults(of: expected.scalarType),
          "\(label), \(name) engine, output \(place)")
      }
    }
  }

  // MARK: Plans

  private static func plan(_ sketch: GraphSketch, _ engine: CPUEngine) throws -> CPUPlan {
    try #require(try engine.compile(sketch.graph) as? CPUPlan)
  }

  @Test func aProductThatOnlyItsEpilogueReadsIsNotStored() throws {
    for size in Self.sizes where size.rows * size.batch > 8 {
      var sketch = GraphSketch()
      Self.finish(&sketch, Self.product(&sketch, size, .plain, .float32), .softmax)
      for (name, engine) in Self.engines {
        let plan = try Self.plan(sketch, engine)
        #expect(plan.steps.count == 1, "\(name) \(size)\n\(plan)")
        #expect(plan.description.contains("contract + row program"), "\(name) \(size)\n\(plan)")
        #expect(plan.slabByteCount == 0, "\(name) \(size)\n\(plan)")
      }
    }
  }

  @Test func aProductThatOthersReadIsStored() throws {
    var sketch = GraphSketch()
    let size = Self.sizes[0]
    Self.finish(&sketch, Self.product(&sketch, size, .plain, .float32), .everything)
    for (name, engine) in Self.engines {
      let plan = try Self.plan(sketch, engine)
      #expect(plan.steps.count == 1, "\(name)\n\(plan)")
      #expect(plan.steps[0].summary.bytesWritten == 4 * size.rows * (2 * size.columns + 2), "\(name)\n\(plan)")
    }
  }

  /// What an epilogue overwrites is no operand that other strips still need.
  @Test func operandsOutliveTheFirstStrips() throws {
    let numbers = (0..<1600).map { Double($0 * $0 % 5 - 2) }
    for isLeft in [true, false] {
      var sketch = GraphSketch()
      let weight = sketch.input(numbers, [40, 40])
      let x = sketch.unary(.negate, sketch.input(numbers.reversed(), [40, 40]))
      let product = sketch.contract(
        isLeft ? x : weight, isLeft ? weight : x, Contraction(leftContracting: [1], rightContracting: [0]))
      let sum = sketch.binary(.maximum, product, x)
      sketch.output(sketch.contract(sum, weight, Contraction(leftContracting: [1], rightContracting: [0])))
      try Self.check(sketch, "left \(isLeft)")
    }
  }

  /// Two programs that need both of two products can't have one each.
  @Test func unitsDoNotNeedEachOther() throws {
    var sketch = GraphSketch()
    let size = Size(batch: 1, rows: 60, depth: 20, columns: 24)
    let (first, second) = (
      Self.product(&sketch, size, .plain, .float32), Self.product(&sketch, size, .leftTransposed, .float32)
    )
    let sum = sketch.reduce(.sum, sketch.binary(.add, first, second), [0, 1])
    let spread = sketch.broadcast(sum, to: sketch.shape(first), along: [0, 1])
    sketch.output(sketch.binary(.multiply, sketch.binary(.subtract, first, second), spread))
    sketch.output(sketch.reduce(.max, sketch.binary(.subtract, second, spread), [1]))
    try Self.check(sketch, "two products")
  }

  /// Columns of rows can't be had from rows of columns: the whole product is needed first.
  @Test func transposedReadsNeedTheWholeProduct() throws {
    var sketch = GraphSketch()
    let product = Self.product(&sketch, Size(batch: 1, rows: 48, depth: 10, columns: 48), .plain, .float32)
    sketch.output(sketch.binary(.add, product, sketch.transpose(product, [1, 0])))
    for (_, engine) in Self.engines {
      #expect(try Self.plan(sketch, engine).steps.count == 2)
    }
    try Self.check(sketch, "transposed")
  }

  /// Products of few rows, of a large depth, or that fit into the caches are computed by themselves.
  @Test func onlyLargeProductsHaveEpilogues() {
    func strips(_ batch: Int, _ rows: Int, _ depth: Int, _ columns: Int) -> ProductStrips? {
      let shape = ContractionShape(
        batch: batch == 1 ? [] : [.init(size: batch, left: rows * depth, right: depth * columns)],
        rows: [.init(size: rows, stride: depth)], columns: [.init(size: columns, stride: 1)],
        depth: [.init(size: depth, left: 1, right: columns)])
      return ProductStrips(shape, .float32, Granularity())
    }
    for (batch, rows, depth, columns) in [
      (1, 128, 784, 512), (1, 64, 256, 1024), (1, 64, 64, 64), (1, 512, 8192, 128), (32, 16, 64, 16),
    ] {
      #expect(strips(batch, rows, depth, columns) == nil, "\((batch, rows, depth, columns))")
    }
    for (batch, rows, depth, columns) in [
      (1, 1024, 256, 1024), (1, 12_544, 288, 64), (32, 128, 64, 128), (1, 50_176, 9, 32), (8, 1000, 64, 1000),
    ] {
      guard let rowRanges = strips(batch, rows, depth, columns)?.rows else {
        #expect(Bool(false), "\((batch, rows, depth, columns)) has no strips")
        continue
      }
      let bytes = (0..<rowRanges.count).map { rowRanges[$0].count * columns * 4 }
      #expect(bytes.reduce(0, +) == batch * rows * columns * 4)
      #expect(bytes.allSatisfy { $0 <= 1 << 19 }, "\((batch, rows, depth, columns)) \(bytes)")
    }
  }
}
