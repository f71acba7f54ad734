import DescentCalculus
import DescentGraph
import DescentNotation
import DescentTensor

/// Computes one gradient by three ways and puts them side by side.
struct VerificationBuilder {
  private let builder: DerivationBuilder
  private let excerpt: Excerpt
  /// At most so many elements of all sources are moved for finite differences.
  private static let mostElements = 64
  /// Programs whose target has more parts when spelt out are not differentiated as one expression.
  private static let largestExpression = 20_000

  init(_ builder: DerivationBuilder) {
    self.builder = builder
    excerpt = builder.excerpt
  }

  func verification() throws -> Verification {
    var verification = Verification()
    let automatic = try automaticGradients()
    let symbolic = try symbolicGradients(&verification.remarks)
    let samples = samples(&verification.remarks)
    let differences = try finiteDifferences(samples)
    let isWide = builder.originalTarget.scalarType == .float64
    verification.tolerance = isWide && excerpt.target.scalarType == .float64 ? 1e-6 : 1e-4
    for (number, source) in excerpt.sources.enumerated() {
      let sampled = Dictionary(uniqueKeysWithValues: zip(samples[number], differences[number]))
      for (place, name) in builder.elementNames(source).enumerated() {
        verification.entries.append(
          .init(
            source: builder.name(source).letters, index: source.shape.index(of: place), element: name.text,
            automatic: automatic[number][place], symbolic: symbolic?[number][place],
            finiteDifference: compared(sampled[place], name, automatic[number][place], &verification.remarks)))
      }
    }
    return verification
  }

  /// The number to compare with; none at a corner whose one-sided slopes enclose what the rules chose.
  private func compared(
    _ difference: Difference?, _ name: Name, _ automatic: Double, _ remarks: inout [String]
  ) -> Double? {
    switch difference {
    case nil: return nil
    case .slope(let slope): return slope
    case .kink(let left, let right):
      let slack = 1e-4 * max(1, abs(left), abs(right))
      guard automatic >= min(left, right) - slack, automatic <= max(left, right) + slack else {
        return (left + right) / 2
      }
      remarks.append(
        "at \(name.text) the program has a corner: the slope is \(left.digits(4)) to the left and \(right.digits(4)) to the "
          + "right, and \(automatic.digits(4)) by the rules' conventions")
      return nil
    }
  }

  // MARK: Automatic

  /// By reverse mode, in the program's own types.
  private func automaticGradients() throws -> [[Double]] {
    let own = try Excerpt(
      of: builder.originalTarget, sources: builder.sources.map(\.node), names: builder.sources.map(\.name),
      widens: false)
    let pulled = ReverseMode(own.nodes, sources: own.sources).pullback(own.target.filled(1), of: own.target)
    return try own.numbers(of: zip(own.sources, pulled).map { $1 ?? $0.filled(0) })
  }

  // MARK: Symbolic

  /// By spelling the target out in the sources' elements, differentiating that by the rules, simplifying, and putting
  /// numbers in; nil for programs that are too large or have no form in scalars.
  private func symbolicGradients(_ remarks: inout [String]) throws -> [[Double]]? {
    let names = excerpt.sources.map { builder.elementNames($0) }
    guard let whole = spelledOut(names), whole.size <= VerificationBuilder.largestExpression else {
      remarks.append(
        "the program is too large to be spelt out in scalars, so there is no symbolic derivative to compare")
      return nil
    }
    let derivatives = whole.derivatives(by: names.flatMap(\.self))
    let points = Dictionary(
      zip(names, excerpt.sources).flatMap { zip($0, builder.value($1).scalars.map { [$0] }) }, uniquingKeysWith: { $1 })
    let values = try Expression.values(of: derivatives, at: points, count: 1, on: Tensor.engine).map { $0[0] }
    var rest = values[...]
    return names.map { names in
      defer { rest = rest.dropFirst(names.count) }
      return Array(rest.prefix(names.count))
    }
  }

  private func spelledOut(_ names: [[Name]]) -> Expression? {
    let count = names.reduce(0) { $0 + $1.count }
    guard count <= 512 else { return nil }
    var reader = ElementReader(
      limit: 1024,
      given: { node in
        if let place = excerpt.sources.firstIndex(where: { $0 === node }) { return names[place].map { .symbol($0) } }
        return node.operandCount == 0 && !node.isFill ? builder.value(node).scalars.map { .number($0) } : nil
      },
      numbers: { node in builder.vocabulary.isVariable(node) ? nil : builder.value(node).scalars })
    return reader.elements(of: excerpt.target)?.first
  }

  // MARK: Finite differences

  /// The places that are moved: all of small sources, evenly spread ones of large sources.
  private func samples(_ remarks: inout [String]) -> [[Int]] {
    let counts = excerpt.sources.map(\.shape.elementCount)
    let total = counts.reduce(0, +)
    guard total > VerificationBuilder.mostElements else { return counts.map { Array(0..<$0) } }
    let share = max(1, VerificationBuilder.mostElements / counts.count)
    remarks.append("finite differences were taken for a sample of the \(total) elements")
    return counts.map { count in
      count <= share ? Array(0..<count) : (0..<share).map { $0 * count / share + count / (2 * share) }
    }
  }

  /// (8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h)))/12h (Abramowitz and Stegun 25.3.6), smaller steps where kinks are near.
  private func finiteDifferences(_ samples: [[Int]]) throws -> [[Difference]] {
    let isWide = excerpt.target.scalarType == .float64
    let steps = isWide ? [1e-3, 1e-5] : [1e-2]
    return try zip(excerpt.sources.indices, samples).map { source, places in
      let numbers = builder.value(excerpt.sources[source]).scalars
      let offsets = steps.flatMap { step in [1, -1, 2, -2].map { $0 * step } }
      let moved = places.flatMap { place in
        offsets.map { offset in Move(source: source, place: place, distance: offset * max(1, abs(numbers[place]))) }
      }
      let values = try targets(after: moved)
      return places.indices.map { index in
        let scale = max(1, abs(numbers[places[index]]))
        let mine = Array(values[index * offsets.count..<(index + 1) * offsets.count])
        let found = steps.indices.map { k in
          let v = mine[4 * k..<4 * k + 4].map(\.self)
          return (8 * (v[0] - v[1]) - (v[2] - v[3])) / (12 * steps[k] * scale)
        }
        // Where both steps agree the larger one has more digits; near a kink only the smaller one is right.
        guard found.count > 1 else { return .slope(found[0]) }
        // At a corner both steps agree on a number between the slopes to its sides.
        if let corner = kink(mine[4], mine[5], steps[1] * scale) { return corner }
        return .slope(abs(found[0] - found[1]) <= 1e-5 * max(1, abs(found[1])) ? found[0] : found[1])
      }
    }
  }

  /// What moving an element shows.
  private enum Difference {
    case slope(Double)
    /// The target has a corner here: there is no derivative, and the rules choose by their conventions.
    case kink(left: Double, right: Double)
  }

  /// A corner, if the slopes to both sides differ by more than the distance explains.
  private func kink(_ ahead: Double, _ behind: Double, _ distance: Double) -> Difference? {
    guard let here = builder.value(excerpt.target).scalars.first else { return nil }
    let (left, right) = ((here - behind) / distance, (ahead - here) / distance)
    return abs(right - left) > 1e-2 * max(1, abs(left), abs(right)) ? .kink(left: left, right: right) : nil
  }

  /// A source with one element moved.
  private struct Move {
    var source: Int
    var place: Int
    var distance: Double
  }

  /// The target for each of many moves.
  private func targets(after moves: [Move]) throws -> [Double] {
    try moves.map { move in
      let source = excerpt.sources[move.source]
      var numbers = builder.value(source).scalars
      numbers[move.place] += move.distance
      let moved =
        source.scalarType == .float64
        ? Node.numbers(numbers, source.shape) : Node.convert(.numbers(numbers, source.shape), to: source.scalarType)
      let target = excerpt.replaying(move.source, with: moved)
      return try excerpt.numbers(of: [target])[0][0]
    }
  }
}
