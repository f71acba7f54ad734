import DescentData
import DescentGraph
import DescentTensor
import Testing

/// Samples whose inputs are [i, −i] and whose targets are i.
private func numbered(_ count: Int) -> Samples {
  let numbers = (0..<count).map { Float($0) }
  return Samples(
    inputs: Tensor(scalars: numbers.flatMap { [$0, -$0] }, shape: [count, 2]),
    targets: Tensor(scalars: Array(0..<count)))
}

private func complaint(_ body: () throws -> Void) -> String {
  do {
    try checked(body)
    return ""
  } catch { return "\(error)" }
}

/// Whether each input still stands beside its target.
private func agrees(_ samples: Samples) -> Bool {
  samples.inputs.scalars == samples.targets.scalars.flatMap { [$0, -$0] }
}

@Suite struct SamplesBatchingTests {
  @Test(arguments: [0, 1, 2, 10, 37], [1, 2, 10, 36, 37, 100])
  func everySampleComesExactlyOnce(count: Int, size: Int) {
    for samples in [numbered(count), numbered(count).shuffled(seed: 3)] {
      let batches = samples.batches(of: size)
      let all = Array(batches)
      #expect(all.count == batches.count)
      #expect(all.flatMap { $0.targets.scalars }.sorted() == (0..<count).map { Double($0) })
      #expect(all.flatMap { $0.targets.scalars } == samples.targets.scalars)
      #expect(all.dropLast().allSatisfy { $0.count == size })
      for batch in all {
        #expect(agrees(batch))
        #expect(batch.inputs.shape == [batch.count, 2] && batch.targets.shape == [batch.count])
        #expect(batch.targets.scalarType == .int64)
      }
    }
  }

  @Test(arguments: [(10, 3, 3), (9, 3, 3), (2, 3, 0), (0, 3, 0)])
  func theRemainderCanBeDropped(count: Int, size: Int, expected: Int) {
    let batches = numbered(count).batches(of: size, droppingRemainder: true)
    #expect(batches.count == expected)
    #expect(batches.map(\.count) == [Int](repeating: size, count: expected))
  }

  @Test func seedsDecideTheOrder() {
    let samples = numbered(50)
    func order(_ seed: UInt64) -> [Double] { samples.shuffled(seed: seed).targets.scalars }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    #expect(order(1) != samples.targets.scalars)
    let random = RandomGenerator(seed: 1)
    let orders = [samples.shuffled(using: random), samples.shuffled(using: random)].map(\.targets.scalars)
    #expect(orders[0] == order(1))
    #expect(orders[1] != orders[0])
  }

  @Test func rowsCanBeChosenAgainAndAgain() {
    let part = numbered(20).shuffled(seed: 5)[4..<16].selecting([0, 3, 3])
    let whole = numbered(20).shuffled(seed: 5).targets.scalars
    #expect(part.targets.scalars == [whole[4], whole[7], whole[7]])
    #expect(agrees(part))
    #expect(numbered(3)[1..<1].count == 0)
  }

  @Test(arguments: [(0.0, 0), (0.25, 3), (0.8, 8), (1.0, 10)])
  func splitsCoverEverything(fraction: Double, expected: Int) {
    let (train, test) = numbered(10).split(trainFraction: fraction, seed: 2)
    #expect(train.count == expected && test.count == 10 - expected)
    #expect((train.targets.scalars + test.targets.scalars).sorted() == (0..<10).map { Double($0) })
    #expect(agrees(train) && agrees(test))
  }

  @Test func mistakesAreNamed() {
    let words = complaint { _ = Samples(inputs: .zeros([3, 2]), targets: .zeros([4])) }
    #expect(words.contains("inputs have shape [3, 2], targets [4]"))
    #expect(complaint { _ = Samples(inputs: Tensor(1.0), targets: Tensor(1.0)) }.contains("one row a sample"))
    #expect(complaint { _ = numbered(3).batches(of: 0) }.contains("a batch of 0 samples"))
    #expect(complaint { for _ in numbered(3).batches(of: -1) {} }.contains("a batch of -1 samples"))
    #expect(complaint { _ = numbered(3)[1..<5] }.contains("rows 1..<5 do not lie in 0..<3"))
    #expect(complaint { _ = numbered(3).selecting([0, -1]) }.contains("no row -1 among 3"))
    #expect(complaint { _ = numbered(3).split(trainFraction: 1.5, seed: 1) }.contains("1.5 is not between 0 and 1"))
  }

  @Test func pendingTensorsAndEveryTypeCanBeBatched() {
    for type in ScalarType.allCases {
      let inputs = Tensor.range(to: 12).reshaped(to: 4, 3).converted(to: type)
      let batches = Samples(inputs: inputs, targets: inputs).batches(of: 3)
      #expect(batches.flatMap { $0.inputs.scalars } == inputs.scalars, "\(type)")
    }
  }

  @Test func descriptionsTellTheShapeOfOne() {
    #expect(numbered(5).description == "5 samples: inputs float32 [2], targets int64 []")
  }
}
