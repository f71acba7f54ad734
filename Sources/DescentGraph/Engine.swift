/// What runs graphs: the embedded CPU engine today, XLA later.
package protocol Engine: Sendable {
  /// The engine's name in reports.
  var name: String { get }

  /// Compiles a graph to a plan that can be run many times.
  func compile(_ graph: Graph) throws(TensorError) -> any Plan
}

/// What an engine made of a graph.
package protocol Plan: Sendable, CustomStringConvertible {
  /// Computes the graph's outputs.
  ///
  /// The memory of the graph's donated inputs may hold outputs afterwards; after an error it is as it was.
  ///
  /// - Parameters:
  ///   - inputs: The values of the `.input` instructions, in order.
  ///   - scalars: The numbers of the `.fill` instructions, in order.
  func run(inputs: [Storage], scalars: [ScalarBits]) throws(TensorError) -> [Storage]
}
