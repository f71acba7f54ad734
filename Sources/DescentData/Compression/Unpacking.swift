extension Inflater {
  /// The contents of the stream that begins at a byte of the input, and the offset of the byte after the stream.
  ///
  /// Memory grows with what was really unpacked, up to `limit` bytes; a stream that holds more is an error.
  static func unpack(
    _ input: UnsafeBufferPointer<UInt8>, from start: Int, limit: Int, file: String
  ) throws(DataError) -> (contents: [UInt8], end: Int) {
    var inflater = Inflater(input, from: start, file: file)
    var contents: [UInt8] = []
    var capacity = min(limit, max(1 << 16, 8 * (input.count - start)))
    while true {
      let status = try contents.extend(to: capacity) { output throws(DataError) in try inflater.run(into: &output) }
      if status == .finished { return (contents, inflater.finish()) }
      guard capacity < limit else {
        throw DataError(
          .tooLarge, in: file, at: .byte(start), "unpacks to more than the \(limit) bytes expected",
          remedy: "check that it is the right file")
      }
      capacity = min(limit, 2 * capacity)
    }
  }
}

extension [UInt8] {
  /// Moves the bytes to a buffer of the given capacity, where `body` appends to them; matches reach back to `start`.
  mutating func extend<Outcome>(
    to capacity: Int, from start: Int = 0,
    _ body: (inout Inflater.Output) throws(DataError) -> Outcome
  ) throws(DataError) -> Outcome {
    let previous = self
    var outcome: Result<Outcome, DataError>?
    // One more than asked for, since a buffer of no bytes may have no address.
    self = [UInt8](unsafeUninitializedCapacity: capacity + 1) { buffer, count in
      let base = buffer.baseAddress!
      previous.withUnsafeBufferPointer { previous in
        if let first = previous.baseAddress { base.initialize(from: first, count: previous.count) }
      }
      var output = Inflater.Output(base: base, capacity: capacity, start: start, count: previous.count)
      do throws(DataError) { outcome = .success(try body(&output)) } catch { outcome = .failure(error) }
      count = output.count
    }
    return try outcome!.get()
  }
}
