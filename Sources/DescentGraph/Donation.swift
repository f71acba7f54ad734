import Synchronization

// An input that nobody can name any more when an evaluation begins is *donated*: the engine may write a result over it.
// So a training step updates parameters and moments in place, while whoever keeps a copy of the model keeps its values.

/// An evaluation that may write over some of its inputs.
final class OverwritingEvaluation: Sendable {
  /// Held while the evaluation runs.
  private let running = Mutex(())
  private let isOver = Atomic(false)

  /// Runs `body`, during which evaluations that need the donated inputs wait.
  func run(_ body: () throws(TensorError) -> Void) throws(TensorError) {
    try running.withLock { _ throws(TensorError) in
      defer { isOver.store(true, ordering: .releasing) }
      try body()
    }
  }

  /// Whether it is still under way.
  var isRunning: Bool { !isOver.load(ordering: .acquiring) }

  /// Returns when it is over.
  func wait() { running.withLock { _ in } }
}

/// What a node holds in the place of a value that it has donated.
final class DonatedStorage: Storage, @unchecked Sendable {
  let evaluation: OverwritingEvaluation

  init(to evaluation: OverwritingEvaluation, byteCount: Int) {
    self.evaluation = evaluation
    super.init(byteCount: byteCount)
  }

  override func hostPointer() throws(TensorError) -> UnsafeRawPointer {
    throw TensorError(
      .resource, "storage", "this memory was given to the result of a later step, which nobody held it back from")
  }
}

/// An input of a region that no tensor names.
package struct Donor {
  let input: Int
  let node: Node

  /// Below, plans that differ by what is donated would cost more than copies.
  static let leastBytes = 1 << 16

  /// Whether the value of a node may be donated if nothing else needs it.
  static func suits(_ node: Node, _ storage: Storage) -> Bool {
    storage.byteCount >= leastBytes && node.handles.load(ordering: .relaxed) == 0 && storage.isWritable
  }
}

extension Node {
  /// Whether a result may be written over the value, where the caller's is the only tensor that names the node.
  ///
  /// What engines made of the value is forgotten if so.
  package func canDonate() -> Bool {
    GraphLock.withLock {
      guard pins == 0, handles.load(ordering: .relaxed) == 1, consumers.load(ordering: .relaxed) == 0,
        let byteCount = storage?.byteCount, byteCount >= Donor.leastBytes, storage?.isWritable == true,
        isKnownUniquelyReferenced(&storage)
      else { return false }
      storage?.forgetDerived()
      return true
    }
  }
}

extension Region {
  /// The donors among `candidates` that nothing needs once the results are there.
  ///
  /// The lock is held. A node without a value afterwards may be computed later for consumers outside the region; a pinned
  /// one is read by derivatives to come.
  static func donors(
    among candidates: [Donor], _ captured: [Node], uses: [Int32], isResult: [Bool]
  ) -> [Donor] {
    if candidates.isEmpty { return [] }
    var isNeeded = [Bool](repeating: false, count: captured.count)
    for (number, node) in captured.enumerated().reversed() {
      let hasOtherConsumers = node.consumers.load(ordering: .relaxed) > uses[number]
      isNeeded[number] = isNeeded[number] || hasOtherConsumers || node.pins > 0
      guard node.storage == nil, isNeeded[number], !isResult[number] || node.pins > 0 else { continue }
      for index in 0..<node.operandCount { isNeeded[node.operand(index).number] = true }
    }
    return candidates.filter { !isNeeded[$0.node.number] }
  }

  /// Takes the donors' values out of their nodes, where the region alone holds them.
  ///
  /// The lock is held.
  mutating func takeDonations(for evaluation: OverwritingEvaluation) {
    for donor in donors where donor.node.handles.load(ordering: .relaxed) == 0 {
      let standIn = DonatedStorage(to: evaluation, byteCount: inputs[donor.input].byteCount)
      inputs[donor.input] = standIn
      let isShared = !isKnownUniquelyReferenced(&donor.node.storage)
      guard let storage = donor.node.storage else { continue }
      inputs[donor.input] = storage
      if isShared { continue }
      storage.forgetDerived()
      donor.node.storage = standIn
      graph.donatedInputs.append(donor.input)
    }
  }

  /// Gives the donors their values back, which are as they were.
  ///
  /// The lock is held.
  mutating func returnDonations() {
    let donated = Set(graph.donatedInputs)
    for donor in donors where donated.contains(donor.input) { donor.node.storage = inputs[donor.input] }
    graph.donatedInputs = []
  }
}
