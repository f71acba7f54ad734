import Descent
import Testing

private struct Encoder: Layer {
  var layers = Sequential {
    Dense(8, 4, activation: .relu).named("wide")
    Dropout(0.1)
    Dense(4, 4)
    Dropout(0.2)
  }
  var extra: [Dense] = [Dense(4, 2)]
  var scale: Tensor = [1, 1]

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor { extra[0](layers(x, pass), pass) * scale }
}

private struct Scale: Layer {
  var factor: Tensor = [2]
  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor { pass.noting(x * factor, from: self) }
}

@Suite struct SummaryTests {
  @Test func printsATable() {
    let network = Sequential {
      Flatten()
      Dense(784, 128, activation: .relu)
      Dropout(0.2)
      Dense(128, 10)
    }
    #expect(
      network.summary(inputShape: [28, 28]).description == """
        layer  type     output    parameters
        ────────────────────────────────────
        0      Flatten  [n, 784]           0
        1      Dense    [n, 128]     100,480
        2      Dropout  [n, 128]           0
        3      Dense    [n, 10]        1,290
        ────────────────────────────────────
        total                        101,770
        """)
  }

  @Test func findsLayersInsideStructsSequencesAndArrays() {
    let rows = Encoder().summary(inputShape: [8]).rows
    #expect(rows.map(\.path) == ["layers.wide", "layers.1", "layers.2", "layers.3", "extra.0", ""])
    #expect(rows.map(\.type) == ["Dense", "Dropout", "Dense", "Dropout", "Dense", "Encoder"])
    #expect(rows.map(\.parameterCount) == [36, 0, 20, 0, 10, 2])
    #expect(rows.map(\.outputShape) == [[2, 4], [2, 4], [2, 4], [2, 4], [2, 2], [2, 2]])
    #expect(Encoder().summary(inputShape: [8]).parameterCount == 68)
  }

  @Test func layersOfYourOwnTellTheirShape() {
    let rows = Sequential {
      Scale()
      Activation.tanh
      Scale()
    }.summary(inputShape: [3, 5]).rows
    #expect(rows.map(\.outputShape) == [[2, 3, 5], [2, 3, 5], [2, 3, 5]])
    #expect(Dense(3, 4).summary(inputShape: [3]).rows.map(\.outputShape) == [[2, 4]])
  }

  @Test func copiesOfALayerAreToldApart() {
    let layer = Dense(4, 4)
    let rows = Sequential {
      layer
      Flatten()
      layer
    }.summary(inputShape: [4]).rows
    #expect(rows.map(\.outputShape) == [[2, 4], [2, 4], [2, 4]])
  }

  @Test func shapesThatDoNotFitAreNamed() {
    let network = Sequential {
      Dense(8, 4)
      Dense(5, 2)
    }
    #expect(complaint { _ = network.summary(inputShape: [8]) }.contains("Dense(5, 2): the input has shape [2, 4]"))
  }
}
