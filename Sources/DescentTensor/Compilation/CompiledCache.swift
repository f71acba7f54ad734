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

  private let name: String
  private let checks: Int
  private let onTrace: ((CompilationTrace) -> Void)?
  private let lock = Mutex(())
  /// Guarded by the lock, which is not held while functions are traced and programs run.
  private var entries: [Entry] = []

  init(_ name: String, checks: Int?, _ onTrace: ((CompilationTrace) -> Void)?) {
    (self.name, self.checks, self.onTrace) = (name, checks ?? CompiledProgram.usualCheckCount, onTrace)
  }

  /// Whether values are wanted here, rather than a part of a program that is being recorded.
  func canRun(_ tensors: [Tensor]) -> Bool {
    !Scope.isRecording && tensors.allSatisfy { !$0.node.isInvalid && !$0.node.isOpen }
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
    CompiledProgram.compare(found, with: expected, name)
  }

  /// Takes an entry out of the lock.
  private struct UncheckedEntry: @unchecked Sendable {
    let entry: Entry?
    init(_ entry: Entry?) { self.entry = entry }
  }
}

extension CompilationTrace {
  fileprivate init(_ name: String, _ signature: [Body.Signature], _ program: CompiledProgram, count: Int) {
    self.init(name, count == 1 ? .firstCall : .newSignature, signature, program, count: count)
  }

  /// What tracing a function came to.
  package init(
    _ name: String, _ reason: Reason, _ signature: [Body.Signature], _ program: CompiledProgram, count: Int
  ) {
    self.init(
      name: name, reason: reason,
      signature: signature.map { "\($0.scalarType) \($0.shape)" }.joined(separator: ", "), traceCount: count,
      plan: program.planDescription, isReplayable: program.isReplayable)
  }
}
