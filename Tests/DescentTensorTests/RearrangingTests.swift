import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Padding, repeating and reordering against NumPy's results and finite differences.
@Suite struct RearrangingTests {
  struct Sample: Sendable {
    var name: String
    var function: @Sendable (Tensor) -> Tensor
    var shape: [Int]
    var scalars: [Double]
  }

  static let x = Tensor([[1, 2, 3], [4, 5, 6]], type: .float64)

  static let samples: [Sample] = [
    Sample(name: "flip all", function: { $0.flipped() }, shape: [2, 3], scalars: [6, 5, 4, 3, 2, 1]),
    Sample(name: "flip 0", function: { $0.flipped(axes: 0) }, shape: [2, 3], scalars: [4, 5, 6, 1, 2, 3]),
    Sample(name: "flip -1", function: { $0.flipped(axes: -1) }, shape: [2, 3], scalars: [3, 2, 1, 6, 5, 4]),
    Sample(name: "roll 1", function: { $0.rolled(by: 1, axis: 1) }, shape: [2, 3], scalars: [3, 1, 2, 6, 4, 5]),
    Sample(name: "roll -4", function: { $0.rolled(by: -4, axis: 1) }, shape: [2, 3], scalars: [2, 3, 1, 5, 6, 4]),
    Sample(
      name: "roll both", function: { $0.rolled(by: [1, 1], axes: [0, 1]) }, shape: [2, 3], scalars: [6, 4, 5, 3, 1, 2]),
    Sample(
      name: "roll least", function: { $0.rolled(by: .min, axis: 0) }, shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6]),
    Sample(
      name: "tile 2", function: { $0.tiled(2) }, shape: [2, 6], scalars: [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]),
    Sample(
      name: "tile 2 1", function: { $0.tiled(2, 1) }, shape: [4, 3], scalars: [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]),
    Sample(
      name: "tile 2 1 2", function: { $0[0].tiled(2, 1, 2) }, shape: [2, 1, 6],
      scalars: [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]),
    Sample(name: "tile 0", function: { $0.tiled(0) }, shape: [2, 0], scalars: []),
    Sample(
      name: "repeat 2 along 0", function: { $0.repeated(2, axis: 0) }, shape: [4, 3],
      scalars: [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]),
    Sample(
      name: "repeat 2 along -1", function: { $0.repeated(2, axis: -1) }, shape: [2, 6],
      scalars: [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]),
    Sample(name: "unstack 0", function: { $0.unstacked()[1] }, shape: [3], scalars: [4, 5, 6]),
    Sample(name: "unstack -1", function: { $0.unstacked(axis: -1)[2] }, shape: [2], scalars: [3, 6]),
    Sample(
      name: "move axis", function: { $0.expanded(axes: 0).movingAxis(from: 0, to: -1) }, shape: [2, 3, 1],
      scalars: [1, 2, 3, 4, 5, 6]),
    Sample(
      name: "move axis back", function: { $0.movingAxis(from: -1, to: 0) }, shape: [3, 2],
      scalars: [1, 4, 2, 5, 3, 6]),
    Sample(
      name: "pad zeros", function: { $0.padded(low: [1, 0], high: [0, 1]) }, shape: [3, 4],
      scalars: [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0]),
    Sample(
      name: "pad 9", function: { $0.padded(low: [0, 1], high: [0, 0], mode: .constant(9)) }, shape: [2, 4],
      scalars: [9, 1, 2, 3, 9, 4, 5, 6]),
    Sample(
      name: "pad edge", function: { $0[0].padded(low: [2], high: [1], mode: .edge) }, shape: [6],
      scalars: [1, 1, 1, 2, 3, 3]),
    Sample(
      name: "pad reflect", function: { $0[0].padded(low: [5], high: [3], mode: .reflect) }, shape: [11],
      scalars: [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2]),
    Sample(
      name: "pad reflect one", function: { $0[0, ..<1].padded(low: [1], high: [2], mode: .reflect) }, shape: [4],
      scalars: [1, 1, 1, 1]),
    Sample(
      name: "pad wrap", function: { $0[0].padded(low: [4], high: [2], mode: .wrap) }, shape: [9],
      scalars: [3, 1, 2, 3, 1, 2, 3, 1, 2]),
    Sample(
      name: "pad edge of a matrix", function: { $0.padded(low: [1, 1], high: [0, 0], mode: .edge) }, shape: [3, 4],
      scalars: [1, 1, 2, 3, 1, 1, 2, 3, 4, 4, 5, 6]),
  ]

  @Test(arguments: samples.indices)
  func elementsStandWhereNumPyPutsThem(_ index: Int) throws {
    let sample = Self.samples[index]
    let result = sample.function(Self.x)
    #expect(result.shape.dimensions == sample.shape, "\(sample.name)")
    #expect(result.scalars == sample.scalars, "\(sample.name)")
    try expectGradients(at: [Self.x]) { sample.function($0[0]) }
  }

  @Test func integersAndTruthValuesMove() {
    #expect(Tensor([true, false]).padded(low: [1], high: [1], mode: .constant(1)).scalars == [1, 1, 0, 1])
    #expect(Tensor([1, 2], type: .int64).padded(low: [1], high: [0], mode: .constant(7)).scalars == [7, 1, 2])
    #expect(Tensor([true, false]).tiled(2).scalars == [1, 0, 1, 0])
    #expect(Tensor(scalars: [Double.infinity]).padded(low: [1], high: [0]).scalars == [0, .infinity])
  }

  @Test func mistakes() {
    let a = Tensor([[1, 2, 3], [4, 5, 6]]).named("a")
    expectMistake(.invalidArgument, "low [1] and high [0, 0] need a number from 0 on for each axis of 'a'") {
      a.padded(low: [1], high: [0, 0])
    }
    expectMistake(.invalidArgument, "need a number from 0 on") { a.padded(low: [-1, 0], high: [0, 0]) }
    expectMistake(.invalidArgument, "need a number from 0 on") { a.padded(low: [.max, 0], high: [0, 0]) }
    expectMistake(.shapeMismatch, "axis 0 would have more than 2147483647") {
      a.padded(low: [Int(Int32.max), 0], high: [0, 0])
    }
    expectMistake(.invalidArgument, "axis 0 of the tensor with shape [0] has no element to repeat") {
      Tensor.zeros([0]).padded(low: [1], high: [0], mode: .wrap)
    }
    expectMistake(.scalarTypeMismatch, "padded: 0.5 is no int64") {
      Tensor([1], type: .int64).padded(low: [1], high: [0], mode: .constant(0.5))
    }
    expectMistake(.invalidAxis, "flipped: axis 2 does not exist") { a.flipped(axes: 2) }
    expectMistake(.invalidAxis, "rolled: axis 2 does not exist") { a.rolled(by: 1, axis: 2) }
    expectMistake(.invalidArgument, "2 distances for 1 axes") { a.rolled(by: [1, 2], axes: [0]) }
    expectMistake(.invalidArgument, "repetitions [-1] must be") { a.tiled(-1) }
    expectMistake(.invalidArgument, "can't repeat -1 times") { a.repeated(-1, axis: 0) }
    expectMistake(.shapeMismatch, "copies of axis 0 of 'a' with shape [2, 3] are too many") {
      a.repeated(.max, axis: 0)
    }
    expectMistake(.invalidAxis, "movingAxis: axis 2 does not exist") { a.movingAxis(from: 2, to: 0) }
    expectMistake(.invalidAxis, "unstacked: axis 2 does not exist") { a.unstacked(axis: 2).first ?? a }
  }
}
