import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Constants, the engine and the reference engine convert every special number of every type to every type alike, and
/// as the documentation of `converted(to:)` says.
@Suite struct ConversionTableTests {
  /// Numbers at which floating-point types round, overflow or underflow, and integers wrap or saturate.
  static let reals: [Double] = {
    var values: [Double] = [0, 0.25, 0.5, 0.999, 1, 1.5, 2.5, 3.5, .infinity, .pi, 1e300, .leastNonzeroMagnitude]
    for power in [7, 8, 11, 15, 16, 24, 31, 32, 52, 53, 63, 64, 127, 128] {
      let value = Double(sign: .plus, exponent: power, significand: 1)
      values += [value, value - 0.5, value - 1, value + 0.5, value + 1, value.nextDown, value.nextUp, value * 1.5]
    }
    // Ties of float16 and bfloat16 and their neighbours, which two roundings would take for ties.
    for half in [0x1p-11, 0x1p-8, 0x1p-24] {
      for tie in [1 + half, 1 + 3 * half] { values += [tie, tie.nextUp, tie.nextDown, tie + 0x1p-40, tie - 0x1p-40] }
    }
    for limit in [65504, 65519.9, 65520, 0x1p128 - 0x1p119, 0x1p128 - 0x1p103, 0x1p128 - 0x1p104] {
      values += [limit, limit.nextDown, limit.nextUp]
    }
    for least in [0x1p-14, 0x1p-24, 0x1p-25, 0x1p-126, 0x1p-133, 0x1p-134, 0x1p-149, 0x1p-150, 0x1p-1022] {
      values += [least, least.nextUp, least.nextDown, least * 1.5, least * 2.5]
    }
    return values + values.map { -$0 } + [.nan]
  }()

  static let integers: [UInt64] = {
    var values: [UInt64] = [0, 1, 2, 3, 44, 100, 300, 12345]
    for power in [6, 7, 8, 10, 11, 15, 16, 23, 24, 25, 31, 32, 33, 52, 53, 54, 62, 63] {
      let value = UInt64(1) << UInt64(power)
      values += [value - 1, value, value + 1, value + value / 2]
    }
    // Ties of bfloat16 and float32, and their neighbours, in numbers that no Double holds.
    for (power, half) in [(30, 22), (30, 6), (62, 54), (62, 38), (60, 52), (63, 55), (63, 39), (54, 0)] {
      let value = UInt64(1) << UInt64(power) + UInt64(1) << UInt64(half)
      values += [value - 1, value, value + 1]
    }
    return values + values.map { 0 &- $0 }
  }()

  static func numbers(_ type: ScalarType) -> [ScalarBits] {
    type.isFloatingPoint
      ? reals.map { ScalarBits($0, as: type) } : integers.map { ScalarBits(unsigned: $0, as: type) }
  }

  /// The bytes of numbers in memory; NaN is one number.
  static func bytes(_ numbers: [ScalarBits], _ type: ScalarType) -> HostStorage {
    let storage = HostStorage(allocating: numbers.count * type.byteCount)
    for (place, number) in numbers.enumerated() { number.store(as: type, to: storage.pointer + place * type.byteCount) }
    return storage
  }

  @Test(arguments: ScalarType.allCases)
  func threeImplementationsAgree(source: ScalarType) throws {
    let numbers = Self.numbers(source)
    let storage = Self.bytes(numbers, source)
    try withEveryType { target in
      let x = Node(storage, [numbers.count], source)
      let constants = Self.bytes(numbers.map { $0.converted(from: source, to: target) }, target)
      let expected = try ReferenceTensor(constants, [numbers.count], target)
      for engine in [ReferenceEngine(), Tensor.engine] as [any Engine] {
        let actual = try Node.convert(x, to: target).evaluated(on: engine)
        for (place, pair) in zip(actual.elements, expected.elements).enumerated() where !same(pair.0, pair.1) {
          let number = numbers[place].double(as: source)
          Issue.record("\(engine.name): \(source) \(number) to \(target) is \(pair.0), constants have \(pair.1)")
        }
      }
    }
  }

  /// Numbers that are arguments of a run, not in memory, take the same ways.
  @Test func constantsInsideTheEngineConvertAlike() throws {
    for source in ScalarType.allCases {
      for number in Self.numbers(source).enumerated().filter({ $0.offset % 17 == 3 }).map(\.element) {
        try withEveryType { target in
          let expected = try ReferenceTensor(
            Self.bytes([number.converted(from: source, to: target)], target), [1], target)
          let actual = try Node.convert(.fill(number, [1], source), to: target).evaluated(on: Tensor.engine)
          #expect(same(actual.elements[0], expected.elements[0]), "\(source) \(number.double(as: source)) to \(target)")
        }
      }
    }
  }

  private func withEveryType(_ body: (ScalarType) throws -> Void) rethrows {
    for target in ScalarType.allCases { try body(target) }
  }

  /// Zeros of different signs differ, and NaN equals NaN.
  private func same(_ x: Element, _ y: Element) -> Bool {
    guard case .real(let x) = x, case .real(let y) = y else { return x == y }
    return x.isNaN ? y.isNaN : x.bitPattern == y.bitPattern
  }

  /// The rules in examples worked out by hand.
  @Test func rulesInExamples() {
    let rows: [(value: Double, from: ScalarType, to: ScalarType, expected: Double)] = [
      (2.9, .float32, .int8, 2), (-2.9, .float16, .int8, -2), (1000, .bfloat16, .int8, 127),
      (-1000, .float64, .int8, -128),
      (-0.9, .float32, .uint8, 0), (-5, .float32, .uint64, 0), (300, .float16, .uint8, 255),
      (1e30, .float32, .uint32, 0xFFFF_FFFF),
      (.nan, .float16, .int16, 0), (.nan, .bfloat16, .bool, 1), (.infinity, .float16, .int16, 32767),
      (300, .int32, .uint8, 44), (-1, .int32, .uint8, 255), (-1, .int8, .uint32, 0xFFFF_FFFF),
      (200, .uint8, .int8, -56),
      (70000, .int64, .int16, 4464), (0x1p32 + 5, .int64, .int32, 5), (-1, .int16, .int64, -1),
      (65519, .int32, .float16, 65504), (65520, .int32, .float16, .infinity), (2049, .int16, .float16, 2048),
      (2051, .uint16, .float16, 2052), (257, .int16, .bfloat16, 256), (259, .uint16, .bfloat16, 260),
      (0x1p30 + 0x1p22 + 1, .int32, .bfloat16, 0x1p30 + 0x1p23), (0x1p24 + 1, .int32, .float32, 0x1p24),
      (1 + 0x1p-11, .float64, .float16, 1), (1 + 0x1p-11 + 0x1p-40, .float64, .float16, 1 + 0x1p-10),
      (1 + 0x1p-8 + 0x1p-40, .float64, .bfloat16, 1 + 0x1p-7), (70000, .float32, .float16, .infinity),
      (0x1p-25, .float32, .float16, 0), (0x1.8p-25, .float32, .float16, 0x1p-24),
      (1e39, .float64, .bfloat16, .infinity),
      (0.1, .float16, .bfloat16, 0.10009765625), (-0.0, .float16, .bool, 0), (0x1p-24, .float16, .bool, 1),
      (1, .bool, .bfloat16, 1), (1, .bool, .uint64, 1),
    ]
    for row in rows {
      let converted = Tensor(row.value, type: row.from).converted(to: row.to)
      #expect(converted.scalar == row.expected, "\(row)")
      #expect(converted.scalarType == row.to)
    }
  }
}
