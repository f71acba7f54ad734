import DescentCalculus
import DescentGraph
import TestSupport
import Testing

/// Batching a row of the sample table gives what a loop over the samples gives.
struct BatchLaws {
  @Test(arguments: Sample.all.filter { !$0.inputs.isEmpty && !$0.description.hasPrefix("random") })
  func batchModeAgreesWithALoop(sample: Sample) {
    // Rules don't look at the type, so these stand for all.
    withEvery("type", in: sample.types.filter { [.float64, .int64, .uint8, .bool].contains($0) }) { type in
      withEvery("size", in: [1, 3]) { size in
        withEvery("batched operands", in: 1..<(1 << min(sample.inputs.count, 3))) { subset in
          try check(sample, type, size, isBatched: sample.inputs.indices.map { subset >> min($0, 2) & 1 == 1 })
        }
      }
    }
  }

  private func check(_ sample: Sample, _ type: ScalarType, _ size: Int, isBatched: [Bool]) throws {
    let draws = (0..<size).map { sample.tensors(type, seed: UInt64(20 + $0)) }
    let samples = draws.map { draw in isBatched.indices.map { isBatched[$0] ? draw[$0] : draws[0][$0] } }
    let expected = try samples.map { try sample.build($0.map(\.node)).evaluated() }
    let recorder = Recorder()
    let inputs = samples[0].map(\.node)
    let result = Scope.current.record(with: recorder) { sample.build(inputs) }
    let batched = isBatched.indices.filter { isBatched[$0] }
    let values = batched.map { index in stacked(samples.map { $0[index] }) }
    let mode = BatchMode(recorder.nodes, sources: batched.map { inputs[$0] })
    let node = try #require(mode.batched(values, size: size, to: [result])[0])
    let actual = try node.evaluated()
    #expect(actual.shape == Shape([size] + sample.shape.dimensions), "\(Combination.description)")
    #expect(actual.scalarType == expected[0].scalarType, "\(Combination.description)")
    expectClose(actual.doubles, expected.flatMap(\.doubles), .relative(1e-14))
  }

  private func stacked(_ samples: [ReferenceTensor]) -> Node {
    .literal(samples.flatMap(\.doubles), Shape([samples.count] + samples[0].shape.dimensions), samples[0].scalarType)
  }

  /// Indices count from the end of their own sample, and those outside it are found although the next sample is there.
  @Test func indicesStayInsideTheirSample() throws {
    let (table, index) = (Node.literal([1, 2], [2]), Node.literal([0], [1], .int64))
    let recorder = Recorder()
    let result = Scope.current.record(with: recorder) { Node.gather(table, index, axis: 0) }
    let mode = BatchMode(recorder.nodes, sources: [table, index])
    func gathered(_ indices: [Double]) throws -> [Double] {
      let values = [Node.literal([1, 2, 3, 4], [2, 2]), Node.literal(indices, [2, 1], .int64)]
      return try #require(mode.batched(values, size: 2, to: [result])[0]).doubles()
    }
    #expect(try gathered([-1, -2]) == [2, 3])
    for wrong in [[2, 0], [0, -3], [0, 2]] as [[Double]] {
      let error = #expect(throws: TensorError.self, "\(wrong)") { try gathered(wrong) }
      #expect(error?.kind == .indexOutOfBounds)
    }
  }

  @Test func randomNumbersWithABatchOfKeysAreRefused() throws {
    let key = Node.literal([1, 2], [2], .int64)
    let recorder = Recorder()
    let result = Scope.current.record(with: recorder) { Node.random(.normal, [3], .float64, key: key) }
    let mode = BatchMode(recorder.nodes, sources: [key])
    let error = #expect(throws: TensorError.self) {
      try checked { _ = mode.batched([.literal([1, 2, 3, 4], [2, 2], .int64)], size: 2, to: [result]) }
    }
    #expect(error?.message.contains("draw the numbers outside") == true)
  }

  @Test func whatDoesNotDependIsNotBatched() {
    let (x, y) = (Node.literal([1], [1]), Node.literal([2], [1]))
    let recorder = Recorder()
    let result = Scope.current.record(with: recorder) { y + y }
    let batched = BatchMode(recorder.nodes, sources: [x]).batched([.literal([1, 2], [2, 1])], size: 2, to: [result])
    #expect(batched[0] == nil)
  }
}
