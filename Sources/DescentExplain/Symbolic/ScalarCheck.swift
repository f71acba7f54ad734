import DescentCalculus
import DescentGraph
import DescentNotation
import DescentTensor

extension ScalarDerivation {
  /// How the simplified derivative compares at random points with what the rules give in numbers, and with finite
  /// differences.
  public struct Check: Sendable {
    /// At how many points the function is defined and was compared.
    public var points = 0
    /// The largest difference from reverse mode, relative to the larger of them if that is above 1.
    public var automaticError = 0.0
    /// The largest difference from central finite differences, likewise.
    public var finiteDifferenceError = 0.0

    /// Whether all three agree.
    public var isCorrect: Bool { automaticError <= 1e-9 && finiteDifferenceError <= 1e-5 }
  }
}

/// Compares a derivative three ways at points of its own.
struct ScalarChecker {
  private let target: Node
  private let variable: Node
  private let leaves: [Node]
  private static let pointCount = 6

  init(_ target: Node, by variable: Node) {
    (self.target, self.variable) = (target, variable)
    leaves = target.ancestors.filter { $0.operandCount == 0 && $0.name != nil }
  }

  /// Numbers between 0.3 and 1.7 that are spread evenly: the multiples of the golden ratio (Weyl's sequence).
  private static func number(_ index: Int) -> Double {
    0.3 + 1.4 * (Double(index + 1) * 0.618033988749894848).truncatingRemainder(dividingBy: 1)
  }

  /// The same points for the same expression.
  func check(_ derivative: Expression) throws -> ScalarDerivation.Check {
    var check = ScalarDerivation.Check()
    for point in 0..<ScalarChecker.pointCount {
      let values = leaves.indices.map { ScalarChecker.number(point * leaves.count + $0) }
      let automatic = try slope(at: values)
      // Near a pole only the small step is right, elsewhere the large one has more digits.
      let differences = try [1e-3, 1e-5].map { try finiteDifference(at: values, step: $0) }
      guard automatic.isFinite, differences.allSatisfy(\.isFinite) else { continue }
      let named = Dictionary(
        zip(leaves, values).map { (Name($0.name ?? ""), [$1]) } + [(Name(variable.name ?? ""), [0])],
        uniquingKeysWith: { first, _ in first })
      let symbolic = try derivative.values(at: named, count: 1, on: Tensor.engine)[0]
      check.points += 1
      check.automaticError = max(check.automaticError, error(symbolic, automatic))
      check.finiteDifferenceError = max(
        check.finiteDifferenceError, differences.map { error(symbolic, $0) }.min() ?? .infinity)
    }
    return check
  }

  private func error(_ x: Double, _ y: Double) -> Double {
    let error = abs(x - y) / max(1, abs(x), abs(y))
    return error.isNaN ? .infinity : error
  }

  /// The derivative by reverse mode on numbers.
  private func slope(at values: [Double]) throws -> Double {
    let recorder = Recorder()
    let (result, inputs) = Scope.current.record(with: recorder) { replayed(values) }
    guard let place = leaves.firstIndex(where: { $0 === variable }) else { return 0 }
    let pulled = ReverseMode(recorder.nodes, sources: [inputs[place]]).pullback(result.filled(1), of: result)
    return pulled[0].map { Tensor($0).scalar } ?? 0
  }

  /// (8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h)))/12h (Abramowitz and Stegun 25.3.6).
  private func finiteDifference(at values: [Double], step: Double) throws -> Double {
    guard let place = leaves.firstIndex(where: { $0 === variable }) else { return 0 }
    func value(_ distance: Double) -> Double {
      var moved = values
      moved[place] += distance
      return Tensor(replayed(moved).result).scalar
    }
    return (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
  }

  /// The target with numbers in the places of its leaves.
  private func replayed(_ values: [Double]) -> (result: Node, inputs: [Node]) {
    let inputs = values.map { Node.numbers([$0], Shape()) }
    var made: [ObjectIdentifier: Node] = [:]
    for (leaf, input) in zip(leaves, inputs) { made[ObjectIdentifier(leaf)] = input }
    for node in target.ancestors where made[ObjectIdentifier(node)] == nil {
      let operands = node.operands.map { made[ObjectIdentifier($0)]! }
      made[ObjectIdentifier(node)] = operands.isEmpty ? node : node.reapplied(to: operands)
    }
    return (made[ObjectIdentifier(target)]!, inputs)
  }
}
