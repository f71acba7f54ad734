import DescentGraph
import DescentTensor

/// The tensors of a safetensors file, the format in which weights of networks are exchanged.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOfFile: "model.safetensors")
/// print(file.names)                                   // ["hidden.bias", "hidden.weight"]
/// let weight = try file.tensor("hidden.weight")
/// ```
///
/// The format: the length of the header as a little-endian 64-bit number; the header, JSON with type, shape and place of
/// each tensor; then the elements, little-endian and row-major, without gaps or overlaps.
public struct SafetensorsFile: Sendable {
  /// What the header says about a tensor.
  public struct Entry: Sendable, Equatable {
    /// The type of the elements.
    public let scalarType: ScalarType
    /// The sizes of the axes, outermost first.
    public let dimensions: [Int]
    /// Where the elements stand, counted from the start of the file.
    let range: Range<Int>
  }

  /// The tensors' types, shapes and places, by their names.
  public let entries: [String: Entry]
  /// What the writer noted beside the tensors, such as `["format": "pt"]`.
  public let metadata: [String: String]
  private let bytes: [UInt8]
  private let file: String

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Reads a file.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(bytes: FileBytes.read(path), file: path)
  }

  /// Reads the bytes of a file; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "safetensors data") throws(DataError) {
    let header = try SafetensorsHeader(bytes, file: file)
    (entries, metadata) = (header.entries, header.metadata)
    (self.bytes, self.file) = (bytes, file)
  }

  /// The tensor of a name.
  ///
  /// Types that tensors don't have become wider ones: see ``ScalarType/tensorType``.
  public func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let entry = entries[name] else {
      let meant = NameSuggestion.closest(to: name, among: names)
      throw DataError(
        .mismatch, in: file, "there is no tensor \(DataError.quoted(name)) among the \(entries.count) of the file",
        remedy: meant.map { "did you mean \(DataError.quoted($0))?" } ?? "give one of the names in the file's header")
    }
    guard entry.dimensions.count <= Shape.maximumRank, entry.dimensions.allSatisfy({ $0 <= Int32.max }) else {
      throw DataError(
        .unsupported, in: file, at: .byte(entry.range.lowerBound),
        "tensor \(DataError.quoted(name)) has shape \(entry.dimensions), which tensors can't have",
        remedy: "write it with at most \(Shape.maximumRank) axes of at most \(Int32.max) elements each")
    }
    let elements = entry.scalarType.elements(bytes, entry.range)
    return Tensor(Node(elements, Shape(entry.dimensions), entry.scalarType.tensorType))
  }
}

// MARK: - Element types

extension SafetensorsFile {
  /// The element types of the format, by their names in the header.
  public enum ScalarType: String, Sendable, CaseIterable {
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of a binary32.
    case bfloat16 = "BF16"
    /// Signed integers of 64 bits.
    case int64 = "I64"
    /// Signed integers of 32 bits.
    case int32 = "I32"
    /// Signed integers of 16 bits.
    case int16 = "I16"
    /// Signed integers of 8 bits.
    case int8 = "I8"
    /// Unsigned integers of 64 bits.
    case uint64 = "U64"
    /// Unsigned integers of 32 bits.
    case uint32 = "U32"
    /// Unsigned integers of 16 bits.
    case uint16 = "U16"
    /// Unsigned integers of 8 bits.
    case uint8 = "U8"
    /// Truth values, one byte each.
    case bool = "BOOL"

    /// The size of an element in bytes.
    public var byteCount: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .float16, .bfloat16, .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }

    /// The type of the tensors that are made of the elements: the narrowest that holds all their values.
    ///
    /// Unsigned 64-bit integers above the largest signed one become that.
    public var tensorType: DescentGraph.ScalarType {
      switch self {
      case .float64: .float64
      case .float32, .float16, .bfloat16: .float32
      case .int32, .int16, .int8, .uint16, .uint8: .int32
      case .int64, .uint64, .uint32: .int64
      case .bool: .bool
      }
    }

    /// The elements in memory of ``tensorType``.
    fileprivate func elements(_ bytes: [UInt8], _ range: Range<Int>) -> Storage {
      switch self {
      case .float64: converted(bytes, range) { (bits: UInt64) in bits }
      case .float32: converted(bytes, range) { (bits: UInt32) in bits }
      case .float16: converted(bytes, range) { (bits: UInt16) in binary32(ofHalf: bits) }
      case .bfloat16: converted(bytes, range) { (bits: UInt16) in UInt32(bits) << 16 }
      case .int64: converted(bytes, range) { (value: Int64) in value }
      case .int32: converted(bytes, range) { (value: Int32) in value }
      case .int16: converted(bytes, range) { (value: Int16) in Int32(value) }
      case .int8: converted(bytes, range) { (value: Int8) in Int32(value) }
      case .uint64: converted(bytes, range) { (value: UInt64) in Int64(clamping: value) }
      case .uint32: converted(bytes, range) { (value: UInt32) in Int64(value) }
      case .uint16: converted(bytes, range) { (value: UInt16) in Int32(value) }
      case .uint8: converted(bytes, range) { (value: UInt8) in Int32(value) }
      case .bool: converted(bytes, range) { (value: UInt8) in UInt8(value == 0 ? 0 : 1) }
      }
    }
  }
}

/// Fresh memory with each little-endian element of a range of bytes, converted.
private func converted<Source: FixedWidthInteger, Target: FixedWidthInteger>(
  _ bytes: [UInt8], _ range: Range<Int>, _ conversion: (Source) -> Target
) -> Storage {
  let (sourceSize, targetSize) = (MemoryLayout<Source>.size, MemoryLayout<Target>.size)
  let count = range.count / sourceSize
  let storage = HostStorage(allocating: count * targetSize)
  bytes.withUnsafeBytes { source in
    for index in 0..<count {
      let element = source.loadUnaligned(fromByteOffset: range.lowerBound + index * sourceSize, as: Source.self)
      storage.pointer.storeBytes(
        of: conversion(Source(littleEndian: element)), toByteOffset: index * targetSize, as: Target.self)
    }
  }
  return storage
}

/// The binary32 of the same number as a binary16.
private func binary32(ofHalf half: UInt16) -> UInt32 {
  let (sign, exponent, fraction) = (UInt32(half >> 15) << 31, UInt32(half >> 10 & 31), UInt32(half & 1023))
  switch exponent {
  case 0: return sign | (Float(fraction) * 0x1p-24).bitPattern
  case 31: return sign | 0x7F80_0000 | fraction << 13
  default: return sign | (exponent + 112) << 23 | fraction << 13
  }
}
