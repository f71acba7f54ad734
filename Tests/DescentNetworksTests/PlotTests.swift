import Descent
import Foundation
import Testing

/// A skip connection over layers, and a parameter that belongs to no layer.
private struct Skip: Layer {
  var down = Dense(4, 3)
  var up = Dense(3, 4)
  var mixer = Dense(8, 2)
  var scale: Tensor = [1, 2]

  func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
    let hidden = up(down(x, pass), pass)
    return mixer(.concatenate([x, hidden], axis: 1), pass) * scale
  }
}

private struct TwoInputs: TensorStructure {
  var left = Dense(3, 4)
  var right = Dense(5, 4)

  func callAsFunction(_ a: Tensor, _ b: Tensor, _ pass: ForwardPass) -> Tensor { left(a, pass) + right(b, pass) }
}

@Suite struct PlotTests {
  /// The arrows of a graph in Graphviz's language, between the first lines of their boxes with the path.
  private func arrows(_ plot: NetworkPlot) -> Set<String> {
    var labels: [String: String] = [:]
    for match in plot.dot.matches(of: /"(\d+)" \[label="([^"]*)"/) {
      let lines = match.2.replacing("\\n", with: "\n").split(separator: "\n")
      let path = lines.dropFirst().first { !$0.hasPrefix("[") && !$0.hasSuffix("parameters") }
      labels[String(match.1)] = lines[0] + (path.map { ":" + $0 } ?? "")
    }
    return Set(
      plot.dot.matches(of: /"(\d+)" -> "(\d+)"/).map {
        "\(labels[String($0.1)] ?? "?") → \(labels[String($0.2)] ?? "?")"
      })
  }

  @Test func dataFlowsThroughLayersAndJoins() {
    let chain = Sequential {
      Flatten()
      Dense(4, activation: .relu)
      Dropout(0.5)
      Dense(2).frozen()
    }
    let residual = Sequential {
      Dense(4, 4)
      Residual {
        Dense(4, 4)
        Activation.tanh
      }
      Activation.relu
    }
    let wider = Sequential {
      Residual(shortcut: Dense(4, 6)) {
        Dense(4, 6)
        Dropout(0.1)
      }
      Dense(6, 2)
    }
    let shared = Dense(4, 4)
    let table: [(String, NetworkPlot, Set<String>)] = [
      (
        "chain", chain.plot(inputShape: [2, 3]),
        ["input → Flatten:0", "Flatten:0 → Dense:1", "Dense:1 → Dropout:2", "Dropout:2 → Dense (frozen):3.layer"]
      ),
      (
        "residual", residual.plot(inputShape: [4]),
        [
          "input → Dense:0", "Dense:0 → Dense:1.layers.0", "Dense:1.layers.0 → tanh:1.layers.1", "Dense:0 → add",
          "tanh:1.layers.1 → add", "add → relu:2",
        ]
      ),
      (
        "shortcut", wider.plot(inputShape: [4]),
        [
          "input → Dense:0.layers.0", "Dense:0.layers.0 → Dropout:0.layers.1", "Dropout:0.layers.1 → add",
          "input → Dense:0.shortcut", "Dense:0.shortcut → add", "add → Dense:1",
        ]
      ),
      (
        "skip", Skip().plot(inputShape: [4]),
        [
          "input → Dense:down", "Dense:down → Dense:up", "Dense:up → concatenate", "input → concatenate",
          "concatenate → Dense:mixer", "Dense:mixer → multiply:with scale",
        ]
      ),
      (
        "identity",
        Sequential {
          shared
          Dropout(0.1)
          Dropout(0.2)
        }.plot(inputShape: [4]),
        ["input → Dense:0", "Dense:0 → Dropout:1", "Dropout:1 → Dropout:2"]
      ),
      (
        "gelu",
        Sequential {
          Dense(4, 4)
          Activation.gelu
        }.plot(inputShape: [4]),
        ["input → Dense:0", "Dense:0 → gelu:1"]
      ),
    ]
    for (name, plot, expected) in table {
      #expect(arrows(plot) == expected, "\(name): \(arrows(plot).symmetricDifference(expected).sorted())")
    }
  }

  @Test func aTransformerBlockShowsBothSums() {
    let block = TransformerEncoderBlock(size: 8, heads: 2, hidden: 16)
    #expect(
      arrows(block.plot(inputShape: [5, 8])) == [
        "input → LayerNorm:attentionNorm", "LayerNorm:attentionNorm → MultiHeadAttention:attention",
        "MultiHeadAttention:attention → Dropout", "input → add", "Dropout → add",
        "add → LayerNorm:feedForwardNorm", "LayerNorm:feedForwardNorm → Dense:feedForward.hidden",
        "Dense:feedForward.hidden → Dropout",
        "Dropout → Dense:feedForward.output",
        "Dense:feedForward.output → Dropout", "Dropout → add", "add → add",
      ])
  }

  @Test func modelsWithSeveralInputsAreDrawn() {
    let (a, b) = (Tensor.zeros([2, 3]).named("image"), Tensor.zeros([2, 5]).named("question"))
    let plot = TwoInputs().plot(batchSize: 2) { model, pass in _ = model(a, b, pass) }
    #expect(
      arrows(plot) == ["image → Dense:left", "question → Dense:right", "Dense:left → add", "Dense:right → add"])
  }

  @Test func boxesTellShapeParametersAndFrames() {
    let network = Sequential {
      Conv2D(4, kernel: 3).frozen()
      Residual {
        Conv2D(4, kernel: 3, padding: .same)
        BatchNorm()
      }.named("block")
      Flatten()
    }
    let plot = network.plot(inputShape: [6, 6, 1])
    for part in [
      "Conv2D (frozen)\\n0.layer\\n[n, 4, 4, 4] float32\\n40 parameters", "subgraph \"cluster_block\"",
      "label=\"block Residual\"", "Flatten\\n2\\n[n, 64] float32", "input\\n[n, 6, 6, 1] float32",
    ] {
      #expect(plot.dot.contains(part), "\(part) in \(plot.dot)")
      #expect(plot.svg.hasPrefix("<svg") && plot.svg.contains("BatchNorm"))
    }
    #expect(!plot.dot.contains("cluster_0"), "a frame around a single layer")
    if let folder = ProcessInfo.processInfo.environment["DESCENT_PAGES"] {
      let pictures: [String: NetworkPlot] = [
        "residual": plot,
        "transformer": Sequential {
          Embedding(100, 8)
          TransformerEncoderBlock(size: 8, heads: 2, hidden: 16)
          TransformerEncoderBlock(size: 8, heads: 2, hidden: 16)
          LayerNorm()
          Dense(100)
        }.plot(inputShape: [5], type: .int64),
        "cnn": Sequential {
          Conv2D(32, kernel: 3, hasBias: false)
          BatchNorm()
          Activation.relu
          MaxPool2D(window: 2)
          Flatten()
          Dense(10)
        }.plot(inputShape: [28, 28, 1]),
      ]
      for (name, plot) in pictures {
        try? plot.svg.write(toFile: "\(folder)/\(name).svg", atomically: true, encoding: .utf8)
        try? plot.dot.write(toFile: "\(folder)/\(name).dot", atomically: true, encoding: .utf8)
      }
    }
  }
}
