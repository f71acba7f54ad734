import DescentGraph
import DescentTensor
import TestSupport
import Testing

struct DistanceTests {
  private let points: Tensor = [[0, 0], [3, 4], [3, 0]]

  @Test func distances() {
    #expect(pairwiseDistances(points, points).scalars == [0, 5, 3, 5, 0, 4, 3, 4, 0])
    #expect(pairwiseDistances(points, [[0, 0]], order: 1).scalars == [0, 7, 3])
    #expect(pairwiseDistances(points, [[0, 0]], order: .infinity).scalars == [0, 4, 3])
    #expect(pairwiseDistances(Tensor.zeros([5, 1, 3, 2]), Tensor.zeros([4, 7, 2])).shape == [5, 4, 3, 7])
    #expect(pairwiseDistances(Tensor.zeros([0, 2]), points).shape == [0, 3])
    let message = "pairwiseDistances: needs points as rows of equal length"
    expectMistake(.shapeMismatch, message) { pairwiseDistances(points, Tensor.zeros([2, 3])) }
    expectMistake(.shapeMismatch, message) { pairwiseDistances(points, [1, 2]) }
  }

  @Test func derivatives() throws {
    // No coordinates are equal, and no two differences of a pair.
    let x = Tensor([[0.3, 1.1], [2.2, -0.7], [-1.4, 0.5]], type: .float64)
    let y = Tensor([[1, 2.5], [-0.6, -1.9], [3.1, 0.4], [0.9, -0.1]], type: .float64)
    for order in [1, 2, 3, Double.infinity] {
      try expectGradients(at: [x, y]) { pairwiseDistances($0[0], $0[1], order: order) }
    }
    let slope = gradient(at: points) { pairwiseDistances($0, $0).sum() }
    #expect(slope.scalars.allSatisfy { $0.isFinite })
  }

  @Test func powers() throws {
    #expect(vandermonde([2, 0, -1]).scalars == [1, 2, 4, 1, 0, 0, 1, -1, 1])
    #expect(vandermonde([2, 3], count: 4).scalars == [1, 2, 4, 8, 1, 3, 9, 27])
    #expect(vandermonde([2, 3], count: 0).shape == [2, 0] && vandermonde([2, 3], count: 1).scalars == [1, 1])
    #expect(vandermonde(Tensor.ones([2, 3])).shape == [2, 3, 3])
    #expect(vandermonde(Tensor([2, 3], type: .int64)).scalarType == .int64)
    let slope = gradient(at: Tensor([0, 2])) { (vandermonde($0, count: 4) * [0, 1, 1, 1]).sum() }
    #expect(slope.scalars == [1, 17])
    try expectGradients(at: [distinctNumbers([3])]) { vandermonde($0[0], count: 4) }
    expectMistake(.invalidArgument, "vandermonde: needs at least one axis") { vandermonde(Tensor(1.0)) }
    expectMistake(.invalidArgument, "vandermonde: needs at least one axis") { vandermonde([1], count: -1) }
  }
}
