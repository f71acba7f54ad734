import DescentGraph

/// Where each buffer of a plan lies during a run.
///
/// Temporary values share one slab: a place is used again once the last reader is done. An element-wise result takes
/// the place of an operand that nothing else reads any more; inputs are never written.
struct MemoryPlacement {
  enum Place {
    case scalars
    case constants
    /// The memory of the run's input of this number.
    case input(Int)
    /// The memory of the plan's result of this number.
    case result(Int)
    /// Bytes into the slab.
    case slab(Int)
  }

  private(set) var places: [Place]
  /// The sizes of the results, by number.
  private(set) var resultByteCounts: [Int] = []
  /// The size of the slab: the most temporary memory in use at a time.
  private(set) var slabByteCount = 0

  /// The buffer whose memory each buffer has: its own, or that of an operand that it replaces.
  private var owners: [Int]
  /// How many steps run only once, while the others run again and again and need what these made.
  private let preparationCount: Int

  init(
    _ steps: [Step], preparationCount: Int, _ replacements: [[(result: Int, source: Int)]], _ table: BufferTable,
    _ values: [Value], outputs: [Int]
  ) {
    self.preparationCount = preparationCount
    owners = Array(table.buffers.indices)
    places = Array(repeating: .slab(0), count: table.buffers.count)
    var isTemporary = [Bool](repeating: true, count: table.buffers.count)
    for (number, buffer) in table.buffers.enumerated() {
      switch buffer {
      case .scalars: (places[number], isTemporary[number]) = (.scalars, false)
      case .constants: (places[number], isTemporary[number]) = (.constants, false)
      case .value(let value):
        guard case .input(let input, _) = values[value].kind else { continue }
        (places[number], isTemporary[number]) = (.input(input), false)
      case .temporary, .strips: continue
      }
    }
    var results: [Int: Int] = [:]
    for output in outputs {
      let number = table.number(of: output)
      guard isTemporary[number] else { continue }
      isTemporary[number] = false
      results[number] = resultByteCounts.count
      resultByteCounts.append(table.byteCounts[number])
    }
    replace(steps, replacements, table, isTemporary)
    for (number, result) in results {
      for member in owners.indices where owners[member] == owners[number] {
        (places[member], isTemporary[member]) = (.result(result), false)
      }
    }
    fillSlab(steps, table, isTemporary)
  }

  // MARK: Updates in place

  private mutating func replace(
    _ steps: [Step], _ replacements: [[(result: Int, source: Int)]], _ table: BufferTable, _ isTemporary: [Bool]
  ) {
    var lastRead = [Int](repeating: -1, count: owners.count)
    for (place, step) in steps.enumerated() { for buffer in step.reads { lastRead[buffer] = place } }
    // What is kept from run to run has no last reader.
    for step in steps[..<preparationCount] {
      for buffer in step.writes where lastRead[buffer] >= preparationCount { lastRead[buffer] = steps.count }
    }
    for (place, pairs) in replacements.enumerated() {
      var taken: Set<Int> = []
      for (result, source) in pairs.map({ (table.number(of: $0.result), table.number(of: $0.source)) }) {
        guard isTemporary[source], lastRead[source] == place, owners[result] == result, !taken.contains(source) else {
          continue
        }
        taken.insert(source)
        owners[result] = owners[source]
      }
    }
  }

  // MARK: The slab

  private struct Span {
    var first = Int.max
    var last = -1
    var byteCount = 0
  }

  private mutating func fillSlab(_ steps: [Step], _ table: BufferTable, _ isTemporary: [Bool]) {
    var spans = [Int: Span]()
    for (place, step) in steps.enumerated() {
      for buffer in step.reads + step.writes where isTemporary[buffer] {
        let bytes = (table.byteCounts[buffer] + 63) / 64 * 64
        var span = spans[owners[buffer]] ?? Span()
        span = Span(first: min(span.first, place), last: max(span.last, place), byteCount: max(span.byteCount, bytes))
        spans[owners[buffer]] = span
      }
    }
    for owner in spans.keys {
      guard let span = spans[owner], span.first < preparationCount, span.last >= preparationCount else { continue }
      spans[owner]?.last = steps.count
    }
    var offsets: [Int: Int] = [:]
    var live: [(offset: Int, owner: Int, span: Span)] = []
    let opened = spans.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }
    for (owner, span) in opened {
      live.removeAll { $0.span.last < span.first }
      // The first gap that is large enough.
      var offset = 0
      for other in live {
        if other.offset - offset >= span.byteCount { break }
        offset = max(offset, other.offset + other.span.byteCount)
      }
      let index = live.firstIndex { $0.offset > offset } ?? live.count
      live.insert((offset, owner, span), at: index)
      offsets[owner] = offset
      slabByteCount = max(slabByteCount, offset + span.byteCount)
    }
    for buffer in owners.indices where isTemporary[buffer] { places[buffer] = .slab(offsets[owners[buffer]] ?? 0) }
  }
}
