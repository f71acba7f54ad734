import DescentCalculus
import DescentExplain
import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Three ways to one derivative, for expressions that nobody chose.
struct RandomExpressionTests {
  /// A smooth expression of x and y that has no pole.
  private static func expression(_ x: [Node], depth: Int, _ random: inout SplitMix64) -> Node {
    func inner() -> Node { expression(x, depth: depth - 1, &random) }
    if depth == 0 {
      let pick = Int.random(in: 0..<4, using: &random)
      return pick < 3 ? x[pick % 2] : x[0].filled(Double(Int.random(in: -3...3, using: &random)))
    }
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1: return inner() + inner()
    case 2: return inner() - inner()
    case 3, 4: return inner() * inner()
    case 5: return inner() / (1 + .power(inner(), 2))
    case 6: return .power(inner(), Double(Int.random(in: 2...3, using: &random)))
    case 7: return .unary(.sin, inner())
    case 8: return .unary(.cos, inner())
    case 9: return .unary(.tanh, inner())
    case 10: return .unary(.exp, .unary(.sin, inner()))
    case 11: return .unary(.sqrt, 1 + .power(inner(), 2))
    case 12: return .unary(.log, 2 + .power(inner(), 2))
    case 13: return .unary(.sigmoid, inner())
    case 14: return -inner()
    default: return .binary(.power, 1 + .unary(.exp, .unary(.tanh, inner())), .unary(.sin, inner()))
    }
  }

  private static func symbols() -> [Node] {
    ["x", "y"].map { .symbol($0, Shape(), .float64) }
  }

  @Test func symbolicAutomaticAndFiniteDifferencesAgree() throws {
    for seed in 0..<500 {
      let depth = 1 + seed % 4
      var random = SplitMix64(seed: UInt64(seed))
      let function = Self.expression(Self.symbols(), depth: depth, &random)
      let derivation = try ScalarDerivation.derive(function, by: ["x"], isPartial: true)[0]
      var points = SplitMix64(seed: UInt64(seed) + 1_000)
      let x = (0..<3).map { _ in Double.random(in: -1.2...1.2, using: &points) }
      let y = (0..<3).map { _ in Double.random(in: -1.2...1.2, using: &points) }
      let symbolic = try derivation.expression.values(
        at: [.init("x"): x, .init("y"): y], count: 3, on: Tensor.engine)

      // Only leaves differ: the same random choices on numbers.
      func value(_ x: Tensor) -> Tensor {
        var random = SplitMix64(seed: UInt64(seed))
        return Tensor(Self.expression([x.node, Node.numbers(y, [3])], depth: depth, &random)).sum()
      }
      let at = Tensor(Node.numbers(x, [3]))
      let automatic = gradient(at: at, of: value).scalars
      let check = verifyGradient(of: value, at: at)
      let text = "seed \(seed): \(derivation.function.text) has \(derivation.derivative.text)"
      #expect(check.largestError < 1e-5, "\(text)\n\(check)")
      for (found, expected) in zip(symbolic, automatic) {
        #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(text): \(symbolic) and \(automatic)")
      }
    }
  }

  /// Each line of a derivation equals the line before, once what is still to be differentiated is.
  @Test func simplifyingChangesNothing() throws {
    for seed in 0..<100 {
      var random = SplitMix64(seed: UInt64(seed) + 77)
      let function = Self.expression(Self.symbols(), depth: 3, &random)
      let raw = try ScalarDerivation.derive(function, by: ["x"], isPartial: true, simplifies: false)[0]
      let simple = try ScalarDerivation.derive(function, by: ["x"], isPartial: true)[0]
      #expect(raw.lines.count <= simple.lines.count)
      #expect(Array(simple.lines.map(\.formula.text).prefix(raw.lines.count)) == raw.lines.map(\.formula.text))
    }
  }

  /// Turning an expression into nodes and reading it back gives the same expression.
  @Test func expressionsSurviveTheTripThroughNodes() throws {
    for seed in 0..<200 {
      var random = SplitMix64(seed: UInt64(seed) + 5)
      let function = Self.expression(Self.symbols(), depth: 3, &random)
      let first = try ScalarDerivation.derive(function, by: ["x"], isPartial: true)[0].expression
      var symbols: [String: Node] = [:]
      for name in first.symbols { symbols[name.letters] = .symbol(name.letters, Shape(), .float64) }
      let again = first.node(like: Shape()) { symbols[$0.letters]! }
      let derived = try ScalarDerivation.derive(again * .symbol("t", Shape(), .float64), by: ["t"], isPartial: true)[0]
      #expect(
        derived.expression == first, "seed \(seed): \(first.formula.text) became \(derived.expression.formula.text)")
    }
  }
}
