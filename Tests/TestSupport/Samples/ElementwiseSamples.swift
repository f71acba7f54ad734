import DescentCalculus
import DescentGraph

// Rows of the sources and of the functions of one, two and three elements.

extension Sample {
  static func sources(_ family: Family) -> [Sample] {
    switch family {
    case .fill:
      [
        Sample("fill beside a tensor", [Input([2, 3])], .numbers, [2, 3]) { x in
          .binary(.multiply, x[0], .fill(3, [2, 3], x[0].scalarType))
        }
      ]
    case .iota:
      (0..<2).map { axis in
        Sample("iota along axis \(axis)", [Input([2, 3])], .numbers, [2, 3]) { x in
          .binary(.add, x[0], .iota([2, 3], axis: axis, x[0].scalarType))
        }
      }
    case .random:
      gammas
        + Distribution.allCases.filter { !$0.hasConcentration }.flatMap { distribution in
          [Shape([5]), [3, 4], []].map { shape in
            Sample("random.\(distribution) \(shape)", [Input([2], .key), Input(shape)], .floats, shape) { x in
              .binary(.multiply, .random(distribution, shape, x[1].scalarType, key: x[0]), x[1])
            }
          }
        }
    case .input, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce, .argument,
      .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract,
      .recurrence, .cumulative, .custom, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after,
      .windows, .overlap, .matrix, .solve:
      []
    }
  }

  /// The derivative by the concentration isn't that of the sample at hand, so the concentration comes as an integer.
  private static let gammas = [Distribution.gamma, .logGamma].flatMap { distribution in
    [Shape([5]), [3, 4], [], [0, 2]].map { shape in
      Sample(
        "\(distribution) \(shape)", [Input(shape, .index(below: 5)), Input(shape)], .floats, shape
      ) { x in
        let concentration = Node.convert(x[0], to: x[1].scalarType)
        let key = Node.literal([17, 4], [2], .int64)
        return .random(distribution, concentration: 0.3 + 0.7 * concentration, key: key) * x[1]
      }
    }
  }

  static let powers = [2, 3, 0.5, -1, -1.5, 0, 4].map { exponent in
    let isWhole = exponent >= 0 && exponent == exponent.rounded()
    let domain: Domain = isWhole ? .any : .positive
    return Sample("power \(exponent)", [Input([2, 3], domain)], isWhole ? .numbers : .floats, [2, 3]) { x in
      .power(x[0], exponent)
    }
  }

  static let conversions = ScalarType.allCases.map { target in
    Sample("convert to \(target)", [Input([7], .apart)], .all.filter { $0 != target }, [7]) { x in
      .convert(x[0], to: target)
    }
  }

  static let selections = [
    Sample("select", [Input([2, 3], .truth), Input([2, 3]), Input([2, 3])], .all, [2, 3]) { x in
      .select(x[0], x[1], x[2])
    },
    Sample("select scalars", [Input([], .truth), Input([]), Input([])], .all, []) { x in .select(x[0], x[1], x[2]) },
    Sample("select by comparison", [Input([4], .apart), Input([4], .apart)], .numbers, [4]) { x in
      .select(.compare(.less, x[0], x[1]), x[1], x[0])
    },
  ]
}

extension Unary {
  var samples: [Sample] {
    let shapes: [Shape] = self == .exp ? [[2, 3], [], [0], [17]] : [[2, 3], [17]]
    return shapes.map { shape in
      Sample("\(self) \(shape)", [Sample.Input(shape, domain)], types, shape) { [self] x in .unary(self, x[0]) }
    }
  }

  private var domain: Domain {
    switch self {
    case .negate, .exp, .tanh, .sigmoid, .sin, .cos, .exp2, .expm1, .atan, .sinh, .cosh, .asinh, .erf, .erfc: .any
    case .absolute, .sign, .relu, .reciprocal, .cbrt: .nonZero
    case .sqrt, .log, .rsqrt, .log2, .log10, .lgamma: .positive
    case .log1p, .tan, .asin, .acos, .atanh, .erfinv: .inside
    case .acosh: .aboveOne
    case .floor, .ceil, .round, .truncate: .apart
    case .not: .truth
    }
  }

  private var types: [ScalarType] {
    switch self {
    case .negate, .absolute, .sign, .relu: .numbers
    case .sqrt, .reciprocal, .exp, .log, .tanh, .sigmoid, .sin, .cos, .rsqrt, .cbrt, .exp2, .expm1, .log2, .log10,
      .log1p, .tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv, .lgamma, .floor,
      .ceil, .round, .truncate:
      .floats
    case .not: [.bool]
    }
  }
}

extension Identity {
  var sample: Sample {
    Sample("\(self)", [Sample.Input([2, 3])], .all, [2, 3]) { [self] x in .identity(self, x[0]) }
  }
}

extension Binary {
  var samples: [Sample] {
    if self == .polygamma { return Sample.polygammas }
    let (left, right) = domains
    var samples = [Shape([2, 3]), [], [0, 2], [17]].map { shape in
      Sample("\(self) \(shape)", [Sample.Input(shape, left), Sample.Input(shape, right)], types, shape) {
        [self] x in .binary(self, x[0], x[1])
      }
    }
    if let domain = domainOfBoth {
      // One operand used twice: both its shares must be added.
      samples.append(
        Sample("\(self) with itself", [Sample.Input([4], domain)], types, [4]) { [self] x in .binary(self, x[0], x[0]) }
      )
    }
    return samples
  }

  /// Where both operands may be the same tensor; nil where that is a kink or a constant.
  private var domainOfBoth: Domain? {
    switch self {
    case .add, .subtract, .multiply, .and, .or, .xor, .shiftLeft, .shiftRight: .any
    case .divide, .power, .hypot, .xlogy: .positive
    case .maximum, .minimum, .remainder, .truncatedRemainder, .atan2, .logaddexp, .copysign, .polygamma: nil
    }
  }

  private var domains: (Domain, Domain) {
    switch self {
    case .add, .subtract, .multiply, .and, .or, .xor, .logaddexp, .shiftLeft, .shiftRight: (.any, .any)
    case .divide: (.any, .nonZero)
    case .power: (.positive, .any)
    case .hypot: (.nonZero, .any)
    case .xlogy: (.any, .positive)
    case .atan2, .copysign: (.nonZero, .nonZero)
    case .remainder, .truncatedRemainder: (.nonZero, .divisor)
    case .polygamma: (.index(below: 4), .positive)
    case .maximum, .minimum: (.apart, .apart)
    }
  }

  private var types: [ScalarType] {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder, .truncatedRemainder: .numbers
    case .power, .hypot, .atan2, .logaddexp, .xlogy, .copysign, .polygamma: .floats
    case .shiftLeft, .shiftRight: .integers
    case .maximum, .minimum: .all
    case .and, .or, .xor: .integersAndBool
    }
  }
}

extension Sample {
  /// The order is no variable, so it comes as an integer.
  fileprivate static let polygammas = [Shape([2, 3]), [17]].map { shape in
    Sample("polygamma \(shape)", [Input(shape, .index(below: 4)), Input(shape, .positive)], .floats, shape) { x in
      .binary(.polygamma, .convert(x[0], to: x[1].scalarType), x[1])
    }
  }
}

extension Comparison {
  var sample: Sample {
    Sample("\(self)", [Sample.Input([2, 9], .apart), Sample.Input([2, 9], .apart)], .all, [2, 9]) { [self] x in
      .compare(self, x[0], x[1])
    }
  }
}
