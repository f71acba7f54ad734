import DescentGraph
import DescentTensor
import Foundation
import TestSupport
import Testing

@testable import DescentData

/// What every dataset must do, whatever it is made of.
@Suite struct DatasetLawTests {
  private static let base = ArrayDataset(Array(0..<23))

  /// Reading twice, going on from every position, reading ahead and cutting short give the same elements.
  private func check<D: Dataset>(_ dataset: D, _ label: String, limit: Int = 60) throws where D.Element: Equatable {
    let dataset = dataset.prefix(limit)
    for epoch in [0, 1, 5] {
      let all = try dataset.collected(epoch: epoch)
      #expect(try dataset.collected(epoch: epoch) == all, "\(label)")
      if let count = dataset.count { #expect(all.count == count, "\(label)") }
      #expect(try dataset.prefetched(3).collected(epoch: epoch) == all, "\(label)")

      var cursor = try dataset.cursor(epoch: epoch)
      for place in 0...all.count {
        let saved = try JSONEncoder().encode(cursor.position)
        let position = try JSONDecoder().decode(DatasetPosition.self, from: saved)
        var again = try dataset.cursor(epoch: epoch, from: position)
        #expect(again.position == position, "\(label) at \(place)")
        var rest: [D.Element] = []
        while let element = try again.next() { rest.append(element) }
        #expect(rest == Array(all[place...]), "\(label), epoch \(epoch), from \(place)")
        _ = try cursor.next()
      }
      #expect(try cursor.next() == nil && cursor.next() == nil, "\(label)")
    }
    for position in Self.foreign {
      guard var cursor = try? dataset.cursor(epoch: 0, from: position) else { continue }
      _ = try? cursor.next()
    }
  }

  /// Positions that no dataset has made.
  private static let foreign: [DatasetPosition] = {
    let numbers: [[Int]] = [
      [], [-1], [.max], [.min], [.max, .max], [1, -1], [3, 1, 0], [0, 0, 0, 0, 0], [.max, 7, 1],
    ]
    let flat = numbers.map { DatasetPosition($0) }
    let deep = numbers.flatMap { numbers in flat.map { DatasetPosition(numbers, [$0]) } }
    return flat + deep + deep.map { DatasetPosition([2], [$0]) } + deep.map { DatasetPosition([1, 1], [$0, $0]) }
  }()

  @Test func everyDataset() throws {
    let base = Self.base
    try check(base, "array")
    try check(ArrayDataset([Int]()), "nothing")
    try check(GeneratedDataset(count: 10) { $0 * $0 }, "generated")
    try check(base.map { $0 * 2 }, "map")
    try check(base.map(workers: 3) { $0 * 2 }, "map by three")
    try check(base.map(seed: 1) { $0 + $1.permutation(of: 100)[0] }, "random map")
    try check(base.map(seed: 1, workers: 4) { $0 + $1.permutation(of: 100)[0] }, "random map by four")
    try check(base.filter { $0 % 3 != 1 }, "filter")
    try check(base.dropFirst(5), "dropFirst")
    try check(base.dropFirst(50), "dropFirst of all")
    try check(base.shuffled(seed: 3), "shuffled")
    try check(base.map { $0 + 1 }.shuffled(seed: 3), "map, shuffled")
    for window in [1, 4, 23, 50] { try check(base.shuffled(seed: 3, window: window), "window of \(window)") }
    try check(base.filter { $0 > 4 }.shuffled(seed: 3, window: 4).filter { $0 != 9 }, "windows filtered")
    try check(base.repeated(3), "repeated")
    try check(base.repeated(0), "repeated never")
    try check(base.shuffled(seed: 2).repeated(), "repeated for ever")
    try check(ArrayDataset([Int]()).repeated(), "nothing for ever")
    try check(base.batched(of: 5) { $0 }, "batched")
    try check(base.batched(of: 5, droppingRemainder: true) { $0 }, "batched without remainder")
    try check(base.zipped(with: base.map { -$0 }.dropFirst(2)).map { [$0.0, $0.1] }, "zipped")
    for length in [1, 3] {
      try check(
        InterleavedDataset(
          [base.prefix(7), base.dropFirst(20), base.prefix(0), base.dropFirst(12)], blockLength: length),
        "interleaved by \(length)")
    }
    try check(InterleavedDataset([ArrayDataset<Int>](), blockLength: 1), "nothing interleaved")
    try check(base.map { $0 * 3 }.prefetched(2).filter { $0 % 2 == 0 }, "prefetched")
    try check(base.filter { $0 % 2 == 0 }.cached(), "cached")
    try check(base.shuffled(seed: 1).batched(of: 4) { $0 }.repeated(2).prefetched().map(workers: 2) { $0 }, "chain")
  }

  @Test func orders() throws {
    let base = Self.base
    let shuffled = base.shuffled(seed: 1)
    #expect(try shuffled.collected().sorted() == Array(0..<23))
    #expect(try shuffled.collected() != shuffled.collected(epoch: 1))
    #expect(try shuffled.collected() != base.shuffled(seed: 2).collected())
    #expect(try shuffled.repeated(2).collected() == shuffled.collected() + shuffled.collected(epoch: 1))
    #expect(try shuffled.repeated(2).collected(epoch: 1) == shuffled.collected(epoch: 2) + shuffled.collected(epoch: 3))
    let windows = try base.shuffled(seed: 1, window: 6).collected()
    for start in stride(from: 0, to: 23, by: 6) {
      #expect(windows[start..<min(23, start + 6)].sorted() == Array(start..<min(23, start + 6)))
    }
    let mixed = InterleavedDataset([ArrayDataset([1, 2, 3]), ArrayDataset([10]), ArrayDataset([20, 21])])
    #expect(try mixed.collected() == [1, 10, 20, 2, 21, 3])
    let blocks = InterleavedDataset([ArrayDataset([1, 2, 3]), ArrayDataset([10])], blockLength: 2)
    #expect(try blocks.collected() == [1, 2, 10, 3])
  }

  @Test func workersChangeNothing() throws {
    let base = ArrayDataset(Array(0..<100))
    let expected = try base.map(seed: 5) { [$0] + $1.permutation(of: 4) }.collected(epoch: 2)
    for workers in [2, 3, 8, 200] {
      #expect(try base.map(seed: 5, workers: workers) { [$0] + $1.permutation(of: 4) }.collected(epoch: 2) == expected)
    }
  }

  // MARK: Errors

  private struct Trouble: Error {}

  @Test(arguments: [1, 3])
  func errorsComeWhereTheyBelong(_ workers: Int) throws {
    let failing = Self.base.map(workers: workers) { if $0 == 5 { throw Trouble() } else { $0 } }.prefetched()
    var cursor = try failing.cursor()
    for expected in 0..<5 { #expect(try cursor.next() == expected) }
    for _ in 0..<3 { #expect(throws: Trouble.self) { try cursor.next() } }
  }

  /// A cursor that is dropped early must not leave its thread waiting for ever with the data.
  @Test func threadsEndWithTheirCursors() throws {
    final class Watched: Sendable {}
    weak var watched: Watched?
    do {
      let object = Watched()
      watched = object
      let dataset = GeneratedDataset(count: 1000) { [object] index in withExtendedLifetime(object) { index } }
        .prefetched(2)
      var cursor = try dataset.cursor()
      #expect(try cursor.next() == 0)
    }
    let end = Date(timeIntervalSinceNow: 60)
    while watched != nil, Date() < end { Thread.sleep(forTimeInterval: 0.01) }
    #expect(watched == nil)
  }

  /// What `map` leaves to be computed is computed by the thread that reads ahead.
  @Test func tensorsAreComputedAhead() throws {
    let rows = ArrayDataset([Tensor([1, 2]), Tensor([3, 4])]).map { $0 * 2 }
    #expect(try rows.collected().allSatisfy { $0.node.value == nil })
    #expect(try rows.prefetched().collected().allSatisfy { $0.node.value != nil })
    let batches = ArrayDataset([Samples(inputs: [[1], [2]], targets: [0, 1])]).map { batch in
      Samples(inputs: batch.inputs + 1, targets: batch.targets)
    }
    #expect(try batches.prefetched().collected().allSatisfy { $0.inputs.node.value != nil })
    let outside = ArrayDataset([Tensor(scalars: [5])]).map { Tensor([1, 2]).gathering($0) }
    #expect(throws: TensorError.self) { try outside.prefetched().collected() }
  }

  @Test func theFirstEpochIsRemembered() throws {
    let reads = Reads()
    let cached = GeneratedDataset(count: 5) { index in reads.count(index) }.cached()
    #expect(try cached.prefix(3).collected() == [0, 1, 2] && reads.total == 3)
    #expect(try cached.collected() == [0, 1, 2, 3, 4] && reads.total == 8)
    #expect(try cached.collected(epoch: 1) == [0, 1, 2, 3, 4] && reads.total == 8)
    var cursor = try cached.cursor(epoch: 2)
    _ = try (cursor.next(), cursor.next())
    // A process that remembers nothing reads again what the position counts.
    let fresh = GeneratedDataset(count: 5) { index in reads.count(index) }.cached()
    var again = try fresh.cursor(epoch: 2, from: cursor.position)
    #expect(try again.next() == 2)
  }

  private final class Reads: @unchecked Sendable {
    private let lock = NSLock()
    private var reads = 0
    var total: Int { lock.withLock { reads } }
    func count(_ index: Int) -> Int {
      lock.withLock { reads += 1 }
      return index
    }
  }
}
