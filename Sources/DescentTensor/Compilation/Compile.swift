import DescentGraph

/// A function that is run once to learn what it computes, and from then on only computes it.
///
/// The first call with arguments of given shapes and scalar types *traces* the function: it runs on tensors that stand
/// for any values, and the graph that it makes is compiled to a plan. Later calls run that plan, without building nodes
/// or looking up anything but the shapes. Arguments and results are tensors or structures of them, results also tuples.
///
/// ```swift
/// let step = compile { (w: Tensor, b: Tensor, x: Tensor) in
///   let (f, (dw, db)) = valueWithGradient(at: w, b) { w, b in ((w • x + b) ** 2).sum() }
///   return (f, dw, db)
/// }
/// let (f, dw, db) = try step(w, b, x)
/// ```
///
/// What is not an argument belongs to the program as it was when the function was traced: tensors from outside, numbers,
/// properties that are not tensors, and what Swift's own control flow decided. Give what changes as an argument; a value
/// may be looked at outside only. In debug builds the first calls are compared with the function itself, so that a
/// program which depends on something else is found out. Random numbers are the exception: each call draws new ones, the
/// same that the function itself would have drawn.
///
/// A call inside another compiled function, or where derivatives are recorded, calls the function itself.
///
/// - Parameters:
///   - name: What to call the function in messages.
///   - checkedCalls: How many calls with arguments of new shapes and types are compared with the function itself; three in
///     debug builds and none in others unless given.
///   - onTrace: Called each time the function is traced, with the reason and what came of it.
///   - function: The function; it should do nothing but compute.
/// - Returns: A function that does the same. It throws what the function throws, and ``TensorError`` for what only values
///   show.
public func compile<each Argument: TensorStructure, each Result: TensorStructure>(
  _ name: String = "a compiled function", checkedCalls: Int? = nil, onTrace: ((CompilationTrace) -> Void)? = nil,
  _ function: @escaping (repeat each Argument) throws -> (repeat each Result)
) -> (repeat each Argument) throws -> (repeat each Result) {
  let cache = CompiledCache(name, checks: checkedCalls, onTrace)
  return { (arguments: repeat each Argument) in
    var tensors: [Tensor] = []
    for argument in repeat each arguments { argument.appendTensors(to: &tensors) }
    func call(_ replacements: [Tensor]) throws -> (repeat each Result) {
      var rest = replacements[...]
      return try function(repeat (each arguments).taking(from: &rest))
    }
    func tensorsOfCall(_ replacements: [Tensor]) throws -> (template: AnyObject, tensors: [Tensor]) {
      let results = try call(replacements)
      var found: [Tensor] = []
      for result in repeat each results { result.appendTensors(to: &found) }
      return (Template((repeat each results)), found)
    }
    guard cache.canRun(tensors) else { return try call(tensors) }
    try evaluate(tensors)
    let entry = try cache.entry(for: tensors, tensorsOfCall)
    guard entry.program.isReplayable else { return try call(tensors) }
    let expected = cache.checks(entry) ? try RandomGenerator.rehearsing { try tensorsOfCall(tensors).tensors } : []
    let values = try entry.program.run(tensors)
    if !expected.isEmpty { cache.compare(values, with: expected) }
    var rest = values[...]
    let template = unsafeDowncast(entry.template, to: Template<(repeat each Result)>.self).results
    return (repeat (each template).taking(from: &rest))
  }
}

/// The results of a trace, to make others of.
private final class Template<Results> {
  let results: Results
  init(_ results: Results) { self.results = results }
}

/// What a compiled function tells when it has been traced.
public struct CompilationTrace: Sendable {
  /// Why a function is traced.
  public enum Reason: Sendable, Equatable {
    /// It was called for the first time.
    case firstCall
    /// It was called before, but not with arguments of these shapes and types.
    case newSignature
    /// What it depends on besides its arguments may have changed: of a training step the model, the optimiser, or the
    /// epoch.
    case renewed
  }

  /// The function's name.
  public let name: String
  /// Why it was traced.
  public let reason: Reason
  /// The shapes and scalar types of the arguments' tensors: `float32 [2, 3], int64 [2]`.
  public let signature: String
  /// How often the function has been traced by now.
  public let traceCount: Int
  /// What a call runs: the steps, their arithmetic and their memory.
  public let plan: String
  /// Whether calls run the plan.
  ///
  /// They call the function itself if it draws random numbers that are no tensors, such as the order of samples: these
  /// can't be drawn anew without it.
  public let isReplayable: Bool
}

extension TensorStructure {
  /// Appends all tensors, trainable or not.
  package func appendTensors(to tensors: inout [Tensor]) {
    if Self.self == Tensor.self { return tensors.append(unsafeBitCast(self, to: Tensor.self)) }
    var copy = self
    copy.forEachTensor(.any) { tensor, _ in tensors.append(tensor) }
  }

  /// The structure with the next tensors in the place of its own.
  package func taking(from tensors: inout ArraySlice<Tensor>) -> Self {
    if Self.self == Tensor.self, let next = tensors.popFirst() { return unsafeBitCast(next, to: Self.self) }
    var copy = self
    copy.forEachTensor(.any) { tensor, _ in if let next = tensors.popFirst() { tensor = next } }
    return copy
  }
}
