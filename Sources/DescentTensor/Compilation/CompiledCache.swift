import DescentGraph
import Synchronization

/// The programs of a compiled function, one for each signature of its arguments.
final class CompiledCache: @unchecked Sendable {
  /// A program with the results of its trace, which later results are made of.
  final class Entry {
    let program: CompiledProgram
    let template: AnyObject
    fileprivate let signature: [Body.Signature]
    /// How many calls are still to be compared with the function itself.
    fileprivate let unchecked: Atomic<Int>

    fileprivate init(
      _ signature: [Body.Signature], _ program: CompiledProgram, _ template: AnyObject, unchecked: Int
    ) {
      (self.signature, self.program, self.template) = (signature, program, template)
      self.unchecked = Atomic(unchecked)
    }

    fileprivate func suits(_ arguments: [Tensor]) -> Bool {
      guard signature.count == arguments.count else { return false }
      for index in signature.indices
      where signature[index].shape != arguments[index].shape
        || signature[index].scalarType != arguments[index].scalarType
      {
        return false
      }
      return true
    }
  }

  /// How many calls are compared unless somebody says otherwise: some in debug builds.
  private static let usualChecks: Int = {
    var count = 0
    assert(
      {
        count = 3
        return true
      }())
    return count
  }()

  private let name: String
  private let checks: Int
  private let onTrace: ((CompilationTrace) -> Void)?
  private let lock = Mutex(())
  /// Guarded by the lock, which is not held while functions are traced and programs run.
  private var entries: [Entry] = []

  init(_ name: String, checks: Int?, _ onTrace: ((CompilationTrace) -> Void)?) {
    (self.name, self.checks, self.onTrace) = (name, checks ?? Self.usualChecks, onTrace)
  }

  /// Whether values are wanted here, rather than a part of a program that is being recorded.
  func canRun(_ tensors: [Tensor]) -> Bool {
    if let scope = Scope.existing, !scope.recorders.isEmpty || scope.placeholderDepth > 0 { return false }
    return tensors.allSatisfy { !$0.node.isInvalid && !$0.node.isOpen }
  }

  /// The program for arguments, which `trace` makes if there is none yet.
  ///
  /// - Parameter function: A function of tensors; its results as they are and as tensors.
  func entry(
    for arguments: [Tensor], _ function: ([Tensor]) throws -> (template: AnyObject, tensors: [Tensor])
  ) throws -> Entry {
    let known = lock.withLock { _ in UncheckedEntry(entries.first { $0.suits(arguments) }) }.entry
    if let known { return known }
    var template: AnyObject?
    let signature = arguments.map { Body.Signature($0.node) }
    let program = try CompiledProgram(signature) { placeholders in
      let (results, tensors) = try function(placeholders)
      template = results
      return tensors
    }
    guard let template else { preconditionFailure("the function was not called") }
    let entry = Entry(signature, program, template, unchecked: checks)
    let boxed = UncheckedEntry(entry)
    let count = lock.withLock { _ in
      if let entry = boxed.entry { entries.append(entry) }
      return entries.count
    }
    onTrace?(CompilationTrace(name, signature, program, count: count))
    return entry
  }

  // MARK: Comparing with the function itself

  /// Whether a call is one of those that are compared.
  func checks(_ entry: Entry) -> Bool {
    entry.unchecked.load(ordering: .relaxed) > 0 && entry.unchecked.subtract(1, ordering: .relaxed).oldValue > 0
  }

  /// Complains where results are not what the function itself gives.
  func compare(_ found: [Tensor], with expected: [Tensor]) {
    for (place, (value, other)) in zip(found, expected).enumerated() {
      guard let difference = difference(value, other) else { continue }
      return Failure.stop(
        .init(
          .invalidArgument, "compile",
          "result \(place) of \(name) is not what the function itself gives now: \(difference); it depends on something "
            + "that is no argument and has changed since it was traced; give that as an argument"))
    }
  }

  /// What is different between a result and the one that is expected; nil if rounding explains it.
  private func difference(_ value: Tensor, _ expected: Tensor) -> String? {
    if value.shape != expected.shape { return "shape \(value.shape), not \(expected.shape)" }
    if value.scalarType != expected.scalarType { return "\(value.scalarType), not \(expected.scalarType)" }
    let (found, right) = (value.converted(to: .float64).scalars, expected.converted(to: .float64).scalars)
    let largest = right.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let tolerance = largest * (value.scalarType == .float64 ? 1e-9 : value.scalarType == .float32 ? 1e-3 : 0.05)
    let worst = zip(found, right).first { $0 != $1 && !(abs($0 - $1) <= tolerance) && !($0.isNaN && $1.isNaN) }
    return worst.map { "\($0), not \($1)" }
  }

  /// Takes an entry out of the lock.
  private struct UncheckedEntry: @unchecked Sendable {
    let entry: Entry?
    init(_ entry: Entry?) { self.entry = entry }
  }
}

extension CompilationTrace {
  fileprivate init(_ name: String, _ signature: [Body.Signature], _ program: CompiledProgram, count: Int) {
    self.init(
      name: name, reason: count == 1 ? .firstCall : .newSignature,
      signature: signature.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", "), traceCount: count,
      plan: program.planDescription, isReplayable: program.isReplayable)
  }
}
