import CPeak
import Dispatch
import Foundation

/// What all threads give together right now: virtual cores may share a physical one, and neighbours come and go.
struct Floor {
  let gigaflops: Double
  let gigabytesPerSecond: Double

  init(threads: Int) {
    gigaflops = Floor.gigaflops(threads)
    gigabytesPerSecond = Floor.gigabytesPerSecond(threads)
  }

  private static func gigaflops(_ threads: Int) -> Double {
    let results = Results(threads)
    let best = (0..<3).map { _ in
      DispatchQueue.concurrentPerform(iterations: threads) { results[$0] = peak_gigaflops(20_000_000) }
      return results.sum
    }
    return best.max() ?? 0
  }

  // Arrays far larger than any cache, one part for each thread; reads and writes count once each.
  private static func gigabytesPerSecond(_ threads: Int) -> Double {
    let count = 1 << 26
    let source = Memory(count), target = Memory(count)
    let part = count / threads
    let times = (0..<6).map { _ in
      let start = ContinuousClock.now
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        peak_stream(source.floats + thread * part, target.floats + thread * part, part)
      }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    return Double(8 * count) / (times.dropFirst().min() ?? .infinity) / 1e9
  }

  private final class Memory: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
    init(_ count: Int) {
      floats = .allocate(capacity: count)
      floats.initialize(repeating: 1, count: count)
    }
    deinit { floats.deallocate() }
  }

  /// A number from each thread.
  private final class Results: @unchecked Sendable {
    private let numbers: UnsafeMutableBufferPointer<Double>
    init(_ count: Int) {
      numbers = .allocate(capacity: count)
      numbers.initialize(repeating: 0)
    }
    deinit { numbers.deallocate() }
    subscript(index: Int) -> Double {
      get { numbers[index] }
      set { numbers[index] = newValue }
    }
    var sum: Double { numbers.reduce(0, +) }
  }
}
