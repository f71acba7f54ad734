// The thread pool runs each item exactly once, whoever calls; and what a thread owns ends with the thread.

import CDescentRuntime
import Foundation
import Synchronization
import Testing

@Suite(.serialized) struct ThreadPoolTests {
  /// Runs `items` items that count their own calls, and returns the counts.
  private func calls(_ items: Int) -> [Int] {
    var calls = [Int](repeating: 0, count: items)
    calls.withUnsafeMutableBufferPointer {
      descent_pool_run(items, { $0?.assumingMemoryBound(to: Int.self)[$1] += 1 }, $0.baseAddress)
    }
    return calls
  }

  @Test(arguments: [1, 2, 3, 8, 0]) func runsEachItemOnce(threads: Int) {
    descent_pool_set_thread_count(threads)
    defer { descent_pool_set_thread_count(0) }
    #expect(threads == 0 ? descent_pool_thread_count() >= 1 : descent_pool_thread_count() == threads)
    for items in [0, 1, 2, 3, 7, 64, 1000] {
      for _ in 0..<200 {
        let calls = calls(items)
        #expect(calls.allSatisfy { $0 == 1 }, "\(threads) threads, \(items) items")
      }
    }
  }

  @Test func countsFollowOneAnother() {
    defer { descent_pool_set_thread_count(0) }
    for round in 0..<200 {
      descent_pool_set_thread_count([1, 4, 2, 3][round % 4])
      #expect(calls(33).allSatisfy { $0 == 1 }, "round \(round)")
    }
  }

  @Test func workersWakeAfterParking() {
    descent_pool_set_thread_count(4)
    defer { descent_pool_set_thread_count(0) }
    for round in 0..<20 {
      usleep(1000)
      #expect(calls(50).allSatisfy { $0 == 1 }, "round \(round)")
    }
  }

  @Test func callsFromInsideAnItemRunAll() {
    var calls = [Int](repeating: 0, count: 20 * 30)
    calls.withUnsafeMutableBufferPointer {
      let outer: descent_pool_body = { context, index in
        guard let counts = context?.assumingMemoryBound(to: Int.self) else { return }
        descent_pool_run(30, { $0?.assumingMemoryBound(to: Int.self)[$1] += 1 }, counts + 30 * index)
      }
      descent_pool_run(20, outer, $0.baseAddress)
    }
    #expect(calls.allSatisfy { $0 == 1 })
  }

  @Test func callsFromManyThreadsRunAll() {
    descent_pool_set_thread_count(3)
    defer { descent_pool_set_thread_count(0) }
    let failures = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for items in 0..<500 where !calls(items % 40).allSatisfy({ $0 == 1 }) {
        failures.add(1, ordering: .relaxed)
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
  }

  /// How many threads take part in a call whose items last long enough for others to come.
  private func threads(_ items: Int) -> Int {
    var threads = [UInt](repeating: 0, count: items)
    threads.withUnsafeMutableBufferPointer {
      let body: descent_pool_body = { context, index in
        usleep(1000)
        context?.assumingMemoryBound(to: UInt.self)[index] = UInt(bitPattern: descent_thread())
      }
      descent_pool_run(items, body, $0.baseAddress)
    }
    return Set(threads).count
  }

  /// As many callers as threads leave the workers out; a single one afterwards has them again.
  @Test func workersServeAgainAfterCallersFilledAllThreads() {
    descent_pool_set_thread_count(2)
    defer { descent_pool_set_thread_count(0) }
    let failures = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      for _ in 0..<5000 where !calls(40).allSatisfy({ $0 == 1 }) { failures.add(1, ordering: .relaxed) }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    #expect((0..<50).contains { _ in threads(8) > 1 })
  }
}

/// The sum of the scopes that the destructor was called with; tests use numbers for scopes.
private let releasedScopes = Atomic(0)

struct ThreadStateTests {
  /// Runs `body` on a thread of its own and waits for the thread's end.
  private func onNewThread(_ body: @escaping @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?) {
    #if canImport(Darwin)
      var thread: pthread_t?
      guard pthread_create(&thread, nil, { body($0) }, nil) == 0, let thread else { return }
    #else
      var thread = pthread_t()
      guard pthread_create(&thread, nil, body, nil) == 0 else { return }
    #endif
    pthread_join(thread, nil)
  }

  @Test func releasesGrowInOrder() {
    let state = descent_thread()
    let before = state.pointee.release_count
    defer { state.pointee.release_count = before }
    for value in 1...1000 {
      descent_thread_push_release(state, UnsafeMutableRawPointer(bitPattern: value).unsafelyUnwrapped)
    }
    let pushed = (0..<1000).map { Int(bitPattern: state.pointee.releases?[before + $0]) }
    #expect(pushed == Array(1...1000))
    #expect(descent_thread() == state)
  }

  @Test func scopeIsReleasedWhenItsThreadExits() {
    descent_set_scope_destructor { scope in
      releasedScopes.add(Int(bitPattern: scope), ordering: .relaxed)
      descent_thread_push_release(descent_thread(), scope)
    }
    defer { descent_set_scope_destructor(nil) }
    onNewThread { _ in
      descent_thread().pointee.scope = UnsafeMutableRawPointer(bitPattern: 42)
      return nil
    }
    #expect(releasedScopes.load(ordering: .relaxed) == 42)
  }

  @Test func workspacesAreApartAndAligned() {
    for bytes in [0, 1, 100_000, 3_000_000] {
      let first = descent_thread_workspace(0, bytes)
      let second = descent_thread_workspace(1, bytes)
      #expect(first != second && Int(bitPattern: first) % 64 == 0 && Int(bitPattern: second) % 64 == 0, "\(bytes)")
      memset(first, 1, bytes)
      memset(second, 2, bytes)
      #expect(descent_thread_workspace(0, bytes / 2) == first, "\(bytes)")
    }
  }
}
