import Descent
import Foundation
import Testing

/// The walk of Tools/network-references/make_optimizer_references.py.
private struct Walk {
  static let shapes: [String: Shape] = ["matrix": [3, 4], "tall": [5, 2], "vector": [4]]
  static let kept = [1, 2, 3, 10, 50, 100]

  private static func numbers(_ shape: Shape, _ phase: Double) -> Tensor {
    Tensor(scalars: (1...shape.elementCount).map { sin(Double($0) + phase) }, shape: shape, type: .float64)
  }

  var model = shapes.mapValues { 2 * numbers($0, 0.5) }
  private let goal = shapes.mapValues { numbers($0, 1.5) }
  private let curvature = shapes.mapValues { 1 + numbers($0, 2.5) ** 2 }

  var slope: [String: Tensor] {
    var slopes = model
    for (name, value) in model {
      slopes[name] = curvature[name, default: value] * (value - goal[name, default: value]) + cos(3 * value) / 10
    }
    return slopes
  }
}

private struct Case: Sendable {
  var name: String
  var optimizer: any Optimizer
  var tolerance = 1e-10
}

private let cases: [Case] = [
  Case(name: "sgd", optimizer: SGD(learningRate: 0.05)),
  Case(name: "sgd momentum", optimizer: SGD(learningRate: 0.02, momentum: 0.9)),
  Case(name: "sgd nesterov", optimizer: SGD(learningRate: 0.02, momentum: 0.8, nesterov: true)),
  Case(
    name: "sgd dampening",
    optimizer: SGD(learningRate: 0.02, momentum: 0.9, dampening: 0.3, weightDecay: .coupled(0.01))),
  Case(name: "adam", optimizer: Adam(learningRate: 0.05)),
  Case(name: "adam amsgrad", optimizer: Adam(learningRate: 0.05, amsgrad: true, weightDecay: .coupled(0.1))),
  Case(name: "adamw", optimizer: AdamW(learningRate: 0.05, weightDecay: 0.1)),
  Case(name: "adamax", optimizer: Adamax(learningRate: 0.05)),
  Case(name: "nadam", optimizer: NAdam(learningRate: 0.02, weightDecay: .coupled(0.01))),
  Case(name: "rmsprop", optimizer: RMSProp(learningRate: 0.01)),
  Case(
    name: "rmsprop centered",
    optimizer: RMSProp(learningRate: 0.01, decay: 0.9, momentum: 0.5, centered: true, weightDecay: .coupled(0.01))),
  Case(name: "adagrad", optimizer: AdaGrad(learningRate: 0.3, learningRateDecay: 0.01, initialSum: 0.1)),
  Case(name: "adadelta", optimizer: AdaDelta(decay: 0.9, weightDecay: .coupled(0.01))),
  Case(name: "adafactor", optimizer: Adafactor(learningRate: 0.01, weightDecay: 0.1)),
  Case(
    name: "parameter groups",
    optimizer: AdamW(learningRate: 0.02, weightDecay: 0.1).adjusting("tall", learningRateFactor: 0.5)
      .adjusting("vec*", weightDecay: false)),
  Case(name: "accumulation", optimizer: Adam(learningRate: 0.05).accumulatingGradients(over: 5)),
  Case(name: "clipped values", optimizer: SGD(learningRate: 0.1, momentum: 0.9).clippingGradients(.value(0.3))),
  Case(name: "averaged weights", optimizer: SGD(learningRate: 0.05).averagingWeights(decay: 0.9)),
  // The iteration is steep at zero, so that small singular values blow up the rounding errors of one order of sums.
  Case(name: "muon", optimizer: Muon(learningRate: 0.05, weightDecay: 0.1), tolerance: 1e-7),
  Case(name: "lion", optimizer: Lion(learningRate: 0.01, weightDecay: 0.1)),
  Case(name: "clipped globally", optimizer: SGD(learningRate: 0.1).clippingGradients(.globalNorm(0.5))),
  Case(
    name: "scheduled",
    optimizer: Adam(learningRate: .warmup(steps: 10, from: 0.1, then: .cosine(from: 0.1, to: 0.001, steps: 90)))),
]

private typealias Trajectory = [String: [String: [Double]]]

@Suite struct OptimizerReferenceTests {
  private func trajectory(_ optimizer: some Optimizer) -> Trajectory {
    var (optimizer, walk, kept) = (optimizer, Walk(), Trajectory())
    for step in 1...100 {
      optimizer.update(&walk.model, along: walk.slope)
      if Walk.kept.contains(step) {
        kept["\(step)"] = optimizer.averagedWeights(of: walk.model).mapValues(\.scalars)
      }
    }
    return kept
  }

  @Test(arguments: cases.indices)
  func hundredStepsFollowPyTorchOrOptax(index: Int) throws {
    let references = try ReferenceValues.read("optimizers.json", as: [String: Trajectory].self)
    let reference = try #require(references[cases[index].name])
    let found = trajectory(cases[index].optimizer)
    for (step, parameters) in reference {
      for (name, values) in parameters {
        let difference = distance(found[step]?[name] ?? [], values)
        #expect(difference < cases[index].tolerance, "\(cases[index].name), step \(step), \(name)")
      }
    }
  }

  @Test func everyReferenceIsUsed() throws {
    let references = try ReferenceValues.read("optimizers.json", as: [String: Trajectory].self)
    #expect(Set(references.keys) == Set(cases.map(\.name)))
  }
}

@Suite struct ScheduleTests {
  private struct References: Decodable {
    struct Plateau: Decodable {
      var values: [Double]
      var rates: [Double]
    }
    var schedules: [String: [Double]]
    var plateau: Plateau
  }

  private static let schedules: [String: LearningRate] = [
    "stepped": .stepped(from: 0.1, factor: 0.5, every: 7),
    "piecewise": .piecewise([0.1, 0.01, 0.001, 0.0001], boundaries: [5, 20, 21]),
    "exponential": .exponential(from: 0.1, factor: 0.9),
    "linear": .linear(from: 0.02, to: 0.1, steps: 30),
    "polynomial": .polynomial(from: 0.1, steps: 40, power: 2),
    "cosine": .cosine(from: 0.1, to: 0.01, steps: 60),
    "cosine restarts": .cosineRestarts(from: 0.1, to: 0.01, firstSteps: 10, growth: 2),
    "equal restarts": .cosineRestarts(from: 0.1, to: 0.01, firstSteps: 13),
    "one cycle": .oneCycle(maximum: 0.1, steps: 60),
    "warmup": .warmup(steps: 8, from: 0.25, then: .cosine(from: 0.1, to: 0.01, steps: 52)),
  ]

  @Test func ratesArePyTorchs() throws {
    let references = try ReferenceValues.read("schedules.json", as: References.self).schedules
    #expect(Set(references.keys) == Set(Self.schedules.keys))
    for (name, rates) in references {
      for (step, rate) in rates.enumerated() {
        let found = Self.schedules[name]?.value(at: step) ?? .nan
        #expect(abs(found - rate) < 1e-13, "\(name), step \(step): \(found), expected \(rate)")
      }
    }
  }

  @Test func plateausArePyTorchs() throws {
    let reference = try ReferenceValues.read("schedules.json", as: References.self).plateau
    var (rule, optimizer) = (
      ReduceOnPlateau(factor: 0.3, patience: 2, cooldown: 2, minimum: 0.01), SGD(learningRate: 0.5)
    )
    for (value, rate) in zip(reference.values, reference.rates) {
      rule.observe(value, lowering: &optimizer)
      #expect(abs(optimizer.currentLearningRate - rate) < 1e-13)
    }
    #expect(Set(reference.rates).count > 3)
  }

  @Test func schedulesStayAtTheirEnd() {
    for (name, schedule) in Self.schedules
    where !name.contains("restarts") && name != "exponential" && name != "stepped" {
      #expect(schedule.value(at: 60) == schedule.value(at: 1_000_000), "\(name)")
    }
  }

  @Test func schedulesCompose() {
    let rate = LearningRate.warmup(
      steps: 4, then: LearningRate.constant(0.8).followed(by: .linear(from: 0.8, to: 0, steps: 4), after: 2))
    #expect(
      (0...11).map { (rate.value(at: $0) * 10).rounded() / 10 } == [
        0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.6, 0.4, 0.2, 0, 0,
      ])
    #expect(LearningRate.constant(0.5).scaled(by: 2).value(at: 3) == 1)
    #expect("\(LearningRate.stepped(from: 1, factor: 0.5, every: 3))" == "stepped from 1.0 by 0.5 every 3 steps")
  }

  @Test func schedulesOfNoLengthAreRefused() {
    #expect(complaint { _ = LearningRate.cosine(from: 1, steps: 0) } == "LearningRate.cosine: 0 steps are too few")
    #expect(
      complaint { _ = LearningRate.piecewise([1, 2], boundaries: []) }.contains("2 values need one boundary fewer"))
    #expect(complaint { _ = LearningRate.piecewise([1, 2, 3], boundaries: [4, 4]) }.contains("rising"))
  }
}

@Suite struct OptimizerSettingsTests {
  private func layers() -> [String: Tensor] {
    ["a.weight": Tensor([1, 2]), "a.bias": Tensor([3]), "b.weight": Tensor([4])]
  }

  @Test(arguments: [
    ("a", ["a.weight", "a.bias"]), ("*.bias", ["a.bias"]), ("*.weight", ["a.weight", "b.weight"]),
    ("a.we", []), ("*", ["a.weight", "a.bias", "b.weight"]), ("*.w*t", ["a.weight", "b.weight"]),
    ("b.weight", ["b.weight"]),
    ("a.*.x", []), ("", []),
  ])
  func patternsChooseParameters(pattern: String, frozen: [String]) {
    var (model, optimizer) = (layers(), SGD(learningRate: 1, momentum: 0.5).freezing(pattern))
    let gradient = model.mapValues { $0.onesLike() }
    optimizer.update(&model, along: gradient)
    for (name, value) in layers() {
      #expect((model[name]?.scalars == value.scalars) == frozen.contains(name), "\(pattern) and \(name)")
    }
    #expect(optimizer.state.slots.count { $0.isEmpty } == frozen.count)
  }

  @Test func thawedParametersBeginAtTheirFirstStep() {
    var (model, frozen) = (["w": Tensor([1, 1])], Adam(learningRate: 0.1).freezing("w"))
    let gradient = ["w": Tensor([1, -1])]
    for _ in 0..<10 { frozen.update(&model, along: gradient) }
    #expect(model["w"]?.scalars == [1, 1])
    frozen.settings.adjustments = []
    frozen.update(&model, along: gradient)
    #expect(distance(model["w"]?.scalars ?? [], [0.9, 1.1]) < 1e-6)
  }

  @Test func frozenParametersDoNotCountInTheNorm() {
    var (model, optimizer) = (layers(), SGD(learningRate: 1).clippingGradients(.globalNorm(1)).freezing("a"))
    optimizer.update(
      &model, along: ["a.weight": Tensor([1e9, 0]), "a.bias": Tensor([1e9]), "b.weight": Tensor([0.5])])
    #expect(model["b.weight"]?.scalars == [3.5])
  }

  @Test func partsOfAccumulationDoNotMove() {
    var (model, optimizer) = (["w": Tensor([1])], SGD(learningRate: 1).accumulatingGradients(over: 3))
    for (gradient, expected) in [(1.0, 1.0), (2, 1), (6, -2), (1, -2)] {
      optimizer.update(&model, along: ["w": Tensor(scalars: [gradient])])
      #expect(model["w"]?.scalars == [expected])
    }
    #expect(optimizer.state.step == 1 && optimizer.state.gradientCount == 4)
  }

  @Test func slotsCanBeVisitedByName() {
    var (model, optimizer) = (layers(), Adam(amsgrad: true).averagingWeights(decay: 0.5).freezing("a.bias"))
    optimizer.update(&model, along: layers())
    var names: [String] = []
    optimizer.state.forEachTensor { _, path in names.append(path) }
    #expect(
      names
        == ["a.weight", "b.weight"].flatMap { path in
          ["average", "largest square", "mean", "square"].map { "\(path).\($0)" }
        })
  }

  @Test func fitHandsTheOptimizerBack() throws {
    let samples = rings(64, seed: 1)
    func start() -> Dense { withRandomSeed(3) { Dense(2, 2) } }
    var (whole, halves, optimizer) = (start(), start(), Adam(learningRate: 0.01))
    try whole.fit(
      samples, epochs: 4, batchSize: 16, optimizer: Adam(learningRate: 0.01), loss: .softmaxCrossEntropy,
      shuffling: false, progress: .silent)
    for _ in 0..<2 {
      try halves.fit(
        samples, epochs: 2, batchSize: 16, optimizer: &optimizer, loss: .softmaxCrossEntropy, shuffling: false,
        progress: .silent)
    }
    #expect(optimizer.state.step == 16)
    #expect(bits(of: whole) == bits(of: halves))
  }

  @Test func absurdSettingsAreRefused() {
    #expect(complaint { _ = SGD().accumulatingGradients(over: 0) }.contains("every 0 gradients"))
    for decay in [1.0, -0.1, .nan] {
      #expect(complaint { _ = SGD().averagingWeights(decay: decay) }.contains("less than 1, and \(decay) isn't"))
    }
  }
}
