import DescentGraph
import Foundation

/// Bytes that are read in parts: an array, or a file of which only what is asked for comes into memory.
enum ByteSource: Sendable {
  case bytes([UInt8])
  case file(OpenFile)
  case mapped(MappedFile)

  /// The number of bytes.
  var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .file(let file): file.byteCount
    case .mapped(let file): file.byteCount
    }
  }

  /// A copy of some bytes, which the caller has found to lie inside.
  func bytes(_ range: Range<Int>) throws(DataError) -> [UInt8] {
    switch self {
    case .bytes(let bytes): return Array(bytes[range])
    case .mapped(let file): return Array(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    case .file(let file): return try file.read(range)
    }
  }

  /// Copies bytes, which the caller has found to lie inside, to memory that has room for them.
  private func copy(_ range: Range<Int>, to target: UnsafeMutableRawPointer) throws(DataError) {
    switch self {
    case .bytes(let bytes):
      bytes.withUnsafeBytes { source in
        if let start = source.baseAddress { target.copyMemory(from: start + range.lowerBound, byteCount: range.count) }
      }
    case .mapped(let file):
      if let start = file.bytes.baseAddress {
        target.copyMemory(from: start + range.lowerBound, byteCount: range.count)
      }
    case .file(let file): try file.read(range, into: target)
    }
  }

  /// The elements of a tensor: a part of the mapped file itself where it can be used as it stands, else a copy.
  func elements(_ range: Range<Int>, of type: ScalarType, isBigEndian: Bool = false) throws(DataError) -> Storage {
    if case .mapped(let file) = self, let start = file.bytes.baseAddress, type != .bool, !isBigEndian,
      1.littleEndian == 1, range.lowerBound % type.byteCount == 0, !range.isEmpty
    {
      let pointer = UnsafeMutableRawPointer(mutating: start + range.lowerBound)
      return HostStorage(pointer, byteCount: range.count) { _ in withExtendedLifetime(file) {} }
    }
    let storage = HostStorage(allocating: range.count)
    try copy(range, to: storage.pointer)
    let elements = UnsafeMutableRawBufferPointer(start: storage.pointer, count: range.count)
    if isBigEndian != (1.bigEndian == 1) { elements.reverseBytes(ofElementsOf: type.byteCount) }
    // Truth values are 0 or 1 in memory; files may have others for true.
    if type == .bool { for place in elements.indices where elements[place] > 1 { elements[place] = 1 } }
    return storage
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Turns the bytes of each element round.
  func reverseBytes(ofElementsOf byteCount: Int) {
    func swap<Word: FixedWidthInteger>(_: Word.Type) {
      for offset in stride(from: 0, to: count, by: byteCount) {
        storeBytes(
          of: loadUnaligned(fromByteOffset: offset, as: Word.self).byteSwapped, toByteOffset: offset, as: Word.self)
      }
    }
    switch byteCount {
    case 2: swap(UInt16.self)
    case 4: swap(UInt32.self)
    case 8: swap(UInt64.self)
    default: break
    }
  }
}

/// A regular file that is open for reading at any place.
final class OpenFile: Sendable {
  let path: String
  /// The size when the file was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file; folders, pipes and devices are refused.
  init(_ path: String) throws(DataError) {
    self.path = path
    (descriptor, byteCount) = try FileBytes.open(path)
  }

  deinit { close(descriptor) }

  /// Some bytes, which the caller has found to lie inside the file.
  func read(_ range: Range<Int>) throws(DataError) -> [UInt8] {
    try FileBytes.requireMemory(for: range.count, path)
    var failure: DataError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      do throws(DataError) {
        try read(range, into: UnsafeMutableRawPointer(start))
        filled = range.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads bytes into memory that has room for them.
  func read(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws(DataError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let step = pread(descriptor, target + (offset - range.lowerBound), range.upperBound - offset, off_t(offset))
      if step < 0, errno == EINTR { continue }
      guard step >= 0 else { throw FileBytes.unreadable(path, FileBytes.reason(errno)) }
      guard step > 0 else {
        throw DataError(
          .truncated, in: path, at: .byte(offset), "the file has become shorter since it was opened",
          remedy: "wait until it is written, and read it again")
      }
      offset += step
    }
  }
}

/// A file in the address space of this process: pages come into memory when they are looked at.
final class MappedFile: @unchecked Sendable {
  /// The bytes of the file; immutable, hence safe to share.
  let bytes: UnsafeRawBufferPointer

  /// The size of the file.
  var byteCount: Int { bytes.count }

  /// Maps a file; folders, pipes and devices are refused.
  init(_ path: String) throws(DataError) {
    let (descriptor, count) = try FileBytes.open(path)
    defer { close(descriptor) }
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    // Private and writable: whatever an engine may do with a buffer stays in this process.
    guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0),
      start != MAP_FAILED
    else { throw FileBytes.unreadable(path, FileBytes.reason(errno)) }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
