import DescentGraph
import DescentTensor

/// The arguments of a call, by the names of the function's parameters.
struct ProgramArguments {
  /// An argument with the characters it came from.
  struct Value {
    let value: ProgramValue
    let range: Range<Int>
  }

  /// How the run makes tensors.
  let limits: ProgramLimits
  let function: ProgramFunction
  /// The characters of the function's name.
  let place: Range<Int>
  /// Whether it was called as a method of its first argument.
  let isMethod: Bool
  private var values: [String: Value] = [:]
  private var variadic: [Value] = []
  private(set) var positionalCount = 0

  /// Gives each argument to its parameter.
  init(
    _ function: ProgramFunction, _ call: ProgramExpression.Call, _ arguments: [(name: String?, value: Value)],
    _ limits: ProgramLimits
  ) throws {
    (self.function, self.limits, place, isMethod) = (function, limits, call.place, call.isMethod)
    for (name, value) in arguments {
      if let name { try bind(value, named: name) } else { try bindNext(value) }
    }
    let missing = function.parameters.first { !$0.isOptional && values[$0.name] == nil }
    if let missing { throw fault(call.place, "needs the argument '\(missing.name)'") }
  }

  private mutating func bindNext(_ value: Value) throws {
    let index = min(positionalCount, function.parameters.count - 1)
    let parameter = function.parameters[index]
    guard positionalCount < function.parameters.count || parameter.isVariadic else {
      throw fault(value.range, "takes \(function.parameters.count) arguments at most")
    }
    positionalCount += 1
    if parameter.isVariadic { variadic.append(value) } else { values[parameter.name] = value }
  }

  private mutating func bind(_ value: Value, named name: String) throws {
    guard let parameter = function.parameters.first(where: { $0.name == name }) else {
      throw fault(value.range, "has no argument '\(name)'")
    }
    guard values[name] == nil, !parameter.isVariadic || variadic.isEmpty else {
      throw fault(value.range, "has the argument '\(name)' twice")
    }
    if parameter.isVariadic { variadic = [value] } else { values[name] = value }
  }

  /// A mistake of the call, with the signature as the remedy.
  func fault(_ range: Range<Int>, _ what: String) -> ProgramFault {
    ProgramFault(range, "\(function.name) \(what); its arguments are \(function.signature)")
  }

  // MARK: Values

  /// The value of a parameter, nil if it is left out or None.
  subscript(name: String) -> Value? {
    guard let value = values[name] else { return nil }
    if case .none = value.value { return nil }
    return value
  }

  private func required(_ name: String) throws -> Value {
    if let value = self[name] { return value }
    throw fault(place, "needs the argument '\(name)'")
  }

  /// What an argument is converted to; a mistake of the conversion stands at the argument.
  private func placed<Result>(_ value: Value, _ convert: () throws -> Result) throws -> Result {
    do { return try checked(convert) } catch let complaint as ValueComplaint {
      throw ProgramFault(value.range, "\(function.name): \(complaint.message)")
    } catch let error as TensorError {
      throw ProgramFault(value.range, error.description)
    }
  }

  /// A tensor in the program's type.
  func tensor(_ name: String) throws -> Tensor { try tensor(required(name)) }

  private func tensor(_ value: Value) throws -> Tensor {
    try placed(value) { try value.value.tensor(limits.type).arithmetic(limits.type) }
  }

  /// A tensor in the program's type, nil if it is left out.
  func optionalTensor(_ name: String) throws -> Tensor? { try self[name].map(tensor) }

  /// A number, or a tensor in the program's type.
  func operand(_ name: String) throws -> ProgramOperand {
    let value = try required(name)
    return try placed(value) { try ProgramOperand(value.value, limits.type) }
  }

  /// Truth values: those of a tensor of numbers are whether they differ from 0.
  func mask(_ name: String) throws -> Tensor {
    let value = try required(name)
    let tensor = try placed(value) { try value.value.tensor(limits.type) }
    return tensor.converted(to: .bool)
  }

  /// Indices or classes.
  func indices(_ name: String) throws -> Tensor {
    let value = try required(name)
    return try placed(value) { try ProgramArguments.indices(value.value, name) }
  }

  /// The tensors of a list, or along the first axis of one tensor.
  func tensors(_ name: String) throws -> [Tensor] {
    let value = try required(name)
    switch value.value {
    case .list(let entries): return try entries.map { try tensor(Value(value: $0, range: value.range)) }
    case .tensor, .number, .truth, .text, .none:
      let whole = try tensor(value)
      guard whole.rank > 0, whole.shape[0] <= 10_000 else {
        throw ProgramFault(value.range, "\(function.name): expected a list of tensors, as in [a, b]")
      }
      return whole.unstacked()
    }
  }

  /// The tensors of the parameter that takes any number of them.
  func variadicTensors() throws -> [Tensor] { try variadic.map(tensor) }

  // MARK: Numbers

  func number(_ name: String) throws -> Double {
    let value = try required(name)
    return try placed(value) { try ProgramArguments.number(value.value, name) }
  }

  /// A number, nil if it is left out.
  func optionalNumber(_ name: String) throws -> Double? {
    self[name] == nil ? nil : try number(name)
  }

  func number(_ name: String, default standard: Double) throws -> Double { try optionalNumber(name) ?? standard }

  /// A whole number, nil if it is left out.
  func optionalInteger(_ name: String) throws -> Int? { try self[name].map { try integer($0, name) } }

  func integer(_ name: String, default standard: Int) throws -> Int { try optionalInteger(name) ?? standard }

  func integer(_ name: String) throws -> Int { try integer(required(name), name) }

  private func integer(_ value: Value, _ name: String) throws -> Int {
    try placed(value) { try ProgramArguments.integer(value.value, name) }
  }

  /// Whole numbers: one, or a list of them; nil if they are left out.
  func integers(_ name: String) throws -> [Int]? { try self[name].map { try integers($0, name) } }

  /// The whole numbers of the parameter that takes any number of them, or of a list in its place.
  func variadicIntegers(_ name: String) throws -> [Int] {
    if variadic.count == 1 { return try integers(variadic[0], name) }
    return try variadic.map { try integer($0, name) }
  }

  var isVariadicEmpty: Bool { variadic.isEmpty }

  private func integers(_ value: Value, _ name: String) throws -> [Int] {
    try placed(value) { try ProgramArguments.integers(value.value, name) }
  }

  /// The axes of a reduction: all of them, as an empty list, if none are given.
  func axes(_ name: String = "axis") throws -> [Int] {
    guard let value = self[name] else { return [] }
    let axes = try integers(value, name)
    if axes.isEmpty { throw ProgramFault(value.range, "\(function.name): '\(name)' is an empty list") }
    return axes
  }

  func truth(_ name: String) throws -> Bool {
    guard let value = self[name] else { return false }
    switch value.value {
    case .truth(let truth): return truth
    case .number(let number) where number == 0 || number == 1: return number == 1
    case .number, .tensor, .list, .text, .none:
      throw ProgramFault(value.range, "\(function.name): '\(name)' is True or False, not \(value.value.described)")
    }
  }

  /// A text, nil if it is left out or something else.
  func text(_ name: String) -> String? { if case .text(let text) = self[name]?.value { text } else { nil } }

  /// The place of an argument, or of the function if it is left out.
  func place(of name: String) -> Range<Int> { self[name]?.range ?? place }
}
