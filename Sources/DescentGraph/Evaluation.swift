import Synchronization

/// Turns pending nodes into values.
package enum Evaluation {
  private static let plans = PlanCache()

  /// Computes the values of `targets` on an engine, together with every other node of their region that somebody still
  /// names.
  ///
  /// Inputs that nobody can name or needs any more are donated: results may take their memory. After an error, all nodes
  /// are as they were. Evaluations of several threads run beside each other; where they need
  /// the same pending nodes, each computes them, with the same bits, and the first value stays.
  package static func evaluate(_ targets: [Node], on engine: any Engine) throws(TensorError) {
    var region = region(of: targets)
    while let other = region.overwriting {
      other.wait()
      region = self.region(of: targets)
    }
    if let error = region.error { throw error }
    if region.results.isEmpty { return }
    if region.donors.isEmpty { return try run(region, on: engine) }
    let evaluation = OverwritingEvaluation()
    try evaluation.run { () throws(TensorError) in
      GraphLock.withLock { region.takeDonations(for: evaluation) }
      do throws(TensorError) {
        try run(region, on: engine)
      } catch {
        GraphLock.withLock { region.returnDonations() }
        throw error
      }
    }
  }

  private static func run(_ region: borrowing Region, on engine: any Engine) throws(TensorError) {
    let plan = try plan(for: region.graph, on: engine)
    let values = try plan.run(inputs: region.inputs, scalars: region.scalars)
    GraphLock.withLock { region.fulfil(values) }
  }

  /// What an evaluation of `targets` would compute.
  package static func region(of targets: [Node]) -> Region { GraphLock.withLock { Region(of: targets) } }

  /// The plan that an evaluation of `targets` would run, for reports.
  package static func plan(of targets: [Node], on engine: any Engine) throws(TensorError) -> any Plan {
    let region = region(of: targets)
    if let error = region.error { throw error }
    return try plan(for: region.graph, on: engine)
  }

  /// The plan of a graph, which is made once.
  package static func plan(for graph: Graph, on engine: any Engine) throws(TensorError) -> any Plan {
    try plans.plan(for: graph, on: engine)
  }
}

/// Plans by the graph they were made for.
///
/// When it is full, the half that was used longest ago goes.
final class PlanCache: Sendable {
  private struct Key: Hashable {
    var engine: String
    var graph: Graph
  }

  private struct Entry {
    var plan: any Plan
    var lastUse: Int
  }

  private let capacity: Int
  private let state = Mutex((entries: [Key: Entry](), clock: 0))

  init(capacity: Int = 1024) { self.capacity = capacity }

  func plan(for graph: Graph, on engine: any Engine) throws(TensorError) -> any Plan {
    let key = Key(engine: engine.name, graph: graph)
    let cached: (any Plan)? = state.withLock { state in
      state.clock += 1
      guard let index = state.entries.index(forKey: key) else { return nil }
      state.entries.values[index].lastUse = state.clock
      return state.entries.values[index].plan
    }
    if let cached { return cached }
    let plan = try engine.compile(graph)
    state.withLock { state in
      if state.entries.count >= capacity {
        let uses = state.entries.values.map(\.lastUse).sorted()
        let median = uses[uses.count / 2]
        state.entries = state.entries.filter { $0.value.lastUse > median }
      }
      state.entries[key] = Entry(plan: plan, lastUse: state.clock)
    }
    return plan
  }
}
