import Descent
import DescentGraph
import Synchronization
import Testing

/// The reasons for which steps were traced.
private final class Reasons: Sendable {
  private let state = Mutex([CompilationTrace.Reason]())
  func note(_ trace: CompilationTrace) { state.withLock { $0.append(trace.reason) } }
  var all: [CompilationTrace.Reason] { state.withLock { $0 } }
}

/// Counts how often it is asked for its formula.
private final class Counter: Sendable {
  private let state = Mutex(0)
  func count() { state.withLock { $0 += 1 } }
  var value: Int { state.withLock { $0 } }
}

/// Compiled steps against the loop by hand.
@Suite struct CompiledStepTests {
  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.1, momentum: 0.9, dampening: 0.5), Adam(learningRate: 0.01),
    SGD(learningRate: .cosine(from: 0.1, steps: 4), momentum: 0.9, nesterov: true), Adam(amsgrad: true),
    AdamW(learningRate: .warmup(steps: 3, then: .constant(0.01)), weightDecay: 0.1), Adamax(), NAdam(), RMSProp(),
    RMSProp(momentum: 0.9, centered: true), AdaGrad(learningRateDecay: 0.1), AdaDelta(), Lion(), Adafactor(),
    Muon(others: Adam(learningRate: .linear(from: 0.1, to: 0.01, steps: 5))), Adam().averagingWeights(decay: 0.9),
    Adam().accumulatingGradients(over: 2), AdamW().clippingGradients(.globalNorm(0.1)),
    SGD(learningRate: 0.1, weightDecay: .coupled(0.1)).freezing("0.*").adjusting("*.bias", learningRateFactor: 3),
  ]

  private static func network() -> Sequential {
    withRandomSeed(42) {
      Sequential {
        Dense(2, 16, activation: .tanh)
        BatchNorm(channels: 16)
        Dropout(0.2)
        Dense(16, 2)
      }
    }
  }

  private static func loss(_ network: Sequential, _ pass: ForwardPass, _ x: Tensor, _ y: Tensor) -> Tensor {
    softmaxCrossEntropy(network(x, pass), y)
  }

  private static let batches = rings(28, seed: 1).batches(of: 8)

  /// All tensors of a model and an optimiser, bit by bit.
  private static func bits(_ model: some TensorStructure, _ optimizer: some Optimizer) -> [[UInt64]] {
    (model.namedTensors(.any) + optimizer.state.namedTensors(.any)).map { $0.tensor.scalars.map(\.bitPattern) }
  }

  @Test(arguments: optimizers.indices) func itIsTheLoopByHand(index: Int) throws {
    func check(_ rule: some Optimizer) throws {
      var (model, optimizer) = (Self.network(), rule)
      let random = RandomGenerator(seed: 7), pass = ForwardPass(trainingWith: random)
      let step = CompiledStep(Self.network(), optimizer: rule, random: RandomGenerator(seed: 7), loss: Self.loss)
      for (number, batch) in (Array(Self.batches) + Array(Self.batches)).enumerated() {
        let (loss, gradient) = valueWithGradient(at: model) { Self.loss($0, pass, batch.inputs, batch.targets) }
        optimizer.update(&model, along: gradient)
        model.adoptState(from: pass)
        let found = try step(batch.inputs, batch.targets)
        #expect(found.scalar == loss.scalar, "\(rule), step \(number)")
        #expect(Self.bits(step.model, step.optimizer) == Self.bits(model, optimizer), "\(rule), step \(number)")
        #expect(step.optimizer.state.step == optimizer.state.step)
      }
      #expect(step.isCompiled)
    }
    try check(Self.optimizers[index])
  }

  @Test(arguments: [MixedPrecision.bfloat16, .float16, MixedPrecision(.float16, scaling: .dynamic(initial: 1e6))])
  func precisionsKeepTheirScale(precision: MixedPrecision) throws {
    func objective(_ network: Sequential, _ pass: ForwardPass, _ x: Tensor, _ y: Tensor) -> Tensor {
      softmaxCrossEntropy(precision.output(of: network, for: x, pass), y)
    }
    var (model, optimizer, policy) = (Self.network(), Adam(learningRate: 0.01), precision)
    let pass = policy.pass(trainingWith: RandomGenerator(seed: 7))
    let step = CompiledStep(
      Self.network(), optimizer: Adam(learningRate: 0.01), random: RandomGenerator(seed: 7), precision: precision,
      loss: objective)
    for batch in Self.batches {
      let (loss, gradient) = policy.valueWithGradient(at: model) { objective($0, pass, batch.inputs, batch.targets) }
      _ = try policy.update(&model, by: &optimizer, along: gradient, pass, evaluating: [loss])
      _ = try step(batch.inputs, batch.targets)
      #expect(step.precision?.state == policy.state)
      #expect(Self.bits(step.model, step.optimizer) == Self.bits(model, optimizer), "\(precision.type)")
    }
    #expect(step.isCompiled)
  }

  @Test func theFormulaIsAskedForOnceForEachShape() throws {
    let (reasons, counter) = (Reasons(), Counter())
    let step = CompiledStep(Self.network(), optimizer: Adam(), onTrace: reasons.note) { network, pass, x, y in
      counter.count()
      return Self.loss(network, pass, x, y)
    }
    for batch in Array(Self.batches) + Array(Self.batches) { _ = try step(batch.inputs, batch.targets) }
    // Once for sizes left open, once for batches of 8, once for the last one of 4.
    #expect(counter.value == 3)
    #expect(reasons.all == [.firstCall, .newSignature])
    step.optimizer.learningRate = 0.5
    let batch = Array(Self.batches)[0]
    _ = try step(batch.inputs, batch.targets)
    step.model = Self.network()
    _ = try step(batch.inputs, batch.targets)
    step.traceAgain()
    for _ in 0..<3 { _ = try step(batch.inputs, batch.targets) }
    #expect(reasons.all.dropFirst(2) == [.renewed, .renewed, .renewed])
  }

  @Test func parametersStayWhereTheyAreUnlessSomebodyKeepsThem() throws {
    let x = Tensor.normal([16, 128], using: RandomGenerator(seed: 2))
    let start = [Tensor.normal([128, 256], using: RandomGenerator(seed: 1))]
    let step = CompiledStep(Weights(weights: start), optimizer: Adam()) { model, _, x in
      (x • model.weights[0]).squared().sum()
    }
    func places() -> Set<ObjectIdentifier> {
      Set((step.model.tensors + step.optimizer.state.tensors).compactMap { $0.node.value.map { ObjectIdentifier($0) } })
    }
    _ = try step(x)
    let before = places()
    #expect(before.count == 3)
    for _ in 0..<3 { _ = try step(x) }
    #expect(places() == before)
    let kept = step.model
    let numbers = kept.weights[0].scalars
    _ = try step(x)
    #expect(kept.weights[0].scalars == numbers)
    #expect(step.model.weights[0].scalars != numbers)
    #expect(start[0].scalars != numbers)
  }

  @Test func aFailedStepLeavesAllAsItWas() throws {
    let start = [Tensor.normal([128, 256], using: RandomGenerator(seed: 1))]
    let step = CompiledStep(Weights(weights: start), optimizer: Adam()) { model, _, divisor in
      (tanh(model.weights[0]) * model.weights[0]).sum() + (7 / divisor).converted(to: .float32)
    }
    let one = Tensor(scalars: [1], shape: [], type: .int32), zero = Tensor(scalars: [0], shape: [], type: .int32)
    for _ in 0..<2 { _ = try step(one) }
    let before = Self.bits(step.model, step.optimizer)
    #expect(throws: TensorError.self) { try step(zero) }
    #expect(Self.bits(step.model, step.optimizer) == before)
    #expect(step.optimizer.state.step == 2)
    let other = CompiledStep(Weights(weights: start), optimizer: Adam()) { model, _, divisor in
      (tanh(model.weights[0]) * model.weights[0]).sum() + (7 / divisor).converted(to: .float32)
    }
    for _ in 0..<3 { _ = try other(one) }
    _ = try step(one)
    #expect(Self.bits(step.model, step.optimizer) == Self.bits(other.model, other.optimizer))
  }

  @Test func functionsThatLookAtValuesAreCalled() throws {
    let (counter, batch) = (Counter(), Array(Self.batches)[0])
    let step = CompiledStep(Self.network(), optimizer: SGD(), random: RandomGenerator(seed: 7)) {
      network, pass, x, y in
      counter.count()
      let loss = Self.loss(network, pass, x, y)
      return loss.scalar > 1e9 ? 2 * loss : loss
    }
    let other = CompiledStep(Self.network(), optimizer: SGD(), random: RandomGenerator(seed: 7), loss: Self.loss)
    for _ in 0..<3 {
      #expect(try step(batch.inputs, batch.targets).scalar == other(batch.inputs, batch.targets).scalar)
    }
    #expect(!step.isCompiled && other.isCompiled)
    #expect(counter.value >= 4)
    #expect(Self.bits(step.model, step.optimizer) == Self.bits(other.model, other.optimizer))
  }

  @Test func aMistakeThatIsMendedLeavesTheStepCompiled() throws {
    let step = CompiledStep(Self.network(), optimizer: SGD(), loss: Self.loss)
    let batch = Array(Self.batches)[0]
    #expect(complaint { _ = try step(batch.inputs, Tensor.zeros([3], type: .int64)) }.contains("[3]"))
    _ = try step(batch.inputs, batch.targets)
    #expect(step.isCompiled)
  }

  @Test func whatChangesUnseenIsFoundOutByChecks() throws {
    let factor = Mutex(1.0)
    let x = Tensor.ones([3])
    let step = CompiledStep(Weights(weights: [x]), optimizer: SGD(learningRate: 0.1), checkedSteps: 2) {
      model, _, x in (model.weights[0] * x).sum() * factor.withLock { $0 }
    }
    _ = try step(x)
    factor.withLock { $0 = 2 }
    let words = complaint { _ = try step(x) }
    let found = "result 0 of a compiled step is not what the function itself gives now: 2.6999998092651367, not 5.3"
    #expect(words.contains(found), "\(words)")
  }

  @Test func statisticsInLoopsAreStillRefused() {
    let network = withRandomSeed(1) { Sequential { BatchNorm(channels: 2) } }
    let step = CompiledStep(network, optimizer: SGD()) { (network, pass, x: Tensor) in
      scan(Tensor.zeros([4, 2]), over: x) { state, x in network(state + x, pass) }.sum()
    }
    #expect(complaint { _ = try step(Tensor.ones([3, 4, 2])) }.contains("can't be trained inside a loop"))
  }
}

private struct Weights: Layer {
  var weights: [Tensor]
  func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { input }
}

/// `fit` with and without compiled steps.
@Suite struct CompiledFitTests {
  private let spread = Metric(
    "spread", statistics: { predictions, _ in .stack([predictions.min(), predictions.max()]) },
    joining: { [min($0[0], $1[0]), max($0[1], $1[1])] }, result: { $0[1] - $0[0] })

  private func trained(
    compiles: Bool, _ onTrace: @escaping (CompilationTrace) -> Void = { _ in },
    at event: @escaping @Sendable (any TrainingSession, TrainingStep) -> Void = { _, _ in }
  ) throws -> (bits: [UInt32], history: History) {
    var plan = TrainingPlan(
      rings(100, seed: 1), validation: rings(20, seed: 2), epochs: 3, batchSize: 16, loss: .softmaxCrossEntropy,
      metrics: [.accuracy, spread], seed: 4)
    plan.compilesSteps = compiles
    let model = withRandomSeed(1) {
      Sequential {
        Dense(8, activation: .relu)
        BatchNorm()
        Dropout(0.1)
        Dense(2)
      }
    }
    let trainer = Trainer(model, optimizer: Adam(learningRate: 0.01), plan, onTrace: onTrace)
    while let next = try trainer.next() { if case .batchEnded(let step) = next { event(trainer, step) } }
    return (bits(of: trainer.model), trainer.history)
  }

  @Test func bitsAreTheSame() throws {
    let reasons = Reasons()
    let (one, other) = (try trained(compiles: true, reasons.note), try trained(compiles: false))
    #expect(one.bits == other.bits)
    #expect(one.history.epochs.map(\.training) == other.history.epochs.map(\.training))
    #expect(one.history.epochs.map(\.validation) == other.history.epochs.map(\.validation))
    #expect(reasons.all == [.firstCall, .newSignature, .renewed, .newSignature, .renewed, .newSignature])
  }

  @Test func whatHappensBetweenEventsIsSeen() throws {
    @Sendable func change(_ session: any TrainingSession, _ step: TrainingStep) {
      if step.batch == 2 { session.learningRateFactor *= 0.5 }
      if step.batch == 3 { session.replaceParameters(with: session.parameters.map { $0.tensor * 0.9 }) }
    }
    let one = try trained(compiles: true, at: change), other = try trained(compiles: false, at: change)
    #expect(one.bits == other.bits)
    #expect(one.bits != (try trained(compiles: true)).bits)
  }
}
