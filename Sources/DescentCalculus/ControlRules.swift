import DescentGraph

// The cards of control. The derivative of a body is another body, traced from the rules of the operations in it.

/// y = f(x…): the body is computed again from its arguments, behind the cotangent, so that nothing inside it is kept.
var callRule: Rule {
  .joint { application, cotangent, isNeeded in
    application.bodies[0].pullback(application.later(than: cotangent), cotangents: cotangent.movingParts, isNeeded)
  } pushforward: { application, tangents in
    .bundle(application.bodies[0].pushforward(application.node.operands, tangents))
  }
}

/// y = c ? f(x…) : g(x…): the derivative of the branch that was taken.
var conditionalRule: Rule {
  .joint { application, cotangent, isNeeded in
    let (arguments, needed) = (Array(application.node.operands.dropFirst()), Array(isNeeded.dropFirst()))
    let cotangents = Spread(cotangent.movingParts)
    let shares = application.conditional(arguments + cotangents.present) { body, nodes in
      let shares = body.pullback(
        Array(nodes.prefix(arguments.count)), cotangents: cotangents.spread(nodes.dropFirst(arguments.count)), needed)
      return zip(shares, arguments).enumerated().compactMap { place, pair in
        needed[place] ? pair.0 ?? pair.1.filled(0) : nil
      }
    }
    return [nil] + needed.spread(shares)
  } pushforward: { application, tangents in
    let arguments = Array(application.node.operands.dropFirst())
    let moving = Spread(Array(tangents.dropFirst()))
    return .bundle(
      application.conditional(arguments + moving.present) { body, nodes in
        body.pushforward(
          Array(nodes.prefix(arguments.count)), moving.spread(nodes.dropFirst(arguments.count)))
      })
  }
}

/// Several values as one node: each has its own cotangent.
var bundleRule: Rule {
  .joint { _, cotangent, isNeeded in
    isNeeded.indices.map { isNeeded[$0] ? .part(cotangent, $0) : nil }
  } pushforward: { application, tangents in
    .bundle(zip(tangents, application.node.operands).map { $0 ?? $1.filled(0) })
  }
}

/// One of several values: the others have no cotangent.
func partRule(_ index: Int) -> Rule {
  .joint { application, cotangent, _ in
    let parts = application.x.parts
    return [
      .bundle(parts.indices.map { $0 == index ? cotangent : .fill(0, parts[$0].shape, parts[$0].scalarType) })
    ]
  } pushforward: { _, tangents in
    tangents[0].map { .part($0, index) }
  }
}

/// y = x.
var afterRule: Rule { .linear(in: 0..<1) { _, cotangent, _ in cotangent } }

// MARK: - Derivatives of bodies

extension Body {
  /// The cotangents of the arguments that are asked for, from those of the results (nil: zero).
  func pullback(_ arguments: [Node], cotangents: [Node?], _ isNeeded: [Bool]) -> [Node?] {
    valuesWithPullback(arguments, cotangents: cotangents, isNeeded).shares
  }

  /// The results, and the cotangents of the arguments that are asked for, from those of the results (nil: zero).
  func valuesWithPullback(
    _ arguments: [Node], cotangents: [Node?], _ isNeeded: [Bool]
  ) -> (values: [Node], shares: [Node?]) {
    let recorder = Recorder()
    let (renamed, results) = record(arguments, recorder)
    let sources = zip(renamed, isNeeded).compactMap { $1 ? $0 : nil }
    let targets = zip(results, cotangents).filter { $0.scalarType.isFloatingPoint && $1 != nil }
    let shares = ReverseMode(recorder.nodes, sources: sources).pullback(
      targets.compactMap(\.1), of: targets.map(\.0))
    return (results, isNeeded.spread(shares).map { $0 ?? nil })
  }

  /// The tangents of the results from those of the arguments (nil: zero); zeros where nothing moves.
  func pushforward(_ arguments: [Node], _ tangents: [Node?]) -> [Node] {
    valuesWithPushforward(arguments, tangents).tangents
  }

  /// The results, and their tangents from those of the arguments (nil: zero).
  func valuesWithPushforward(_ arguments: [Node], _ tangents: [Node?]) -> (values: [Node], tangents: [Node]) {
    let recorder = Recorder()
    let (renamed, results) = record(arguments, recorder)
    let sources = zip(renamed, tangents).compactMap { $1 == nil ? nil : $0 }
    let moved = ForwardMode(recorder.nodes, sources: sources).pushforward(tangents.compactMap(\.self), to: results)
    return (results, zip(moved, results).map { $0 ?? $1.filled(0) })
  }

  /// The results for a batch of those arguments that are batched.
  func batched(_ arguments: [Node], _ isBatched: [Bool], size: Int) -> [Node] {
    let recorder = Recorder()
    let examples = zip(arguments, isBatched).map { $1 ? $0.batchExample : $0 }
    let (renamed, results) = record(examples, recorder)
    func batchedOnly(_ nodes: [Node]) -> [Node] { zip(nodes, isBatched).compactMap { $1 ? $0 : nil } }
    let mode = BatchMode(recorder.nodes, sources: batchedOnly(renamed))
    return zip(results, mode.batched(batchedOnly(arguments), size: size, to: results)).map { result, batched in
      batched ?? result.repeatedAlongBatch(size)
    }
  }

  /// The results for arguments under new names, so that equal arguments can be told apart.
  private func record(_ arguments: [Node], _ recorder: Recorder) -> (arguments: [Node], results: [Node]) {
    Scope.current.record(with: recorder) {
      let renamed = arguments.map { Node.identity(.alias, $0) }
      return (renamed, emit(renamed))
    }
  }
}

extension Application {
  var bodies: [Body] { node.bodies }

  /// The operands, to be used again once a part of the cotangent is there.
  fileprivate func later(than cotangent: Node) -> [Node] {
    let trigger = cotangent.partNodes.first { !$0.isFill } ?? .part(node, 0)
    return node.operands.map { .after($0, trigger) }
  }

  /// The results of another conditional on the same condition, with what `branch` makes of each body.
  func conditional(_ arguments: [Node], _ branch: (Body, [Node]) -> [Node]) -> [Node] {
    let (bodies, captures) = Body.trace(arguments.map(Body.Signature.init), count: 2, hoists: false) { index, nodes in
      branch(self.bodies[index], nodes)
    }
    return Node.conditional(x, bodies, arguments + captures).partsOrFailure(bodies[0].results.count)
  }
}

extension Node {
  /// The parts of a cotangent or tangent, nil for those that are zero for sure.
  var movingParts: [Node?] { partNodes.map { $0.isFill(0) ? nil : $0 } }

  /// The results, or the failure in place of each.
  func partsOrFailure(_ count: Int) -> [Node] { isInvalid ? .init(repeating: self, count: count) : partNodes }
}

// MARK: - Lists with gaps

/// A list in which some places are empty, as the list of what is there and how to spread such a list again.
struct Spread {
  let present: [Node]
  private let isPresent: [Bool]

  init(_ nodes: [Node?]) {
    present = nodes.compactMap(\.self)
    isPresent = nodes.map { $0 != nil }
  }

  /// Other nodes in the places of those present.
  func spread(_ nodes: some Collection<Node>) -> [Node?] { isPresent.spread(Array(nodes)) }
}

extension [Bool] {
  /// The values in order at the places that are true, nil elsewhere.
  func spread<Value>(_ values: [Value]) -> [Value?] {
    var rest = values[...]
    return map { $0 ? rest.popFirst() : nil }
  }
}
