import DescentGraph
import DescentTensor
import Synchronization
import TestSupport
import Testing

/// Compiled functions against the functions themselves.
@Suite struct CompileTests {
  private final class Traces: Sendable {
    private let state = Mutex([CompilationTrace]())
    func note(_ trace: CompilationTrace) { state.withLock { $0.append(trace) } }
    var all: [CompilationTrace] { state.withLock { $0 } }
  }

  @Test func resultsAreThoseOfTheFunction() throws {
    let traces = Traces()
    let step = compile("the lecture", onTrace: traces.note) { (w: Tensor, b: Tensor, x: Tensor) in
      let (f, (dw, db)) = valueWithGradient(at: w, b) { w, b in ((w • x + b) ** 2).sum() }
      return (f, dw, db)
    }
    for seed in 1...4 {
      let (w, b, x) = withRandomSeed(UInt64(seed)) {
        (Tensor.normal([2, 3]), Tensor.normal([2, 1]), Tensor.normal([3, 1]))
      }
      let (f, dw, db) = try step(w, b, x)
      let (value, (slope, offset)) = valueWithGradient(at: w, b) { w, b in ((w • x + b) ** 2).sum() }
      #expect(f.scalars == value.scalars && dw.scalars == slope.scalars && db.scalars == offset.scalars, "seed \(seed)")
    }
    #expect(traces.all.count == 1)
    #expect(traces.all[0].reason == .firstCall && traces.all[0].isReplayable)
    #expect(traces.all[0].signature == "float32 [2, 3], float32 [2, 1], float32 [3, 1]")
    #expect(traces.all[0].plan.contains("contract"))
  }

  @Test func newShapesAndTypesAreTracedAnew() throws {
    let traces = Traces()
    let double = compile(onTrace: traces.note) { (x: Tensor) in 2 * x }
    let shapes: [Shape] = [[3], [2, 2], [3], []]
    for shape in shapes { #expect(try double(Tensor.ones(shape)).scalars.allSatisfy { $0 == 2 }) }
    #expect(try double(Tensor.ones([3], type: .float64)).scalarType == .float64)
    #expect(traces.all.map(\.signature) == ["float32 [3]", "float32 [2, 2]", "float32 []", "float64 [3]"])
    #expect(traces.all.map(\.reason) == [.firstCall, .newSignature, .newSignature, .newSignature])
  }

  private struct Line: TensorStructure {
    var slope: Tensor = [2, 3]
    var offsets: [Tensor] = [[1], [0, 5]]
  }

  @Test func structuresComeBackAsTheyWere() throws {
    let step = compile { (line: Line, x: Tensor) in
      var next = line
      next.slope = line.slope * x
      next.offsets[1] = line.offsets[1] + 1
      return (next, line.slope.sum())
    }
    let (next, sum) = try step(Line(), [10, 100])
    #expect(next.slope.scalars == [20, 300] && next.offsets[0].scalars == [1] && next.offsets[1].scalars == [1, 6])
    #expect(sum.scalar == 5)
  }

  @Test func randomNumbersAreThoseThatTheFunctionWouldDraw() throws {
    func noisy(_ x: Tensor, _ random: RandomGenerator) -> Tensor {
      let second = Tensor.normal([4], using: random), first = Tensor.uniform([4], using: random)
      return x + first - 2 * second
    }
    let (compiledRandom, random) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    let compiled = compile { (x: Tensor) in noisy(x, compiledRandom) }
    for call in 0..<5 {
      let x = Tensor.full([4], Double(call))
      #expect(try compiled(x).scalars == noisy(x, random).scalars, "call \(call)")
    }
    #expect(compiledRandom.drawCount == random.drawCount)
  }

  @Test func ordersOfSamplesAreDrawnEachTime() throws {
    let traces = Traces()
    let (compiledRandom, random) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    func first(_ x: Tensor, _ random: RandomGenerator) -> Tensor { x + Double(random.permutation(of: 100)[0]) }
    let compiled = compile(onTrace: traces.note) { (x: Tensor) in first(x, compiledRandom) }
    for _ in 0..<4 { #expect(try compiled([1]).scalars == first([1], random).scalars) }
    #expect(!traces.all[0].isReplayable)
  }

  @Test func derivativesGoThrough() throws {
    let cube = compile { (x: Tensor) in x ** 3 }
    let slope = gradient(at: Tensor(3.0)) { x in (try? cube(x)) ?? x }
    #expect(slope.scalar == 27)
    let nested = compile { (x: Tensor) in try cube(x) + 1 }
    #expect(try nested(Tensor(2.0)).scalar == 9)
    #expect(try nested(Tensor(3.0)).scalar == 28)
  }

  @Test func pendingArgumentsAndOutsideTensorsAreRead() throws {
    let outside = Tensor([1, 2]) * 3
    let compiled = compile { (x: Tensor) in x + outside }
    #expect(try compiled(Tensor([1, 1]) * 2).scalars == [5, 8])
    #expect(try compiled(Tensor([1, 1]) * 4).scalars == [7, 10])
  }

  @Test func mistakesAreThrown() throws {
    let gathering = compile { (x: Tensor, index: Tensor) in x.gathering(index, axis: 0) }
    #expect(try gathering([5, 6, 7], Tensor(scalars: [2], type: .int64)).scalars == [7])
    #expect(throws: TensorError.self) { _ = try gathering([5, 6, 7], Tensor(scalars: [9], type: .int64)) }
    #expect(try gathering([5, 6, 7], Tensor(scalars: [0], type: .int64)).scalars == [5])
  }

  @Test func whatChangesOutsideIsFoundOut() throws {
    var factor = 2.0
    let scaled = compile("the scaled sum", checkedCalls: 2) { (x: Tensor) in (x * factor).sum() }
    #expect(try scaled([1, 2]).scalar == 6)
    factor = 3
    let error = #expect(throws: TensorError.self) { try checked { _ = try scaled([1, 2]) } }
    #expect(
      error?.description.contains(
        "result 0 of the scaled sum is not what the function itself gives now: 6.0, not 9.0; it depends on something that "
          + "is no argument and has changed since it was traced; give that as an argument") == true, "\(error as Any)")
    #expect(try checked { try scaled([1, 2]).scalar } == 6, "after the second call nothing is compared")
  }

  @Test func threadsEvaluateBesideEachOther() throws {
    for _ in 0..<20 {
      let shared = Tensor.normal([300, 40], using: RandomGenerator(seed: 1)) * 2
      let results = try onThreads(4) { thread in
        let own = shared + Double(thread)
        return (shared.sum().scalar, own.scalars[7] - shared.scalars[7])
      }
      for (thread, result) in results.enumerated() {
        #expect(result.0 == results[0].0, "thread \(thread)")
        #expect(abs(result.1 - Double(thread)) < 1e-5, "thread \(thread)")
      }
    }
  }
}
