import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// float16, bfloat16 and all integers, as users meet them.
@Suite struct NarrowTypeTests {
  @Test func swiftNumbersMakeTensorsOfTheirType() {
    func check<Scalar: TensorScalar & Equatable>(_ scalars: [Scalar], _ type: ScalarType, _ doubles: [Double]) {
      let tensor = Tensor(scalars: scalars)
      #expect(tensor.scalarType == type && tensor.scalars == doubles, "\(type)")
      #expect(tensor.scalars(as: Scalar.self) == scalars, "\(type)")
      #expect(Tensor(scalars[0]).scalar(as: Scalar.self) == scalars[0], "\(type)")
    }
    check([0.5, -65504] as [Float16], .float16, [0.5, -65504])
    check([0.5, 256] as [BFloat16], .bfloat16, [0.5, 256])
    check([-128, 127] as [Int8], .int8, [-128, 127])
    check([-32768, 5] as [Int16], .int16, [-32768, 5])
    check([255, 0] as [UInt8], .uint8, [255, 0])
    check([65535, 0] as [UInt16], .uint16, [65535, 0])
    check([.max, 1] as [UInt32], .uint32, [4_294_967_295, 1])
    check([.max, 1 << 63] as [UInt64], .uint64, [0x1p64, 0x1p63])
  }

  @Test func elementsAreReadByTheRulesOfConversion() {
    #expect(Tensor([300, -1, 2.9]).scalars(as: UInt8.self) == [255, 0, 2])
    #expect(Tensor([300, -1], type: .int32).scalars(as: UInt8.self) == [44, 255])
    #expect(Tensor([0.1]).scalars(as: BFloat16.self) == [0.1])
    #expect(Tensor([0.1], type: .float64).scalars(as: Float16.self) == [0.1])
    #expect(Tensor([9_007_199_254_740_993], type: .int64).scalars(as: Float.self) == [9_007_199_254_740_992])
    #expect(Tensor(scalars: [UInt64.max]).scalars(as: Int64.self) == [-1])
    #expect(Tensor(scalars: [UInt64.max]).scalars(as: Float.self) == [0x1p64])
    #expect(Tensor([0, 3], type: .uint8).scalars(as: Bool.self) == [false, true])
  }

  @Test func prints() {
    let samples: [(Tensor, String)] = [
      (Tensor([0.1, 0.25, -1], type: .float16), "[ 0.10,  0.25, -1.00]"),
      (Tensor([0.1, 3.14159], type: .bfloat16), "[0.10, 3.14]"),
      (Tensor(1.0, type: .float16) / 3, "0.3333"),
      (Tensor(1.0, type: .bfloat16) / 3, "0.334"),
      (Tensor([65504, 1], type: .float16), "[65504.0,     1.0]"),
      (Tensor([-128, 127], type: .int8), "[-128,  127]"),
      (Tensor([255, 0], type: .uint8), "[255,   0]"),
      (Tensor(scalars: [UInt64.max]), "[18446744073709551615]"),
      (Tensor([4_294_967_295], type: .uint32), "[4294967295]"),
    ]
    for (tensor, text) in samples { #expect(tensor.description == text) }
    #expect(Tensor([1], type: .uint8).debugDescription == "Tensor(uint8, [1])\n[1]")
  }

  @Test func integersWrap() {
    let x = Tensor([100, -128, 7], type: .int8)
    #expect(
      (x + 100).scalars == [-56, -28, 107] && (x * x).scalars == [16, 0, 49] && (-x).scalars == [-100, -128, -7])
    #expect(
      (x / -1).scalars == [-100, -128, -7] && (x << 1).scalars == [-56, 0, 14] && (x >> 1).scalars == [50, -64, 3])
    #expect((x ** 2).scalars == [16, 0, 49] && abs(x).scalars == [100, -128, 7])
    let pixels = Tensor([200, 100, 3], type: .uint8)
    #expect((pixels + pixels).scalars == [144, 200, 6] && (pixels - 101).scalars == [99, 255, 158])
    #expect((pixels >> 1).scalars == [100, 50, 1] && (pixels .> 150).scalars == [1, 0, 0])
    #expect(pixels.sum().scalar == 47 && pixels.sum().scalarType == .uint8)
    #expect(pixels.converted(to: .int64).sum().scalar == 303)
    #expect(pixels.cumulativeSum().scalars == [200, 44, 47] && pixels.product().scalar == 96)
    #expect(pixels.mean().scalar == 101 && pixels.mean().scalarType == .float32)
    #expect((x • x).scalar == Double(Int8(truncatingIfNeeded: 100 * 100 + 128 * 128 + 49)))
  }

  /// Each operation of a fused chain rounds to the narrow type, as Swift's own arithmetic does.
  @Test func everyOperationRounds() {
    let random = RandomGenerator(seed: 5)
    let wide = (0..<3).map { _ in Tensor.uniform([1000], in: 1..<2, using: random) }
    let halves = wide.map { $0.converted(to: .float16) }
    let (a, b, c) = (0..<3).map { halves[$0].scalars(as: Float16.self) }.split3
    let chain = sqrt((halves[0] + halves[1]) * halves[2] - halves[0] / halves[1])
    let expected = a.indices.map { (((a[$0] + b[$0]) * c[$0]) - a[$0] / b[$0]).squareRoot() }
    #expect(chain.scalars(as: Float16.self) == expected)
    let brains = wide.map { $0.converted(to: .bfloat16) }
    let (x, y, z) = (0..<3).map { brains[$0].scalars(as: Float.self) }.split3
    func rounded(_ value: Float) -> Float { Float(BFloat16(value)) }
    let sums = x.indices.map { rounded(rounded(rounded(x[$0] + y[$0]) * z[$0]) - rounded(x[$0] / y[$0])) }
    #expect(((brains[0] + brains[1]) * brains[2] - brains[0] / brains[1]).scalars(as: Float.self) == sums)
  }

  /// Sums, products of matrices and scans add up in float32 and round once.
  @Test func longSumsRoundOnce() {
    let ones = Tensor.ones([4096], type: .bfloat16)
    #expect(ones.sum().scalar == 4096)
    #expect((ones • ones).scalar == 4096)
    #expect(ones.cumulativeSum()[-1].scalar == 4096)
    #expect(ones.cumulativeSum()[256].scalar == 256)
    #expect(Tensor.ones([3000], type: .float16).sum().scalar == 3000)
    let (w, x) = (Tensor.normal([40, 300]), Tensor.normal([300, 50]))
    for type in [ScalarType.float16, .bfloat16] {
      let (narrowW, narrowX) = (w.converted(to: type), x.converted(to: type))
      let product = narrowW • narrowX
      let wide = narrowW.converted(to: .float32) • narrowX.converted(to: .float32)
      #expect(product.scalarType == type && product.scalars == wide.converted(to: type).scalars)
      let transposed = narrowX.transposed() • narrowW.transposed()
      #expect(transposed.transposed().scalars == product.scalars, "\(type)")
    }
  }

  /// A mean exists where its sum overflows; norms and softmax round once.
  @Test func meansDoNotOverflow() {
    let x = Tensor.full([300], 1000.0, type: .float16)
    #expect(x.sum().scalar == .infinity && x.mean().scalar == 1000 && x.mean().scalarType == .float16)
    #expect(x.variance().scalar == 0 && x.norm().scalar == Double(Float16(1000 * Double(300).squareRoot())))
    for type in [ScalarType.float16, .bfloat16] {
      let logits = Tensor.normal([5, 70], using: RandomGenerator(seed: 1)).converted(to: type)
      let wide = logits.converted(to: .float32)
      for (narrow, wide) in [
        (logits.softmax(), wide.softmax()), (logits.logSoftmax(), wide.logSoftmax()),
        (logits.logSumExp(axes: 1), wide.logSumExp(axes: 1)), (logits.variance(axes: 0), wide.variance(axes: 0)),
      ] {
        #expect(narrow.scalarType == type && narrow.scalars == wide.converted(to: type).scalars)
      }
    }
  }

  @Test func movementOrderAndChoice() {
    for type in [ScalarType].all where type != .bool {
      let x = Tensor([[3, 1, 2], [9, 7, 8]]).converted(to: type)
      #expect(x.transposed().scalars == [3, 9, 1, 7, 2, 8], "\(type)")
      #expect(x[.all, .stride(from: 2, to: nil, by: -2)].scalars == [2, 3, 8, 9], "\(type)")
      #expect(Tensor.concatenate([x, x], axis: 1).sum(axes: 1).scalars == [12, 48], "\(type)")
      #expect(x.sorted(axis: 1).scalars == [1, 2, 3, 7, 8, 9] && x.argMax(axis: 1).scalars == [0, 0], "\(type)")
      #expect(select(x .> 2, x, 0).scalars == [3, 0, 0, 9, 7, 8], "\(type)")
      #expect(x.cumulativeMax(axis: 1).scalars == [3, 3, 3, 9, 9, 9], "\(type)")
      #expect(x.padded(low: [1, 0], high: [0, 1])[1].scalars == [3, 1, 2, 0], "\(type)")
      #expect(
        x.gathering([1])[0].scalars == [9, 7, 8] && x.clamped(to: 2...8).scalars == [3, 2, 2, 8, 7, 8], "\(type)")
      #expect(
        Tensor.range(to: 4, type: type).scalars == [0, 1, 2, 3] && Tensor.eye(2, type: type).scalars == [1, 0, 0, 1])
      #expect(Tensor([1, 0], type: type).oneHot(count: 300).argMax(axis: 1).scalars == [1, 0], "\(type)")
      #expect(x.unique().scalars == [1, 2, 3, 7, 8, 9], "\(type)")
    }
  }

  /// Narrow random numbers are float32's, and stay below 1.
  @Test func randomNumbersAreRounded() {
    func draw(_ type: ScalarType) -> Tensor { .uniform([20_000], type: type, using: RandomGenerator(seed: 9)) }
    let wide = draw(.float32).scalars
    for (type, steps) in [(ScalarType.float16, 2048.0), (.bfloat16, 256)] {
      #expect(draw(type).scalars == wide.map { ($0 * steps).rounded(.down) / steps })
      #expect(draw(type).scalars.max() == 1 - 1 / steps)
      let normal = Tensor.normal([100], type: type, using: RandomGenerator(seed: 9))
      let rounded = Tensor.normal([100], using: RandomGenerator(seed: 9)).converted(to: type)
      #expect(normal.scalars == rounded.scalars)
    }
  }

  @Test func derivativesPassBetweenFloatingPointTypes() {
    for type in [ScalarType.float16, .bfloat16] {
      let x = Tensor([1, 2, -3])
      let slope = gradient(at: x) { (($0.converted(to: type) ** 2).converted(to: .float32)).sum() }
      #expect(slope.scalarType == .float32 && slope.scalars == [2, 4, -6])
      let narrow = gradient(at: x.converted(to: type)) { ($0 * $0 * $0).sum() }
      #expect(narrow.scalarType == type && narrow.scalars == [3, 12, 27])
      let curved = gradient(at: x.converted(to: type)) { x in gradient(at: x) { ($0 * $0 * $0).sum() }.sum() }
      #expect(curved.scalars == [6, 12, -18])
      #expect(
        jvp(at: x.converted(to: type), along: Tensor([1, 0, 0], type: type)) { exp($0) }.tangent.scalarType == type)
    }
  }

  /// One place of each sample, with indices too narrow for the places of the whole batch.
  @Test func narrowIndicesAreMappedOverABatch() {
    let rows = Tensor.range(to: 600).reshaped(to: 200, 3)
    let places = Tensor(scalars: (0..<200).map { UInt8($0 % 3) })
    let chosen = vmap(rows, places) { row, place in row.gathering(place.reshaped(to: 1)) }
    let expected: [Double] = (0..<200).map { (row: Int) -> Double in Double(3 * row + row % 3) }
    #expect(chosen.flattened().scalars == expected)
  }
}

extension [[Float16]] { fileprivate var split3: ([Float16], [Float16], [Float16]) { (self[0], self[1], self[2]) } }
extension [[Float]] { fileprivate var split3: ([Float], [Float], [Float]) { (self[0], self[1], self[2]) } }
