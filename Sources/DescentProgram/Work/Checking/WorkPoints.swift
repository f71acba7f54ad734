import DescentExplain
import DescentGraph
import DescentTensor

/// Numbers for some names, to compare expressions at.
struct WorkPoint {
  /// Nodes and what stands in their places.
  var replacements: [ObjectIdentifier: Node] = [:]
  /// The numbers of free variables and of given quantities that were moved, for reports.
  var shown: [(name: String, shape: Shape, numbers: [Double])] = []

  mutating func set(_ leaf: WorkNames.Leaf, to numbers: [Double]) {
    replacements[ObjectIdentifier(leaf.tensor.node)] = .numbers(numbers, leaf.tensor.shape)
    shown.append((leaf.name, leaf.tensor.shape, numbers))
  }

  /// The elements of tensors at this point, nil if they can't be computed there.
  func values(of nodes: [Node]) -> [[Double]]? {
    try? checked {
      var made = replacements
      let copies = nodes.map { Tensor($0.replaying(&made)) }
      try Evaluation.evaluate(copies.map(\.node), on: Tensor.engine)
      return copies.map(\.scalars)
    }
  }
}

/// Draws the points at which two sides are compared.
struct WorkPoints {
  let leaves: [WorkNames.Leaf]
  let random: RandomGenerator

  /// Draws for the leaves that some nodes depend on.
  init(_ leaves: [WorkNames.Leaf], under nodes: [Node], random: RandomGenerator) {
    let found = Set(nodes.flatMap(\.ancestors).map { ObjectIdentifier($0) })
    self.leaves = leaves.filter { found.contains(ObjectIdentifier($0.tensor.node)) }
    self.random = random
  }

  var given: [WorkNames.Leaf] { leaves.filter(\.isGiven) }

  /// A point with free variables between 0.3 and 1.8, of either sign if wanted.
  ///
  /// - Parameter moved: The given quantities whose numbers change too.
  func point(hasSigns: Bool, moving moved: [WorkNames.Leaf]) -> WorkPoint {
    var point = WorkPoint()
    for leaf in leaves {
      if !leaf.isGiven {
        point.set(leaf, to: [free(hasSigns)])
      } else if moved.contains(where: { $0.name == leaf.name }), leaf.tensor.scalarType == .float64 {
        point.set(leaf, to: self.moved(leaf.tensor))
      }
    }
    return point
  }

  private func draws(_ count: Int) -> [Double] { Tensor.uniform([count], type: .float64, using: random).scalars }

  private func free(_ hasSigns: Bool) -> Double {
    let draws = draws(2)
    return (0.3 + 1.5 * draws[0]) * (hasSigns && draws[1] < 0.5 ? -1 : 1)
  }

  /// Numbers near the given ones; what is a distribution stays one.
  func moved(_ tensor: Tensor) -> [Double] {
    let (given, shape) = (tensor.scalars, tensor.shape)
    let draws = draws(given.count)
    if let groups = WorkPoints.distributions(given, shape) {
      var numbers = draws.map { 0.1 + $0 }
      for group in groups {
        let total = group.reduce(0) { $0 + numbers[$1] }
        for place in group { numbers[place] /= total }
      }
      return numbers
    }
    // A sign may matter, as under a logarithm, so that only zeros get one.
    return zip(given, draws).map { $0 == 0 ? $1 - 0.5 : $0 * (0.6 + 0.8 * $1) }
  }

  /// The places that sum to 1 together: each row, or each column, of shares such as a one-hot target.
  private static func distributions(_ numbers: [Double], _ shape: Shape) -> [[Int]]? {
    guard shape.rank > 0, numbers.count > 1, numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
    let width = shape[-1]
    guard width > 0 else { return nil }
    let rows = stride(from: 0, to: numbers.count, by: width).map { Array($0..<$0 + width) }
    let columns = (0..<width).map { Array(stride(from: $0, to: numbers.count, by: width)) }
    return [rows, columns].first { groups in
      groups.allSatisfy { group in group.count > 1 && abs(group.reduce(0) { $0 + numbers[$1] } - 1) < 1e-6 }
    }
  }
}

/// Whether numbers agree as far as their computation is exact.
func areClose(_ x: [Double], _ y: [Double], tolerances: [Double]? = nil) -> Bool {
  guard x.count == y.count else { return false }
  let scale = (x + y).reduce(0) { max($0, abs($1)) }
  return zip(x, y).enumerated().allSatisfy { place, pair in
    abs(pair.0 - pair.1) <= 1e-8 * scale + 1e-12 + (tolerances.map { $0[place] } ?? 0)
  }
}
