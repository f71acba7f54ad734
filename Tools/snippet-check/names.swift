// The names that examples take for granted, for Tools/snippet-check/run: nothing of this is ever run.
import Descent
import DescentDrawing
import Foundation

nonisolated(unsafe) var network = Sequential { Dense(10) }
nonisolated(unsafe) var model = Sequential { Dense(10) }
nonisolated(unsafe) var optimizer = Adam()
let pretrained = Dense(10)
let train = Samples(inputs: [[0]], targets: [0]), test = train, samples = train
let (trainTable, testTable) = (Table([:]), Table([:]))
let batch = train
let batches = train.batches(of: 1)
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
let losses = [0.0], validation = [(0.0, 0.0)], visited = [(0.0, 0.0)]
