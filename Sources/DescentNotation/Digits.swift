/// How many digits of a number that isn't whole are written.
///
/// Whole numbers below 10¹⁵ are always written out.
public enum Digits: Hashable, Sendable {
  /// At most so many significant ones, rounded.
  case atMost(Int)
  /// As many as tell the number from its neighbours.
  case all
}
