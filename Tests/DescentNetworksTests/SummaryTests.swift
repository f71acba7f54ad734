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
        layer  type     output    parameters  multiply-adds  memory
        ───────────────────────────────────────────────────────────
        0      Flatten  [n, 784]           0              0  3.1 kB
        1      Dense    [n, 128]     100,480        100,352   512 B
        2      Dropout  [n, 128]           0              0   512 B
        3      Dense    [n, 10]        1,290          1,280    40 B
        ───────────────────────────────────────────────────────────
        total                        101,770        101,632  4.2 kB
        parameters: 407.1 kB; multiply-adds and memory of outputs: for one sample
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

  @Test func rowsKnowWhatTheyRead() {
    let network = Sequential {
      Dense(4, 4)
      Residual {
        Dropout(0.1)
        Dense(4, 4)
      }
      Dense(4, 2)
    }
    let rows = network.summary(inputShape: [4]).rows
    #expect(rows.map(\.inputs).dropLast() == [[], ["0"], [rows[1].path]])
    #expect(rows[3].inputs.last == rows[2].path && rows[3].inputs.count == 2)
    #expect(
      Encoder().summary(inputShape: [8]).rows.map(\.inputs)
        == [[], ["layers.wide"], ["layers.1"], ["layers.2"], ["layers.3"], ["extra.0"]])
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

  @Test func countsTheMultiplyAddsOfEachFamily() {
    func rows(_ layer: some Layer, _ input: Shape) -> [Int] {
      layer.summary(inputShape: input).rows.map(\.multiplyAdds)
    }
    #expect(rows(Conv2D(8, kernel: 3), [10, 10, 4]) == [8 * 8 * 8 * 9 * 4])
    #expect(rows(Conv2D(8, kernel: 3, groups: 2), [10, 10, 4]) == [8 * 8 * 8 * 9 * 2])
    #expect(rows(DepthwiseConv2D(kernel: 3), [10, 10, 4]) == [8 * 8 * 4 * 9])
    #expect(rows(TransposedConv2D(8, kernel: 2, stride: 2), [5, 5, 4]) == [5 * 5 * 4 * 4 * 8])
    #expect(rows(LSTM(6), [7, 3]) == [7 * (3 + 6) * 24])
    let attention = 4 * 5 * 8 * 8 + 2 * 5 * 5 * 8
    #expect(rows(MultiHeadAttention(size: 8, heads: 2), [5, 8]) == [attention])
  }

  @Test func statesAndFrozenLayersAreCountedApart() {
    let network = Sequential {
      Dense(4).frozen()
      BatchNorm()
      LSTM(3).named("memory")
    }
    let summary = Sequential {
      network[0]
      network[1]
    }.summary(inputShape: [3])
    #expect(summary.rows.map(\.path) == ["0.layer", "1"])
    #expect(summary.rows.map(\.isFrozen) == [true, false])
    #expect(summary.rows.map(\.parameterCount) == [16, 8])
    #expect((summary.parameterCount, summary.heldCount) == (8, 24))
    #expect(summary.description.contains("Dense (frozen)"))
    #expect(summary.description.contains("parameters: 128 B, 8 trained, 24 not;"))
  }

  @Test func modelsWithSeveralInputsHaveSummaries() {
    let block = TransformerDecoderBlock(size: 4, heads: 2, hidden: 6)
    let (x, memory) = (Tensor.zeros([2, 3, 4]), Tensor.zeros([2, 5, 7]))
    let summary = block.summary(batchSize: 2) { block, pass in _ = block(x, memory: memory, pass) }
    #expect(
      summary.rows.map(\.path)
        == [
          "attention", "attentionNorm", "crossAttention", "crossAttentionNorm", "feedForward.hidden",
          "feedForward.output", "feedForward.dropout", "feedForwardNorm", "dropout",
        ])
    #expect(summary.rows.map(\.parameterCount).reduce(0, +) == summary.parameterCount)
  }
}
