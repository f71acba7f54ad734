import DescentExplain
import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Programs that nobody chose, with named results here and there, explain themselves correctly.
struct RandomProgramTests {
  /// A generator of small programs: a pool of tensors that grows by random operations.
  private struct Maker {
    var random: SplitMix64
    var pool: [Tensor]

    init(seed: UInt64) {
      random = SplitMix64(seed: seed)
      pool = []
      for (name, shape) in [("w", [2, 3] as Shape), ("b", [3]), ("x", [2, 2])] {
        pool.append(numbers(shape).named(name))
      }
    }

    mutating func numbers(_ shape: Shape) -> Tensor {
      Tensor(scalars: random.doubles(shape.elementCount, in: 0.2..<1.3), shape: shape, type: .float64)
    }

    mutating func pick() -> Tensor { pool.randomElement(using: &random)! }

    /// A tensor of the pool that the other can be combined with, or a number of its shape.
    mutating func partner(of tensor: Tensor) -> Tensor {
      let fitting = pool.filter {
        $0.shape == tensor.shape || $0.rank == 1 && $0.shape[0] == tensor.shape.dimensions.last
      }
      return fitting.randomElement(using: &random) ?? numbers(tensor.shape)
    }

    mutating func step() -> Tensor {
      let x = pick()
      switch Int.random(in: 0..<16, using: &random) {
      case 0: return x + partner(of: x)
      case 1: return x * partner(of: x)
      case 2: return x - 0.3 * partner(of: x)
      case 3: return x / (1.5 + partner(of: x) ** 2)
      case 4: return tanh(x)
      case 5: return sigmoid(x) * 2
      case 6: return exp(-x)
      case 7: return relu(x - 0.71)
      case 8: return (x * x + 1).rank > 1 ? matmul(x, numbers([x.shape[-1], 2])) : x ** 3
      case 9: return x.rank == 2 ? x.transposed() : sin(x)
      case 10: return x.rank > 0 ? x.softmax() : x
      case 11: return x.rank > 1 ? x.sum(axes: 0) : cos(x)
      case 12: return x.rank > 1 ? x.mean(axes: 1, keepingAxes: true) + x : x + 1
      case 13: return x.rank > 0 ? Tensor.concatenate([x, 2 * x]) : x
      case 14: return x.rank > 0 && x.shape[0] > 1 ? x[1...] : log(x ** 2 + 1)
      default: return x.rank > 0 ? x.max(axes: -1, keepingAxes: true) * x : x
      }
    }

    /// A scalar of everything that was made, and the sources.
    mutating func program() -> (target: Tensor, sources: [Tensor]) {
      let sources = Array(pool[..<2])
      for number in 0..<5 {
        let made = step()
        if made.elementCount > 24 { continue }
        pool.append(number % 2 == 0 ? made.named("y\(number)") : made)
      }
      let parts = pool.map { ($0 * $0).sum() }
      return (parts.dropFirst().reduce(parts[0], +), sources)
    }
  }

  @Test func twoHundredProgramsHaveThreeEqualAnswers() throws {
    for seed in 0..<200 {
      var maker = Maker(seed: UInt64(seed))
      let (target, sources) = maker.program()
      let options = ExplanationOptions(spellsOutUpTo: 12, opensScopes: seed % 3 == 0)
      let derivation = try Derivation(of: target, withRespectTo: sources, options: options)
      let check = derivation.verification
      #expect(check.isCorrect, "seed \(seed): \(derivation)")
      #expect(check.entries.allSatisfy { $0.symbolic != nil && $0.finiteDifference != nil }, "seed \(seed)")
      let expected = gradient(at: sources[0]) { w in
        var again = Maker(seed: UInt64(seed))
        again.pool[0] = w
        return again.program().target
      }
      let found = derivation.gradients[0].value.scalars
      for (x, y) in zip(found, expected.scalars) {
        #expect(abs(x - y) <= 1e-9 * max(1, abs(y)), "seed \(seed): \(found) instead of \(expected)")
      }
    }
  }

  /// What is written in symbols has the value that is written in numbers.
  @Test func scalarLinesEndInTheirNumbers() throws {
    for seed in 0..<40 {
      var maker = Maker(seed: UInt64(seed) + 900)
      let (target, sources) = maker.program()
      let derivation = try Derivation(of: target, withRespectTo: sources, options: .init(spellsOutUpTo: 12))
      for step in derivation.steps where step.kind != .forward && !step.scalars.isEmpty {
        #expect(step.scalars.count == step.value.scalars.count, "seed \(seed): \(step.title.text)")
      }
      #expect(!derivation.description.contains("‼"), "seed \(seed): \(derivation)")
    }
  }
}
