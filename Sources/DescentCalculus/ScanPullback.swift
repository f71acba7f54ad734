import DescentGraph

/// The backward scan of a scan.
///
/// It goes the other way, carries the cotangents of the carries, and computes each step again from the carry that the
/// step began with, but for what is expensive in it: that is a result of the scan, stacked, and read. The cotangents of
/// constants are sums over the steps; see `StackedSums` for how they are taken.
struct ScanPullback {
  private let node: Node
  fileprivate let form: ScanForm
  private let isNeeded: [Bool]
  private let operands: [Node]
  private let (carries, sequences, constants): (Range<Int>, Range<Int>, Range<Int>)
  /// The carries that have cotangents.
  private let isFloat: [Bool]
  /// The results of a step, by number, whose stacks can be read.
  private let kept: [Int]
  /// The cotangents of the last carries, the carries of each step and the outputs, as far as there are any.
  private let (last, steps, outputs): ([Node], Spread, Spread)

  init(_ node: Node, _ form: ScanForm, _ cotangent: Node, _ isNeeded: [Bool]) {
    (self.node, self.form, self.isNeeded, operands) = (node, form, isNeeded, node.operands)
    carries = 0..<Int(form.carries)
    sequences = carries.upperBound..<carries.upperBound + Int(form.sequences)
    constants = sequences.upperBound..<node.operandCount
    isFloat = operands[carries].map(\.scalarType.isFloatingPoint)
    let isExpensive = node.bodies[0].isResultExpensive
    kept = isExpensive.indices.dropFirst(carries.count).filter { isExpensive[$0] }
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
    let kept = self.kept.map { Node.part(node, carries.count + $0) }
    let zeros = step.sums.carried.map { $0.filled(0) }
    let operands = BackwardOperands(
      cotangents: cotangents, zeros: zeros, given: given, kept: kept, constants: constants)
    let result = step.scan(operands, length: Int(form.length), isReversed: !form.isReversed)
    if result.isInvalid { return isNeeded.map { $0 ? result : nil } }
    return shares(result.partNodes, step.sums, operands)
  }

  /// The cotangents of the operands, from the results of the backward scan.
  private func shares(_ parts: [Node], _ sums: StackedSums, _ backward: BackwardOperands) -> [Node?] {
    let (count, zeros) = (backward.cotangents.count, backward.zeros.count)
    let stacks = Array(parts[(2 * (count + zeros))...])
    let totals = sums.totals(backward.given + backward.kept, stacks, Array(parts[count..<count + zeros]))
    let constants = zip(totals, constants.filter { isNeeded[$0] }).map { $0 ?? operands[$1].filled(0) }
    return isFloat.spread(Array(parts[..<count]))
      + needed(sequences).spread(Array(stacks.prefix(sequences.count { isNeeded[$0] })))
      + needed(self.constants).spread(constants)
  }

  private func needed(_ range: Range<Int>) -> [Bool] { range.map { isNeeded[$0] } }

  /// What a step back gives.
  fileprivate struct Step {
    /// The cotangents of carries and of elements.
    var carries, elements: [Node]
    /// What is added to the cotangents of constants.
    var constants: [Node?]
    /// What the step forward would compute again though it is kept.
    var kept: [Node]
  }

  /// One step back, from cotangents of carries, carries, elements, cotangents of this step's carries and outputs, and
  /// constants.
  fileprivate func step(_ nodes: [Node]) -> Step {
    var rest = nodes[...]
    let carried = isFloat.spread(rest.take(isFloat.count { $0 }))
    let arguments = rest.take(carries.count + sequences.count)
    let (stepped, given) = (
      steps.spread(rest.take(steps.present.count)), outputs.spread(rest.take(outputs.present.count))
    )
    let (values, shares) = node.bodies[0].valuesWithPullback(
      arguments + rest.take(constants.count), cotangents: carried + given,
      isFloat + needed(sequences) + needed(constants))
    let before = carries.filter { isFloat[$0] }.map { carry in
      let sum = [shares[carry], stepped[carry]].compactMap(\.self)
      return sum.isEmpty ? arguments[carry].filled(0) : sum.dropFirst().reduce(sum[0]) { $0 + $1 }
    }
    let elements = sequences.filter { isNeeded[$0] }.map { shares[$0] ?? arguments[$0].filled(0) }
    return Step(
      carries: before, elements: elements, constants: constants.filter { isNeeded[$0] }.map { shares[$0] },
      kept: kept.map { values[$0] })
  }
}

/// What a backward scan goes through, in groups: cotangents of carries, sums of constants' cotangents that begin as
/// zeros, sequences, further stacks that are gone through if a step reads them, and constants.
private struct BackwardOperands {
  var cotangents, zeros, given, kept, constants: [Node]
}

/// A traced step back, and how the cotangents of constants are summed.
private struct BackwardStep {
  /// From (cotangents of carries, what the loop goes through, constants, captures) to (cotangents of carries, those of
  /// elements, what is stacked, what is added in carries).
  private let body: Body
  private let captures: [Node]
  /// The numbers of the captures among what is kept; nil for those from outside.
  private let keptNumbers: [Int?]
  let sums: StackedSums

  init(_ pullback: ScanPullback, _ cotangents: [Node], _ given: [Node], _ constants: [Node]) {
    let signatures =
      cotangents.map(Body.Signature.init) + given.map(\.elementSignature)
      + constants.map(Body.Signature.init)
    var sums: StackedSums?
    var kept: [ObjectIdentifier: Int] = [:]
    (body, captures) = Body.trace(signatures, hoists: true, isGiven: { kept[ObjectIdentifier($0)] != nil }) { nodes in
      let back = pullback.step(nodes)
      for (number, node) in back.kept.enumerated() { kept[ObjectIdentifier(node)] = number }
      let elements = Array(nodes[cotangents.count..<cotangents.count + given.count])
      let taken = StackedSums(
        of: back.constants, given: elements, kept: back.kept, outputs: back.elements, length: Int(pullback.form.length))
      sums = taken
      return back.carries + back.elements + taken.stacked + taken.carried
    }
    guard let sums else { preconditionFailure("the step was not called") }
    (self.sums, keptNumbers) = (sums, captures.map { kept[ObjectIdentifier($0)] })
  }

  /// The scan over the step.
  func scan(_ operands: BackwardOperands, length: Int, isReversed: Bool) -> Node {
    let (cotangents, zeros, given) = (operands.cotangents, operands.zeros, operands.given)
    let stacks = keptNumbers.compactMap { $0.map { operands.kept[$0] } }
    let outside = zip(captures, keptNumbers).compactMap { $1 == nil ? $0 : nil }
    let form = ScanForm(
      carries: cotangents.count + zeros.count, sequences: given.count + stacks.count, length: length,
      isReversed: isReversed)
    let arguments = cotangents + zeros + given + stacks + operands.constants + outside
    if zeros.isEmpty, stacks.isEmpty { return .scan(form, body, arguments) }
    return .scan(form, arguments: arguments) { nodes in
      var rest = nodes[...]
      let (first, sums, elements) = (rest.take(cotangents.count), rest.take(zeros.count), rest.take(given.count))
      let (kept, constants) = (rest.take(stacks.count), rest.take(operands.constants.count))
      let isKept = keptNumbers.map { $0 != nil }
      let captured = zip(isKept.spread(kept), isKept.map { !$0 }.spread(Array(rest))).compactMap { $0 ?? $1 }
      let results = body.emit(first + elements + constants + captured)
      // What is added in carries stands behind the other results.
      let added = zip(sums, results.suffix(sums.count)).map { $0 + $1 }
      return results.prefix(first.count) + added + results.dropFirst(first.count).dropLast(sums.count)
    }
  }
}

extension ArraySlice<Node> {
  /// Removes and returns the first nodes.
  fileprivate mutating func take(_ count: Int) -> [Node] {
    defer { self = dropFirst(count) }
    return Array(prefix(count))
  }
}

extension Node {
  /// The shape and type of the elements of a sequence.
  var elementSignature: Body.Signature { Body.Signature(shape.removing(AxisSet([0])), scalarType) }
}
