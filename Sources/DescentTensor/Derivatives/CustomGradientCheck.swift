import DescentGraph
import Foundation
import Synchronization

/// Compares a pullback with finite differences of its function, at a few calls of either.
///
/// For a random cotangent c the pullback gives the gradient g of φ(x) = ⟨c, f(x)⟩. In a direction v the difference
/// (φ(x + hv) − φ(x − hv))/2h must be ⟨g, v⟩. Small arguments are checked element by element, larger ones in three
/// random directions, of which a wrong one is halved until the element is found. Two steps h must show a fault:
/// rounding inside the function spoils the small one, a kink nearby the large one.
package enum CustomGradientCheck {
  private static let visited = Mutex(Set<String>())
  private static let isOn = ProcessInfo.processInfo.environment["DESCENT_CHECK_GRADIENTS"] != "0"

  /// Whether a call site has not been checked yet and can be now; it counts as checked from then on.
  package static func isDue(at site: String) -> Bool {
    guard isOn, !RandomGenerator.isRehearsal, Scope.current.placeholderDepth == 0 else { return false }
    return visited.withLock { $0.insert(site).inserted }
  }

  /// What the program is told.
  package static func error(_ fault: String, _ file: String, _ line: Int) -> TensorError {
    TensorError(
      .invalidArgument, "withCustomGradient",
      "the pullback at \(file):\(line) is not the derivative of its function: \(fault). Pass isChecked: false if it is "
        + "meant to differ")
  }

  /// What is wrong with a pullback at an argument, nil if nothing is or if it can't be told.
  package static func fault<Argument: TensorStructure>(
    at argument: Argument, of function: (Argument) throws -> Tensor,
    pullback: (_ argument: Argument, _ value: Tensor, _ cotangent: Tensor) -> Argument
  ) -> String? {
    if argument.tensors.contains(where: \.node.isInvalid) { return nil }
    return withoutActuallyEscaping(function) { function in
      Scope.current.withoutRecording {
        // Constants of the function's own may forbid float64.
        for widens in [true, false] {
          let tensors = argument.tensors.map { tensor in
            widens && tensor.scalarType.isFloatingPoint ? tensor.converted(to: .float64) : tensor
          }
          let point = argument.replacingTensors(with: tensors)
          if let probe = GradientProbe(at: point, of: function, pullback: pullback) { return probe.fault }
        }
        return nil
      }
    }
  }
}

/// A function, its gradient by a pullback, and its differences at one argument.
private struct GradientProbe<Argument: TensorStructure> {
  private let point: Argument
  private let tensors: [Tensor]
  private let paths: [String]
  private let function: (Argument) throws -> Tensor
  private let cotangent: Tensor
  private let gradient: [Tensor]
  private let (tolerance, steps): (Double, [Double])

  /// Nil where the function or the pullback fails, or where differences mean nothing.
  init?(
    at point: Argument, of function: @escaping (Argument) throws -> Tensor,
    pullback: (Argument, Tensor, Tensor) -> Argument
  ) {
    guard let value = Self.rehearsed({ try function(point) }), let again = Self.rehearsed({ try function(point) }),
      value.scalarType.isFloatingPoint, value.scalars == again.scalars
    else { return nil }
    let cotangent = Tensor.normal(value.shape, type: value.scalarType, using: RandomGenerator(seed: 1))
    var shares: [Tensor] = []
    let isComplete = Self.rehearsed {
      shares = pullback(point, value, cotangent).tensors
      try evaluate(shares)
      return value
    }
    (self.point, tensors, self.function) = (point, point.tensors, function)
    let fits = zip(shares, tensors).allSatisfy { $0.shape == $1.shape || !$1.scalarType.isFloatingPoint }
    guard isComplete != nil, shares.count == tensors.count, fits else { return nil }
    var (named, paths) = (point, [String]())
    named.forEachTensor { _, path in paths.append(path) }
    (self.paths, gradient, self.cotangent) = (paths, shares, cotangent.converted(to: .float64))
    let isWide = ([value] + tensors).allSatisfy { $0.scalarType != .float32 }
    (tolerance, steps) = isWide ? (1e-3, [1e-6, 1e-4]) : (0.03, [1e-3, 1e-2])
  }

  /// Runs the user's code so that nothing notices, and evaluates its result; nil if it fails.
  private static func rehearsed(_ body: () throws -> Tensor) -> Tensor? {
    RandomGenerator.rehearsing {
      try? checked {
        let value = try body()
        try evaluate(value)
        return value
      }
    }
  }

  // MARK: The search

  private var count: Int { tensors.reduce(0) { $0 + ($1.scalarType.isFloatingPoint ? $1.elementCount : 0) } }

  /// The worst element, nil if the gradient is right.
  var fault: String? { count <= 16 ? smallFault : largeFault }

  private var smallFault: String? {
    let errors = (0..<count).map { (element: $0, error: error(along: direction(over: $0..<$0 + 1))) }
    let wrong = errors.filter { $0.error > 1 }
    return wrong.max { $0.error < $1.error }.map { describe($0.element, wrong.count) }
  }

  private var largeFault: String? {
    for seed in UInt64(2)..<5 {
      guard error(along: direction(over: 0..<count, seed)) > 1 else { continue }
      var range = 0..<count
      while range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        let halves = [range.lowerBound..<middle, middle..<range.upperBound]
        let errors = halves.map { error(along: direction(over: $0, seed)) }
        range = errors[0] >= errors[1] ? halves[0] : halves[1]
      }
      return describe(range.lowerBound, nil)
    }
    return nil
  }

  // MARK: Differences

  /// Random numbers, or 1 for a single element, in a range of the elements of all tensors and 0 elsewhere.
  private func direction(over range: Range<Int>, _ seed: UInt64 = 0) -> [Tensor?] {
    let random = RandomGenerator(seed: seed)
    var start = 0
    return tensors.map { tensor in
      guard tensor.scalarType.isFloatingPoint else { return nil }
      let places = Tensor(.iota([tensor.elementCount], axis: 0, .int64)) + start
      start += tensor.elementCount
      let isInside = (places .>= range.lowerBound) .& (places .< range.upperBound)
      let numbers =
        range.count == 1
        ? Tensor.ones(places.shape, type: .float64) : .normal(places.shape, type: .float64, using: random)
      // As large as the numbers that it moves.
      let sizes = max(abs(tensor.flattened().converted(to: .float64)), 1)
      return select(isInside, numbers * sizes, 0).reshaped(like: tensor)
    }
  }

  private func value(moved distance: Double, along direction: [Tensor?]) -> Double? {
    let moved = zip(tensors, direction).map { tensor, direction in
      direction.map { tensor + ($0 * distance).converted(to: tensor.scalarType) } ?? tensor
    }
    let value = Self.rehearsed { try function(point.replacingTensors(with: moved)) }
    guard let value, value.shape == cotangent.shape else { return nil }
    return (value.converted(to: .float64) * cotangent).sum().scalar
  }

  /// (φ(x + hv) − φ(x − hv))/2h, nil if that is no number.
  private func difference(along direction: [Tensor?], _ step: Double) -> Double? {
    guard let ahead = value(moved: step, along: direction), let behind = value(moved: -step, along: direction),
      (ahead - behind).isFinite
    else { return nil }
    return (ahead - behind) / (2 * step)
  }

  /// ⟨g, v⟩ and the norm of its terms.
  private func slope(along direction: [Tensor?]) -> (sum: Double, size: Double) {
    var (sum, squares) = (0.0, 0.0)
    for (gradient, direction) in zip(gradient, direction) {
      guard let direction else { continue }
      let terms = gradient.converted(to: .float64) * direction
      sum += terms.sum().scalar
      squares += terms.squared().sum().scalar
    }
    return (sum, squares.squareRoot())
  }

  /// The difference between both derivatives as a multiple of what is accepted, by the step that is kinder to it.
  private func error(along direction: [Tensor?]) -> Double {
    let slope = slope(along: direction)
    var smallest = Double.infinity
    for step in steps {
      guard let difference = difference(along: direction, step) else { return 0 }
      let scale = Swift.max(slope.size, slope.sum.magnitude, difference.magnitude, 1e-3)
      let error = (slope.sum - difference).magnitude / (tolerance * scale)
      smallest = Swift.min(smallest, error.isNaN ? .infinity : error)
      if smallest <= 1 { break }
    }
    return smallest
  }

  // MARK: Words

  private func describe(_ element: Int, _ wrongCount: Int?) -> String {
    let direction = direction(over: element..<element + 1)
    var (place, start) = (0, 0)
    for (index, tensor) in tensors.enumerated() where tensor.scalarType.isFloatingPoint {
      if start + tensor.elementCount <= element {
        start += tensor.elementCount
      } else {
        place = index
        break
      }
    }
    let shape = tensors[place].shape
    let index = shape.index(of: element - start)
    // In units of the element, not of the direction.
    let size = direction[place].map { $0.sum().scalar } ?? 1
    let (claimed, found) = (
      slope(along: direction).sum / size, difference(along: direction, steps[1]).map { $0 / size }
    )
    func text(_ number: Double) -> String { String(format: "%.6g", number) }
    let path = paths[place].isEmpty ? "the argument" : "'\(paths[place])'"
    return "for a random cotangent it gives \(text(claimed)) at \(path) \(index), finite differences give "
      + "\(text(found ?? .nan)) (error \(text((claimed - (found ?? .nan)).magnitude)))"
      + (wrongCount.map { ", the worst of \($0) wrong elements" } ?? ", found by halving a random direction")
  }
}
