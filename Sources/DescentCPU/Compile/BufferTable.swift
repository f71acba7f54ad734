import DescentGraph

/// The memory that a plan's steps name by numbers.
struct BufferTable {
  /// What stands behind a number.
  enum Buffer {
    /// The run's scalars in the types that they are read in, eight bytes each.
    case scalars
    /// Numbers known to the compiler, eight bytes each.
    case constants
    /// The elements of a value.
    case value(Int)
    /// What steps note down in between.
    case temporary
    /// A value of which there is never more than a strip for each thread.
    case strips(Int)
  }

  private(set) var buffers: [Buffer] = [.scalars, .constants]
  private(set) var byteCounts: [Int] = [0, 0]
  /// The constants with their types, by place.
  private(set) var constants: [(bits: ScalarBits, type: ScalarType)] = []
  /// The run's scalars with the types that they are read in, by place; one may be read in two types.
  private(set) var scalars: [(argument: Int, type: ScalarType)] = []
  /// How many scalars a run takes.
  let argumentCount: Int
  private var numbers: [Int: Int] = [:]
  private var scalarPlaces: [Int: Int] = [:]
  private var constantPlaces: [Int: Int] = [:]

  /// Buffers for the values that are there or get stored.
  init(_ values: [Value], stored: Set<Int>, argumentCount: Int) {
    self.argumentCount = argumentCount
    for (number, value) in values.enumerated() {
      switch value.kind {
      case .scalar(let argument):
        scalarPlaces[number] = scalars.count
        scalars.append((argument, value.type))
      case .constant(let bits):
        constantPlaces[number] = constants.count
        constants.append((bits, value.type))
      case .input, .empty: addValue(number, value)
      case .element, .reduce, .argument, .iota, .random, .assemble, .gather, .scatterAdd, .contract, .pack, .scan,
        .argSort, .control, .unpack, .after, .overlap, .matrices:
        if stored.contains(number) { addValue(number, value) }
      }
    }
  }

  private mutating func addValue(_ number: Int, _ value: Value) {
    numbers[number] = buffers.count
    buffers.append(.value(number))
    byteCounts.append(value.byteCount)
  }

  /// Gives a value that is not stored a number by which programs read its strips.
  mutating func addStrips(of value: Int) {
    numbers[value] = buffers.count
    buffers.append(.strips(value))
    byteCounts.append(0)
  }

  /// The number of a value's buffer.
  func number(of value: Int) -> Int {
    guard let number = numbers[value] else { preconditionFailure("value \(value) has no buffer") }
    return number
  }

  /// Where a value that is one number stands, nil for other values.
  func scalarPlace(of number: Int) -> (buffer: Int, offset: Int)? {
    scalarPlaces[number].map { (0, 8 * $0) } ?? constantPlaces[number].map { (1, 8 * $0) }
  }

  /// A new buffer for notes; its number.
  mutating func addTemporary(_ byteCount: Int) -> Int {
    buffers.append(.temporary)
    byteCounts.append(byteCount)
    return buffers.count - 1
  }
}
