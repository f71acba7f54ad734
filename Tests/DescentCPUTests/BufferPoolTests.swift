import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

@Suite struct BufferPoolTests {
  static let sizes = [0, 1, 63, 64, 256, 257, 1000, 4096, 5000, 1 << 20, (4 << 20) + 1, 9 << 20]

  @Test(arguments: sizes) func memoryIsAlignedAndUsedAgain(size: Int) throws {
    let pool = BufferPool(limit: 64 << 20)
    let first = try pool.allocate(size)
    #expect(Int(bitPattern: first) % 64 == 0)
    first.initializeMemory(as: UInt8.self, repeating: 0xAB, count: size)
    let second = try pool.allocate(size)
    #expect(first != second)
    pool.release(first)
    #expect(pool.cachedBytes >= size)
    #expect(try pool.allocate(size) == first)
    #expect(pool.cachedBytes == 0)
    pool.release(first)
    pool.release(second)
    pool.trim()
    #expect(pool.cachedBytes == 0)
  }

  @Test func classesHoldTheirSizesAndWasteLittle() {
    for size in [0, 1, 255, 256, 257, 300, 319, 320, 321, 512, 513, 1 << 20, 1 << 40] + Self.sizes {
      let byteCount = SizeClass(holding: size).byteCount
      #expect(byteCount >= size && (byteCount <= 256 || byteCount * 4 <= size * 5), "\(size) in \(byteCount)")
      #expect(byteCount % 64 == 0)
    }
  }

  @Test func theCacheIsBounded() throws {
    let pool = BufferPool(limit: 1 << 20)
    let blocks = try (0..<8).map { _ in try pool.allocate(300_000) }
    blocks.forEach(pool.release)
    #expect(pool.cachedBytes > 0 && pool.cachedBytes <= 1 << 20)
  }

  @Test func moreThanThereIsIsAnError() {
    for size in [Int.max, 1 << 60, 1 << 45] {
      #expect(throws: TensorError.self) { try BufferPool(limit: 0).allocate(size) }
    }
  }

  @Test func threadsGetMemoryOfTheirOwn() throws {
    let pool = BufferPool(limit: 1 << 24)
    let clean = try onThreads(4) { thread in
      try (0..<2000).allSatisfy { round in
        let size = 64 * (1 + (round * 7 + thread) % 40)
        let memory = try pool.allocate(size)
        memory.initializeMemory(as: UInt8.self, repeating: UInt8(thread), count: size)
        let isOwn = (0..<size).allSatisfy { memory.load(fromByteOffset: $0, as: UInt8.self) == UInt8(thread) }
        pool.release(memory)
        return isOwn
      }
    }
    #expect(clean == [true, true, true, true])
  }
}
