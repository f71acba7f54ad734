import TestSupport
import Testing

@testable import DescentGraph

/// Who keeps what alive, and how it goes.
struct LifetimeTests {
  private let x = Node.literal([1, 2], [2])

  /// Released recursively, this chain would overflow the stack.
  @Test func aMillionPendingNodesAreReleased() {
    weak var first: Node?
    do {
      var node = Node.unary(.negate, x)
      first = node
      for _ in 1..<1_000_000 { node = .unary(.negate, node) }
      #expect(node.pendingDepth.load(ordering: .relaxed) == 1_000_000)
      #expect(first != nil)
    }
    #expect(first == nil)
    #expect(x.consumers.load(ordering: .relaxed) == 0)
  }

  /// A wide and a deep graph in one: each node reads the one before it several times.
  @Test func sharedOperandsAreReleasedOnce() {
    weak var first: Node?
    do {
      var node = Node.binary(.add, x, x)
      first = node
      for step in 0..<100_000 {
        node = step % 2 == 0 ? .binary(.add, node, node) : .concatenate([node, x, x, node, x], axis: 0).firstTwo
      }
    }
    #expect(first == nil)
    #expect(x.consumers.load(ordering: .relaxed) == 0)
  }

  @Test func aMillionRecordedNodesAreReleased() {
    weak var last: Node?
    do {
      let recorder = Recorder()
      Scope.current.record(with: recorder) { last = (0..<1_000_000).reduce(x) { node, _ in .unary(.negate, node) } }
      #expect(recorder.nodes.count == 1_000_000)
      #expect(last != nil)
    }
    #expect(last == nil)
  }

  @Test func recordersPinOperands() throws {
    let recorder = Recorder()
    let result = Scope.current.record(with: recorder) { Node.unary(.exp, .unary(.sin, x)) }
    #expect(recorder.nodes.map(\.operation.name) == ["sin", "exp"])
    #expect(recorder.nodes.map(\.pins) == [1, 1])
    _ = try result.evaluated()
    #expect(result.operandCount == 1, "still there for derivatives")
    recorder.close()
    #expect(result.operandCount == 0 && result.pins == 0 && recorder.nodes.isEmpty)
  }

  @Test func pendingNodesKeepTheirOperandsAfterTheRecorder() throws {
    var recorder: Recorder? = Recorder()
    let result = Scope.current.record(with: recorder!) { Node.unary(.exp, x) }
    recorder = nil
    #expect(result.pins == 0 && result.operandCount == 1)
    #expect(try result.evaluated().shape == [2])
    #expect(result.operandCount == 0)
  }

  @Test func nestedRecordersAllSeeNewNodes() throws {
    let (outer, inner) = (Recorder(), Recorder())
    Scope.current.record(with: outer) {
      _ = Node.unary(.sin, x)
      Scope.current.record(with: inner) { _ = Node.unary(.exp, x) }
      _ = Node.unary(.cos, x)
    }
    _ = Node.unary(.tanh, x)
    #expect(outer.nodes.map(\.operation.name) == ["sin", "exp", "cos"])
    #expect(inner.nodes.map(\.operation.name) == ["exp"])
    #expect(inner.nodes[0].pins == 2)
    let node = inner.nodes[0]
    _ = try node.evaluated()
    inner.close()
    #expect(node.operandCount == 1, "the outer one still holds it")
    outer.close()
    #expect(node.operandCount == 0)
  }

  @Test func recordingEndsWithAnError() {
    struct Stop: Error {}
    let recorder = Recorder()
    #expect(throws: Stop.self) { try Scope.current.record(with: recorder) { throw Stop() } }
    _ = Node.unary(.exp, x)
    #expect(recorder.nodes.isEmpty && Scope.current.recorders.isEmpty)
  }

  @Test func storageIsGivenBackOnce() {
    final class Counter: @unchecked Sendable { var value = 0 }
    let (memory, releases) = (UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8), Counter())
    do {
      let storage = HostStorage(memory, byteCount: 8) { pointer in
        releases.value += 1
        pointer.deallocate()
      }
      let node = Node(storage, [2], .float32)
      #expect(node.value === storage && releases.value == 0)
    }
    #expect(releases.value == 1)
  }

  @Test func storageThatTheHostCannotReadSaysSo() {
    #expect(throws: TensorError(.resource, "storage", "this memory can't be read by the host")) {
      try Storage(byteCount: 4).hostPointer()
    }
  }
}

extension Node {
  /// The first two elements of a vector.
  fileprivate var firstTwo: Node { .slice(self, Window(rank: 1), to: [2]) }
}
