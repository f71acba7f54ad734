import DescentGraph
import Testing

@testable import DescentTensor

@Suite struct CreationTests {
  struct Sample: Sendable {
    var tensor: Tensor
    var type: ScalarType
    var shape: [Int]
    var scalars: [Double]
  }

  static let samples: [Sample] = [
    Sample(tensor: [1, 2.5, -3], type: .float32, shape: [3], scalars: [1, 2.5, -3]),
    Sample(tensor: [[1], [2]], type: .float32, shape: [2, 1], scalars: [1, 2]),
    Sample(tensor: [], type: .float32, shape: [0], scalars: []),
    Sample(tensor: [true, false], type: .bool, shape: [2], scalars: [1, 0]),
    Sample(tensor: Tensor([0.1], type: .float64), type: .float64, shape: [1], scalars: [0.1]),
    Sample(tensor: Tensor([300, -2.9], type: .int32), type: .int32, shape: [2], scalars: [300, -2]),
    Sample(tensor: Tensor(2.5), type: .float32, shape: [], scalars: [2.5]),
    Sample(tensor: Tensor(2), type: .int64, shape: [], scalars: [2]),
    Sample(tensor: Tensor(scalars: [1, 2] as [Int32]), type: .int32, shape: [2], scalars: [1, 2]),
    Sample(
      tensor: Tensor(scalars: [1, 2, 3, 4] as [UInt8], shape: [2, 2]), type: .uint8, shape: [2, 2],
      scalars: [1, 2, 3, 4]),
    Sample(
      tensor: Tensor(rows: [[1, 2], [3, 4]] as [[Double]], type: .float64), type: .float64, shape: [2, 2],
      scalars: [1, 2, 3, 4]),
    Sample(tensor: .zeros([2]), type: .float32, shape: [2], scalars: [0, 0]),
    Sample(tensor: .ones([1, 2], type: .int32), type: .int32, shape: [1, 2], scalars: [1, 1]),
    Sample(tensor: .full([2], 7), type: .int64, shape: [2], scalars: [7, 7]),
    Sample(tensor: .range(to: 4), type: .float32, shape: [4], scalars: [0, 1, 2, 3]),
    Sample(tensor: .range(from: 1, to: 0, by: -0.25), type: .float32, shape: [4], scalars: [1, 0.75, 0.5, 0.25]),
    Sample(tensor: .range(from: 2, to: 1), type: .float32, shape: [0], scalars: []),
    Sample(tensor: .range(to: 3, type: .int64), type: .int64, shape: [3], scalars: [0, 1, 2]),
    Sample(tensor: .linspace(from: -1, to: 1, count: 5), type: .float32, shape: [5], scalars: [-1, -0.5, 0, 0.5, 1]),
    Sample(tensor: .linspace(from: 3, to: 9, count: 1), type: .float32, shape: [1], scalars: [3]),
    Sample(tensor: .eye(2), type: .float32, shape: [2, 2], scalars: [1, 0, 0, 1]),
    Sample(tensor: .eye(2, columns: 3), type: .float32, shape: [2, 3], scalars: [1, 0, 0, 0, 1, 0]),
    Sample(tensor: Tensor([1.9, -1.9, 0]).converted(to: .int32), type: .int32, shape: [3], scalars: [1, -1, 0]),
    Sample(tensor: Tensor([0, -2]).converted(to: .bool), type: .bool, shape: [2], scalars: [0, 1]),
    Sample(
      tensor: Tensor(scalars: [Float.nan, 1e20, -1e20]).converted(to: .int32), type: .int32, shape: [3],
      scalars: [0, 2_147_483_647, -2_147_483_648]),
  ]

  @Test(arguments: samples.indices)
  func makes(_ index: Int) {
    let sample = CreationTests.samples[index]
    #expect(sample.tensor.scalarType == sample.type)
    #expect(sample.tensor.shape.dimensions == sample.shape)
    #expect(sample.tensor.scalars == sample.scalars)
  }

  @Test func scalarsAreReadAsAnyType() {
    let x: Tensor = [1.75, -2, 3e9]
    #expect(x.scalars(as: Float.self) == [1.75, -2, 3e9])
    #expect(x.scalars(as: Int32.self) == [1, -2, 2_147_483_647])
    #expect(x.scalars(as: Bool.self) == [true, true, true])
    #expect(x[0].scalar(as: Int.self) == 1)
    #expect(Tensor(Double.nan).scalar(as: Int.self) == 0)
    #expect(Tensor(Double.infinity).scalar(as: Int32.self) == .max)
    #expect(Tensor(-1e30).scalar(as: Int64.self) == .min)
    #expect(Tensor([3e9, -3e9], type: .int32).scalars == [2_147_483_647, -2_147_483_648])
    #expect(Tensor([0.5, 0], type: .bool).scalars == [1, 0])
    #expect(Tensor([9_007_199_254_740_993], type: .int64).scalars(as: Int64.self) == [9_007_199_254_740_993])
  }

  /// Of the Swift type that lies in memory as the elements do, numbers are copied with all their bits.
  @Test func numbersOfTheTypesOwnSwiftTypeComeBackAsTheyWere() {
    func check<Scalar: TensorScalar & Equatable>(_ scalars: [Scalar], _ type: ScalarType) {
      let isStoredLikeThat = type.swiftType == Scalar.self
      #expect(isStoredLikeThat, "\(type)")
      let tensor = Tensor(scalars: scalars, type: type)
      #expect(tensor.scalarType == type && tensor.scalars(as: Scalar.self) == scalars, "\(type)")
      #expect(tensor.converted(to: .float64).scalars == tensor.scalars, "\(type)")
    }
    func checkIntegers<Scalar: TensorScalar & FixedWidthInteger>(_ type: ScalarType, _: Scalar.Type) {
      check([0, 1, 77, .max, .min] as [Scalar], type)
    }
    check([0, -0.0, 1.5, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity] as [Float], .float32)
    check([0, 0.1, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -.infinity] as [Double], .float64)
    check([0, 1.5, .greatestFiniteMagnitude, -.infinity] as [Float16], .float16)
    check([BFloat16(1.5), BFloat16(-3e38)], .bfloat16)
    check([true, false, true], .bool)
    checkIntegers(.int8, Int8.self)
    checkIntegers(.int16, Int16.self)
    checkIntegers(.int32, Int32.self)
    checkIntegers(.int64, Int64.self)
    checkIntegers(.uint8, UInt8.self)
    checkIntegers(.uint16, UInt16.self)
    checkIntegers(.uint32, UInt32.self)
    checkIntegers(.uint64, UInt64.self)
  }

  @Test func theSameSeedGivesTheSameNumbers() {
    func draw(_ seed: UInt64) -> [[Double]] {
      withRandomSeed(seed) { [Tensor.normal([5]).scalars, Tensor.uniform([5], in: -2..<3).scalars] }
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
    #expect(draw(1)[1].allSatisfy { -2 <= $0 && $0 < 3 })
    let random = RandomGenerator(seed: 1)
    #expect(Tensor.normal([5], using: random).scalars == draw(1)[0])
    #expect(Tensor.normal([5], using: random).scalars != draw(1)[0])
    #expect(random.permutation(of: 100).sorted() == Array(0..<100))
    #expect(RandomGenerator(seed: 4).permutation(of: 50) == RandomGenerator(seed: 4).permutation(of: 50))
  }

  @Test func aLiteralIsBoolOnlyIfNothingButTruthValuesStandInIt() {
    #expect(Tensor([true, false]).scalarType == .bool)
    #expect(Tensor([true, 2]).scalars == [1, 2])
    #expect(Tensor(-TensorLiteral.integer(.min), type: .int64).scalars(as: Int64.self) == [.min])
  }
}
