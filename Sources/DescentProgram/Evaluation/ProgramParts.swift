import DescentGraph
import DescentTensor

// What stands between brackets: `x[0, 1:3]`, as in NumPy, with at most one list of indices or one mask.

extension ProgramEvaluator {
  func part(
    of whole: ProgramExpression, _ selections: [ProgramExpression.Selection], _ range: Range<Int>
  ) throws -> ProgramValue {
    let whole = try value(whole)
    var parts = Parts()
    for selection in selections { try append(selection, to: &parts, range) }
    return try computed(range, from: [whole] + [parts.mask, parts.gathered].compactMap { $0.map { .tensor($0) } }) {
      let tensor = try whole.tensor(limits.type)
      if let mask = parts.mask { return .tensor(tensor.entries(where: mask)) }
      let part = tensor[parts: parts.indices]
      guard let gathered = parts.gathered else { return .tensor(part) }
      return .tensor(part.gathering(gathered, axis: parts.gatheredAxis))
    }
  }

  /// The selections of all axes.
  private struct Parts {
    var indices: [TensorIndex] = []
    /// Truth values that select elements, alone between the brackets.
    var mask: Tensor?
    /// Indices that select along an axis.
    var gathered: Tensor?
    /// How many axes of the result stand before the gathered one and after it.
    var (keptBefore, keptAfter) = (0, 0)
    var followsEllipsis = false

    var gatheredAxis: Int { followsEllipsis ? -1 - keptAfter : keptBefore }

    mutating func keep(_ index: TensorIndex) {
      indices.append(index)
      if gathered == nil { keptBefore += 1 } else { keptAfter += 1 }
    }
  }

  private func append(
    _ selection: ProgramExpression.Selection, to parts: inout Parts, _ range: Range<Int>
  ) throws {
    guard parts.mask == nil else { throw ProgramFault(range, "a mask stands alone between the brackets") }
    switch selection {
    case .newAxis: parts.keep(.newAxis)
    case .ellipsis:
      parts.indices.append(.ellipsis)
      if parts.gathered == nil { parts.followsEllipsis = true }
    case .slice(let start, let end, let step):
      let bounds = try [start, end, step].map { bound in try bound.map(position) ?? nil }
      parts.keep(.stride(from: bounds[0], to: bounds[1], by: bounds[2] ?? 1))
    case .index(let expression):
      let index = try value(expression)
      switch index {
      case .list: try gather(index, expression, into: &parts)
      case .tensor(let tensor) where tensor.rank > 0 || tensor.scalarType == .bool:
        try gather(index, expression, into: &parts)
      case .number, .truth, .tensor, .text, .none:
        parts.indices.append((try position(index, expression.range)).tensorIndex)
      }
    }
  }

  private func gather(
    _ index: ProgramValue, _ expression: ProgramExpression, into parts: inout Parts
  ) throws {
    let place = expression.range
    let tensor = try located(place) { try index.tensor(.float64) }
    if tensor.scalarType == .bool {
      guard parts.indices.isEmpty else { throw ProgramFault(place, "a mask stands alone between the brackets") }
      parts.mask = tensor
      return
    }
    guard parts.gathered == nil else {
      throw ProgramFault(
        place, "only one list of indices can stand between the brackets; use two steps, as in x[i][:, j]")
    }
    parts.indices.append(.all)
    parts.gathered = try located(place) { try ProgramArguments.indices(.tensor(tensor), "index") }
  }

  /// A place along an axis, or a bound of a slice; None is no bound.
  private func position(_ expression: ProgramExpression) throws -> Int? {
    let value = try value(expression)
    if case .none = value { return nil }
    return try position(value, expression.range)
  }

  private func position(_ value: ProgramValue, _ place: Range<Int>) throws -> Int {
    do { return try ProgramArguments.integer(value, "index") } catch { throw ProgramFault(place, error.message) }
  }
}
