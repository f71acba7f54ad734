import DescentGraph
import DescentTensor

/// An array in NumPy's format NPY.
///
/// ```swift
/// let weights = try NPYFile(contentsOfFile: "weights.npy").tensor()
/// try NPYFile.write(weights * 2, toFile: "doubled.npy")
/// ```
///
/// Read are versions 1 to 3 of the format; numbers of any byte order, row-major or column-major. Python objects, texts,
/// records, dates and complex numbers are refused, by an error that says so; no part of a file is ever run.
public struct NPYFile: Sendable {
  /// The type of the elements.
  public let scalarType: ScalarType
  /// The sizes of the axes, outermost first.
  public let dimensions: [Int]
  private let header: NPYHeader
  private let source: ByteSource
  private let file: String

  /// Opens a file and reads its header; the elements are read by ``tensor()``.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(.file(OpenFile(path)), file: path)
  }

  /// Maps a file into memory and reads its header; the tensor is a part of the mapped file, as by
  /// ``SafetensorsFile/init(mapping:)``, unless its bytes stand in another order or not aligned.
  public init(mapping path: String) throws(DataError) {
    try self.init(.mapped(MappedFile(path)), file: path)
  }

  /// Reads the bytes of a file; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "NPY data") throws(DataError) {
    try self.init(.bytes(bytes), file: file)
  }

  private init(_ source: ByteSource, file: String) throws(DataError) {
    header = try NPYHeader(source, file: file)
    (scalarType, dimensions) = (header.scalarType, header.dimensions)
    (self.source, self.file) = (source, file)
  }

  /// The array as a tensor of the same shape and type.
  ///
  /// - Throws: ``DataError`` if the array has more axes or longer ones than a ``Shape`` can have, or can't be read.
  public func tensor() throws(DataError) -> Tensor {
    let shape = try ArrayExtent.shape(dimensions, of: "the array", in: file, at: nil)
    if case .mapped = source {} else { try FileBytes.requireMemory(for: header.elements.count, file) }
    let storage = try source.elements(header.elements, of: scalarType, isBigEndian: header.isBigEndian)
    guard header.isFortranOrder, shape.rank > 1 else { return Tensor(Node(storage, shape, scalarType)) }
    // Column-major order is row-major order of the transposed array.
    return Tensor(Node(storage, Shape(dimensions.reversed()), scalarType)).transposed()
  }

  // MARK: Writing

  /// Writes a tensor to a file that `numpy.load` reads, replacing a file that is there only when all is written.
  ///
  /// - Throws: ``TensorError`` if the tensor can't be computed; ``DataError`` if the file can't be written, or for
  ///   bfloat16, which NumPy does not have.
  public static func write(_ tensor: Tensor, toFile path: String) throws {
    try FileBytes.write(bytes(of: tensor, file: path), to: path)
  }

  /// A tensor in the format NPY, version 1.0, row-major and little-endian.
  ///
  /// - Throws: ``TensorError`` if the tensor can't be computed; ``DataError`` for bfloat16, which NumPy does not have.
  public static func bytes(of tensor: Tensor) throws -> [UInt8] { try bytes(of: tensor, file: "NPY data") }

  static func bytes(of tensor: Tensor, file: String) throws -> [UInt8] {
    try evaluate(tensor)
    return try NPYHeader.bytes(tensor.shape, tensor.scalarType, file: file) + tensor.littleEndianBytes()
  }
}
