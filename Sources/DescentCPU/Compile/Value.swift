import DescentGraph

/// What the compiler makes of an instruction that computes something: a contiguous array, and how it comes about.
///
/// Movement is not among the kinds: it lives in the `StridedView`s through which values read each other. Two equal
/// values have equal elements, which is what common sub-expressions are found by.
struct Value: Hashable {
  var kind: Kind
  var shape: [Int]
  var type: ScalarType
  var operands: [StridedView] = []

  var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }
  var byteCount: Int { count * type.byteCount }

  enum Kind: Hashable {
    /// The run's input of this number; what is computed of different uses is not shared.
    case input(Int, use: Int = 0)
    /// The run's scalar of this number.
    case scalar(Int)
    /// A number known to the compiler.
    case constant(ScalarBits)
    /// No elements at all.
    case empty

    /// One result element for each element of the operands.
    case element(ElementFunction)
    /// The elements along some axes combined.
    case reduce(Reduction, Span)
    /// The index of the extreme element of each row.
    case argument(Extremum)

    /// 0, 1, 2, ….
    case iota
    case random(Distribution)
    /// Each operand copied to a place in the result, over zeros where they leave gaps.
    case assemble(places: [StridedView], fillsGaps: Bool)
    case gather(IndexedAxis)
    case scatterAdd(IndexedAxis)
    case contract(ContractionShape)
    /// A matrix in the panels that products take, as a list of numbers.
    case pack(PanelShape)
    case scan(Scan, IndexedAxis, isReversed: Bool)
    /// The order of the elements of each row.
    case argSort(isDescending: Bool)
    /// All wanted results of a control operation, packed.
    case control(ControlProgram)
    /// What lies some bytes into a packed operand.
    case unpack(byteOffset: Int)
    /// The first operand, not before the second is there.
    case after
    /// Elements of windows added where they stand.
    case overlap(WindowGrid)
    /// A function of matrices, or systems of equations.
    case matrices(MatrixTask)
  }

  /// Where the operands of an assembly stand in it.
  var targets: [StridedView] {
    if case .assemble(let places, _) = kind { places } else { [] }
  }

  /// Whether the value is one number that programs take from a table instead of a buffer of its own.
  var isScalar: Bool {
    switch kind {
    case .scalar, .constant: true
    case .input, .empty, .element, .reduce, .argument, .iota, .random, .assemble, .gather, .scatterAdd, .contract,
      .pack, .scan, .argSort, .control, .unpack, .after, .overlap, .matrices:
      false
    }
  }
}

/// Functions of the elements at one place of the operands.
enum ElementFunction: Hashable {
  case copy, square, unary(Unary), binary(Binary), compare(Comparison), select, convert
}

/// Which axes a reduction combines.
enum Span: Hashable {
  case trailing, leading, all
}

/// What runs along an axis.
enum Scan: Hashable {
  case recurrence, cumulative(Extremum)
}

/// The sizes around an indexed axis: an array of `outer` x `extent` x `inner` elements, numbered `axis` in messages.
struct IndexedAxis: Hashable {
  var axis: Int
  var outer: Int
  var extent: Int
  var inner: Int
}

/// What is done to `count` matrices that lie one after the other.
struct MatrixTask: Hashable {
  var work: MatrixWork
  var count: Int
  /// The sizes of a matrix; `columns` are those of the right-hand side for a system of equations.
  var rows, columns: Int
}

enum MatrixWork: Hashable {
  case function(MatrixFunction), system(SystemMatrix)

  /// The name of the operation.
  var name: String {
    switch self {
    case .function(let function): Operation.matrix(function).name
    case .system(let matrix): Operation.solve(matrix).name
    }
  }
}

extension Value {
  /// The name of the operation in reports.
  var name: String {
    switch kind {
    case .input: "input"
    case .scalar, .constant: "scalar"
    case .empty: "empty"
    case .element(let function): function.name
    case .reduce(let reduction, let span): "\(reduction).\(span)"
    case .argument(let extremum): "argument.\(extremum)"
    case .iota: "iota"
    case .random(let distribution): "random.\(distribution)"
    case .assemble(_, let fillsGaps): fillsGaps ? "place" : "concatenate"
    case .gather: "gather"
    case .scatterAdd: "scatterAdd"
    case .contract: "contract"
    case .pack: "pack"
    case .scan(let scan, _, _): "\(scan)"
    case .argSort: "argSort"
    case .control(let program): program.name
    case .unpack: "unpack"
    case .after: "after"
    case .overlap: "overlap"
    case .matrices(let task): task.work.name
    }
  }
}

extension ElementFunction {
  var name: String {
    switch self {
    case .copy: "copy"
    case .square: "square"
    case .unary(let function): "\(function)"
    case .binary(let function): "\(function)"
    case .compare(let comparison): "\(comparison)"
    case .select: "select"
    case .convert: "convert"
    }
  }

  /// A rough price of one element in nanoseconds on one thread.
  var cost: Double {
    switch self {
    case .unary(let function):
      switch function {
      case .exp, .log, .tanh, .sigmoid, .sin, .cos: 0.5
      case .sqrt, .reciprocal, .rsqrt: 0.2
      case .negate, .absolute, .sign, .relu, .not, .floor, .ceil, .round, .truncate: 0.08
      case .cbrt, .exp2, .expm1, .log2, .log10, .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh,
        .atanh, .erf, .erfc, .erfinv:
        2
      case .lgamma: 10
      }
    case .binary(.power): 1.5
    case .binary(.atan2), .binary(.xlogy): 2.5
    case .binary(.logaddexp), .binary(.remainder), .binary(.truncatedRemainder): 5
    case .binary(.polygamma): 50
    case .binary(.divide): 0.2
    case .copy, .square, .binary, .compare, .select, .convert: 0.08
    }
  }
}

extension Binary {
  /// Whether a second operand of zero is an error.
  func refusesZero(_ type: ScalarType) -> Bool {
    type.isInteger && [.divide, .remainder, .truncatedRemainder].contains(self)
  }
}
