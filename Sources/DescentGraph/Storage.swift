/// The elements of an evaluated tensor, contiguous in row-major order.
///
/// An engine may subclass it for memory that the host can't read directly; ``hostPointer()`` then brings it over.
open class Storage: @unchecked Sendable {
  /// The size in bytes.
  public let byteCount: Int

  /// A storage of some bytes.
  public init(byteCount: Int) { self.byteCount = byteCount }

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

  /// Memory of `byteCount` bytes at `pointer`, handed to `release` at the end.
  package init(
    _ pointer: UnsafeMutableRawPointer, byteCount: Int,
    release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
  ) {
    self.pointer = pointer
    self.release = release
    super.init(byteCount: byteCount)
  }

  /// Fresh memory aligned for vectors, not initialised.
  package convenience init(allocating byteCount: Int) {
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: Swift.max(byteCount, 1), alignment: 64)
    self.init(pointer, byteCount: byteCount) { $0.deallocate() }
  }

  package override func hostPointer() throws(TensorError) -> UnsafeRawPointer { UnsafeRawPointer(pointer) }

  deinit { release(pointer) }
}
