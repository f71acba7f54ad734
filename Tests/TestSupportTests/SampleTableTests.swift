import DescentGraph
import TestSupport
import Testing

/// The table must have a row for everything that the language can say, and its rows must be what they claim.
struct SampleTableTests {
  /// The names of every operation with every value of its payload enum.
  private static let vocabulary: Set<String> = {
    var operations: [Operation] = [
      .fill(ScalarBits(0, as: .float32)), .iota(axis: 0), .power(2), .convert, .select, .broadcast([0]), .reshape,
      .transpose(AxisList([1, 0])), .slice(Window(rank: 1)), .place(Window(rank: 1)), .concatenate(axis: 0),
      .gather(axis: 0), .scatterAdd(axis: 0), .contract(Contraction(leftContracting: [0], rightContracting: [0])),
      .custom, .recurrence(axis: 0, reverse: false), .argSort(axis: 0, isDescending: false), .call, .conditional,
      .scan(ScanForm(carries: 1, sequences: 1, length: 1, isReversed: false)), .whileLoop(carries: 1), .bundle,
      .part(0), .after,
      .windows(Windows(firstAxis: 0, [.init(size: 2)])), .overlap(Windows(firstAxis: 0, [.init(size: 2)])),
      .solve(.general), .solve(.triangular(isLower: true)),
    ]
    operations += Distribution.allCases.map(Operation.random) + Unary.allCases.map(Operation.unary)
    operations += Identity.allCases.map(Operation.identity) + Binary.allCases.map(Operation.binary)
    operations += Comparison.allCases.map(Operation.compare)
    operations += Reduction.allCases.map { .reduce($0, [0]) } + Extremum.allCases.map { .argument($0, axis: 0) }
    operations += Extremum.allCases.map { .cumulative($0, axis: 0, reverse: false) }
    operations += MatrixFunction.allCases.map(Operation.matrix)
    return Set(operations.map(\.name))
  }()

  @Test func everyOperationHasARow() {
    let recorder = Recorder()
    Scope.current.record(with: recorder) {
      for sample in Sample.all { for type in sample.types { _ = sample.build(nodes(sample, type)) } }
    }
    let made = Set(recorder.nodes.map(\.operation.name))
    #expect(Self.vocabulary.subtracting(made) == [])
    #expect(made.subtracting(Self.vocabulary) == [], "the vocabulary above lacks an operation")
    let families = Set(recorder.nodes.map(\.operation.family))
    #expect(Set(Family.allCases).subtracting(families) == [.input, .invalid])
  }

  @Test(arguments: Sample.all)
  func resultsHaveTheShapeOfTheRow(sample: Sample) throws {
    withEvery("type", in: sample.types) { type in
      let node = sample.build(nodes(sample, type))
      #expect(node.shape == sample.shape, "\(type)")
      let value = try node.evaluated()
      #expect(value.elements.count == sample.shape.elementCount, "\(type)")
      #expect(value.doubles.allSatisfy { $0.isFinite }, "\(type): \(value.doubles)")
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(Sample.all.map(\.description)).count == Sample.all.count)
  }

  @Test func inputsLieInTheirDomains() {
    let inputs = [
      Sample.Input([40], .apart), .init([30], .apart), .init([99], .nonZero), .init([99], .positive),
      .init([99], .index(below: 3)),
    ]
    let sample = Sample("all domains", inputs, .numbers, []) { $0[0] }
    withEvery("type", in: [ScalarType.float32, .float64]) { type in
      let tensors = sample.tensors(type, seed: 3)
      let apart = (tensors[0].doubles + tensors[1].doubles + [0]).sorted()
      #expect(zip(apart, apart.dropFirst()).allSatisfy { $1 - $0 > 0.07 })
      #expect(tensors[2].doubles.allSatisfy { abs($0) > 0.3 } && Set(tensors[2].doubles.map { $0 > 0 }).count == 2)
      #expect(tensors[3].doubles.allSatisfy { $0 > 0.3 })
      #expect(Set(tensors[4].integers) == [0, 1, 2])
      #expect(sample.tensors(type, seed: 3) == tensors && sample.tensors(type, seed: 4) != tensors)
    }
    let integers = sample.tensors(.int32, seed: 3)
    #expect(Set(integers[0].integers + integers[1].integers).count == 70)
  }

  private func nodes(_ sample: Sample, _ type: ScalarType) -> [Node] { sample.tensors(type, seed: 1).map(\.node) }
}
