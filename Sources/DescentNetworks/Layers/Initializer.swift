import DescentGraph
import DescentTensor

/// How a parameter gets its first value.
///
/// The fan-in and fan-out of a weight are the sizes of its last two axes, times those of the axes before them (the
/// window of a convolution).
///
/// ```swift
/// let layer = Dense(64, 10, weight: .heNormal)
/// let constant = Initializer("halves") { shape, type, _ in .full(shape, 0.5, type: type) }
/// ```
public struct Initializer: Sendable {
  /// The name in descriptions.
  public let name: String
  private let make: @Sendable (Shape, ScalarType, RandomGenerator) -> Tensor

  /// An initialiser from a function of the shape, the scalar type and a source of random numbers.
  public init(_ name: String, _ make: @escaping @Sendable (Shape, ScalarType, RandomGenerator) -> Tensor) {
    (self.name, self.make) = (name, make)
  }

  /// A first value.
  public func callAsFunction(
    _ shape: Shape, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    make(shape, type, random)
  }

  /// Zeros.
  public static let zeros = Initializer("zeros") { shape, type, _ in .zeros(shape, type: type) }

  /// Ones.
  public static let ones = Initializer("ones") { shape, type, _ in .ones(shape, type: type) }

  /// Uniform with variance 2/(in + out) (Glorot and Bengio 2010).
  public static let glorotUniform = uniform("glorotUniform") { 2 / ($0.in + $0.out) }

  /// Normal with variance 2/(in + out) (Glorot and Bengio 2010).
  public static let glorotNormal = normal("glorotNormal") { 2 / ($0.in + $0.out) }

  /// Uniform with variance 2/in (He, Zhang, Ren and Sun 2015).
  public static let heUniform = uniform("heUniform") { 2 / $0.in }

  /// Normal with variance 2/in (He, Zhang, Ren and Sun 2015).
  public static let heNormal = normal("heNormal") { 2 / $0.in }

  /// Uniform with variance 1/in (LeCun and others 1998).
  public static let lecunUniform = uniform("lecunUniform") { 1 / $0.in }

  /// Normal with variance 1/in (LeCun and others 1998).
  public static let lecunNormal = normal("lecunNormal") { 1 / $0.in }

  /// Normal with mean 0 and variance 1.
  public static let standardNormal = normal(standardDeviation: 1)

  /// Normal with mean 0.
  public static func normal(standardDeviation: Double) -> Initializer {
    Initializer("normal") { shape, type, random in
      .normal(shape, standardDeviation: standardDeviation, type: type, using: random)
    }
  }

  /// Normal with mean 0, cut off at two standard deviations.
  public static func truncatedNormal(standardDeviation: Double) -> Initializer {
    Initializer("truncatedNormal") { shape, type, random in
      .truncatedNormal(shape, standardDeviation: standardDeviation, type: type, using: random)
    }
  }

  /// Uniform over ±limit.
  public static func uniform(within limit: Double) -> Initializer {
    Initializer("uniform") { shape, type, random in .uniform(shape, in: -limit..<limit, type: type, using: random) }
  }

  /// One number.
  public static func constant(_ value: Double) -> Initializer {
    Initializer("constant") { shape, type, _ in .full(shape, value, type: type) }
  }

  /// Orthonormal rows or columns, whichever are fewer, of the matrix whose columns are the last axis (Saxe, McClelland
  /// and Ganguli 2014).
  ///
  /// The factor q of normal numbers, which is spread evenly over all such matrices since r has a positive diagonal.
  public static let orthogonal = Initializer("orthogonal") { shape, type, random in
    guard shape.rank > 1, shape.elementCount > 0 else { return .normal(shape, type: type, using: random) }
    let columns = shape[-1]
    let rows = shape.elementCount / columns
    let q = qr(.normal([max(rows, columns), min(rows, columns)], type: .float64, using: random)).q
    return (rows < columns ? q.transposed() : q).reshaped(to: shape.dimensions).converted(to: type)
  }

  private typealias Fans = (in: Double, out: Double)

  /// Uniform over ±√(3·variance), the interval that has this variance.
  private static func uniform(_ name: String, variance: @escaping @Sendable (Fans) -> Double) -> Initializer {
    Initializer(name) { shape, type, random in
      let limit = (3 * variance(fans(of: shape))).squareRoot()
      return .uniform(shape, in: -limit..<limit, type: type, using: random)
    }
  }

  private static func normal(_ name: String, variance: @escaping @Sendable (Fans) -> Double) -> Initializer {
    Initializer(name) { shape, type, random in
      .normal(shape, standardDeviation: variance(fans(of: shape)).squareRoot(), type: type, using: random)
    }
  }

  private static func fans(of shape: Shape) -> Fans {
    let sizes = shape.dimensions.map { Double(max($0, 1)) }
    guard sizes.count > 1 else { return (sizes.first ?? 1, sizes.first ?? 1) }
    let window = sizes.dropLast(2).reduce(1, *)
    return (window * sizes[sizes.count - 2], window * sizes[sizes.count - 1])
  }
}
