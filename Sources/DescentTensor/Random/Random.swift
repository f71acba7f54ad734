import DescentGraph
import Synchronization

/// A source of pseudo-random tensors: a seed, and a count of what was drawn from it.
///
/// Each draw has a key of its own, and element i of a draw depends on the key and i alone (the counter-based generator
/// Philox 4x32-10, Salmon et al. 2011). The same seed therefore gives the same bits on any number of threads.
///
/// ```swift
/// let random = RandomGenerator(seed: 7)
/// let noise = Tensor.normal([2, 3], using: random)
/// ```
public final class RandomGenerator: Sendable {
  private let seed: UInt64
  private let draws: Mutex<UInt64>

  /// A generator that has drawn nothing yet.
  public init(seed: UInt64) {
    self.seed = seed
    draws = Mutex(0)
  }

  /// A generator that goes on where one with this seed had drawn `drawCount` times.
  package init(seed: UInt64, drawCount: UInt64) {
    self.seed = seed
    draws = Mutex(drawCount)
  }

  /// How often was drawn from the generator.
  package var drawCount: UInt64 { draws.withLock { $0 } }

  /// The generator that is used where none is given: that of the enclosing ``withRandomSeed(_:_:)``, or else one for
  /// the whole process that starts from seed 0.
  public static var current: RandomGenerator { scoped ?? processWide }

  @TaskLocal fileprivate static var scoped: RandomGenerator?
  private static let processWide = RandomGenerator(seed: 0)

  /// The next draw's number, for code that derives keys of its own.
  private func nextDraw() -> UInt64 {
    if let rehearsal = RandomGenerator.rehearsal { return rehearsal.nextDraw(of: self, after: draws.withLock { $0 }) }
    return draws.withLock { count in
      defer { count += 1 }
      return count
    }
  }

  /// Whether this is a rehearsal.
  static var isRehearsal: Bool { rehearsal != nil }

  @TaskLocal private static var rehearsal: Rehearsal?

  /// Runs `body` so that its draws leave every generator as it was: each rehearsal gets the numbers that come next.
  package static func rehearsing<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $rehearsal.withValue(Rehearsal(), operation: body)
  }

  /// How much was drawn from each generator in a rehearsal.
  private final class Rehearsal: Sendable {
    private let counts = Mutex([ObjectIdentifier: UInt64]())

    func nextDraw(of generator: RandomGenerator, after start: UInt64) -> UInt64 {
      counts.withLock { counts in
        defer { counts[ObjectIdentifier(generator), default: 0] += 1 }
        return start + (counts[ObjectIdentifier(generator)] ?? 0)
      }
    }
  }

  /// A key for one draw, as the two int64 words that random operations take.
  package func nextKey() -> Tensor {
    let key = Tensor(scalars: [Int64(bitPattern: seed), Int64(bitPattern: nextDraw())], type: .int64)
    RandomGenerator.traced?.note(key, of: self)
    return key
  }

  @TaskLocal fileprivate static var traced: TracedDraws?

  /// Runs `body` so that its draws are noted, and leave every generator as it was.
  static func tracing<Result>(_ draws: TracedDraws, _ body: () throws -> Result) rethrows -> Result {
    try $traced.withValue(draws) { try rehearsing(body) }
  }

  /// A draw whose number itself is used, so that it can't be replaced by another one later.
  private func nextNumber() -> UInt64 {
    RandomGenerator.traced?.noteOther()
    return nextDraw()
  }

  /// A generator whose draws are independent of this one's, and of those of any other made from it.
  public func split() -> RandomGenerator { RandomGenerator(seed: nextSeed()) }

  /// A seed for a generator of its own, for what is drawn later and perhaps more than once.
  package func nextSeed() -> UInt64 { RandomGenerator.mixed(seed, nextNumber()) }

  /// The numbers 0..<count in random order.
  ///
  /// A negative count, or one above 2³¹ − 1, stops the program.
  public func permutation(of count: Int) -> [Int] {
    guard (0...Int(Int32.max)).contains(count) else {
      let complaint = count < 0 ? "there are no \(count) numbers" : "\(count) are more numbers than it is made"
      Failure.stop(.init(.invalidArgument, "permutation", "\(complaint) to put in order"))
      return []
    }
    var order = Array(0..<count)
    var state = RandomGenerator.mixed(seed, nextNumber())
    // Fisher and Yates; the bias of taking a 64-bit number modulo at most 2³¹ is below 2⁻³².
    for last in stride(from: count - 1, to: 0, by: -1) {
      state &+= 0x9E37_79B9_7F4A_7C15
      order.swapAt(last, Int(RandomGenerator.finished(state) % UInt64(last + 1)))
    }
    return order
  }

  /// SplitMix64's output function (Steele, Lea and Flood 2014) over the seed and a draw's number.
  private static func mixed(_ seed: UInt64, _ draw: UInt64) -> UInt64 {
    finished(finished(seed &+ 0x9E37_79B9_7F4A_7C15) ^ (draw &* 0x9E37_79B9_7F4A_7C15))
  }

  private static func finished(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Runs `body` with a fresh generator wherever it draws random numbers without naming one, for example while it makes
/// layers.
///
/// ```swift
/// let network = withRandomSeed(42) { Dense(64, 10) }      // the same weights every time
/// ```
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
  try RandomGenerator.$scoped.withValue(RandomGenerator(seed: seed), operation: body)
}

extension Tensor {
  /// Numbers spread evenly over `bounds`, the upper bound excluded (but where the type can't tell it from its
  /// neighbours).
  ///
  /// Between 0 and 1 they are multiples of 2⁻²⁴, in `float64` of 2⁻⁵³, in `float16` of 2⁻¹¹ and in `bfloat16` of 2⁻⁸:
  /// the `float32` numbers of the same seed, rounded down, since to the nearest some would become 1.
  public static func uniform(
    _ shape: Shape, in bounds: Range<Double> = 0..<1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    guard (bounds.upperBound - bounds.lowerBound).isFinite else {
      return Tensor(Node.invalid(.invalidArgument, "uniform", "the bounds must be finite, and \(bounds) are not"))
    }
    let unit = Tensor(.random(.uniform, shape, type, key: random.nextKey().node))
    return bounds == 0..<1 ? unit : unit * (bounds.upperBound - bounds.lowerBound) + bounds.lowerBound
  }

  /// Normally distributed numbers.
  ///
  /// In `float16` and `bfloat16` they are the `float32` numbers of the same seed, rounded.
  public static func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    guard standardDeviation >= 0, standardDeviation.isFinite, mean.isFinite else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "normal",
          "the mean must be finite, and the standard deviation too and not negative; they are \(mean) and "
            + "\(standardDeviation)"))
    }
    let standard = Tensor(.random(.normal, shape, type, key: random.nextKey().node))
    return mean == 0 && standardDeviation == 1 ? standard : standard * standardDeviation + mean
  }
}
