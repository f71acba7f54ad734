// Prints the figures that the changelog and the issues quote: medians of many runs within one process.
//
//   swift run -c release --package-path Benchmarks Figures [name ...]

import CPeak
import Descent
import Foundation

let chosen = Set(CommandLine.arguments.dropFirst())

/// Times a body and prints the median and the best.
func measure(_ name: String, runs: Int = 15, repeating count: Int = 1, rate: Double? = nil, _ body: () throws -> Void)
  rethrows
{
  guard isChosen(name) else { return }
  let clock = ContinuousClock()
  for _ in 0..<3 { try body() }
  var times: [Double] = []
  for _ in 0..<runs {
    let elapsed = try clock.measure { for _ in 0..<count { try body() } }
    times.append(Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds))
  }
  times.sort()
  let (median, best) = (times[runs / 2] / Double(count), times[0] / Double(count))
  let speed = rate.map { "   \(text($0 / median / 1e9)) giga a second, best \(text($0 / best / 1e9))" } ?? ""
  print("\(name): median \(text(median * 1e6)) µs, best \(text(best * 1e6)) µs\(speed)")
}

/// Whether the command line asks for a figure.
func isChosen(_ name: String) -> Bool { chosen.isEmpty || chosen.contains(where: name.hasPrefix) }

func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

/// The multiply-adds that all cores give together right now: virtual cores may share a physical one.
func printPeak() {
  let cores = ProcessInfo.processInfo.activeProcessorCount
  let total = Sum()
  DispatchQueue.concurrentPerform(iterations: cores) { _ in total.add(peak_gigaflops(8_000_000)) }
  print("peak: \(text(total.value)) giga a second on \(cores) cores together")
}

final class Sum: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var value = 0.0
  func add(_ term: Double) { lock.withLock { value += term } }
}

printPeak()
let w = Variable([[1, -2], [2, 1]], name: "w")
let b = Variable([[0], [-1]], name: "b")
let x = Variable([[1], [2]], name: "x")

try measure("lecture, tape", repeating: 2000) {
  let tape = GradientTape()
  let f = tape.record { ((w • x + b) ** 2).sum() }
  let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
  try evaluate(f, dw, db)
}

try measure("lecture, function", repeating: 2000) {
  let (f, (dw, db)) = valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
  try evaluate(f, dw, db)
}

for size in [256, 1024, 2048] where isChosen("matmul \(size)") {
  let left = Tensor.normal([size, size]), right = Tensor.normal([size, size])
  try evaluate(left, right)
  printPeak()
  try measure("matmul \(size)", rate: 2 * Double(size * size * size)) { try evaluate(left • right) }
}

let long = Tensor.normal([isChosen("exp") || isChosen("tanh") || isChosen("sum") ? 1 << 24 : 1])
try evaluate(long)
try measure("exp 16M", rate: 8 * Double(1 << 24)) { try evaluate(exp(long)) }
try measure("tanh(2x+1)x 16M", rate: 8 * Double(1 << 24)) { try evaluate(tanh(2 * long + 1) * long) }
try measure("sum 16M", rate: 4 * Double(1 << 24)) { try evaluate(long.sum()) }
let wide = Tensor.normal([isChosen("softmax") ? 8192 : 1, 1024])
try evaluate(wide)
try measure("softmax 8192x1024", rate: 8 * Double(1 << 23)) { try evaluate(wide.softmax()) }

/// Narrow types against float32: Documentation/Decisions/scalar-types.md quotes the ratios.
for type in [ScalarType.float32, .bfloat16, .float16] where isChosen("narrow") {
  let (a, b) = (Tensor.normal([1 << 24], type: type), Tensor.normal([1 << 24], type: type))
  let (left, right) = (Tensor.normal([1024, 1024], type: type), Tensor.normal([1024, 1024], type: type))
  try evaluate(a, b, left, right)
  try measure("narrow exp 16M \(type)") { try evaluate(exp(a)) }
  try measure("narrow a + b 16M \(type)") { try evaluate(a + b) }
  try measure("narrow matmul 1024 \(type)") { try evaluate(left • right) }
}

/// A network of the size that frameworks are compared by, with Adam written out.
struct Perceptron: TensorStructure {
  var weights = [[784, 512], [512, 512], [512, 10]].map { Tensor.normal(Shape($0)) * 0.05 }
  var biases = [512, 512, 10].map { Tensor.zeros([$0]) }

  func loss(_ images: Tensor, _ labels: Tensor) -> Tensor {
    var hidden = images
    for layer in 0..<3 {
      hidden = hidden • weights[layer] + biases[layer]
      if layer < 2 { hidden = relu(hidden) }
    }
    return -(hidden.logSoftmax() * labels).sum() / 128
  }
}

var model = Perceptron()
var first = model.tensors.map { $0.zerosLike() }
var second = first
let images = Tensor.uniform([128, 784])
let labels = Tensor(scalars: (0..<128).map { $0 % 10 }).oneHot(count: 10)
var step = 0.0
try evaluate(model.tensors + first + second + [images, labels])
printPeak()
try measure("MLP step with Adam", repeating: 10) {
  step += 1
  let (loss, gradient) = valueWithGradient(at: model) { model in model.loss(images, labels) }
  var updated: [Tensor] = []
  for (index, (parameter, slope)) in zip(model.tensors, gradient.tensors).enumerated() {
    first[index] = 0.9 * first[index] + 0.1 * slope
    second[index] = 0.999 * second[index] + 0.001 * slope * slope
    let mean = first[index] / (1 - power(0.9, step)), scale = second[index] / (1 - power(0.999, step))
    updated.append(parameter - 0.001 * mean / (sqrt(scale) + 1e-8))
  }
  model = model.replacingTensors(with: updated)
  try evaluate(updated + first + second + [loss])
}

func power(_ base: Double, _ exponent: Double) -> Double {
  (0..<Int(exponent)).reduce(1) { product, _ in product * base }
}
