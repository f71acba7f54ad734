import DescentGraph

// The cards of loops. The derivative of a loop is a loop over the derivative of its body.

/// Carries are moved along with their tangents; backward there is no bound on the steps to remember.
func whileRule(carries: Int) -> Rule {
  .joint { application, _, isNeeded in
    isNeeded.map { isNeeded in
      !isNeeded
        ? nil
        : .invalid(
          .notDifferentiable, "whileLoop",
          "a loop without a bound has no gradient in reverse mode; give it maximumIterations, or use jvp")
    }
  } pushforward: { application, tangents in
    let operands = application.node.operands
    let isFloat = operands.prefix(carries).map(\.scalarType.isFloatingPoint)
    let moving = MovingOperands(operands, [0..<carries, carries..<operands.count], tangents)
    let (bodies, captures) = Body.trace(moving.all.map(Body.Signature.init), count: 2, hoists: true) { index, nodes in
      let (primal, tangents) = moving.split(nodes)
      if index == 0 { return application.bodies[0].emit(primal) }
      let (values, moved) = application.bodies[1].valuesWithPushforward(primal, tangents)
      return values + zip(moved, isFloat).compactMap { $1 ? $0 : nil }
    }
    let count = moving.counts[0].primal + moving.counts[0].tangents
    let node = Node.whileLoop(carries: count, condition: bodies[0], body: bodies[1], moving.all + captures)
    if node.isInvalid { return node }
    let floats = isFloat.spread(Array(node.partNodes[carries...]))
    return .bundle(zip(floats, operands).map { $0 ?? $1.filled(0) })
  }
}

/// (cₜ₊₁, yₜ) = f(cₜ, xₜ, k) for t = 0, 1, …, T − 1.
///
/// Forward, tangents are carried beside the carries. Backward, see `ScanPullback`.
func scanRule(_ form: ScanForm) -> Rule {
  .joint { application, cotangent, isNeeded in
    ScanPullback(application.node, form, cotangent, isNeeded).shares
  } pushforward: { application, tangents in
    let (carries, sequences) = (Int(form.carries), Int(form.sequences))
    let operands = application.node.operands
    let isFloat = operands.prefix(carries).map(\.scalarType.isFloatingPoint)
    let elements = carries..<carries + sequences
    let moving = MovingOperands(operands, [0..<carries, elements, elements.upperBound..<operands.count], tangents)
    let counts = moving.counts
    let moved = ScanForm(
      carries: counts[0].primal + counts[0].tangents, sequences: counts[1].primal + counts[1].tangents,
      length: Int(form.length), isReversed: form.isReversed)
    let outputs = application.bodies[0].results[carries...].map(\.scalarType.isFloatingPoint)
    let result = Node.scan(moved, arguments: moving.all) { nodes in
      let (primal, tangents) = moving.split(nodes)
      let (values, after) = application.bodies[0].valuesWithPushforward(primal, tangents)
      let (carried, given) = (zip(after, isFloat), zip(after[carries...], outputs))
      return values[..<carries] + carried.compactMap { $1 ? $0 : nil } + values[carries...]
        + given.compactMap { $1 ? $0 : nil }
    }
    if result.isInvalid { return result }
    let (values, tangent) = result.partNodes.split([counts[0], counts[0], (outputs.count, outputs.count { $0 })])
    return .bundle(zip(values, (isFloat + isFloat + outputs).spread(tangent)).map { $1 ?? $0.filled(0) })
  }
}

/// A loop's operands in groups, of which carries are the first, each group with the tangents of those that move behind
/// it.
private struct MovingOperands {
  let all: [Node]
  /// How many operands and tangents there are in each group.
  let counts: [(primal: Int, tangents: Int)]
  private let isMoving: [Bool]

  init(_ operands: [Node], _ groups: [Range<Int>], _ tangents: [Node?]) {
    let tangents = operands.indices.map { place in
      // Every carry may start to move later.
      groups[0].contains(place) && operands[place].scalarType.isFloatingPoint
        ? tangents[place] ?? operands[place].filled(0) : tangents[place]
    }
    isMoving = tangents.map { $0 != nil }
    all = groups.flatMap { operands[$0] + tangents[$0].compactMap(\.self) }
    counts = groups.map { group in (group.count, tangents[group].count { $0 != nil }) }
  }

  /// The operands and their tangents (nil for those that don't move) among a body's arguments.
  func split(_ nodes: [Node]) -> (primal: [Node], tangents: [Node?]) {
    let (primal, tangents) = nodes.split(counts)
    return (primal, isMoving.spread(tangents))
  }
}

extension Node {
  /// A scan whose body is what `step` does to (carries…, elements…, constants…).
  static func scan(_ form: ScanForm, arguments: [Node], _ step: ([Node]) -> [Node]) -> Node {
    if let failed = arguments.first(where: \.isInvalid) { return failed }
    let sequences = Int(form.carries)..<Int(form.carries + form.sequences)
    let signatures = arguments.enumerated().map { place, node in
      sequences.contains(place) ? node.elementSignature : Body.Signature(node)
    }
    let (body, captures) = Body.trace(signatures, hoists: true, step)
    return .scan(form, body, arguments + captures)
  }
}

extension [Node] {
  /// The first and the second parts of consecutive groups of such sizes.
  fileprivate func split(_ counts: [(primal: Int, tangents: Int)]) -> (first: [Node], second: [Node]) {
    var (first, second): ([Node], [Node]) = ([], [])
    var rest = self[0...]
    for count in counts {
      first += rest.prefix(count.primal)
      second += rest.dropFirst(count.primal).prefix(count.tangents)
      rest = rest.dropFirst(count.primal + count.tangents)
    }
    return (first, second)
  }
}
