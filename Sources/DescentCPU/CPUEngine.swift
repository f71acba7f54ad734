import DescentGraph

/// The embedded engine: runs graphs on this machine's processor, with nothing but kernels of its own.
package final class CPUEngine: Engine {
  /// The engine that everybody shares.
  package static let shared = CPUEngine()

  package let name = "cpu"

  private let granularity: Granularity

  package init() { granularity = Granularity() }

  /// An engine that cuts its work otherwise, to reach all of its code with small tensors.
  init(_ granularity: Granularity) { self.granularity = granularity }

  package func compile(_ graph: Graph) throws(TensorError) -> any Plan { try Compiler(graph, granularity).plan() }
}
