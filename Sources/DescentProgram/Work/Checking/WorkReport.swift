import DescentGraph
import DescentTensor

/// Says what is wrong with a side: what it should be, both values, and the likely mistake.
struct WorkReport {
  let text: WorkText
  let names: WorkNames
  let random: RandomGenerator

  private var formulas: WorkFormulas { WorkFormulas(names: names) }

  func mistake(
    _ left: WorkSide, _ right: WorkSide, _ difference: WorkComparison.Difference, _ line: Int
  ) throws(ProgramFault) -> WorkCheck.Mistake {
    let (x, y) = (try names.tensor(of: left), try names.tensor(of: right))
    let still = stillPoint(x, y)
    var shown = difference
    if let values = still.point.values(of: [x.node, y.node]), values.allSatisfy({ $0.allSatisfy(\.isFinite) }),
      x.shape != y.shape || !areClose(values[0], values[1])
    {
      (shown.left, shown.right, shown.point) = (values[0], values[1], still.point)
    }
    let values = (expected: value(shown.left, x.shape), found: value(shown.right, y.shape))
    let hint = hint(left, x, y, difference, still.isGiven ? still.point : nil)
    let derived = left.mark.flatMap { formulas.derivation(of: $0) }?.derivative.text
    let formula =
      derived.flatMap { $0.count <= 200 ? $0 : nil } ?? formulas.text(of: x.node, keeping: variables(of: left))
    let next = left.mark.flatMap { formulas.nextLine(of: $0) }
    return WorkCheck.Mistake(
      columns: columns(right.range, line), reference: text.text(left.range).trimmed,
      expected: formula ?? values.expected.text, values: values,
      point: shown.point.shown.map { ($0.name, value($0.numbers, $0.shape)) }, rule: hint?.rule,
      hint: hint?.text, next: next.flatMap { $0.line == formula ? nil : $0 })
  }

  /// Numbers with their shape, or flat if they were compared in another one.
  private func value(_ numbers: [Double], _ shape: Shape) -> WorkCheck.Value {
    WorkCheck.Value(shape: numbers.count == shape.elementCount ? shape.dimensions : [numbers.count], scalars: numbers)
  }

  /// The names by which the marks of a side differentiate: in what they should be, these stay.
  private func variables(of side: WorkSide) -> Set<String> {
    guard let mark = side.mark, case .named(let names) = mark.variables else { return [] }
    return Set(names)
  }

  private func columns(_ range: Range<Int>, _ line: Int) -> Range<Int> {
    let whole = text.range(ofLine: line)
    let clamped = range.clamped(to: whole)
    return clamped.lowerBound - whole.lowerBound..<clamped.upperBound - whole.lowerBound
  }

  /// The point of the given numbers, with small whole numbers for free variables, and whether there are none of these.
  private func stillPoint(_ x: Tensor, _ y: Tensor) -> (point: WorkPoint, isGiven: Bool) {
    let free = WorkPoints(names.leaves, under: [x.node, y.node], random: random).leaves.filter { !$0.isGiven }
    var point = WorkPoint()
    for (place, leaf) in free.enumerated() { point.set(leaf, to: [Double(place + 2)]) }
    return (point, free.isEmpty)
  }

  // MARK: Hints

  private func hint(
    _ left: WorkSide, _ x: Tensor, _ y: Tensor, _ difference: WorkComparison.Difference, _ still: WorkPoint?
  ) -> WorkHint? {
    let pointSets = [Array(difference.points.prefix(4)), still.map { [$0] } ?? []].filter { !$0.isEmpty }
    for points in pointSets {
      if let found = search(left, x, y, points) { return found }
    }
    if let hint = difference.hint { return WorkHint(rule: nil, text: hint) }
    guard let expected = formulas.expression(of: x.node), let found = formulas.expression(of: y.node) else {
      return nil
    }
    return TermHints.hint(expected: expected, found: found).map { WorkHint(rule: nil, text: $0) }
  }

  private func search(_ left: WorkSide, _ x: Tensor, _ y: Tensor, _ points: [WorkPoint]) -> WorkHint? {
    if x.elementCount == 1, y.elementCount == 1 {
      let wrong = points.compactMap { $0.values(of: [y.node])?[0].first }
      guard wrong.count == points.count, wrong.allSatisfy(\.isFinite) else { return nil }
      if let hint = ScalarHints(names: names, left: left, wrong: wrong, points: points).hint() { return hint }
    }
    guard x.elementCount > 1 || left.mark != nil, x.elementCount < 2_000, y.elementCount < 2_000 else { return nil }
    return TensorHints(names: names, left: x, right: y, mark: left.mark, points: points).hint()
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
