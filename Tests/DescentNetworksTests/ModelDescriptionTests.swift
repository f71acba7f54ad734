import Descent
import Foundation
import Testing

@Suite struct ModelDescriptionTests {
  /// Layers in the short form, the shape of a sample, and that of what they make of it.
  static let layers: [(text: String, input: Shape, output: Shape)] = [
    ("dense 7", [5], [7]), ("dense 7 relu bias=false", [5], [7]),
    ("Dense units=7 activation=leaky_relu", [3, 5], [3, 7]),
    ("relu", [5], [5]), ("activation leakyRelu", [5], [5]), ("prelu", [5], [5]), ("prelu slope=0.1", [5], [5]),
    ("dropout 0.2", [5], [5]), ("spatial-dropout 0.2", [4, 4, 3], [4, 4, 3]), ("flatten", [4, 4, 3], [48]),
    ("reshape 6x8", [4, 4, 3], [6, 8]), ("conv1d 6 3", [9, 2], [7, 6]),
    ("conv2d 6 3 relu padding=same", [9, 8, 2], [9, 8, 6]),
    ("conv2d 6 kernel=3x2 stride=2", [9, 8, 2], [4, 4, 6]), ("conv2d 6 3 same groups=2", [9, 8, 2], [9, 8, 6]),
    ("conv3d 6 2", [4, 4, 4, 1], [3, 3, 3, 6]), ("separableConv2d 6 3", [9, 8, 2], [7, 6, 6]),
    ("maxPool1d 2", [8, 3], [4, 3]), ("max_pool_2d 2", [8, 6, 3], [4, 3, 3]), ("averagePool1d 2", [8, 3], [4, 3]),
    ("averagePool2d 3 stride=1", [8, 6, 3], [6, 4, 3]), ("globalAverage", [8, 6, 3], [3]),
    ("globalMax", [8, 6, 3], [3]),
    ("batchNorm", [8, 6, 3], [8, 6, 3]), ("layerNorm", [6], [6]), ("groupNorm 2", [8, 6, 4], [8, 6, 4]),
    ("rmsNorm", [6], [6]), ("rnn 4", [9, 3], [4]), ("lstm 4 sequence", [9, 3], [9, 4]),
    ("gru 4 bidirectional layers=2", [9, 3], [8]), ("residual(dense 5 relu, dense 5)", [5], [5]),
    ("residual(residual(dense 5), dense 5)", [5], [5]),
  ]

  @Test(arguments: layers.indices)
  func aLayerIsMadeOfItsText(_ index: Int) throws {
    let (text, input, output) = Self.layers[index]
    let description = try ModelDescription(parsing: text)
    let model = try withRandomSeed(1) { try description.model(inputShape: input) }
    #expect(model(Tensor.zeros(Shape([3] + input.dimensions))).shape == Shape([3] + output.dimensions), "\(text)")
    // Written as JSON and read again it is the same model, whose parameters are the same for the same seed.
    let json = try JSONEncoder().encode(description)
    let again = try JSONDecoder().decode(ModelDescription.self, from: json)
    #expect(again == description, "\(text)")
    let other = try withRandomSeed(1) { try ModelDescription(SettingValue(json: Array(json))).model(inputShape: input) }
    #expect(other.namedTensors().map(\.path) == model.namedTensors().map(\.path), "\(text)")
    for (one, two) in zip(model.tensors, other.tensors) { #expect(one.scalars == two.scalars, "\(text)") }
  }

  @Test func everyKindIsTried() {
    let tried = Set(Self.layers.compactMap { try? LayerDescription(parsing: $0.text).kind })
    #expect(tried.union(["embedding"]) == Set(ModelDescription.layerNames))
  }

  @Test func integersAreEmbedded() throws {
    let description = try ModelDescription(parsing: "embedding 100 8 padding=0, lstm 4, dense 2")
    let model = try description.model(inputShape: [7], type: .int64)
    #expect(model(Tensor.zeros([3, 7], type: .int64)).shape == [3, 2])
  }

  @Test func aDescribedModelIsTheOneOfTheSameLayers() throws {
    let described = try withRandomSeed(3) {
      try ModelDescription(parsing: "dense 8 relu, dropout 0.1, dense 2").model(inputShape: [4])
    }
    let written = withRandomSeed(3) {
      Sequential {
        Dense(4, 8, activation: .relu)
        Dropout(0.1)
        Dense(8, 2)
      }
    }
    #expect(described.namedTensors().map(\.path) == written.namedTensors().map(\.path))
    for (one, two) in zip(described.tensors, written.tensors) { #expect(one.scalars == two.scalars) }
  }

  static let mistakes: [(text: String, words: String)] = [
    ("", "layer 1: there is nothing; write a layer such as 'dense 128 relu'"),
    ("dense 10,, dense 2", "layer 2: there is nothing"),
    ("dens 10", "layer 1: there is no layer 'dens'; did you mean 'dense'?"),
    ("dense 10, fog 2", "layer 2: there is no layer 'fog'; there are dense, activation"),
    ("dense", "layer 1 (dense): units is missing; give a whole number from 1 to 65536"),
    ("dense 0", "layer 1 (dense): units must be a whole number from 1 to 65536, not 0"),
    ("dense 1e300", "layer 1 (dense): units must be a whole number from 1 to 65536, not"),
    ("dense 2.5", "units must be a whole number from 1 to 65536, not 2.5"),
    ("dense 10 rellu", "layer 1 (dense): 'rellu' says nothing about the layer; did you mean 'relu'?"),
    ("dense 10 12", "layer 1 (dense): there is no place for 12"),
    ("dense 10 unit=12", "layer 1 (dense): there is no setting 'unit'; did you mean 'units'?"),
    ("dense 10 units=12", "layer 1 (dense): units is set twice"),
    ("dense 10 activation=5", "activation must be one of linear, relu"),
    ("dropout 1", "layer 1 (dropout): rate must be a number from 0 to 0.999, not 1"),
    ("dropout nan", "layer 1 (dropout): 'nan' says nothing about the layer"),
    ("conv2d 8 3x3x3x3", "kernel must be a whole number from 1 to 255, or one for each axis, not a list"),
    ("residual(dense 5", "parentheses don't match"), ("dense 5)", "parentheses don't match"),
    ("residual(dens 5)", "layer 1 (residual), layer 1: there is no layer 'dens'"),
    ("residual", "layer 1 (residual): layers is missing; give a list of layers"),
    (
      String(repeating: "residual(", count: 50) + "dense 5" + String(repeating: ")", count: 50), "nested deeper than 16"
    ),
    (String(repeating: "relu,", count: 1000) + "relu", "it has 1001 layers; give 1 to 1000"),
  ]

  @Test(arguments: mistakes.indices)
  func mistakesAreToldWithTheirPlace(_ index: Int) {
    let (text, words) = Self.mistakes[index]
    do {
      let description = try ModelDescription(parsing: text)
      Issue.record("\(text) is \(description)")
    } catch { #expect("\(error)".contains(words), "\(text.prefix(80)): \(error)") }
  }

  /// Layers that are sound by themselves and do not fit what is before them.
  static let misfits: [(text: String, input: Shape, words: String)] = [
    ("dense 5, maxPool2d 2", [4], "layer 2 (maxPool2d): MaxPool2D: the input has shape [2, 5]"),
    (
      "residual(dense 5)", [4],
      "layer 1 (residual): Residual: the layers make [2, 5] of the input, and it has shape [2, 4]"
    ),
    ("reshape 3x3", [8], "layer 1 (reshape): Reshape: the input has shape [2, 8]"),
    ("conv2d 6 3 groups=4", [9, 9, 4], "layer 1 (conv2d): Conv2D: 6 filters in 4 groups can't be"),
    ("conv2d 6 kernel=3x3x3", [9, 9, 4], "layer 1 (conv2d): Conv2D: kernel [3, 3, 3] must be one number"),
    ("lstm 4", [9], "layer 1 (lstm): LSTM: the input has shape [2, 9]"),
    ("conv2d 65536 255 same, conv2d 65536 255 same", [9, 9, 4], "the model has more than 17179869184 parameters"),
  ]

  @Test(arguments: misfits.indices)
  func layersThatDoNotFitAreNamed(_ index: Int) {
    let (text, input, words) = Self.misfits[index]
    do {
      _ = try ModelDescription(parsing: text).model(inputShape: input)
      Issue.record("\(text) was made")
    } catch { #expect("\(error)".contains(words), "\(text): \(error)") }
  }

  /// What is JSON and no model, or no training.
  static let documents: [(json: String, words: String)] = [
    ("3", "the model: 3 is no model"), ("[]", "it has 0 layers"), ("[7]", "layer 1: 7 is no layer"),
    (#"[{"units": 3}]"#, "layer 1: the object has no text 'layer'"), ("[null]", "null says nothing"),
    (#"[{"layer": "residual", "layers": ["dense 5", {"layer": "dense", "units": true}]}]"#, "not true"),
    ("[\"dense 3\"", "the JSON ends here"), (#"[{"layer": "a", "layer": "b"}]"#, "stands here a second time"),
  ]

  @Test(arguments: documents.indices)
  func documentsThatAreNoModels(_ index: Int) {
    let (json, words) = Self.documents[index]
    do {
      _ = try ModelDescription(SettingValue(json: Array(json.utf8))).model(inputShape: [5])
      Issue.record("\(json) was made")
    } catch { #expect("\(error)".contains(words), "\(json): \(error)") }
  }
}

@Suite struct TrainingDescriptionTests {
  private func description(_ json: String) throws -> TrainingDescription {
    try TrainingDescription(SettingValue(json: Array(json.utf8)))
  }

  @Test func everyOptimizerAndScheduleIsMade() throws {
    for name in TrainingDescription.optimizerNames {
      for schedule in TrainingDescription.scheduleNames {
        var description = TrainingDescription()
        (description.optimizer, description.schedule) = (name, schedule)
        (description.learningRate, description.weightDecay, description.warmupSteps) = (0.5, 0.1, 10)
        let optimizer = try description.makeOptimizer(totalSteps: 110)
        #expect("\(type(of: optimizer))".lowercased() == name.lowercased())
        #expect(optimizer.learningRate.value(at: 0) == 0, "\(name) \(schedule) begins with a warm-up")
        #expect(optimizer.settings.weightDecay.rate == 0.1)
        let last = optimizer.learningRate.value(at: 110)
        #expect(schedule == "constant" ? last == 0.5 : last < 0.001, "\(name) \(schedule) ends at \(last)")
      }
    }
  }

  @Test func everyLossAndMetricHasItsName() throws {
    for name in TrainingDescription.lossNames { #expect(try !Loss(named: name.uppercased()).name.isEmpty) }
    for name in TrainingDescription.metricNames { #expect(try !Metric(named: name).name.isEmpty) }
    #expect(try Loss(named: "mean_squared_error").name == "mean squared error")
  }

  @Test func whatIsGivenCountsMore() throws {
    let file = try description(#"{"optimizer": "SGD", "learning_rate": 0.1, "epochs": 7, "metrics": "accuracy"}"#)
    var options = TrainingDescription()
    options.epochs = 9
    let both = options.filled(from: file)
    #expect(both.epochs == 9 && both.learningRate == 0.1 && both.metrics == ["accuracy"])
    #expect(try both.makeOptimizer(totalSteps: 1) is SGD)
  }

  static let mistakes: [(json: String, words: String)] = [
    ("[]", "training: a list is no object"), (#"{"epoch": 3}"#, "there is no setting 'epoch'; did you mean 'epochs'?"),
    (#"{"epochs": 0}"#, "epochs must be a whole number from 1 to 1000000, not 0"),
    (#"{"optimizer": "adm"}"#, "not 'adm'; did you mean 'adam'?"), (#"{"loss": "square"}"#, "loss must be one of"),
    (#"{"metrics": ["acuracy"]}"#, "there is no metric 'acuracy'; did you mean 'accuracy'?"),
    (#"{"learningRate": "fast"}"#, "learningRate must be a number from 0 to 1000000, not 'fast'"),
    (#"{"validation": 1}"#, "validation must be a number from 0.001 to 0.999, not 1"),
  ]

  @Test(arguments: mistakes.indices)
  func mistakesAreTold(_ index: Int) {
    let (json, words) = Self.mistakes[index]
    do {
      _ = try description(json)
      Issue.record("\(json) was read")
    } catch { #expect("\(error)".contains(words), "\(json): \(error)") }
  }

  @Test func momentumIsForThoseThatHaveIt() throws {
    do {
      _ = try description(#"{"optimizer": "adam", "momentum": 0.9}"#).makeOptimizer(totalSteps: 1)
      Issue.record("Adam took a momentum")
    } catch { #expect("\(error)".contains("adam has no momentum"), "\(error)") }
    let optimizer = try description(#"{"optimizer": "sgd", "momentum": 0.9}"#).makeOptimizer(totalSteps: 1)
    #expect((optimizer as? SGD)?.momentum == 0.9)
  }
}
