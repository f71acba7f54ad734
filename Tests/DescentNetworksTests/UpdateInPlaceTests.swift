import DescentGraph
import DescentTensor
import Foundation
import Testing

@testable import DescentNetworks

/// Optimisers write new parameters and slots over the old ones, which nobody can tell who keeps the old ones.
@Suite struct UpdateInPlaceTests {
  private static let shape: Shape = [128, 256]

  private static let rules: [any Optimizer] = [
    SGD(learningRate: 0.1, momentum: 0.9), SGD(learningRate: 0.1, momentum: 0.9, nesterov: true), RMSProp(),
    AdaGrad(), AdaDelta(), Adam(), Adam(amsgrad: true), AdamW(), Adamax(), NAdam(), Lion(), Adafactor(), Muon(),
    Adam().averagingWeights(decay: 0.9), Adam().accumulatingGradients(over: 2),
    AdamW().clippingGradients(.globalNorm(0.1)),
  ]

  private func start() throws -> [Tensor] {
    let model = [Tensor.normal(Self.shape, using: RandomGenerator(seed: 1))]
    try evaluate(model)
    return model
  }

  private func step(_ model: inout [Tensor], _ optimizer: inout any Optimizer) throws {
    func update(_ optimizer: inout some Optimizer) throws {
      let (loss, gradient) = valueWithGradient(at: model) { (tanh($0[0]) * $0[0]).sum() }
      try optimizer.update(&model, along: gradient, evaluating: [loss])
    }
    try update(&optimizer)
  }

  @Test(arguments: rules.indices) func keptCopiesChangeNothing(index: Int) throws {
    var (model, optimizer) = (try start(), Self.rules[index])
    var (other, twin) = (model.map { $0 + 0 }, Self.rules[index])
    try evaluate(other)
    var kept: [(model: [Tensor], state: OptimizerState, values: [[Double]])] = []
    for step in 1...4 {
      try self.step(&model, &optimizer)
      try self.step(&other, &twin)
      #expect(model[0].scalars == other[0].scalars, "\(type(of: optimizer)), step \(step)")
      kept.append((other, twin.state, (other + twin.state.tensors).map(\.scalars)))
    }
    for (step, copy) in kept.enumerated() {
      #expect(
        (copy.model + copy.state.tensors).map(\.scalars) == copy.values, "\(type(of: optimizer)), step \(step + 1)")
    }
  }

  @Test func memoryStays() throws {
    var (model, optimizer) = (try start(), Adam())
    let x = Tensor.normal([16, 128], using: RandomGenerator(seed: 2))
    try evaluate(x)
    func places() -> Set<ObjectIdentifier> {
      Set((model + optimizer.state.tensors).compactMap { $0.node.value.map { ObjectIdentifier($0) } })
    }
    var before: Set<ObjectIdentifier> = []
    for step in 1...4 {
      let (loss, gradient) = valueWithGradient(at: model) { (x • $0[0]).squared().sum() }
      try optimizer.update(&model, along: consume gradient, evaluating: [loss])
      if step == 1 { before = places() }
      #expect(places() == before, "step \(step): \(places().intersection(before).count) of \(before.count) stay")
    }
    #expect(before.count == 3)
  }

  /// A gradient that its owner gives away is only a step on the way.
  @Test func gradientsAreKeptForThoseWhoHoldThem() throws {
    var (model, optimizer) = (try start(), SGD(learningRate: 0.1))
    let gradient = [tanh(model[0])]
    let node = gradient[0].node
    optimizer.update(&model, along: gradient)
    #expect(node.value != nil && gradient[0].scalars.count == Self.shape.elementCount)
    let (given, first) = ([tanh(model[0])], model[0].scalars)
    let other = given[0].node
    optimizer.update(&model, along: consume given)
    #expect(other.value == nil)
    #expect(zip(model[0].scalars, first).allSatisfy { abs($0 - ($1 - 0.1 * Foundation.tanh($1))) < 1e-5 })
  }

  @Test func aFailedUpdateLeavesAllAsItWas() throws {
    var (model, optimizer) = (try start(), Adam())
    optimizer.update(&model, along: [Tensor.ones(Self.shape)])
    let before = (model + optimizer.state.tensors).map(\.scalars)
    let zero = Tensor(scalars: [0], type: .int32)
    #expect(throws: TensorError.self) {
      try optimizer.update(&model, along: [Tensor.ones(Self.shape)], evaluating: [zero / zero])
    }
    #expect((model + optimizer.state.tensors).map(\.scalars) == before)
    #expect(optimizer.state.step == 1)
    var (other, twin) = (try start(), Adam())
    for _ in 0..<2 { twin.update(&other, along: [Tensor.ones(Self.shape)]) }
    optimizer.update(&model, along: [Tensor.ones(Self.shape)])
    #expect(model[0].scalars == other[0].scalars)
  }

  @Test(arguments: rules.indices) func aStepWhoseConditionFailsIsNotTaken(index: Int) throws {
    func check(_ rule: some Optimizer) throws {
      var (model, optimizer) = (try start(), rule)
      optimizer.update(&model, along: [Tensor.ones(Self.shape)])
      let before = (model + optimizer.state.tensors).map(\.scalars)
      let counters = (optimizer.state.step, optimizer.state.gradientCount)
      let bad = Tensor.full(Self.shape, Float.nan)
      let isTaken = try optimizer.update(&model, along: [bad], evaluating: [], onlyIf: isFinite(bad.sum()))
      #expect(!isTaken)
      #expect((model + optimizer.state.tensors).map(\.scalars) == before, "\(type(of: rule))")
      #expect((optimizer.state.step, optimizer.state.gradientCount) == counters)
      let good = Tensor.ones(Self.shape)
      #expect(try optimizer.update(&model, along: [good], evaluating: [], onlyIf: isFinite(good.sum())))
      #expect(optimizer.state.gradientCount == counters.1 + 1)
    }
    try check(Self.rules[index])
  }
}
