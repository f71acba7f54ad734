import DescentGraph
import DescentTensor
import Testing

/// Attempts to make laziness visible.
///
/// Each is something that a program may do, and must not notice.
@Suite struct LazinessTests {
  private func contractions(in tensors: Tensor...) -> Int {
    Evaluation.region(of: tensors.map(\.node)).graph.instructions.count { instruction in
      if case .contract = instruction.operation { true } else { false }
    }
  }

  private let x = Tensor.normal([4, 3], using: RandomGenerator(seed: 1))
  private let a = Tensor.normal([3, 5], using: RandomGenerator(seed: 2))
  private let b = Tensor.normal([5, 2], using: RandomGenerator(seed: 3))

  @Test func lookingAtTheLossBeforeItsGradientDoesNotRepeatTheForwardPass() throws {
    try evaluate(x, a, b)
    let tape = GradientTape()
    let loss = tape.record { (tanh(x • a) • b).squared().sum() }
    #expect(contractions(in: loss) == 2)
    let seen = loss.scalar
    let (da, db) = try tape.gradient(of: loss, withRespectTo: a, b)
    // The backward pass: b̄ = tanh(xa)ᵀ·ȳ, the cotangent of tanh = ȳ·bᵀ, ā = xᵀ·that.
    #expect(contractions(in: da, db) == 3)
    let (fresh, (ga, gb)) = valueWithGradient(at: a, b) { a, b in (tanh(x • a) • b).squared().sum() }
    #expect(fresh.scalar == seen)
    #expect(ga.scalars == da.scalars)
    #expect(gb.scalars == db.scalars)
  }

  @Test func aLossThatIsNeverLookedAtCostsTheSame() throws {
    try evaluate(x, a, b)
    let (_, (da, db)) = valueWithGradient(at: a, b) { a, b in (tanh(x • a) • b).squared().sum() }
    #expect(contractions(in: da, db) == 5)
  }

  @Test func anIntermediateThatIsHeldIsKept() throws {
    let hidden = exp(x)
    let result = (hidden * 2).sum()
    _ = result.scalar
    #expect(hidden.node.value != nil)
    #expect(hidden.scalars.count == 12)
  }

  @Test func aSharedProductIsComputedOnceWhenItsUsersAreLookedAtOneByOne() throws {
    try evaluate(x, a)
    let (left, right) = {
      let product = x • a
      return (tanh(product), exp(product))
    }()
    _ = left.scalars
    #expect(contractions(in: right) == 0)
  }

  @Test func aVariableAssignedBetweenRecordingAndGradientKeepsWhatWasRead() throws {
    let w = Variable([3], name: "w")
    let tape = GradientTape()
    let f = tape.record { (w * w).sum() }
    w.value = [100]
    #expect(try tape.gradient(of: f, withRespectTo: w).scalars == [6])
    #expect(f.scalar == 9)
  }

  @Test func aVariableAssignedWhileRecordingAddsUpItsReads() throws {
    let w = Variable([3], name: "w")
    let tape = GradientTape()
    let f = tape.record {
      let first = w * 2
      w.value = [5]
      return (first + w * w).sum()
    }
    // Two reads, of 3 and of 5: 2 + 2·5.
    #expect(try tape.gradient(of: f, withRespectTo: w).scalars == [12])
  }

  @Test func aTapeInsideATapeDifferentiatesTwice() throws {
    let x = Variable([2], name: "x")
    let outer = GradientTape()
    let slope = try outer.record {
      let inner = GradientTape()
      let y = inner.record { (x ** 3).sum() }
      _ = y.scalar
      return try inner.gradient(of: y, withRespectTo: x).sum()
    }
    #expect(slope.scalar == 12)
    #expect(try outer.gradient(of: slope, withRespectTo: x).scalars == [12])
  }

  @Test func aGradientAskedForAfterEverythingWasEvaluated() throws {
    let w = Variable([[1, 2], [3, 4]], name: "w")
    let tape = GradientTape()
    var parts: [Tensor] = []
    let f = tape.record {
      parts.append(w • w)
      parts.append(exp(parts[0] / 10))
      parts.append(parts[1].sum())
      return parts[2]
    }
    try evaluate(parts)
    let late = try tape.gradient(of: f, withRespectTo: w)
    let early = gradient(at: w.value) { w in exp((w • w) / 10).sum() }
    #expect(late.scalars == early.scalars)
  }

  @Test func aLoopOf100_000UpdatesNeverLookedAtStaysSmall() {
    let w = Variable([1, 2, 3], name: "w")
    var deepest: Int32 = 0
    for _ in 0..<100_000 {
      w.value = w.value * 0.9999 + 0.0001
      deepest = max(deepest, w.value.node.pendingDepth.load(ordering: .relaxed))
    }
    #expect(deepest <= Tensor.longestPendingChain + 4)
    let expected = [1.0, 2, 3].map { 1 + ($0 - 1) * 0.00004539765 }
    for (value, wanted) in zip(w.value.scalars, expected) { #expect(abs(value - wanted) < 1e-3) }
  }

  @Test func aChainOf1_000_000NodesNeitherOverflowsNorLeaks() {
    weak var first: Node?
    do {
      let start = Tensor([0])
      var x = start
      for index in 0..<1_000_000 {
        x = x + 1
        if index == 0 { first = x.node }
      }
      #expect(x.scalars == [1_000_000])
    }
    #expect(first == nil)
  }

  @Test func aChainOf1_000_000NodesDroppedWithoutALook() {
    weak var first: Node?
    do {
      var node = Node.unary(.negate, Tensor([1]).node)
      first = node
      for _ in 0..<1_000_000 { node = .unary(.negate, node) }
    }
    #expect(first == nil)
  }

  @Test func aGradientThrough20_000StepsIsLinearWork() {
    let slope = gradient(at: Tensor([1, 2], type: .float64)) { x in
      var y = x
      for _ in 0..<20_000 { y = y * 0.9999 + 0.5 }
      return y.sum()
    }
    // 0.9999²⁰⁰⁰⁰
    for value in slope.scalars { #expect(abs(value - 0.13532174948) < 1e-9) }
  }

  @Test func aTensorDroppedHalfWayLeavesTheOthersIntact() throws {
    var half: Tensor? = exp(x)
    let result = half! * 3
    half = nil
    let again = exp(x) * 3
    #expect(result.scalars == again.scalars)
  }

  @Test func theSameTensorEvaluatedFromEightTasksAtOnce() async throws {
    for round in 0..<20 {
      let y = tanh(Tensor.normal([33, 17], using: RandomGenerator(seed: UInt64(round))) * 2)
      let all = await withTaskGroup(of: [Double].self) { group in
        for _ in 0..<8 { group.addTask { y.scalars } }
        return await group.reduce(into: [[Double]]()) { $0.append($1) }
      }
      #expect(Set(all).count == 1)
    }
  }

  @Test func tasksDifferentiateThroughOneTensorAtOnce() async throws {
    let shared = exp(x)
    let all = await withTaskGroup(of: [Double].self) { group in
      for _ in 0..<8 {
        group.addTask { gradient(at: shared) { shared in (shared • a).squared().sum() }.scalars }
      }
      return await group.reduce(into: [[Double]]()) { $0.append($1) }
    }
    #expect(Set(all).count == 1)
  }

  @Test func tasksEvaluateRecordAndDropSharedPendingTensorsAtOnce() async throws {
    for _ in 0..<20 {
      let shared = exp(x)
      let product = shared • a
      let all = try await withThrowingTaskGroup(of: [Double].self) { group in
        for task in 0..<8 {
          group.addTask {
            if task % 4 == 3 { try evaluate(product, tanh(shared)) }
            let tape = GradientTape(persistent: task % 2 == 0)
            let loss = tape.record { (tanh(product + shared • a).squared() * Tensor.ones([1])).sum() }
            if task % 4 == 1 { _ = loss.scalar }
            return try tape.gradient(of: loss, withRespectTo: product).scalars
          }
        }
        return try await group.reduce(into: [[Double]]()) { $0.append($1) }
      }
      #expect(Set(all).count == 1)
    }
  }

  @Test func anEvaluationThatFailsInTheMiddleFailsAgainAndSparesTheRest() throws {
    let table: Tensor = [[1, 2], [3, 4]]
    let before = table * 2
    let wrong = before.gathering([5])
    let after = wrong + 1
    for _ in 0..<2 {
      #expect(throws: TensorError.self) { try evaluate(after) }
    }
    #expect(after.node.value == nil)
    #expect(before.scalars == [2, 4, 6, 8])
    let error = #expect(throws: TensorError.self) { try checked { after.scalars } }
    #expect(error?.kind == .indexOutOfBounds)
  }

  @Test func evaluatedTensorsLetGoOfWhatTheyWereMadeFrom() throws {
    weak var made: Node?
    let result: Tensor
    do {
      let step = exp(x)
      made = step.node
      result = step * 2
    }
    try evaluate(result)
    #expect(made == nil)
  }
}
