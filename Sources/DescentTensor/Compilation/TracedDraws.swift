import Synchronization

/// What a function drew from random generators while it was traced.
final class TracedDraws: Sendable {
  private struct State: @unchecked Sendable {
    var keys: [(key: Tensor, generator: RandomGenerator)] = []
    var hasOthers = false
  }

  private let state = Mutex(State())

  /// Notes a key that operations read, and where it came from.
  func note(_ key: Tensor, of generator: RandomGenerator) { state.withLock { $0.keys.append((key, generator)) } }

  /// Notes a draw that is not a key.
  func noteOther() { state.withLock { $0.hasOthers = true } }

  /// The number of each key's draw, by the key's node, and the generators in the order of the draws.
  var keys: (places: [ObjectIdentifier: Int], generators: [RandomGenerator]) {
    state.withLock { state in
      let places = state.keys.enumerated().map { (ObjectIdentifier($1.key.node), $0) }
      return (Dictionary(places) { first, _ in first }, state.keys.map(\.generator))
    }
  }

  /// Whether there were draws that are not keys.
  var hasOthers: Bool { state.withLock { $0.hasOthers } }
}
