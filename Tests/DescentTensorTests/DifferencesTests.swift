import DescentGraph
import DescentTensor
import TestSupport
import Testing

struct DifferencesTests {
  private let squares: Tensor = [1, 4, 9, 16]
  private let table: Tensor = [[1, 2, 4], [8, 16, 32]]

  @Test func differences() {
    #expect(squares.differences().scalars == [3, 5, 7])
    #expect(squares.differences(order: 2).scalars == [2, 2])
    #expect(squares.differences(order: 0).scalars == [1, 4, 9, 16])
    #expect(squares.differences(order: 4).shape == [0] && squares.differences(order: 9).shape == [0])
    #expect(table.differences(axis: 0).scalars == [7, 14, 28] && table.differences().scalars == [1, 2, 8, 16])
    #expect(Tensor.zeros([0, 2]).differences(axis: 0).shape == [0, 2])
    expectMistake(.invalidArgument, "differences: the order is -1") { squares.differences(order: -1) }
    expectMistake(.invalidAxis, "differences: axis 1 does not exist") { squares.differences(axis: 1) }
  }

  @Test func integrals() {
    #expect(squares.trapezoid().scalar == 21.5 && squares.trapezoid(spacing: 2).scalar == 43)
    #expect(squares.trapezoid(at: [0, 1, 3, 4]).scalar == 28)
    #expect(squares.cumulativeTrapezoid().scalars == [2.5, 9, 21.5])
    #expect(squares.cumulativeTrapezoid(at: [0, 1, 3, 4]).scalars == [2.5, 15.5, 28])
    #expect(table.trapezoid(axis: 0).scalars == [4.5, 9, 18] && table.trapezoid().scalars == [4.5, 36])
    #expect(table.trapezoid(at: [0, 2], axis: 0).scalars == [9, 18, 36])
    #expect(table.trapezoid(at: table, axis: 1).scalars == [7.5, 480])
    #expect(Tensor([3]).trapezoid().scalar == 0 && Tensor.zeros([0]).trapezoid().scalar == 0)
    #expect(Tensor([3]).cumulativeTrapezoid().shape == [0])
    expectMistake(.shapeMismatch, "trapezoid: the points have shape [3]; they need [4]") {
      squares.trapezoid(at: [0, 1, 2])
    }
  }

  @Test func derivatives() throws {
    let (y, x) = (distinctNumbers([2, 4]), distinctNumbers([4], seed: 1))
    try expectGradients(at: [y]) { $0[0].differences(order: 2) }
    try expectGradients(at: [y]) { $0[0].trapezoid(spacing: 0.5, axis: 0) }
    try expectGradients(at: [y, x]) { $0[0].trapezoid(at: $0[1]) }
    try expectGradients(at: [y, x]) { $0[0].cumulativeTrapezoid(at: $0[1]) }
  }
}
