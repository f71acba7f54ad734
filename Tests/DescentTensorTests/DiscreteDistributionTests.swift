import DescentGraph
import DescentNetworks
import DescentTensor
import Foundation
import TestSupport
import Testing

@Suite struct DiscreteDistributionTests {
  private static let count = 20_000

  private func counts(_ numbers: [Double], from first: Int = 0, _ size: Int) -> [Int] {
    numbers.reduce(into: [Int](repeating: 0, count: size)) { $0[Int($1) - first] += 1 }
  }

  @Test(arguments: [0, 0.001, 0.3, 0.5, 0.99, 1]) func bernoulli(probability: Double) {
    let expected = [1 - probability, probability]
    let values = Tensor.bernoulli([Self.count], probability: probability, using: RandomGenerator(seed: 1))
    #expect(values.scalarType == .bool)
    #expect(chiSquaredExcess(counts(values.scalars, 2), expected) < 6)
    let each = Tensor.bernoulli(
      probability: Tensor(scalars: [probability, 0.5], type: .float64), shape: [Self.count, 2],
      using: RandomGenerator(seed: 2))
    #expect(chiSquaredExcess(counts(each[0..., 0].scalars, 2), expected) < 6)
    #expect(chiSquaredExcess(counts(each[0..., 1].scalars, 2), [0.5, 0.5]) < 6)
  }

  @Test(arguments: [0..<1, 0..<2, -3..<4, 1..<101, (1 << 40)..<(1 << 40) + 5]) func integers(range: Range<Int>) {
    withEvery("type", in: range.upperBound < 1 << 31 ? [ScalarType.int32, .int64] : [.int64]) { type in
      let numbers = Tensor.integers([Self.count], in: range, type: type, using: RandomGenerator(seed: 3))
      #expect(numbers.scalarType == type)
      let probabilities = [Double](repeating: 1 / Double(range.count), count: range.count)
      let counts = counts(numbers.scalars, from: range.lowerBound, range.count)
      #expect(chiSquaredExcess(counts, probabilities) < 6, "\(Combination.description)")
    }
  }

  @Test func theLargestRanges() {
    let range = Int.min..<Int.min + (1 << 53)
    let wide = Tensor.integers([2000], in: range, using: RandomGenerator(seed: 4))
    let steps = wide.scalars(as: Int64.self).map { Double($0 &- .min) * 0x1p-53 }
    #expect(kolmogorovSmirnov(steps) { $0 } < 2.2)
    let last = Tensor.integers([3], in: Int.max - 1..<Int.max).scalars(as: Int64.self)
    #expect(last.allSatisfy { $0 == .max - 1 })
  }

  @Test func categorical() {
    let tables: [[Double]] = [[1], [0.5, 0.5], [0.7, 0.2, 0.1], [0, 1, 0], [0.01, 0.09, 0.4, 0, 0.5]]
    withEvery("probabilities", in: tables) { probabilities in
      withEvery("type", in: [ScalarType.float32, .float64]) { type in
        let logits = log(Tensor(scalars: probabilities, type: type)) + 100
        let chosen = Tensor.categorical(logits: logits, count: Self.count, using: RandomGenerator(seed: 5))
        #expect(chosen.shape == [Self.count] && chosen.scalarType == .int64)
        let counts = counts(chosen.scalars, probabilities.count)
        #expect(chiSquaredExcess(counts, probabilities) < 6, "\(Combination.description)")
      }
    }
  }

  @Test func categoriesAlongAnyAxis() {
    let logits = log(Tensor([[1, 0, 0], [0, 0, 1]]))
    #expect(Tensor.categorical(logits: logits).scalars == [0, 2])
    #expect(Tensor.categorical(logits: logits, axis: 0).shape == [3])
    let many = Tensor.categorical(logits: logits.transposed(), count: 4, axis: 0)
    #expect(many.shape == [4, 2] && many.scalars == [0, 2, 0, 2, 0, 2, 0, 2])
    #expect(Tensor.categorical(logits: logits, count: 0).shape == [0, 2])
  }

  @Test func shufflingKeepsSlices() {
    let x = Tensor.range(to: 24, type: .float64).reshaped(to: 2, 4, 3)
    withEvery("axis", in: -3..<3) { axis in
      let shuffled = x.shuffled(axis: axis, using: RandomGenerator(seed: 2))
      #expect(shuffled.shape == x.shape)
      func slices(_ x: Tensor) -> Set<[Double]> { Set(x.unstacked(axis: axis).map(\.scalars)) }
      #expect(slices(shuffled) == slices(x), "\(Combination.description)")
      let order = RandomGenerator(seed: 2).permutation(of: x.shape[axis < 0 ? axis + 3 : axis])
      #expect(shuffled.scalars == x.gathering(order, axis: axis < 0 ? axis + 3 : axis).scalars)
    }
  }

  /// All 24 orders of four rows, equally often.
  @Test func everyOrderIsEquallyProbable() {
    let random = RandomGenerator(seed: 8)
    var found: [[Double]: Int] = [:]
    for _ in 0..<2400 { found[Tensor.range(to: 4).shuffled(using: random).scalars, default: 0] += 1 }
    #expect(found.count == 24)
    #expect(chiSquaredExcess(Array(found.values), [Double](repeating: 1.0 / 24, count: 24)) < 6)
  }

  @Test func dropoutIsThatOfTheLayer() {
    let x = Tensor.normal([40, 7], using: RandomGenerator(seed: 1))
    let layer = Dropout(0.4)(x, ForwardPass(trainingWith: RandomGenerator(seed: 3))).scalars
    #expect(dropout(x, rate: 0.4, using: RandomGenerator(seed: 3)).scalars == layer)
    #expect(dropout(x, rate: 0).scalars == x.scalars)
    let (y, slope) = valueWithGradient(at: x) { dropout($0, rate: 0.4, using: RandomGenerator(seed: 3)).sum() }
    let difference = ((slope * x).sum() - y).scalar.magnitude
    #expect(difference < 1e-4)
  }
}
