import DescentGraph
import TestSupport
import Testing

/// Grows graphs from a seed: views, functions, reductions, contractions, indexing, several outputs.
struct RandomGraph {
  var sketch = GraphSketch()
  private var generator: SplitMix64
  private var values: [Int] = []
  private let isExact: Bool
  private let type: ScalarType

  /// With `isExact`, elements stay small whole numbers, on which all engines must agree to the bit.
  init(seed: UInt64, isExact: Bool, _ type: ScalarType = .float32) {
    generator = SplitMix64(seed: seed)
    (self.isExact, self.type) = (isExact, type)
    for _ in 0..<3 { addInput(shape()) }
    for _ in 0..<Int.random(in: 5...40, using: &generator) { grow() }
    let count = Int.random(in: 1...4, using: &generator)
    for value in values.suffix(count) { sketch.output(value) }
    sketch.output(pick())
  }

  private mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
  private mutating func pick() -> Int { values[random(0..<values.count)] }
  private mutating func oneOf<Choice>(_ choices: [Choice]) -> Choice { choices[random(0..<choices.count)] }

  private mutating func shape() -> Shape {
    let rank = random(0..<4)
    return Shape((0..<rank).map { _ in oneOf([1, 2, 3, 4, 5, 7, 16, 17]) })
  }

  private mutating func addInput(_ shape: Shape) {
    let numbers = (0..<shape.elementCount).map { _ in
      isExact ? Double(random(0..<7) - 3) : Double.random(in: -1.5..<1.5, using: &generator)
    }
    values.append(sketch.input(numbers, shape, type))
  }

  /// A value of the same shape and type as `x`, perhaps a row or a column repeated.
  private mutating func partner(of x: Int) -> Int {
    let shape = sketch.shape(x)
    let known = values.filter { sketch.shape($0) == shape }
    switch random(0..<4) {
    case 0: return sketch.fill(Double(random(0..<5) - 2), shape, type)
    case 1 where shape.rank > 0:
      let axes = AxisSet((0..<shape.rank).filter { _ in random(0..<2) == 0 })
      if axes.isEmpty { return oneOf(known) }
      let small = values.filter { sketch.shape($0) == shape.removing(axes) }
      if small.isEmpty { addInput(shape.removing(axes)) }
      return sketch.broadcast(small.last ?? values[values.count - 1], to: shape, along: axes)
    default: return oneOf(known)
    }
  }

  private mutating func grow() {
    let x = pick()
    let shape = sketch.shape(x)
    let axes = AxisSet((0..<shape.rank).filter { _ in random(0..<2) == 0 })
    let room = shape.elementCount <= 2000
    switch random(0..<15) {
    case 0, 1:
      values.append(
        sketch.unary(oneOf(isExact ? [.negate, .absolute, .sign, .relu] : [.tanh, .sigmoid, .sin, .relu]), x))
    case 2, 3: values.append(sketch.binary(oneOf([.add, .subtract, .maximum, .minimum]), x, partner(of: x)))
    case 4: values.append(bounded(sketch.binary(.multiply, x, partner(of: x))))
    case 5 where !axes.isEmpty: values.append(bounded(sketch.reduce(oneOf([.sum, .max, .min]), x, axes)))
    case 6 where !axes.isEmpty:
      // A row's statistic, taken from each of its elements.
      let total = sketch.reduce(oneOf([.sum, .max]), x, axes)
      values.append(bounded(sketch.binary(.subtract, x, sketch.broadcast(total, to: shape, along: axes))))
    case 7 where shape.rank > 1: values.append(sketch.transpose(x, Array(0..<shape.rank).shuffled(using: &generator)))
    case 8 where shape.rank > 0:
      values.append(sketch.slice(x, strides: (0..<shape.rank).map { _ in oneOf([1, 1, 2, -1, -2]) }))
    case 9: values.append(reshaped(x))
    case 10 where room && shape.rank > 0: values.append(product(x))
    case 11 where shape.rank > 0 && room:
      values.append(sketch.concatenate([x, partner(of: x)], axis: random(0..<shape.rank)))
    case 12 where shape.rank > 0 && room: values.append(placed(x))
    case 13: values.append(indexed(x))
    case 14 where isExact:
      let mask = sketch.compare(oneOf(Comparison.allCases), x, partner(of: x))
      let chosen = sketch.append(.select, shape, type, mask, x, partner(of: x))
      values.append(sketch.binary(.add, chosen, sketch.convert(mask, to: type)))
    default: addInput(self.shape())
    }
  }

  /// Keeps numbers small, however many operations follow.
  private mutating func bounded(_ x: Int) -> Int {
    let shape = sketch.shape(x)
    let low = sketch.binary(.minimum, x, sketch.fill(4, shape, type))
    return sketch.binary(.maximum, low, sketch.fill(-4, shape, type))
  }

  private mutating func reshaped(_ x: Int) -> Int {
    let count = sketch.shape(x).elementCount
    let divisors = (1...max(1, count)).filter { count % $0 == 0 }
    let first = oneOf(divisors)
    return sketch.reshape(x, to: random(0..<2) == 0 ? [first, count / first] : [1, count / first, first, 1])
  }

  private mutating func product(_ x: Int) -> Int {
    let shape = sketch.shape(x)
    let axis = random(0..<shape.rank)
    let other: Shape = [oneOf([1, 2, 5]), shape[axis], oneOf([1, 3])]
    addInput(other)
    return bounded(
      sketch.contract(x, values[values.count - 1], Contraction(leftContracting: [axis], rightContracting: [1])))
  }

  private mutating func placed(_ x: Int) -> Int {
    let shape = sketch.shape(x)
    let strides = (0..<shape.rank).map { _ in oneOf([1, 2, -1]) }
    let starts = (0..<shape.rank).map { strides[$0] < 0 ? shape[$0] - 1 : 1 }
    return sketch.place(x, starts: starts, strides: strides, in: Shape(shape.dimensions.map { 2 * $0 + 1 }))
  }

  private mutating func indexed(_ x: Int) -> Int {
    let shape = sketch.shape(x)
    guard shape.rank > 0, shape.elementCount < 1000 else { return sketch.unary(.negate, x) }
    let axis = random(0..<shape.rank)
    let count = random(1..<5)
    let indices = sketch.input(
      (0..<count).map { _ in Double(random(0..<shape[axis])) }, [count], oneOf([.int32, .int64]))
    let slices = sketch.gather(x, indices, axis: axis)
    return bounded(sketch.append(.scatterAdd(axis: UInt8(axis)), shape, type, slices, indices))
  }
}

@Suite struct RandomGraphTests {
  @Test(arguments: 0..<UInt64(8)) func wholeNumbersAreExact(part: UInt64) throws {
    withEvery("seed", in: part * 40..<part * 40 + 40) { seed in
      try RandomGraph(seed: seed, isExact: true).sketch.expectAgreement(.exact)
    }
  }

  /// Sums of small whole numbers are exact in the types that narrow ones are computed in, so all round alike.
  @Test(arguments: ScalarType.allCases.filter { $0 != .bool && $0 != .float32 })
  func wholeNumbersOfEveryTypeAreExact(type: ScalarType) throws {
    withEvery("seed", in: UInt64(2000)..<2030) { seed in
      try RandomGraph(seed: seed, isExact: true, type).sketch.expectAgreement(.exact)
    }
  }

  @Test(arguments: 0..<UInt64(4)) func realNumbersAreClose(part: UInt64) throws {
    withEvery("seed", in: part * 20..<part * 20 + 20) { seed in
      try RandomGraph(seed: 1_000_000 + seed, isExact: false).sketch.expectAgreement(.relative(1e-5, floor: 1))
    }
  }
}
