import DescentGraph

/// One element, held wide: floating-point numbers as `Double`, integers and bools (0 or 1) as `Int128`.
package enum Element: Hashable, Sendable {
  case real(Double)
  case integer(Int128)

  /// The element of `type` nearest to a number; integers take its integral part.
  package init(_ value: Double, as type: ScalarType) {
    self = type.isFloatingPoint ? .real(value) : .integer(Int128(value))
    self = stored(as: type)
  }

  /// The number as a `Double`.
  package var double: Double {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    }
  }

  /// What is left after writing the element to memory as `type`: floating-point types round, integers wrap, bool is 0
  /// or 1.
  func stored(as type: ScalarType) -> Element {
    switch self {
    case .real(let value): .real(type.isFloatingPoint ? type.rounded(value) : value)
    case .integer(let value):
      type == .bool ? .integer(value == 0 ? 0 : 1) : .integer(type.isInteger ? type.wrapped(value) : value)
    }
  }
}

/// A shape, a type and all elements in row-major order: what the reference engine computes with.
package struct ReferenceTensor: Hashable, Sendable {
  package var shape: Shape
  package var scalarType: ScalarType
  package private(set) var elements: [Element]

  /// The elements are stored as `type`: rounded, wrapped, or made 0 or 1.
  package init(_ shape: Shape, _ type: ScalarType, _ elements: [Element]) {
    precondition(elements.count == shape.elementCount, "\(elements.count) elements do not fill shape \(shape)")
    self.shape = shape
    scalarType = type
    self.elements = elements.map { $0.stored(as: type) }
  }

  /// The element at each index of `shape`, in row-major order.
  init(_ shape: Shape, _ type: ScalarType, _ element: (_ index: [Int]) throws(TensorError) -> Element)
    throws(TensorError)
  {
    var elements: [Element] = []
    for index in shape.indices { elements.append(try element(index)) }
    self.init(shape, type, elements)
  }

  subscript(index: [Int]) -> Element {
    get { elements[shape.offset(of: index)] }
    set { elements[shape.offset(of: index)] = newValue.stored(as: scalarType) }
  }

  /// The elements as `Double`s; integers beyond 2⁵³ are rounded.
  package var doubles: [Double] { elements.map(\.double) }

  /// The elements that are integers or bools; those of uint64 in two's complement.
  package var integers: [Int64] {
    elements.compactMap { if case .integer(let value) = $0 { Int64(truncatingIfNeeded: value) } else { nil } }
  }
}

// MARK: - Memory

extension ReferenceTensor {
  /// Reads a storage.
  package init(_ storage: Storage, _ shape: Shape, _ type: ScalarType) throws(TensorError) {
    let count = shape.elementCount
    guard storage.byteCount >= count * type.byteCount else {
      throw TensorError(
        .resource, "input", "\(storage.byteCount) bytes do not hold \(count) elements of \(type)")
    }
    let memory = try storage.hostPointer()
    self.init(shape, type, (0..<count).map { Self.load(from: memory + $0 * type.byteCount, type) })
  }

  private static func load(from address: UnsafeRawPointer, _ type: ScalarType) -> Element {
    switch type {
    case .float32: .real(Double(address.loadUnaligned(as: Float.self)))
    case .float64: .real(address.loadUnaligned(as: Double.self))
    case .float16: .real(Double(address.loadUnaligned(as: Float16.self)))
    case .bfloat16: .real(Double(Float(bitPattern: UInt32(address.loadUnaligned(as: UInt16.self)) << 16)))
    case .int8: .integer(Int128(address.loadUnaligned(as: Int8.self)))
    case .int16: .integer(Int128(address.loadUnaligned(as: Int16.self)))
    case .int32: .integer(Int128(address.loadUnaligned(as: Int32.self)))
    case .int64: .integer(Int128(address.loadUnaligned(as: Int64.self)))
    case .uint8: .integer(Int128(address.loadUnaligned(as: UInt8.self)))
    case .uint16: .integer(Int128(address.loadUnaligned(as: UInt16.self)))
    case .uint32: .integer(Int128(address.loadUnaligned(as: UInt32.self)))
    case .uint64: .integer(Int128(address.loadUnaligned(as: UInt64.self)))
    case .bool: .integer(address.load(as: UInt8.self) == 0 ? 0 : 1)
    }
  }

  /// The elements in fresh host memory.
  package var storage: Storage {
    let storage = HostStorage(allocating: elements.count * scalarType.byteCount)
    for (position, element) in elements.enumerated() {
      Self.store(element, scalarType, at: storage.pointer + position * scalarType.byteCount)
    }
    return storage
  }

  private static func store(_ element: Element, _ type: ScalarType, at address: UnsafeMutableRawPointer) {
    let bits =
      switch element {
      case .real(let value): ScalarBits(value, as: type)
      case .integer(let value): ScalarBits(unsigned: UInt64(truncatingIfNeeded: value), as: type)
      }
    bits.store(as: type, to: address)
  }
}

// MARK: - Indices

extension Shape {
  /// Every index in row-major order: the last axis runs fastest.
  package var indices: [[Int]] {
    dimensions.reduce([[]]) { prefixes, size in prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } } }
  }

  /// Where an element stands in row-major order.
  package func offset(of index: [Int]) -> Int { zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } }
}
