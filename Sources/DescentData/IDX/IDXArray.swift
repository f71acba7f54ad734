/// An array from an IDX file, the format of MNIST: element type, dimensions, elements.
///
/// ```swift
/// let images = try IDXArray(contentsOfFile: "train-images-idx3-ubyte.gz")
/// images.dimensions                    // [60000, 28, 28]
/// let pixels = try images.floats(scaledBy: 1 / 255)
/// ```
///
/// The format: two zero bytes, the element type, the number of dimensions, each dimension as a big-endian 32-bit
/// number, then the elements, big-endian, the last dimension running fastest.
public struct IDXArray: Sendable {
  /// The element types of the format, by their codes.
  public enum ScalarType: UInt8, Sendable, CaseIterable {
    /// Unsigned bytes.
    case uint8 = 0x08
    /// Signed bytes.
    case int8 = 0x09
    /// Signed 16-bit integers.
    case int16 = 0x0B
    /// Signed 32-bit integers.
    case int32 = 0x0C
    /// Single-precision numbers.
    case float32 = 0x0D
    /// Double-precision numbers.
    case float64 = 0x0E

    /// The size of an element in bytes.
    public var byteCount: Int {
      switch self {
      case .uint8, .int8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .float64: 8
      }
    }

    /// Whether elements are whole numbers.
    public var isInteger: Bool { self != .float32 && self != .float64 }
  }

  /// The type of the elements.
  public let scalarType: ScalarType
  /// The extents, slowest first; none for a single number.
  public let dimensions: [Int]
  /// The elements in row-major order, in the byte order of this machine.
  public let bytes: [UInt8]
  /// The file, for messages.
  let file: String

  /// The number of elements.
  public var count: Int { bytes.count / scalarType.byteCount }

  /// Reads a file, packed by gzip or plain.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(bytes: FileBytes.read(path), file: path)
  }

  /// Reads the bytes of a file, packed by gzip or plain; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "IDX data") throws(DataError) {
    let isPacked = Gzip.isGzip(bytes)
    let start = isPacked ? try Gzip.prefix(IDXHeader.maximumByteCount, of: bytes, file: file) : bytes
    let header = try IDXHeader(start, file: file)
    var contents = isPacked ? try Self.unpack(bytes, header, file) : bytes
    try header.check(byteCount: contents.count, file: file)
    contents.removeFirst(header.byteCount)
    contents.reverseByteOrder(ofElementsOf: header.scalarType.byteCount)
    (scalarType, dimensions, self.bytes, self.file) = (header.scalarType, header.dimensions, contents, file)
  }

  private static func unpack(_ bytes: [UInt8], _ header: IDXHeader, _ file: String) throws(DataError) -> [UInt8] {
    // A small file can claim, and unpack to, more than there is memory.
    try FileBytes.requireMemory(for: min(header.totalByteCount, ZipArchive.largestRatio * bytes.count), file)
    do throws(DataError) {
      return try Gzip.decompress(bytes, limit: header.totalByteCount, file: file)
    } catch  where error.kind == .tooLarge {
      throw header.trailingData("more", file: file)
    }
  }

  /// The elements as single-precision numbers, each multiplied by `scale`.
  public func floats(scaledBy scale: Float = 1) -> [Float] {
    switch scalarType {
    case .uint8: map(UInt8.self) { Float($0) * scale }
    case .int8: map(Int8.self) { Float($0) * scale }
    case .int16: map(Int16.self) { Float($0) * scale }
    case .int32: map(Int32.self) { Float($0) * scale }
    case .float32: map(Float.self) { $0 * scale }
    case .float64: map(Double.self) { Float($0) * scale }
    }
  }

  /// The elements as double-precision numbers: every type fits without rounding.
  public func doubles() -> [Double] { doubles(in: 0..<count) }

  /// Some of the elements as double-precision numbers.
  package func doubles(in range: Range<Int>) -> [Double] {
    switch scalarType {
    case .uint8: map(UInt8.self, range) { Double($0) }
    case .int8: map(Int8.self, range) { Double($0) }
    case .int16: map(Int16.self, range) { Double($0) }
    case .int32: map(Int32.self, range) { Double($0) }
    case .float32: map(Float.self, range) { Double($0) }
    case .float64: map(Double.self, range) { $0 }
    }
  }

  /// The elements as integers; an error if the file holds floating-point numbers.
  public func integers() throws(DataError) -> [Int] {
    switch scalarType {
    case .uint8: return map(UInt8.self) { Int($0) }
    case .int8: return map(Int8.self) { Int($0) }
    case .int16: return map(Int16.self) { Int($0) }
    case .int32: return map(Int32.self) { Int($0) }
    case .float32, .float64:
      throw DataError(
        .wrongType, in: file, "the elements are \(scalarType), expected integers", remedy: "use floats() or doubles()")
    }
  }

  private func map<Scalar, Result>(
    _: Scalar.Type, _ range: Range<Int>? = nil, _ transform: (Scalar) -> Result
  ) -> [Result] {
    let range = range ?? 0..<count
    return bytes.withUnsafeBytes { source in
      [Result](unsafeUninitializedCapacity: range.count) { target, filled in
        for (place, index) in range.enumerated() {
          let scalar = source.loadUnaligned(fromByteOffset: index &* MemoryLayout<Scalar>.size, as: Scalar.self)
          target.initializeElement(at: place, to: transform(scalar))
        }
        filled = range.count
      }
    }
  }
}

extension [UInt8] {
  /// Turns big-endian elements into elements of this machine's byte order.
  fileprivate mutating func reverseByteOrder(ofElementsOf byteCount: Int) {
    guard byteCount > 1, 1.bigEndian != 1 else { return }
    for start in stride(from: 0, to: count, by: byteCount) {
      self[start..<start + byteCount].reverse()
    }
  }
}
