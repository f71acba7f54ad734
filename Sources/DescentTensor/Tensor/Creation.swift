import DescentGraph

extension Tensor {
  /// A scalar.
  ///
  /// - Parameters:
  ///   - value: The number. `Double` and `Float` give `float32`, `Int` gives `int64`, the others the type of their
  ///     name.
  ///   - type: Another scalar type.
  public init(_ value: some TensorScalar, type: ScalarType? = nil) {
    self = Tensor.full([], value, type: type)
  }

  /// A tensor from its elements in row-major order.
  ///
  /// ```swift
  /// let readings: [Float] = [0.5, 1.5, 2.5, 3.5]
  /// let grid = Tensor(scalars: readings, shape: [2, 2])
  /// ```
  ///
  /// - Parameters:
  ///   - scalars: The elements.
  ///   - shape: Their shape; one axis unless given. It must hold as many elements.
  ///   - type: The scalar type, unless the one that the element type stands for.
  public init<Scalar: TensorScalar>(scalars: [Scalar], shape: Shape? = nil, type: ScalarType? = nil) {
    let shape = shape ?? [scalars.count]
    guard shape.elementCount == scalars.count else {
      self.init(
        Node.invalid(
          .shapeMismatch, "Tensor(scalars:shape:)",
          "\(scalars.count) scalars do not fill shape \(shape), which holds \(shape.elementCount)"))
      return
    }
    let type = type ?? Scalar.tensorType
    let storage = HostStorage(allocating: scalars.count * type.byteCount)
    if type.swiftType == Scalar.self {
      scalars.withUnsafeBytes {
        storage.pointer.copyMemory(from: $0.baseAddress ?? .init(storage.pointer), byteCount: $0.count)
      }
    } else {
      for (index, scalar) in scalars.enumerated() {
        scalar.bits(as: type).bits.store(as: type, to: storage.pointer + index * type.byteCount)
      }
    }
    self.init(Node(storage, shape, type))
  }

  /// A matrix from its rows, which must be equally long.
  ///
  /// - Parameters:
  ///   - rows: The elements, row by row.
  ///   - type: The scalar type, unless the one that the element type stands for.
  public init<Scalar: TensorScalar>(rows: [[Scalar]], type: ScalarType? = nil) {
    let columns = rows.first?.count ?? 0
    if let ragged = rows.firstIndex(where: { $0.count != columns }) {
      self.init(
        Node.invalid(
          .raggedLiteral, "Tensor(rows:)",
          "row \(ragged) has \(rows[ragged].count) entries, and the rows before it have \(columns)"))
      return
    }
    self.init(scalars: rows.flatMap { $0 }, shape: [rows.count, columns], type: type)
  }

  /// A tensor with every element equal to `value`.
  ///
  /// Node builders fold fills away: 1·x is x. The identity stays, so that derivatives can be taken with respect to it.
  public static func full<Scalar: TensorScalar>(
    _ shape: Shape, _ value: Scalar, type: ScalarType? = nil
  ) -> Tensor {
    let type = type ?? Scalar.tensorType
    return Tensor(.identity(.alias, .fill(value.bits(as: type).bits, shape, type)))
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, type: ScalarType = .float32) -> Tensor { full(shape, 0.0, type: type) }

  /// A tensor of ones.
  public static func ones(_ shape: Shape, type: ScalarType = .float32) -> Tensor { full(shape, 1.0, type: type) }

  /// Zeros with this tensor's shape and type.
  public func zerosLike() -> Tensor { .zeros(shape, type: scalarType) }

  /// Ones with this tensor's shape and type.
  public func onesLike() -> Tensor { .ones(shape, type: scalarType) }

  /// The numbers from `start` up to, not including, `end`, in steps.
  ///
  /// ```swift
  /// print(Tensor.range(from: 0, to: 10, by: 3))     // [0.0, 3.0, 6.0, 9.0]
  /// ```
  public static func range(
    from start: Double = 0, to end: Double, by step: Double = 1, type: ScalarType = .float32
  ) -> Tensor {
    let count = ((end - start) / step).rounded(.up)
    guard step != 0, count.isFinite, count < Double(Int32.max) else {
      return Tensor(
        Node.invalid(.invalidArgument, "range", "from \(start) to \(end) by \(step) has no finite number of steps"))
    }
    let indices = Tensor(.iota([Int(Swift.max(0, count))], axis: 0, .float64))
    return (indices * step + start).converted(to: type)
  }

  /// `count` numbers evenly spaced from `start` to `end`, both included.
  public static func linspace(
    from start: Double, to end: Double, count: Int, type: ScalarType = .float32
  ) -> Tensor {
    guard count >= 0 else {
      return Tensor(Node.invalid(.invalidArgument, "linspace", "can't make \(count) numbers; count is 0 or more"))
    }
    let fractions = Tensor(.iota([count], axis: 0, .float64)) / Double(Swift.max(count - 1, 1))
    // start·(1 − t) + end·t meets both ends exactly; start + t·(end − start) may miss the second.
    return ((1.0 - fractions) * start + fractions * end).converted(to: type)
  }

  /// The identity matrix with `size` rows, or a rectangle with ones on its main diagonal.
  public static func eye(_ size: Int, columns: Int? = nil, type: ScalarType = .float32) -> Tensor {
    let shape: Shape = [size, columns ?? size]
    let rows = Tensor(.iota(shape, axis: 0, .int32))
    return (rows .== Tensor(.iota(shape, axis: 1, .int32))).converted(to: type)
  }

  /// The elements in another scalar type.
  ///
  /// The rules are the same for every pair of types, and for numbers that enter or leave a tensor:
  ///
  /// - Floating point to integer rounds toward zero and saturates; NaN gives 0.
  /// - Integer to integer keeps the low bits: what does not fit wraps, as in arithmetic. 300 is 44 as `uint8`, and −1
  ///   is 255.
  /// - To floating point rounds once, to the nearest number, of two equally near ones to the even one. Floating-point
  ///   numbers that are too large become infinite, and NaN stays NaN.
  /// - Anything to bool is `x != 0`, also for NaN; true is 1.
  ///
  /// Derivatives pass between floating-point types, narrow ones too, and stop at the others.
  ///
  /// ```swift
  /// let half = x.converted(to: .bfloat16)       // half the memory, 8 significant bits
  /// let total = pixels.converted(to: .int64).sum()        // of uint8 pixels, without wrapping
  /// ```
  public func converted(to type: ScalarType) -> Tensor { Tensor(.convert(node, to: type)) }

  /// The tensor as a constant: the same value, through which no derivative passes.
  public func stoppingGradient() -> Tensor { Tensor(.identity(.stopGradient, node)) }
}
