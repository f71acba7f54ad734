/// What is likely wrong with a line.
struct WorkHint {
  /// The rule that is broken, if one is known.
  var rule: String?
  var text: String
}
