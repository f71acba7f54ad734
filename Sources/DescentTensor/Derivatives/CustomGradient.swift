import DescentGraph

/// Applies a function whose derivative is the user's own: for formulas that are stabler or cheaper than what the rules
/// make of the function, or deliberately different, such as straight-through estimators.
///
/// ```swift
/// let rounded = withCustomGradient(at: x, isChecked: false) { x in (x .> 0).converted(to: .float32) }
///   pullback: { x, value, cotangent in cotangent }      // as if it were the identity
/// ```
///
/// Derivatives of higher order, forward mode and ``vmap(_:axis:resultAxis:of:)`` go through the operations that the
/// pullback is made of, which must be linear in the cotangent. ``verifyGradient(of:at:tolerance:)`` checks it
/// thoroughly.
///
/// In debug builds the first use of each call site compares the pullback with finite differences, in float64 where the
/// function lets it, and stops the program with the worst element if they disagree. That calls the function up to six
/// times more (up to 32 times for arguments of at most 16 elements) and the pullback once, leaves random generators and
/// recordings alone, and finds what a few random directions show. It waits for a use outside of
/// ``vmap(_:axis:resultAxis:of:)``, where values mean nothing, and is left out where differences can't be had:
/// integers, values that aren't finite, functions that don't give the same value twice. `isChecked: false` is for
/// derivatives that differ on purpose; the environment variable `DESCENT_CHECK_GRADIENTS=0` leaves out all checks.
///
/// - Parameters:
///   - argument: What to apply the function to: a tensor or a structure of tensors.
///   - isChecked: Whether debug builds check the pullback.
///   - function: The function, called once but for that check. No derivative passes through its operations, nor to what
///     it captures.
///   - pullback: The derivative, called whenever one is asked for: from the argument, the value and the value's
///     cotangent to the argument's cotangent, a structure like the argument with tensors of the same shapes and types.
///     It must make its result of what it is given and of constants.
/// - Returns: The function's value.
public func withCustomGradient<Argument: TensorStructure & Sendable>(
  at argument: Argument, isChecked: Bool = true, file: String = #fileID, line: Int = #line, column: Int = #column,
  of function: (Argument) throws -> Tensor,
  pullback: @escaping @Sendable (_ argument: Argument, _ value: Tensor, _ cotangent: Tensor) -> Argument
) rethrows -> Tensor {
  let inputs = argument.tensors
  let value = try function(argument)
  #if DEBUG
    if isChecked, CustomGradientCheck.isDue(at: "\(file):\(line):\(column)"),
      let fault = CustomGradientCheck.fault(at: argument, of: function, pullback: pullback)
    {
      Failure.stop(CustomGradientCheck.error(fault, file, line))
    }
  #endif
  if let failed = inputs.first(where: \.node.isInvalid) { return failed }
  guard value.scalarType.isFloatingPoint || value.node.isInvalid else {
    return Tensor(
      Node.invalid(
        .notDifferentiable, "withCustomGradient",
        "the function's result is \(value.scalarType); only floating-point results have derivatives"))
  }
  // The pullback lives as long as the value; it keeps the structure but not the tensors, which the graph gives it.
  let structure = argument.replacingTensors(with: inputs.map { _ in Tensor(0.0) })
  return Tensor(
    .custom(value.node, inputs: inputs.map(\.node)) { inputs, value, cotangent in
      let argument = structure.replacingTensors(with: inputs.map { Tensor($0) })
      return checkedShares(pullback(argument, Tensor(value), Tensor(cotangent)).tensors.map(\.node), for: inputs)
    })
}

/// What a pullback returned, with a failure in place of each tensor that does not fit its input.
private func checkedShares(_ shares: [Node], for inputs: [Node]) -> [Node] {
  inputs.indices.map { place in
    let input = inputs[place]
    guard place < shares.count, shares.count == inputs.count else {
      return .invalid(
        .shapeMismatch, "withCustomGradient",
        "the pullback returned \(shares.count) tensors for an argument of \(inputs.count)")
    }
    let share = shares[place]
    let isRight = share.shape == input.shape && share.scalarType == input.scalarType
    if share.isInvalid || isRight || !input.scalarType.isFloatingPoint { return share }
    return .invalid(
      .shapeMismatch, "withCustomGradient",
      "the pullback returned \(share.scalarType) of shape \(share.shape) as the cotangent of \(input.label), which is "
        + "\(input.scalarType) of shape \(input.shape)")
  }
}
