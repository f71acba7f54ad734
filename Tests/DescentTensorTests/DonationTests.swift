import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Results take the memory of what nobody can name any more, and of nothing else.
@Suite struct DonationTests {
  private static let shape: Shape = [128, 256]

  private func values(_ seed: UInt64 = 1) throws -> Tensor {
    let x = Tensor.normal(Self.shape, using: RandomGenerator(seed: seed))
    try evaluate(x)
    return x
  }

  private func memory(of tensor: Tensor) throws -> ObjectIdentifier {
    try evaluate(tensor)
    return ObjectIdentifier(try #require(tensor.node.value))
  }

  private func donorCount(_ tensors: Tensor...) -> Int { Evaluation.region(of: tensors.map(\.node)).donors.count }

  @Test func anUpdateIsWrittenInPlace() throws {
    var x = try values()
    let (place, expected) = (try memory(of: x), x.scalars.map { Float($0) * 2 + 1 })
    x = x * 2 + 1
    #expect(try memory(of: x) == place)
    #expect(x.scalars.map { Float($0) } == expected)
  }

  @Test func whatIsStillNamedStays() throws {
    var x = try values()
    let (copy, place, before) = (x, try memory(of: x), x.scalars)
    x = x * 2 + 1
    #expect(try memory(of: x) != place)
    #expect(copy.scalars == before)
    #expect(x.scalars != before)
  }

  /// What is asked for later, though no tensor names the input itself.
  @Test func whatOthersNeedStays() throws {
    let tape = GradientTape()
    let cases: [(name: String, donors: Int, make: (Tensor) throws -> (now: Tensor, later: Tensor))] = [
      ("a pending tensor reads it", 0, { x in (x + 1, x * 3) }),
      (
        "a pending tensor reads what is computed of it, which is not kept", 0,
        { x in
          let middle = x * 2
          return (middle + 1, middle * 3)
        }
      ),
      (
        "a pending tensor reads a result", 1,
        { x in
          let result = x * 2
          return (result, result * 3)
        }
      ),
      (
        "a derivative may be taken", 0,
        { x in
          let y = tape.record { (x * x).sum() }
          return (y, y * 2)
        }
      ),
      ("nothing else does", 1, { x in (x + 1, Tensor(1.0)) }),
    ]
    for (name, donors, make) in cases {
      let expected = try make(values()).later.scalars
      var x: Tensor? = try values()
      let (now, later) = try make(x!)
      x = nil
      #expect(donorCount(now) == donors, "\(name)")
      try evaluate(now)
      #expect(later.scalars == expected, "\(name)")
    }
  }

  @Test func smallTensorsAreNotWorthAPlanOfTheirOwn() throws {
    var x = Tensor.ones([8, 8])
    try evaluate(x)
    x = x + 1
    #expect(donorCount(x) == 0)
  }

  /// Memory of somebody else, such as the pages of a file, is only read.
  @Test func foreignMemoryIsNotWritten() throws {
    let owner = HostStorage(allocating: Self.shape.elementCount * 4)
    owner.pointer.initializeMemory(as: Float.self, repeating: 3, count: Self.shape.elementCount)
    let storage = HostStorage(owner.pointer, byteCount: owner.byteCount) { _ in withExtendedLifetime(owner) {} }
    let y = Tensor(Node(storage, Self.shape, .float32)) + 1
    #expect(donorCount(y) == 0)
    #expect(y.max().scalar == 4)
    #expect(owner.pointer.load(as: Float.self) == 3)
  }

  @Test func memoryThatTwoNodesHaveStays() throws {
    let x = try values()
    let storage = try #require(x.node.value)
    let y = Tensor(Node(storage, Self.shape, .float32)) + 1
    #expect(donorCount(y) == 1, "seen only when it is to be taken")
    try evaluate(y)
    #expect(x.scalars.map { Float($0) + 1 } == y.scalars.map { Float($0) })
  }

  @Test func aFailureGivesEverythingBack() throws {
    let expected = try values().scalars.map { Float($0) * 2 }
    var x = try values()
    let place = try memory(of: x)
    x = x * 2
    let zero = Tensor(scalars: [0], type: .int32)
    for _ in 0..<3 {
      #expect(throws: TensorError.self) { try evaluate(x, zero / zero) }
      #expect(donorCount(x) == 1)
    }
    #expect(x.scalars.map { Float($0) } == expected)
    #expect(try memory(of: x) == place)
  }

  /// Steps that can fail come first, however they were written down.
  @Test func indicesAreCheckedBeforeAnythingIsOverwritten() throws {
    let before = try values().scalars
    var table = try values()
    let rows = Tensor(scalars: [0, 500], type: .int64)
    let moved = table * 0.5
    let picked = table.gathering(rows, axis: 0)
    table = moved
    #expect(throws: TensorError.self) { try evaluate(moved, picked) }
    #expect(table.scalars == before.map { $0 * 0.5 })
  }

  @Test func eightThreadsEvaluateOneUpdate() throws {
    for round in 0..<20 {
      let expected = try (values(UInt64(round)) * 2 + 1).sum(axes: 1).scalars
      var x = try values(UInt64(round))
      x = x * 2 + 1
      let shared = x
      let sums = try onThreads(8) { thread in
        if thread % 2 == 0 { try evaluate(shared) }
        return shared.sum(axes: 1).scalars
      }
      #expect(sums == Array(repeating: expected, count: 8), "round \(round)")
    }
  }
}
