import Foundation
import Synchronization

private final class ThreadResults<Value: Sendable>: Sendable {
  let values = Mutex<[Int: Result<Value, any Error>]>([:])
}

/// Runs `body` on as many threads of their own at once, and returns their results in order once all have ended.
package func onThreads<Value: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (_ thread: Int) throws -> Value
) throws -> [Value] {
  let (results, start, end) = (ThreadResults<Value>(), DispatchSemaphore(value: 0), DispatchGroup())
  for thread in 0..<count {
    end.enter()
    Thread.detachNewThread {
      start.wait()
      let result = Result { try body(thread) }
      results.values.withLock { $0[thread] = result }
      end.leave()
    }
  }
  for _ in 0..<count { start.signal() }
  end.wait()
  return try results.values.withLock { values in try (0..<count).compactMap { try values[$0]?.get() } }
}
