// The names that examples take for granted, for Tools/snippet-check/run: nothing of this is ever run.
import Descent
import DescentDrawing
import Foundation

nonisolated(unsafe) var network = Sequential { Dense(10) }
nonisolated(unsafe) var model = TwoInputs()
nonisolated(unsafe) var output: Tensor = [0]
nonisolated(unsafe) var cache = KeyValueCache(capacity: 1)
nonisolated(unsafe) var confusion = ConfusionMatrix(counts: [])
nonisolated(unsafe) var optimizer = Adam()
let pretrained = Dense(10)
let train = Samples(inputs: [[0]], targets: [0]), test = train, samples = train
let (trainTable, testTable, table) = (Table([:]), Table([:]), Table([:])), trainRows = [0]
let plan = FeaturePlan([])
let batch = train, digits = train, folder = train.dataset
let batches = train.dataset.batched(of: 1), files = [train.dataset], pictures = ArrayDataset([Tensor(0.0)])
let pass = ForwardPass.inference
let random = RandomGenerator.current
let w: Tensor = [0], b: Tensor = [0], x: Tensor = [0], y: Tensor = [0], dx: Tensor = [0]
let q: Tensor = [0], k: Tensor = [0], v: Tensor = [0], a: Tensor = [0]
let images: Tensor = [0], labels: Tensor = [0], words: Tensor = [0], next: Tensor = [0], scores: Tensor = [0]
let image: Tensor = [0], pixels: Tensor = [0], mask: Tensor = [0], memory: Tensor = [0], memoryMask: Tensor = [0]
let encoded: Tensor = [0], target: Tensor = [0], rows: Tensor = [0], vector: Tensor = [0], norm: Tensor = [0]
let tokens: Tensor = [0], nextTokens: Tensor = [0], input: Tensor = [0], question: Tensor = [0], questions: Tensor = [0]
let weight: Tensor = [0], bias: Tensor = [0], sound: Tensor = [0], letters: Tensor = [0], token: Tensor = [0]
let text = "", texts = [""], padding = 0, epochs = 1
let vocabulary = Vocabulary(charactersOf: text)
let prompt = [token], f: Tensor = [0], slope: Tensor = [0]
let attention = MultiHeadAttention(size: 1, heads: 1), block = TransformerDecoderBlock(size: 1, heads: 1, hidden: 1)
let lstm = LSTM(1), recognizer = Dense(1), blocks = [recognizer]
let losses = [0.0], validation: [Point] = [], visited: [Point] = []
let lossChart = Chart(title: "", xName: "", yName: "", series: []), contours = lossChart

func step(_ inputs: Tensor, _ targets: Tensor) {}
func step(_ batch: Samples) throws {}
func augment(_ sample: Sample, _ random: RandomGenerator) -> Sample { sample }

var events: EventFile { get throws { try EventFile(folder: "") } }

struct TwoInputs: TensorStructure {
  func callAsFunction(_ first: Tensor, _ second: Tensor, _ pass: ForwardPass) -> Tensor { first + second }
}

struct Classifier: Layer {
  func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { input }
}
