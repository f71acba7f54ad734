import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Distinct elements and places of insertion against loops over all elements.
@Suite struct SearchingTests {
  @Test func uniqueElementsAscend() {
    #expect(Tensor([[3, 1, 3], [2, 1, 1]]).unique().scalars == [1, 2, 3])
    #expect(Tensor(scalars: [5, 5, -7, 0]).unique().scalarType == .int64)
    #expect(Tensor([true, false, true]).unique().scalars == [0, 1])
    #expect(Tensor.zeros([0, 3]).unique().shape == [0])
    #expect(Tensor(4.0).unique().scalars == [4])
    let withNaN = Tensor(scalars: [Double.nan, 1, .nan, -.infinity, 1]).unique().scalars
    #expect(withNaN.dropLast() == [-.infinity, 1] && withNaN[2].isNaN)
    #expect(gradient(at: Tensor([1, 2, 1])) { $0.sum() + $0.unique().sum() }.scalars == [1, 1, 1])
  }

  @Test func valuesAreInsertedBeforeOrAfterTheirEquals() {
    let vector: [Double] = [-2, 1, 3, 3, 3, 5, 8]
    let values: [Double] = [3, -9, 4, 100, 3, -2, 8, 1.5, 3, 0]
    let (x, wanted) = (Tensor(scalars: vector), Tensor(scalars: values, shape: [5, 2]))
    let (before, after) = (x.searchSorted(wanted), x.searchSorted(wanted, afterEqual: true))
    #expect(before.shape == [5, 2] && before.scalarType == .int64)
    #expect(before.scalars == values.map { value in Double(vector.count { $0 < value }) })
    #expect(after.scalars == values.map { value in Double(vector.count { $0 <= value }) })
    #expect(Tensor.zeros([0]).searchSorted([1, 2]).scalars == [0, 0])
    #expect(x.searchSorted(Tensor(3.0)).scalar == 2)
    #expect(x.searchSorted(Tensor.zeros([0])).shape == [0])
  }

  @Test func mistakes() {
    expectMistake(.shapeMismatch, "searchSorted: needs a vector, and the tensor has shape [1, 2]") {
      Tensor([[1, 2]]).searchSorted([1])
    }
    expectMistake(.scalarTypeMismatch, "operand 1 is float32 and operand 0 is int64") {
      Tensor([1, 2]).searchSorted(Tensor([1], type: .int64))
    }
  }
}
