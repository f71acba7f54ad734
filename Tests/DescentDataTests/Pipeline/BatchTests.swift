import DescentGraph
import DescentTensor
import Testing

@testable import DescentData

/// Elements made of tensors, put beside one another.
@Suite struct BatchTests {
  private static let samples = Samples(
    inputs: Tensor(scalars: (0..<20).map(Float.init), shape: [10, 2]), targets: Tensor(scalars: Array(0..<10)),
    classNames: ["a", "b"])

  @Test func samplesBecomeBatches() throws {
    let dataset = Self.samples.dataset
    let batches = try dataset.batched(of: 4).collected()
    #expect(batches.map(\.count) == [4, 4, 2] && batches[2].inputs.scalars == [16, 17, 18, 19])
    #expect(batches[0].classNames == ["a", "b"])
    #expect(try dataset.batched(of: 4, droppingRemainder: true).collected().count == 2)
    #expect(dataset.batched(of: 4).count == 3 && dataset.batched(of: 4, droppingRemainder: true).count == 2)
    let shuffled = dataset.shuffled(seed: 4)
    let order = try shuffled.collected(epoch: 3).map(\.target.scalar)
    #expect(try shuffled.batched(of: 3).collected(epoch: 3).flatMap { $0.targets.scalars } == order)
    var cursor = try shuffled.batched(of: 3).cursor(epoch: 3)
    _ = try cursor.next()
    var again = try shuffled.batched(of: 3).cursor(epoch: 3, from: cursor.position)
    #expect(try again.next()?.targets.scalars == Array(order[3..<6]))
    // One by one, in the general way.
    let general = try dataset.filter { $0.target.scalar != 2 }.batched(of: 4).collected()
    #expect(general.map(\.count) == [4, 4, 1] && general[0].targets.scalars == [0, 1, 3, 4])
    #expect(general[0].inputs.shape == [4, 2] && general[0].targets.scalarType == .int64)
  }

  @Test func structuresBecomeBatches() throws {
    let tensors = ArrayDataset((0..<5).map { Tensor(scalars: [$0, $0 + 1]) })
    #expect(try tensors.batched(of: 2).collected().map(\.shape) == [[2, 2], [2, 2], [1, 2]])
    let pairs = tensors.zipped(with: tensors.map { $0.sum() })
    let batch = try #require(try pairs.batched(of: 3).collected().first)
    #expect(batch.0.shape == [3, 2] && batch.1.scalars == [1, 3, 5])
    let named = ArrayDataset((0..<4).map { ["x": Tensor($0), "y": Tensor([1, 2])] })
    let grouped = try #require(try named.batched(of: 4).collected().first)
    #expect(grouped["x"]?.scalars == [0, 1, 2, 3] && grouped["y"]?.shape == [4, 2])
  }

  @Test func shorterOnesArePadded() throws {
    let lists = ArrayDataset([[1, 2, 3], [], [4]].map { Tensor(scalars: $0) })
    let batch = try #require(try lists.paddedBatches(of: 3, padding: -1).collected().first)
    #expect(batch.shape == [3, 3] && batch.scalars == [1, 2, 3, -1, -1, -1, 4, -1, -1] && batch.scalarType == .int64)
    let samples = ArrayDataset([Sample(input: [1, 2], target: [1, 2]), Sample(input: [3], target: [3])])
    let padded = try #require(try samples.paddedBatches(of: 2, targetPadding: -100).collected().first)
    #expect(padded.inputs.scalars == [1, 2, 3, 0] && padded.targets.scalars == [1, 2, 3, -100])
  }

  @Test func mistakesAreNamed() throws {
    let ragged = ArrayDataset([Tensor([1, 2]), Tensor([1])])
    let error = #expect(throws: TensorError.self) { try ragged.batched(of: 2).collected() }
    #expect(error?.description.contains("float32 [2] and float32 [1]; bring them to one shape") == true)
    let mixed = ArrayDataset([Tensor([1.0]), Tensor([true])])
    #expect(throws: TensorError.self) { try mixed.paddedBatches(of: 2).collected() }
    for body in [
      { _ = ragged.batched(of: 0) }, { _ = ragged.prefetched(0) }, { _ = ragged.map(workers: -1) { $0 } },
      { _ = ragged.shuffled(seed: 1, window: 0) },
    ] {
      let error = #expect(throws: TensorError.self) { try checked(body) }
      #expect(error?.description.contains("can't be made; ask for 1 or more") == true)
    }
  }
}
