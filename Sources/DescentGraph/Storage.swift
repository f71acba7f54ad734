import Synchronization

/// The elements of an evaluated tensor, contiguous in row-major order.
///
/// An engine may subclass it for memory that the host can't read directly; ``hostPointer()`` then brings it over.
open class Storage: @unchecked Sendable {
  /// The size in bytes.
  public let byteCount: Int

  /// A storage of some bytes.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// Whether an engine may write results over the elements once nobody needs them any more.
  open var isWritable: Bool { false }

  private let readCount = Atomic(0)
  private let derived = Mutex<[Derived]>([])

  private struct Derived: @unchecked Sendable {
    var key: AnyHashable
    var storage: Storage
  }

  /// Counts one more time that the elements are read as they are, for engines that keep what they make of them.
  package func countRead() -> Int { readCount.add(1, ordering: .relaxed).newValue }

  /// What an engine makes of the elements, such as another layout, made at the first call and kept as long as they are.
  package func derived<Key: Hashable & Sendable>(
    _ key: Key, _ make: () throws(TensorError) -> Storage
  ) throws(TensorError) -> Storage {
    if let known = derived.withLock({ $0.first { $0.key == AnyHashable(key) } }) { return known.storage }
    let made = Derived(key: key, storage: try make())
    return derived.withLock { all in
      if let known = all.first(where: { $0.key == made.key }) { return known }
      all.append(made)
      return made
    }.storage
  }

  /// How many things were made of the elements.
  package var derivedCount: Int { derived.withLock { $0.count } }

  /// Forgets what was made of the elements, which are about to be overwritten.
  func forgetDerived() {
    readCount.store(0, ordering: .relaxed)
    derived.withLock { $0 = [] }
  }

  /// The address of the first element in host memory, valid while the storage lives.
  open func hostPointer() throws(TensorError) -> UnsafeRawPointer {
    throw TensorError(.resource, "storage", "this memory can't be read by the host")
  }
}

/// The values of all results of a node that has several.
final class StorageBundle: Storage, @unchecked Sendable {
  let parts: [Storage]

  init(_ parts: [Storage]) {
    self.parts = parts
    super.init(byteCount: parts.reduce(0) { $0 + $1.byteCount })
  }
}

/// Memory of the host, given back to its owner when the last reader is gone.
package final class HostStorage: Storage, @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  private let release: @Sendable (UnsafeMutableRawPointer) -> Void
  private let ownsMemory: Bool

  /// Memory of `byteCount` bytes at `pointer`, handed to `release` at the end.
  ///
  /// - Parameter ownsMemory: Whether nobody else reads the memory and it can be written, as the pages of a file can't.
  package init(
    _ pointer: UnsafeMutableRawPointer, byteCount: Int, ownsMemory: Bool = false,
    release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
  ) {
    self.pointer = pointer
    self.release = release
    self.ownsMemory = ownsMemory
    super.init(byteCount: byteCount)
  }

  package override var isWritable: Bool { ownsMemory }

  /// Fresh memory aligned for vectors, not initialised.
  package convenience init(allocating byteCount: Int) {
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: Swift.max(byteCount, 1), alignment: 64)
    self.init(pointer, byteCount: byteCount, ownsMemory: true) { $0.deallocate() }
  }

  package override func hostPointer() throws(TensorError) -> UnsafeRawPointer { UnsafeRawPointer(pointer) }

  deinit { release(pointer) }
}
