import DescentGraph

/// The backward scan of a scan.
///
/// It goes the other way, carries the cotangents of the carries, and computes each step again from the carry that the
/// step began with. The cotangents of constants are sums over the steps; see `StackedSums` for how they are taken.
struct ScanPullback {
  private let node: Node
  fileprivate let form: ScanForm
  private let isNeeded: [Bool]
  private let operands: [Node]
  private let (carries, sequences, constants): (Range<Int>, Range<Int>, Range<Int>)
  /// The carries that have cotangents.
  private let isFloat: [Bool]
  /// The cotangents of the last carries, the carries of each step and the outputs, as far as there are any.
  private let (last, steps, outputs): ([Node], Spread, Spread)

  init(_ node: Node, _ form: ScanForm, _ cotangent: Node, _ isNeeded: [Bool]) {
    (self.node, self.form, self.isNeeded, operands) = (node, form, isNeeded, node.operands)
    carries = 0..<Int(form.carries)
    sequences = carries.upperBound..<carries.upperBound + Int(form.sequences)
    constants = sequences.upperBound..<node.operandCount
    isFloat = operands[carries].map(\.scalarType.isFloatingPoint)
    let parts = cotangent.movingParts
    last = carries.map { Node.part(cotangent, $0) }
    steps = Spread(Array(parts[carries.count..<2 * carries.count]))
    outputs = Spread(Array(parts[(2 * carries.count)...]))
  }

  /// The cotangents of the operands that are asked for.
  var shares: [Node?] {
    let cotangents = zip(last, isFloat).compactMap { $1 ? $0 : nil }
    let given =
      carries.map { Node.part(node, carries.count + $0) } + operands[sequences] + steps.present
      + outputs.present
    let constants = Array(operands[self.constants])
    if let failed = (cotangents + given + constants).first(where: \.isInvalid) {
      return isNeeded.map { $0 ? failed : nil }
    }
    let step = BackwardStep(self, cotangents, given, constants)
    let zeros = step.sums.carried.map { $0.filled(0) }
    let backward = ScanForm(
      carries: cotangents.count + zeros.count, sequences: given.count, length: Int(form.length),
      isReversed: !form.isReversed)
    let result = step.scan(backward, cotangents, zeros, given + constants)
    if result.isInvalid { return isNeeded.map { $0 ? result : nil } }
    let parts = result.partNodes
    let stacks = Array(parts[(2 * Int(backward.carries))...])
    let totals = step.sums.totals(given, stacks, Array(parts[cotangents.count..<cotangents.count + zeros.count]))
    let sums = zip(totals, self.constants.filter { isNeeded[$0] }).map { $0 ?? operands[$1].filled(0) }
    return isFloat.spread(Array(parts[..<cotangents.count]))
      + needed(sequences).spread(Array(stacks.prefix(sequences.count { isNeeded[$0] })))
      + needed(self.constants).spread(sums)
  }

  private func needed(_ range: Range<Int>) -> [Bool] { range.map { isNeeded[$0] } }

  /// One step back, from (cotangents of carries, carries, elements, cotangents of this step's carries and outputs,
  /// constants) to the cotangents of carries, those of elements, and what it adds to those of constants.
  fileprivate func step(_ nodes: [Node]) -> (carries: [Node], elements: [Node], constants: [Node?]) {
    var rest = nodes[...]
    func take(_ count: Int) -> [Node] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let carried = isFloat.spread(take(isFloat.count { $0 }))
    let arguments = take(carries.count + sequences.count)
    let (stepped, given) = (steps.spread(take(steps.present.count)), outputs.spread(take(outputs.present.count)))
    let shares = node.bodies[0].pullback(
      arguments + take(constants.count), cotangents: carried + given,
      isFloat + needed(sequences) + needed(constants))
    let before = carries.filter { isFloat[$0] }.map { carry in
      let sum = [shares[carry], stepped[carry]].compactMap(\.self)
      return sum.isEmpty ? arguments[carry].filled(0) : sum.dropFirst().reduce(sum[0]) { $0 + $1 }
    }
    let elements = sequences.filter { isNeeded[$0] }.map { shares[$0] ?? arguments[$0].filled(0) }
    return (before, elements, constants.filter { isNeeded[$0] }.map { shares[$0] })
  }
}

/// A traced step back, and how the cotangents of constants are summed.
private struct BackwardStep {
  /// From (cotangents of carries, what the loop goes through, constants, captures) to (cotangents of carries, those of
  /// elements, what is stacked, what is added in carries).
  private let body: Body
  private let captures: [Node]
  let sums: StackedSums

  init(_ pullback: ScanPullback, _ cotangents: [Node], _ given: [Node], _ constants: [Node]) {
    let signatures =
      cotangents.map(Body.Signature.init) + given.map(\.elementSignature)
      + constants.map(Body.Signature.init)
    var sums: StackedSums?
    (body, captures) = Body.trace(signatures, hoists: true) { nodes in
      let back = pullback.step(nodes)
      let elements = Array(nodes[cotangents.count..<cotangents.count + given.count])
      let taken = StackedSums(
        of: back.constants, given: elements, outputs: back.elements, length: Int(pullback.form.length))
      sums = taken
      return back.carries + back.elements + taken.stacked + taken.carried
    }
    guard let sums else { preconditionFailure("the step was not called") }
    self.sums = sums
  }

  /// The scan over the step, with carries for the sums that begin as `zeros`.
  func scan(_ form: ScanForm, _ cotangents: [Node], _ zeros: [Node], _ others: [Node]) -> Node {
    if zeros.isEmpty { return .scan(form, body, cotangents + others + captures) }
    return .scan(form, arguments: cotangents + zeros + others) { nodes in
      let (first, rest) = (nodes.prefix(cotangents.count), nodes.dropFirst(cotangents.count))
      let results = body.emit(first + rest.dropFirst(zeros.count) + captures)
      let added = zip(rest.prefix(zeros.count), results.suffix(zeros.count)).map { $0 + $1 }
      return results.prefix(cotangents.count) + added + results.dropFirst(cotangents.count).dropLast(zeros.count)
    }
  }
}

extension Node {
  /// The shape and type of the elements of a sequence.
  var elementSignature: Body.Signature { Body.Signature(shape.removing(AxisSet([0])), scalarType) }
}
