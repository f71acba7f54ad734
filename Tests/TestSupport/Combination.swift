import Testing

/// The values that the enclosing ``withEvery(_:in:_:)`` loops have at the moment.
package enum Combination {
  @TaskLocal fileprivate static var entries: [String] = []

  /// The loops' labels and values, outermost first: `axis = 1, type = float32`.
  package static var description: String { entries.joined(separator: ", ") }
}

/// Runs a test's body for each value; whatever it throws is recorded together with the combination of values, and the
/// loop goes on with the next one.
package func withEvery<Value>(
  _ label: String, in values: some Sequence<Value>, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (Value) throws -> Void
) {
  for value in values {
    Combination.$entries.withValue(Combination.entries + ["\(label) = \(value)"]) {
      do { try body(value) } catch {
        Issue.record("\(Combination.description): \(error)", sourceLocation: sourceLocation)
      }
    }
  }
}
