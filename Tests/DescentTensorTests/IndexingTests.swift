import DescentTensor
import Testing

/// Subscripts against the same selection on nested arrays.
@Suite struct IndexingTests {
  static let x = Tensor.range(to: 24).reshaped(to: 2, 3, 4)

  struct Sample: Sendable {
    var part: Tensor
    var shape: [Int]
    var scalars: [Double]
  }

  static let samples: [Sample] = [
    Sample(part: x[0], shape: [3, 4], scalars: (0..<12).map(Double.init)),
    Sample(part: x[-1, 0], shape: [4], scalars: [12, 13, 14, 15]),
    Sample(part: x[1, 2, 3], shape: [], scalars: [23]),
    Sample(part: x[0..., 1], shape: [2, 4], scalars: [4, 5, 6, 7, 16, 17, 18, 19]),
    Sample(part: x[0, 0..<2, 1...2], shape: [2, 2], scalars: [1, 2, 5, 6]),
    Sample(part: x[0, 0, ..<2], shape: [2], scalars: [0, 1]),
    Sample(part: x[0, 0, ...2], shape: [3], scalars: [0, 1, 2]),
    Sample(part: x[0, 0, (-2)...], shape: [2], scalars: [2, 3]),
    Sample(part: x[0, 0, ..<(-1)], shape: [3], scalars: [0, 1, 2]),
    Sample(part: x[parts: [.stride(from: 1, by: -1), .all]][.all, 0, 0], shape: [2], scalars: [12, 0]),
    Sample(part: x[.ellipsis, 0], shape: [2, 3], scalars: [0, 4, 8, 12, 16, 20]),
    Sample(part: x[0, .ellipsis, 3], shape: [3], scalars: [3, 7, 11]),
    Sample(part: x[0, .newAxis, 1], shape: [1, 4], scalars: [4, 5, 6, 7]),
    Sample(part: x[0, 0, .stride(by: 2)], shape: [2], scalars: [0, 2]),
    Sample(part: x[0, 0, .stride(by: -1)], shape: [4], scalars: [3, 2, 1, 0]),
    Sample(part: x[0, 0, .stride(from: 3, to: 0, by: -2)], shape: [2], scalars: [3, 1]),
    Sample(part: x[0, 0, .stride(from: -3, to: 100, by: 2)], shape: [2], scalars: [1, 3]),
    Sample(part: x[0, 0, .stride(from: 3, to: 1, by: 1)], shape: [0], scalars: []),
    Sample(part: x[0, 0, .stride(by: .max)], shape: [1], scalars: [0]),
    Sample(part: x[0, 0, .stride(from: .min, to: .max, by: .min)], shape: [0], scalars: []),
    Sample(part: x[0, 0, .stride(by: .min)], shape: [1], scalars: [3]),
    Sample(part: x[0, 1..<1], shape: [0, 4], scalars: []),
    Sample(part: x[.all, .all, 0].transposed(), shape: [3, 2], scalars: [0, 12, 4, 16, 8, 20]),
    Sample(part: x.gathering([1, 0, 1])[0..., 0, 0], shape: [3], scalars: [12, 0, 12]),
    Sample(part: x.gathering([-1], axis: -1), shape: [2, 3, 1], scalars: [3, 7, 11, 15, 19, 23]),
    Sample(
      part: x.gathering(Tensor([[0, 1], [1, 0]], type: .int32), axis: 1)[0, 0..., 0..., 0], shape: [2, 2],
      scalars: [0, 4, 4, 0]),
    Sample(part: Tensor([2, 0], type: .int64).oneHot(count: 3), shape: [2, 3], scalars: [0, 0, 1, 1, 0, 0]),
  ]

  @Test(arguments: samples.indices)
  func selects(_ index: Int) {
    let sample = IndexingTests.samples[index]
    #expect(sample.part.shape.dimensions == sample.shape)
    #expect(sample.part.scalars == sample.scalars)
  }

  @Test func theDerivativeOfAPartStandsInItsPlace() {
    let slope = gradient(at: IndexingTests.x) { x in (x[1, .stride(by: -2), 1...] * [1, 2, 3]).sum() }
    #expect(slope[0].scalars.allSatisfy { $0 == 0 })
    #expect(slope[1].scalars == [0, 1, 2, 3, 0, 0, 0, 0, 0, 1, 2, 3])
  }

  @Test func theDerivativeAddsUpWhereAnIndexRepeats() {
    let slope = gradient(at: Tensor([1, 2, 3])) { x in (x.gathering([0, 2, 0]) * [1, 10, 100]).sum() }
    #expect(slope.scalars == [101, 0, 10])
  }
}
