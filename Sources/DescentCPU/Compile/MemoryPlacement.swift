import DescentGraph

/// Where each buffer of a plan lies during a run.
///
/// Temporary values share one slab: a place is used again once the last reader is done. An element-wise result takes
/// the place of an operand that nothing else reads any more. Of the inputs, only donated ones are written, by steps that
/// nothing which can fail comes after.
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

  /// A result that may be written where an operand lies that its program reads for the last time, both values.
  typealias Replacement = (result: Int, source: Int)

  /// - Parameter firstSafeStep: The step from which on none can fail.
  init(
    _ steps: [Step], preparationCount: Int, _ replacements: [[Replacement]], _ table: BufferTable, _ lowering: Lowering,
    firstSafeStep: Int
  ) {
    let (values, outputs) = (lowering.values, lowering.outputs)
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
    for (result, input) in donations(steps, replacements, table, lowering, firstSafeStep) {
      (places[result], isTemporary[result]) = (.input(input), false)
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

  /// The input that a buffer is, or that a result is written over.
  private func input(of buffer: Int) -> Int? { if case .input(let input) = places[buffer] { input } else { nil } }

  /// The donated inputs that results are written over, by the results' buffers.
  private func donations(
    _ steps: [Step], _ replacements: [[Replacement]], _ table: BufferTable, _ lowering: Lowering, _ firstSafeStep: Int
  ) -> [Int: Int] {
    var lastRead: [Int: Int] = [:]
    for (place, step) in steps.enumerated() {
      for input in step.reads.compactMap(input(of:)) { lastRead[input] = place }
    }
    let outputs = Set(lowering.outputs.map { table.number(of: $0) })
    var free = lowering.donatedInputs.subtracting(outputs.compactMap(input(of:)))
    var donations: [Int: Int] = [:]
    for (place, pairs) in replacements.enumerated() where place >= firstSafeStep && !free.isEmpty {
      for (result, source) in pairs.map({ (table.number(of: $0.result), table.number(of: $0.source)) }) {
        guard outputs.contains(result), donations[result] == nil, let donor = input(of: source),
          lastRead[donor] == place,
          steps[place].reads.count(where: { input(of: $0) == donor }) == 1, free.remove(donor) != nil
        else { continue }
        donations[result] = donor
      }
    }
    return donations
  }

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
        guard isTemporary[source], lastRead[source] == place, owners[result] == result, !taken.contains(source),
          input(of: result) == nil
        else { continue }
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
