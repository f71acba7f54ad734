import DescentGraph
import DescentTensor
import TestSupport
import Testing

@Suite struct ScanTests {
  private let inputs = distinctNumbers([5, 3]) / 10
  private let weight = distinctNumbers([3, 3], seed: 1) / 7

  /// A small recurrent network, as a scan and as a loop.
  private func network(_ weight: Tensor, _ inputs: Tensor, scanning: Bool, reversed: Bool = false) -> Tensor {
    func step(_ state: Tensor, _ input: Tensor) -> Tensor { tanh(state • weight + input) }
    let start = Tensor.zeros([3], type: .float64)
    if scanning {
      let (last, all) = scan(start, over: inputs, reversed: reversed) { state, input in
        let next = step(state, input)
        return (next, next.squared())
      }
      return last.sum() + all.sum()
    }
    var (state, total) = (start, Tensor(0.0, type: .float64))
    let order = Array(0..<inputs.shape[0])
    for index in reversed ? order.reversed() : order {
      state = step(state, inputs[index])
      total = total + state.squared().sum()
    }
    return state.sum() + total
  }

  @Test(arguments: [false, true]) func isTheLoopInEveryMode(reversed: Bool) {
    let functions: [(String, (Tensor) -> Tensor)] = [true, false].flatMap { scanning in
      [
        ("value", { network($0, inputs, scanning: scanning, reversed: reversed) }),
        ("gradient", { gradient(at: $0) { network($0, inputs, scanning: scanning, reversed: reversed) } }),
        (
          "tangent",
          { jvp(at: $0, along: $0) { network($0, inputs, scanning: scanning, reversed: reversed) }.tangent }
        ),
        ("hessian", { hessian(at: $0) { network($0, inputs, scanning: scanning, reversed: reversed) } }),
        (
          "gradient with respect to the sequence",
          { w in gradient(at: inputs) { network(w, $0, scanning: scanning, reversed: reversed) } }
        ),
        (
          "batch",
          { w in vmap(Tensor.stack([w, -w])) { network($0, inputs, scanning: scanning, reversed: reversed) } }
        ),
        (
          "batch of gradients",
          { w in
            vmap(Tensor.stack([inputs, -inputs], axis: 1), axis: 1) { inputs in
              gradient(at: w) { network($0, inputs, scanning: scanning, reversed: reversed) }
            }
          }
        ),
        (
          "third derivative",
          { w in
            gradient(at: w) { w in
              let inner = hessian(at: w) { network($0, inputs, scanning: scanning, reversed: reversed) }
              return (inner * inner).sum()
            }
          }
        ),
      ]
    }
    for ((name, scanned), (_, looped)) in zip(functions.prefix(8), functions.dropFirst(8)) {
      expectClose(scanned(weight).scalars, looped(weight).scalars, .relative(1e-11), "\(name)")
    }
  }

  @Test func theGraphDoesNotGrowWithTheSteps() throws {
    func steps(_ count: Int) throws -> Int {
      let x = Tensor(1.0, type: .float64)
      let slope = gradient(at: x) { x in scan(x, count: count) { y, _ in sin(y) * x } }
      return try slope.planDescription().split(separator: "\n").count
    }
    #expect(try steps(10) == steps(10_000))
    let slope = gradient(at: Tensor(0.5, type: .float64)) { x in
      scan(Tensor(0.0, type: .float64), count: 10_000) { sum, _ in sum + x * x }
    }
    expectClose(slope.scalars, [10_000], .relative(1e-9))
  }

  @Test func takesStructuresAndMixedTypes() {
    struct State: TensorStructure {
      var total = Tensor(0.0)
      var count = Tensor(0, type: .int64)
    }
    let (state, outputs) = scan(State(), over: ["x": Tensor([1, 2, 3]), "w": Tensor([2, 0, 1])]) { state, element in
      let next = State(total: state.total + element["x"]! * element["w"]!, count: state.count + 1)
      return (next, [next.total, next.count.converted(to: .float32)])
    }
    #expect(state.total.scalar == 5 && state.count.scalar == 3)
    #expect(outputs[0].scalars == [2, 2, 5] && outputs[1].scalars == [1, 2, 3])
  }

  @Test func stepsMayHaveLoopsInside() {
    let x = Tensor(0.9, type: .float64)
    func power(_ x: Tensor) -> Tensor {
      scan(Tensor(1.0, type: .float64), count: 3) { outer, _ in
        scan(outer, count: 2) { inner, _ in inner * x }
      }
    }
    expectClose(power(x).scalars, [0.531441], .relative(1e-12))
    expectClose(gradient(at: x) { x in power(x) }.scalars, [6 * 0.59049], .relative(1e-12))
    expectClose(hessian(at: x) { x in power(x) }.scalars, [30 * 0.6561], .relative(1e-12))
  }

  @Test func aRecordedScanRunsOnce() throws {
    let weight = Variable(weight)
    let tape = GradientTape()
    let loss = tape.record { network(weight.value, inputs, scanning: true) }
    _ = loss.scalar
    let slope = try tape.gradient(of: loss, withRespectTo: weight)
    let plan = try slope.planDescription()
    #expect(plan.components(separatedBy: "scan (").count == 2, "\(plan)")
    let expected = gradient(at: weight.value) { network($0, inputs, scanning: false) }
    expectClose(slope.scalars, expected.scalars, .relative(1e-11))
  }

  /// The lines of a plan that are scans.
  private func scans(_ tensor: Tensor) throws -> [Substring] {
    try tensor.planDescription().split(separator: "\n").filter { $0.contains("scan (") }
  }

  /// The gradient reads the products of the steps, and a checkpoint computes them again.
  @Test func productsOfStepsAreComputedOnce() throws {
    func step(_ state: Tensor, _ input: Tensor, _ weight: Tensor) -> Tensor { tanh(state • weight + input) }
    func last(_ weight: Tensor, checkpointing: Bool) -> Tensor {
      scan(Tensor.zeros([3], type: .float64), over: inputs) { state, input in
        checkpointing ? checkpoint { step(state, input, weight) } : step(state, input, weight)
      }.sum()
    }
    func products(_ slope: Tensor) throws -> Int {
      try scans(slope).reduce(0) { $0 + $1.components(separatedBy: "contract").count - 1 }
    }
    let slopes = [false, true].map { checkpointing in
      gradient(at: weight) { last($0, checkpointing: checkpointing) }
    }
    #expect(try slopes.map(products) == [2, 3])
    let variable = Variable(weight)
    let tape = GradientTape()
    let loss = tape.record { last(variable.value, checkpointing: false) }
    _ = loss.scalar
    let later = try tape.gradient(of: loss, withRespectTo: variable)
    #expect(try products(later) == 1)
    for slope in slopes + [later] { expectClose(slope.scalars, slopes[0].scalars, .relative(1e-13)) }
  }

  /// What only a derivative reads is not stored without one.
  @Test func stepsWithoutDerivativeKeepNothing() throws {
    let written = try [2, 20].map { count in
      let last = scan(Tensor.zeros([3], type: .float64), over: Tensor.zeros([count, 3], type: .float64)) {
        state, input in
        tanh(state • weight + input)
      }
      return try #require(scans(last).first?.components(separatedBy: "writes ").last?.split(separator: " ").first)
    }
    #expect(written[0] == written[1])
  }

  /// Numbers in bodies are arguments of a plan, however deep they stand, and not part of it.
  @Test func numbersInBodiesMayChange() throws {
    let x = Tensor(1.5, type: .float64)
    var plans: Set<String> = []
    for number in [1.25, 2.0, -0.5] {
      func nested(_ x: Tensor) -> Tensor {
        let start = checkpoint { x * (number + 3) }
        return scan(start, count: 2) { state, _ in
          conditional(state .> number * 100) {
            state
          } else: {
            whileLoop(state + number, maximumIterations: 2, while: { $0 .< number + 10 }) { $0 * 2 + number * x }
          }
        }
      }
      func looped(_ x: Double) -> Double {
        var state = x * (number + 3)
        for _ in 0..<2 where state <= number * 100 {
          state += number
          for _ in 0..<2 where state < number + 10 { state = state * 2 + number * x }
        }
        return state
      }
      expectClose(nested(x).scalars, [looped(1.5)], .relative(1e-14), "\(number)")
      let slope = (looped(1.5 + 1e-6) - looped(1.5 - 1e-6)) / 2e-6
      expectClose(gradient(at: x, of: nested).scalars, [slope], .relative(1e-8), "\(number)")
      plans.insert(try nested(x).planDescription())
    }
    #expect(plans.count == 1)
  }

  @Test func noStepsReturnTheStart() {
    let (last, all) = scan(Tensor([1, 2]), over: Tensor.zeros([0, 2])) { state, input in (state * input, state) }
    #expect(last.scalars == [1, 2])
    #expect(all.shape == [0, 2])
    #expect(gradient(at: Tensor([1, 2])) { x in scan(x, count: 0) { y, _ in y * y }.sum() }.scalars == [1, 1])
  }

  @Test func mistakesAreNamed() {
    let x = Tensor([1, 2])
    #expect(
      words { scan(x, over: Tensor(1)) { x, _ in x } }
        == "scan: the tensor is a scalar and has no elements to go through")
    #expect(words { scan(x, count: -1) { x, _ in x } } == "scan: the number of steps is negative: -1")
    #expect(
      words { scan(x, over: [Tensor.zeros([2]), .zeros([3])]) { x, _ in x } }
        == "scan: the sequences have 2 and 3 elements along their first axes")
    #expect(
      words { scan(x, count: 2) { x, _ in x.sum() } }
        == "scan: the step turns the state from float32 of shape [2] into float32 of shape []; it must stay the same")
    #expect(
      words { scan(x, count: 2) { x, _ in x + Tensor(x[0].scalar) } }.contains(
        "a value inside the body of a scan, whileLoop, conditional or checkpoint is looked at"))
    #expect(
      words { scan(x, over: [Tensor]()) { x, _ in x } }
        == "scan: there is no tensor to take elements of; give a count instead")
  }
}

@Suite struct WhileLoopTests {
  /// Doubles until 100 is reached.
  private func doubled(_ x: Tensor, bound: Int? = nil) -> Tensor {
    whileLoop(x, maximumIterations: bound, while: { $0.sum() .< 100 }) { 2 * $0 }
  }

  @Test func goesOnWhileTheConditionHolds() {
    #expect(doubled(Tensor([1, 2])).scalars == [64, 128].map { $0 / 2 * 2 })
    #expect(doubled(Tensor([1, 2]), bound: 20).scalars == doubled(Tensor([1, 2])).scalars)
    #expect(doubled(Tensor([1, 2]), bound: 2).scalars == [4, 8])
    #expect(doubled(Tensor([100, 2])).scalars == [100, 2])
  }

  @Test func differentiatesForwardAndWithABoundBackward() {
    let x = Tensor([1, 2])
    #expect(jvp(at: x, along: Tensor([1, 0])) { x in doubled(x) }.tangent.scalars == [64, 0])
    #expect(gradient(at: x) { x in (doubled(x, bound: 20) ** 2).sum() }.scalars == [8192, 16384])
    #expect(hessian(at: x) { x in (doubled(x, bound: 20) ** 2).sum() }.scalars == [8192, 0, 0, 8192])
    #expect(
      words { gradient(at: x) { x in doubled(x).sum() } }
        == "whileLoop: a loop without a bound has no gradient in reverse mode; give it maximumIterations, or use jvp")
  }

  @Test func mapsOverSamplesThatEndAtDifferentTimes() {
    let x = Tensor([1, 30, 200])
    for bound in [nil, 10] {
      #expect(vmap(x) { x in doubled(x, bound: bound) }.scalars == [128, 120, 200], "\(String(describing: bound))")
    }
    #expect(vmap(x) { x in gradient(at: x) { x in doubled(x, bound: 10) } }.scalars == [128, 4, 1])
    #expect(vmap(Tensor.zeros([0, 4])) { x in doubled(x) }.shape == [0, 4])
  }

  @Test func mistakesAreNamed() {
    let x = Tensor([1, 2])
    #expect(
      words { whileLoop(x, while: { $0 .< 3 }) { $0 } }
        == "whileLoop: the condition must be a bool scalar, and it is bool of shape [2]; use a comparison, with all() or "
        + "any() for many elements")
    #expect(
      words { whileLoop(x, while: { $0.sum() .< 3 }) { $0.converted(to: .float64) } }
        == "whileLoop: the step turns the state from float32 of shape [2] into float64 of shape [2]; it must stay the same"
    )
  }
}

@Suite struct ConditionalTests {
  private func root(_ x: Tensor) -> Tensor {
    conditional(x .> 0) {
      sqrt(x)
    } else: {
      -x
    }
  }

  @Test func computesTheBranchThatIsTaken() {
    #expect(root(Tensor(4.0)).scalar == 2)
    #expect(root(Tensor(-4.0)).scalar == 4)
    // The branch that is not taken leaves no NaN behind.
    for (x, slope) in [(4.0, 0.25), (-4, -1)] {
      #expect(gradient(at: Tensor(x), of: root).scalars == [slope], "\(x)")
    }
    #expect(jvp(at: Tensor(4.0), along: Tensor(1.0)) { x in root(x) }.tangent.scalar == 0.25)
    #expect(hessian(at: Tensor(4.0)) { x in root(x) }.scalar == -0.03125)
    #expect(vmap(Tensor([4, 9, -4])) { x in root(x) }.scalars == [2, 3, 4])
    #expect(
      vmap(Tensor([4, 16])) { x in
        conditional(Tensor(true)) {
          sqrt(x)
        } else: {
          x
        }
      }.scalars == [2, 4])
  }

  @Test func theOtherBranchIsNotRun() throws {
    let x = Tensor([1, 2])
    // Its index is out of bounds.
    let y = conditional(x.sum() .> 0) {
      x * 2
    } else: {
      x.gathering([7, 8])
    }
    #expect(try checked { y.scalars } == [2, 4])
  }

  @Test func mistakesAreNamed() {
    let x = Tensor([1, 2])
    #expect(
      words {
        conditional(x .> 0) {
          x
        } else: {
          x
        }
      }.hasPrefix("conditional: the condition must be a bool scalar"))
    #expect(
      words {
        conditional(x.sum() .> 0) {
          x
        } else: {
          x.sum()
        }
      }
        == "conditional: the result is float32 of shape [2] in one branch, float32 of shape [] in the other; both "
        + "branches must give the same")
  }
}

@Suite struct CheckpointTests {
  private let weights = (0..<6).map { distinctNumbers([8, 8], seed: $0) / 40 }
  private let input = distinctNumbers([16, 8]) / 9

  /// A deep network whose blocks hold several intermediate results each.
  private func loss(_ weights: [Tensor], checkpointing: Bool) -> Tensor {
    var x = input
    for weight in weights {
      func block(_ x: Tensor) -> Tensor { (0..<4).reduce(x) { x, _ in tanh(x • weight) + 0.5 * x } }
      let before = x
      x = checkpointing ? checkpoint { block(before) } : block(before)
    }
    return x.squared().sum()
  }

  @Test func changesNoBit() {
    func bits(_ checkpointing: Bool) -> [[Double]] {
      func slopes(_ weights: [Tensor]) -> [Tensor] {
        gradient(at: weights) { loss($0, checkpointing: checkpointing) }
      }
      let curvature = gradient(at: weights) { weights in
        slopes(weights).reduce(Tensor(0.0, type: .float64)) { $0 + $1.squared().sum() }
      }
      let tangent = jvp(at: weights, along: weights) { loss($0, checkpointing: checkpointing) }.tangent
      let tensors = [loss(weights, checkpointing: checkpointing)] + slopes(weights) + curvature + [tangent]
      return tensors.map { (tensor: Tensor) -> [Double] in tensor.scalars }
    }
    let (with, without) = (bits(true), bits(false))
    for (place, pair) in zip(with, without).enumerated() {
      expectClose(pair.0, pair.1, .relative(1e-13), "\(place)")
    }
    #expect(Array(with.prefix(7)) == Array(without.prefix(7)))
  }

  @Test func savesMemory() throws {
    func temporaryBytes(_ checkpointing: Bool) throws -> Int {
      let slopes = gradient(at: weights) { loss($0, checkpointing: checkpointing) }
      let total = slopes.reduce(Tensor(0.0, type: .float64)) { $0 + $1.sum() }
      let plan = try total.planDescription()
      let words = plan.split(separator: " ")
      let place = try #require(words.lastIndex(of: "bytes"))
      return try #require(Int(words[place - 1]))
    }
    let (with, without) = (try temporaryBytes(true), try temporaryBytes(false))
    #expect(with * 2 < without, "\(with) of \(without) bytes")
  }
}
