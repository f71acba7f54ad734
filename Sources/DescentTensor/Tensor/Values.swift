import DescentGraph

extension Tensor {
  /// The elements in row-major order.
  ///
  /// Computes them if they are pending; all types but `int64` and `uint64` beyond 2⁵³ are exact.
  public var scalars: [Double] { scalars(as: Double.self) }

  /// The only element of a tensor that has one, as a `Double`.
  public var scalar: Double { scalar(as: Double.self) }

  /// The elements in row-major order as another number type, by the rules of ``converted(to:)``.
  ///
  /// Costs a copy, and nothing more for the Swift type of the tensor's scalar type, such as `[Float]` of `float32`.
  public func scalars<Scalar: TensorScalar>(as type: Scalar.Type) -> [Scalar] {
    guard let storage = storage() else { return [] }
    do throws(TensorError) {
      let start = try storage.hostPointer()
      return withExtendedLifetime(storage) { Tensor.read(start, elementCount, scalarType, as: type) }
    } catch {
      Failure.stop(error)
      return []
    }
  }

  /// Shows the elements in row-major order, some of them at a time, so that large tensors need no copy as a whole.
  ///
  /// - Throws: ``TensorError`` if the tensor can't be computed; what `body` throws.
  package func forEachChunk(of count: Int = 1 << 16, _ body: (_ elements: [Double]) throws -> Void) throws {
    try evaluate(self)
    guard let storage = node.value else { return }
    let start = UnsafeRawPointer(try storage.hostPointer())
    try withExtendedLifetime(storage) {
      for first in stride(from: 0, to: elementCount, by: count) {
        let part = Swift.min(count, elementCount - first)
        try body(Tensor.read(start + first * scalarType.byteCount, part, scalarType, as: Double.self))
      }
    }
  }

  /// The only element of a tensor that has one.
  public func scalar<Scalar: TensorScalar>(as type: Scalar.Type) -> Scalar {
    if elementCount == 1, let value = scalars(as: type).first { return value }
    if elementCount != 1 {
      Failure.stop(
        .init(.notScalar, "scalar", "\(node.label) has shape \(shape) with \(elementCount) elements; use scalars"))
    }
    return Scalar(TensorScalarBits(ScalarBits(0, as: .float64)), as: .float64)
  }

  private static func read<Scalar: TensorScalar>(
    _ start: UnsafeRawPointer, _ count: Int, _ scalarType: ScalarType, as type: Scalar.Type
  ) -> [Scalar] {
    func plain<Element: TensorScalar>(_ element: Element.Type) -> [Scalar] {
      // A cast of the array would look at each element.
      if Element.self == Scalar.self {
        return Array(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Scalar.self), count: count))
      }
      let elements = UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count)
      return elements.map { Scalar($0.bits(as: scalarType), as: scalarType) }
    }
    return switch scalarType {
    case .float32: plain(Float.self)
    case .float64: plain(Double.self)
    case .int32: plain(Int32.self)
    case .int64: plain(Int64.self)
    case .bool: plain(Bool.self)
    case .float16: plain(Float16.self)
    case .bfloat16: plain(BFloat16.self)
    case .int8: plain(Int8.self)
    case .int16: plain(Int16.self)
    case .uint8: plain(UInt8.self)
    case .uint16: plain(UInt16.self)
    case .uint32: plain(UInt32.self)
    case .uint64: plain(UInt64.self)
    }
  }
}
