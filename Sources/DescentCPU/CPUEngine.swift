import DescentGraph

/// The embedded engine: runs graphs on this machine's processor, with nothing but kernels of its own.
package final class CPUEngine: Engine {
  /// The engine that everybody shares.
  package static let shared = CPUEngine()

  package let name = "cpu"

  package init() {}

  package func compile(_ graph: Graph) throws(TensorError) -> any Plan { try Compiler(graph).plan() }
}
