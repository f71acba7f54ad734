import Testing

@testable import DescentGraph

struct ShapeTests {
  @Test func literalsAndProperties() {
    let rows: [(shape: Shape, rank: Int, count: Int, strides: [Int], text: String)] = [
      ([], 0, 1, [], "[]"), ([3], 1, 3, [1], "[3]"), ([2, 3], 2, 6, [3, 1], "[2, 3]"),
      ([4, 1, 5], 3, 20, [5, 5, 1], "[4, 1, 5]"), ([2, 0, 3], 3, 0, [0, 3, 1], "[2, 0, 3]"),
      ([1, 2, 1, 2, 1, 2, 1, 2], 8, 16, [16, 8, 8, 4, 4, 2, 2, 1], "[1, 2, 1, 2, 1, 2, 1, 2]"),
    ]
    for row in rows {
      #expect(row.shape.rank == row.rank, "\(row.text)")
      #expect(row.shape.elementCount == row.count, "\(row.text)")
      #expect(row.shape.strides == row.strides, "\(row.text)")
      #expect(row.shape.description == row.text)
      #expect(Shape(row.shape.dimensions) == row.shape, "\(row.text)")
    }
  }

  @Test func negativeAxesCountFromTheEnd() {
    var shape: Shape = [2, 3, 4]
    #expect((-3..<3).map { shape[$0] } == [2, 3, 4, 2, 3, 4])
    shape[-1] = 7
    #expect(shape == [2, 3, 7])
  }

  @Test func shapesDifferBySizesAndByRank() {
    let shapes: [Shape] = [[], [0], [1], [1, 1], [2], [2, 3], [3, 2], [2, 3, 1], [1, 2, 3]]
    #expect(Set(shapes).count == shapes.count)
    for (left, first) in shapes.enumerated() {
      for (right, second) in shapes.enumerated() { #expect((first == second) == (left == right)) }
    }
  }

  @Test func removingAndFlatteningAxes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.removing([0, 2]) == [3])
    #expect(shape.removing([]) == shape)
    #expect(shape.removing(.all(3)) == [])
    #expect(shape.flattening([0, 2]) == [1, 3, 1])
    #expect(shape.flattening([]) == shape)
  }

  @Test func tooManyElementsDoNotOverflow() {
    #expect(Shape([1 << 30, 1 << 30, 1 << 30]).elementCount == .max)
    #expect(Shape([1 << 30, 1 << 30, 1 << 30, 0]).elementCount == 0)
  }

  @Test func badSizesAreErrorsThatNameThem() {
    let rows: [(sizes: [Int], message: String)] = [
      (Array(repeating: 1, count: 9), "9 axes are more than the 8 that a tensor can have"),
      ([2, -1], "axis 1 can't have -1 elements (0 to 2147483647)"),
      ([1 << 31], "axis 0 can't have 2147483648 elements (0 to 2147483647)"),
    ]
    for row in rows {
      #expect(throws: TensorError(.invalidArgument, "shape", row.message)) { try checked { _ = Shape(row.sizes) } }
    }
    #expect(Shape([(1 << 31) - 1]).elementCount == (1 << 31) - 1)
  }
}

struct AxisTests {
  @Test func setsOfAxes() {
    let axes = AxisSet([5, 0, 2, 0])
    #expect(axes.array == [0, 2, 5])
    #expect(axes.count == 3)
    #expect((0..<8).filter(axes.contains) == [0, 2, 5])
    #expect(AxisSet().isEmpty && !axes.isEmpty)
    #expect(AxisSet.all(0).isEmpty)
    #expect(AxisSet.all(8).array == Array(0..<8))
  }

  @Test func listsKeepTheirOrder() {
    let axes = AxisList([3, 0, 7])
    #expect(axes.array == [3, 0, 7])
    #expect(axes.count == 3)
    #expect(axes[2] == 7)
    #expect(axes.contains(0) && !axes.contains(1))
    #expect(AxisList([0]) != AxisList([0, 0]) && AxisList() != AxisList([0]))
    #expect(AxisList().isIdentity && AxisList(0..<8).isIdentity && !axes.isIdentity)
    #expect(AxisList(0..<8).array == Array(0..<8))
  }

  @Test(arguments: [[0], [1, 0], [2, 0, 1], [3, 1, 0, 2], [7, 6, 5, 4, 3, 2, 1, 0]])
  func inversesUndoPermutations(axes: [Int]) {
    let list = AxisList(axes)
    for index in axes.indices {
      #expect(list[list.inverse[index]] == index)
      #expect(list.inverse[list[index]] == index)
    }
    #expect(list.inverse.inverse == list)
  }

  @Test func contractionsOrderTheirResult() {
    let axes = Contraction(leftBatch: [2], rightBatch: [0], leftContracting: [0], rightContracting: [3])
    #expect(axes.leftFree(rank: 4) == [1, 3])
    #expect(axes.rightFree(rank: 4) == [1, 2])
    #expect(axes.shape([9, 2, 5, 3], [5, 6, 7, 9]) == [5, 2, 3, 6, 7])
  }
}

struct ScalarTypeTests {
  @Test func propertiesOfTypes() {
    #expect(ScalarType.allCases.map(\.byteCount) == [4, 8, 4, 8, 1, 2, 2, 1, 2, 1, 2, 4, 8])
    #expect(ScalarType.allCases.filter(\.isFloatingPoint) == [.float32, .float64, .float16, .bfloat16])
    #expect(
      ScalarType.allCases.filter(\.isInteger) == [
        .int32, .int64, .int8, .int16, .uint8, .uint16, .uint32, .uint64,
      ])
    #expect(
      ScalarType.allCases.map(\.description) == [
        "float32", "float64", "int32", "int64", "bool", "float16", "bfloat16", "int8", "int16", "uint8", "uint16",
        "uint32", "uint64",
      ])
  }

  @Test func scalarBitsKeepNumbers() {
    for type in [ScalarType.float32, .float64, .float16, .bfloat16, .int8, .int16, .int32, .int64] {
      #expect(ScalarBits(-3, as: type).double(as: type) == -3, "\(type)")
      #expect(ScalarBits(-3, as: type).integer(as: type) == -3, "\(type)")
      #expect(ScalarBits(integer: -3, as: type) == ScalarBits(-3, as: type), "\(type)")
    }
    #expect(ScalarBits(0.1, as: .float32).double(as: .float32) == Double(Float(0.1)))
    #expect(ScalarBits(0.1, as: .float64).double(as: .float64) == 0.1)
    #expect(ScalarBits(2.9, as: .int32).double(as: .int32) == 2)
    #expect(ScalarBits(.nan, as: .int64).double(as: .int64) == 0)
    #expect(ScalarBits(integer: .max, as: .int64).integer(as: .int64) == .max)
  }

  @Test func scalarBitsFillMemory() {
    func bytes(_ value: Double, _ type: ScalarType) -> [UInt8] {
      withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) { memory in
        ScalarBits(value, as: type).store(as: type, to: memory.baseAddress!)
        return Array(memory[..<type.byteCount])
      }
    }
    #expect(bytes(1, .float32) == [0, 0, 0x80, 0x3F])
    #expect(bytes(1, .float64) == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    #expect(bytes(-2, .int32) == [0xFE, 0xFF, 0xFF, 0xFF])
    #expect(bytes(-2, .int64) == [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(bytes(1, .float16) == [0, 0x3C] && bytes(1, .bfloat16) == [0x80, 0x3F])
    #expect(bytes(-2, .int8) == [0xFE] && bytes(258, .int16) == [2, 1] && bytes(255, .uint8) == [0xFF])
    #expect(bytes(65535, .uint16) == [0xFF, 0xFF] && bytes(0x1p31, .uint32) == [0, 0, 0, 0x80])
    #expect(bytes(0x1p63, .uint64) == [0, 0, 0, 0, 0, 0, 0, 0x80])
    #expect(bytes(7, .bool) == [1] && bytes(0, .bool) == [0])
  }
}
