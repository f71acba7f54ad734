import DescentCalculus
import DescentGraph
import TestSupport

/// A function of nodes at one point, with its derivatives as numbers, all computed by the reference engine.
struct Derivatives {
  var function: ([Node]) -> Node
  var point: [ReferenceTensor]

  /// The inputs that have derivatives.
  var differentiable: [Int] { point.indices.filter { point[$0].scalarType.isFloatingPoint } }

  /// The numbers of the differentiable inputs.
  var numbers: [[Double]] { differentiable.map { point[$0].doubles } }

  /// The same function at other numbers for the differentiable inputs.
  func moved(to numbers: [[Double]]) -> Derivatives {
    var moved = self
    for (input, values) in zip(differentiable, numbers) {
      moved.point[input] = ReferenceTensor(values, point[input].shape, point[input].scalarType)
    }
    return moved
  }

  /// Numbers shaped like the differentiable inputs.
  func directions(seed: UInt64) -> [[Double]] {
    var generator = SplitMix64(seed: seed)
    return numbers.map { generator.doubles($0.count) }
  }

  /// Records the function at the point and evaluates what `body` makes of it, zeros for nil.
  private func evaluate(_ body: (Recorder, _ sources: [Node], _ result: Node) -> [(Node?, like: Node)]) throws
    -> [[Double]]
  {
    let inputs = point.map(\.node)
    let sources = differentiable.map { inputs[$0] }
    let recorder = Recorder()
    return try Scope.current.record(with: recorder) {
      try body(recorder, sources, function(inputs)).map { node, like in
        try (node ?? like.filled(0)).doubles()
      }
    }
  }

  func value() throws -> [Double] { try evaluate { _, _, result in [(result, result)] }[0] }

  /// For each differentiable input, Σ cotangent·∂result/∂input.
  func pullback(_ cotangent: [Double]) throws -> [[Double]] {
    try evaluate { recorder, sources, result in
      Array(zip(Derivatives.pullback(cotangent, of: result, recorder, sources), sources)).map { ($0, like: $1) }
    }
  }

  /// The result's tangent, from those of the differentiable inputs.
  func pushforward(_ tangents: [[Double]]) throws -> [Double] {
    try evaluate { recorder, sources, result in
      let tangents = zip(tangents, sources).map { Node.literal($0, $1.shape, $1.scalarType) }
      return [(ForwardMode(recorder.nodes, sources: sources).pushforward(tangents, to: [result])[0], like: result)]
    }[0]
  }

  /// The gradient of Σ weight·pullback(cotangent), a second derivative.
  func secondPullback(_ cotangent: [Double], weights: [[Double]]) throws -> [[Double]] {
    try evaluate { recorder, sources, result in
      let gradients = Derivatives.pullback(cotangent, of: result, recorder, sources)
      let total = Derivatives.inner(gradients, weights)
      let second = total.map { Derivatives.pullback([1], of: $0, recorder, sources) } ?? sources.map { _ in nil }
      return Array(zip(second, sources)).map { ($0, like: $1) }
    }
  }

  /// Forward over reverse: how the pullback moves with the inputs, by pushing tangents through its nodes.
  func pullbackMoved(_ cotangent: [Double], along tangents: [[Double]]) throws -> [[Double]] {
    try evaluate { recorder, sources, result in
      let gradients = Derivatives.pullback(cotangent, of: result, recorder, sources)
      let tangents = zip(tangents, sources).map { Node.literal($0, $1.shape, $1.scalarType) }
      let mode = ForwardMode(recorder.nodes, sources: sources)
      let moved = gradients.map { gradient in gradient.flatMap { mode.pushforward(tangents, to: [$0])[0] } }
      return Array(zip(moved, sources)).map { ($0, like: $1) }
    }
  }

  private static func pullback(_ cotangent: [Double], of result: Node, _ recorder: Recorder, _ sources: [Node])
    -> [Node?]
  {
    let cotangent = Node.literal(cotangent, result.shape, result.scalarType)
    return ReverseMode(recorder.nodes, sources: sources).pullback(cotangent, of: result)
  }

  /// Σ over all nodes of Σ weight·element, nil if there is no node.
  private static func inner(_ nodes: [Node?], _ weights: [[Double]]) -> Node? {
    zip(nodes, weights).reduce(nil) { total, pair in
      guard let node = pair.0 else { return total }
      let term = (node * .literal(pair.1, node.shape, node.scalarType)).sum(.all(node.shape.rank))
      return total.map { $0 + term } ?? term
    }
  }
}
