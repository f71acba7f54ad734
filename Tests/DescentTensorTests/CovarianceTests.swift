import DescentGraph
import DescentTensor
import TestSupport
import Testing

struct CovarianceTests {
  private let rows: Tensor = [[1, 2, 3], [2, 4, 6], [3, 1, 2]]

  @Test func values() {
    #expect(rows.covariance().scalars == [1, 2, -0.5, 2, 4, -1, -0.5, -1, 1])
    #expect(rows.covariance(correction: 3).scalars.allSatisfy { $0.isNaN })
    #expect(Tensor([1, 2, 6]).covariance().scalars == [7])
    expectClose(rows.correlation().scalars, [1, 1, -0.5, 1, 1, -0.5, -0.5, -0.5, 1], .relative(1e-6))
    #expect(Tensor([1, 2, 6]).correlation().scalars == [1])
    #expect(Tensor([[1, 2], [3, 3]]).correlation().scalars.map(\.isNaN) == [false, true, true, true])
    #expect(Tensor.ones([4, 2, 3]).covariance().shape == [4, 2, 2])
    #expect(Tensor.ones([4, 2, 3]).correlation().shape == [4, 2, 2])
  }

  @Test func derivatives() throws {
    let x = sin(distinctNumbers([3, 5]) * 3)
    try expectGradients(at: [x]) { $0[0].covariance() }
    try expectGradients(at: [x]) { $0[0].correlation() }
    try expectGradients(at: [sin(distinctNumbers([5]))]) { $0[0].covariance(correction: 0) }
  }

  @Test func aScalarHasNoObservations() {
    expectMistake(.shapeMismatch, "covariance: needs rows of observations") { Tensor(1.0).covariance() }
    expectMistake(.shapeMismatch, "covariance: needs rows of observations") { Tensor(1.0).correlation() }
  }
}
