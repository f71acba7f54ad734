// Training without `fit`: the loop that `fit` runs, written out. Both give the same weights, bit for bit.

import Descent

let (train, test) = try Samples.digits()
var network = withRandomSeed(42) {
  Sequential {
    Dense(64, 128, activation: .relu)
    Dense(128, 10)
  }
}
var optimizer = Adam(learningRate: 1e-3)
let random = RandomGenerator(seed: 1), pass = ForwardPass(trainingWith: random)

for epoch in 1...20 {
  for batch in train.shuffled(using: random).batches(of: 32) {
    let gradient = gradient(at: network) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
    optimizer.update(&network, along: gradient)
  }
  let scores = try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
  if epoch % 5 == 0 { print("epoch \(epoch): \(scores)") }
}
