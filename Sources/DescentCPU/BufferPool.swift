import DescentGraph
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that is used again: a fresh large block costs more in page faults than the arithmetic on it.
///
/// Blocks come in size classes, four to each power of two. A block begins with a header of 64 bytes that remembers its
/// class, so giving it back takes the address only. Blocks that are not in use are kept up to a total.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  private static let headerBytes = 64
  private static let largeBytes = 4 << 20
  private static let hugePageBytes = 2 << 20
  /// The memory of the machine: the system promises more, and stops the process that believes it.
  private static let machineBytes = min(
    SizeClass.largestBytes, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))

  private struct State: @unchecked Sendable {
    /// The first free block of each class; the next one's address stands at the start of each.
    var free: [UnsafeMutableRawPointer?]
    var cachedBytes = 0
  }

  private let limit: Int
  private let state = Mutex(State(free: Array(repeating: nil, count: SizeClass.count)))

  /// A pool that keeps at most `limit` bytes of blocks that are not in use.
  init(limit: Int = 1 << 30) { self.limit = limit }

  deinit { trim() }

  /// The bytes of blocks that wait to be used again.
  var cachedBytes: Int { state.withLock { $0.cachedBytes } }

  /// Memory of at least `byteCount` bytes, aligned to 64, with undefined contents.
  func allocate(_ byteCount: Int) throws(TensorError) -> UnsafeMutableRawPointer {
    guard byteCount <= Self.machineBytes else { throw Self.error(byteCount) }
    let size = SizeClass(holding: byteCount)
    let cached: UncheckedPointer? = state.withLock { state in
      guard let block = state.free[size.index] else { return nil }
      state.free[size.index] = block.load(as: UnsafeMutableRawPointer?.self)
      state.cachedBytes -= size.byteCount
      return UncheckedPointer(block)
    }
    if let cached { return cached.pointer + Self.headerBytes }
    if let block = Self.fresh(size) { return block + Self.headerBytes }
    trim()
    guard let block = Self.fresh(size) else { throw Self.error(byteCount) }
    return block + Self.headerBytes
  }

  /// Takes back memory that `allocate` gave.
  func release(_ pointer: UnsafeMutableRawPointer) {
    let block = UncheckedPointer(pointer - Self.headerBytes)
    let size = SizeClass(index: (block.pointer + 8).load(as: Int.self))
    let isKept = state.withLock { state in
      guard state.cachedBytes + size.byteCount <= limit else { return false }
      block.pointer.storeBytes(of: state.free[size.index], as: UnsafeMutableRawPointer?.self)
      state.free[size.index] = block.pointer
      state.cachedBytes += size.byteCount
      return true
    }
    if !isKept { free(block.pointer) }
  }

  /// A storage in the shared pool's memory, which goes back there at the end.
  static func storage(byteCount: Int) throws(TensorError) -> HostStorage {
    HostStorage(try shared.allocate(byteCount), byteCount: byteCount, ownsMemory: true) { shared.release($0) }
  }

  /// Gives all blocks that are not in use back to the system.
  func trim() {
    let blocks: State = state.withLock { state in
      defer { state = State(free: Array(repeating: nil, count: SizeClass.count)) }
      return state
    }
    for first in blocks.free {
      var next = first
      while let block = next {
        next = block.load(as: UnsafeMutableRawPointer?.self)
        free(block)
      }
    }
  }

  private static func fresh(_ size: SizeClass) -> UnsafeMutableRawPointer? {
    let isLarge = size.byteCount >= largeBytes
    let bytes = size.byteCount + headerBytes
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, isLarge ? hugePageBytes : 64, bytes) == 0, let block else { return nil }
    #if os(Linux)
      if isLarge { madvise(block, bytes, MADV_HUGEPAGE) }
    #endif
    (block + 8).storeBytes(of: size.index, as: Int.self)
    return block
  }

  private static func error(_ byteCount: Int) -> TensorError {
    TensorError(.resource, "allocate", "\(byteCount) bytes are more than the memory that this machine has left")
  }
}

/// One of the sizes that blocks have: (4 + m)·2ᵉ bytes for m in 0..<4, at least 256.
struct SizeClass {
  let index: Int

  static let count = 4 * 40
  static let largestBytes = SizeClass(index: count - 1).byteCount

  init(index: Int) { self.index = index }

  /// The smallest one that holds some bytes.
  init(holding byteCount: Int) {
    let last = max(byteCount, 256) - 1
    let exponent = Int.bitWidth - 1 - last.leadingZeroBitCount - 2
    index = 4 * (exponent - 6) + (last >> exponent - 4) + 1
  }

  var byteCount: Int { (4 + index % 4) << (index / 4 + 6) }
}

private struct UncheckedPointer: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}
