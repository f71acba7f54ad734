import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

/// The check of pullbacks, called directly, so that it is tested in release builds too.
@Suite struct CustomGradientCheckTests {
  struct Line: TensorStructure, Sendable {
    var slope = Tensor([[1, 2], [3, 4]])
    var offset = Tensor([0.5, -0.5])
    var label = Tensor(3)
  }

  /// What is wrong with the pullback `scale(x)`·cotangent of an element-wise function.
  private func fault(_ x: Tensor, _ function: (Tensor) -> Tensor, _ scale: (Tensor) -> Tensor) -> String? {
    CustomGradientCheck.fault(at: x, of: function) { x, _, cotangent in cotangent * scale(x) }
  }

  private static let sizes: [Shape] = [[], [5], [16], [17], [40, 50], [0]]
  private static let types: [ScalarType] = [.float32, .float64]

  private func point(_ shape: Shape, _ type: ScalarType) -> Tensor {
    .uniform(shape, in: 0.5..<3, type: type, using: RandomGenerator(seed: 3))
  }

  @Test func rightPullbacksPass() {
    let rows: [(String, (Tensor) -> Tensor, (Tensor) -> Tensor)] = [
      ("sin", { sin($0) }, { cos($0) }), ("exp", { exp(3 * $0) }, { 3 * exp(3 * $0) }),
      ("log", { log($0) }, { 1 / $0 }), ("constant", { 0 * $0 + 7 }, { 0 * $0 }),
      ("large", { 1e6 * $0 ** 3 }, { 3e6 * $0 ** 2 }), ("small", { 1e-6 * $0 }, { 0 * $0 + 1e-6 }),
      ("relu", { relu($0 - 1.5) }, { ($0 .> 1.5).converted(to: $0.scalarType) }),
      ("through float32", { sin($0.converted(to: .float32)) }, { cos($0.converted(to: .float32)) }),
      ("with a constant of its type", { $0 * 2 + Tensor(1.0) }, { 0 * $0 + 2 }),
    ]
    withEvery("row", in: rows) { name, function, scale in
      withEvery("shape", in: Self.sizes) { shape in
        let types: [ScalarType] = name.contains("type") || name.contains("float32") ? [.float32] : Self.types
        withEvery("type", in: types) { type in
          let fault = CustomGradientCheck.fault(at: point(shape, type), of: function) { x, _, cotangent in
            (cotangent * scale(x).converted(to: cotangent.scalarType)).converted(to: x.scalarType)
          }
          #expect(fault == nil, "\(Combination.description)")
        }
      }
    }
  }

  @Test func plantedMistakesAreFound() {
    let rows: [(String, (Tensor) -> Tensor, (Tensor) -> Tensor)] = [
      ("sign", { sin($0) }, { -cos($0) }), ("factor", { $0 ** 3 }, { 2 * $0 ** 2 }),
      ("tenth", { exp($0) }, { 1.1 * exp($0) }), ("missing", { log($0) }, { 0 * $0 }),
      ("not a number", { $0 * 2 }, { 0 * $0 + Double.nan }),
    ]
    withEvery("row", in: rows) { _, function, scale in
      withEvery("shape", in: Self.sizes.filter { $0.elementCount > 0 }) { shape in
        withEvery("type", in: Self.types) { type in
          #expect(fault(point(shape, type), function, scale) != nil, "\(Combination.description)")
        }
      }
    }
  }

  /// One wrong element of many is named, with both derivatives.
  @Test func theWorstElementIsNamed() throws {
    withEvery("count", in: [6, 600]) { count in
      let x = point([count / 2, 2], .float64)
      let mask = Tensor(.iota([count], axis: 0, .int64)).reshaped(like: x) .== 5
      let found = try #require(fault(x, { $0.squared() }, { select(mask, -6 * $0, 2 * $0) }))
      #expect(found.contains("at the argument [2, 1], finite differences give"), "\(found)")
      #expect(found.contains(count == 6 ? "the worst of 1 wrong elements" : "found by halving"), "\(found)")
    }
  }

  @Test func structuresNameTheirTensors() throws {
    let found = CustomGradientCheck.fault(at: Line()) { line in
      (line.slope * 2).sum(axes: 0) + line.offset
    } pullback: { line, _, cotangent in
      Line(slope: 2 * cotangent.broadcast(to: [2, 2]), offset: 3 * cotangent, label: line.label)
    }
    #expect(try #require(found).contains("at 'offset' ["))
    let right = CustomGradientCheck.fault(at: Line()) { line in
      (line.slope * 2).sum(axes: 0) + line.offset
    } pullback: { line, _, cotangent in
      Line(slope: 2 * cotangent.broadcast(to: [2, 2]), offset: cotangent, label: line.label)
    }
    #expect(right == nil)
  }

  /// What differences can't judge passes: poles, failures, results that aren't numbers, numbers drawn anew.
  @Test func whatCanNotBeToldPasses() {
    #expect(fault(Tensor([0, 0]), { log($0) }, { 0 * $0 }) == nil)
    #expect(fault(Tensor([1, 2]), { $0 + Tensor([1, 2, 3]) }, { $0 }) == nil)
    #expect(fault(Tensor([1, 2]), { $0.argMax() }, { $0 }) == nil)
    #expect(fault(Tensor([1, 2]), { 2 * $0 }, { $0 + Tensor([1, 2, 3]) }) == nil)
    #expect(fault(Tensor([1, 2], type: .int64), { $0.converted(to: .float32) }, { $0 }) == nil)
    struct Refusal: Error {}
    let thrown: (Tensor) throws -> Tensor = { _ in throw Refusal() }
    #expect(CustomGradientCheck.fault(at: Tensor(1.0), of: thrown) { x, _, _ in x } == nil)
  }

  /// Random numbers are the same in each call of a check, and generators and recorders don't notice it.
  @Test func nothingIsDisturbed() {
    let random = RandomGenerator(seed: 5)
    let expected = Tensor.normal([3], using: RandomGenerator(seed: 5)).scalars
    func noisy(_ x: Tensor) -> Tensor { x * Tensor.normal(x.shape, type: x.scalarType, using: random) }
    let recorder = Recorder()
    let x = point([30], .float64)
    let right = Scope.current.record(with: recorder) {
      CustomGradientCheck.fault(at: x, of: { noisy($0) }) { x, value, cotangent in
        cotangent * (value / x)
      }
    }
    #expect(right == nil)
    #expect(CustomGradientCheck.fault(at: point([3], .float32), of: { noisy($0) }) { $2 + 0 * $0 } != nil)
    #expect(recorder.nodes.isEmpty)
    #expect(Tensor.normal([3], using: random).scalars == expected)
  }

  @Test func theFunctionIsCalledAFewTimes() {
    withEvery("count", in: [16, 17, 100_000]) { count in
      var calls = 0
      let x = point([count], .float64)
      _ = CustomGradientCheck.fault(at: x) { x in
        calls += 1
        return x * 2
      } pullback: { _, _, cotangent in
        cotangent * 2
      }
      #expect(calls == (count == 16 ? 34 : 8), "\(calls) calls for \(count) elements")
    }
  }

  @Test func aSiteIsCheckedOnceAndNotInsideMaps() {
    #expect(CustomGradientCheck.isDue(at: "a:1:1"))
    #expect(!CustomGradientCheck.isDue(at: "a:1:1"))
    var isDueInside = true
    _ = vmap(Tensor([1, 2])) { x in
      isDueInside = CustomGradientCheck.isDue(at: "a:2:1")
      return x
    }
    #expect(!isDueInside && CustomGradientCheck.isDue(at: "a:2:1"))
  }

  #if DEBUG
    @Test func wrongPullbacksStopDebugBuilds() {
      func wrong(_ x: Tensor, isChecked: Bool = true) -> Tensor {
        withCustomGradient(at: x, isChecked: isChecked, file: "Wrong.swift", line: isChecked ? 7 : 8) { x in
          x * x
        } pullback: { x, _, cotangent in
          cotangent * x
        }
      }
      #expect(words { wrong([1, 2], isChecked: false) } == "no error")
      let first = words { wrong([1, 2]) }
      #expect(first.contains("withCustomGradient: the pullback at Wrong.swift:7 is not the derivative"), "\(first)")
      #expect(first.contains("Pass isChecked: false if it is meant to differ"), "\(first)")
      #expect(words { wrong([1, 2]) } == "no error")
    }
  #endif
}
