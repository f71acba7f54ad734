import DescentData
import DescentGraph
import DescentTensor

/// Walks a program's trees and builds the tensors.
struct ProgramEvaluator {
  let limits: ProgramLimits
  /// The tensors of names, given or assigned so far.
  private(set) var names: [String: Tensor]
  private(set) var assignments: [ProgramRun.Assignment] = []
  private var namedCount = 0

  init(limits: ProgramLimits, names: [String: Tensor]) {
    self.limits = limits
    self.names = Dictionary(
      uniqueKeysWithValues: names.map { name, tensor in (name, tensor.name == name ? tensor : tensor.named(name)) })
  }

  /// The value of the last statement.
  mutating func run(_ program: Program) throws -> Tensor {
    var result = Tensor(.number(0), type: limits.type)
    for statement in program.statements {
      let value = try value(statement.expression)
      result = try tensor(value, statement.expression.range)
      guard let name = statement.name else { continue }
      namedCount += result.elementCount
      try limits.check(namedCount, atMost: limits.totalCount, statement.range)
      result = result.named(name)
      names[name] = result
      assignments.append(
        .init(name: name, tensor: result, range: statement.range, isLiteral: value.isLiteral))
    }
    return result
  }

  /// A value as a tensor, at whose place a mistake in it stands.
  private func tensor(_ value: ProgramValue, _ place: Range<Int>) throws -> Tensor {
    let tensor = try located(place) { try value.tensor(limits.type) }
    try limits.check(tensor, place)
    return tensor
  }

  /// Runs a piece of tensor program; its mistakes stand at a place of the text.
  func located<Result>(_ place: Range<Int>, _ body: () throws -> Result) throws -> Result {
    do { return try checked(body) } catch let error as TensorError {
      throw ProgramFault(place, error.description)
    } catch let complaint as ValueComplaint {
      throw ProgramFault(place, complaint.message)
    }
  }

  /// A value that a piece of tensor program computes from others, if it is not too large.
  func computed(
    _ place: Range<Int>, from operands: [ProgramValue], _ body: () throws -> ProgramValue
  ) throws -> ProgramValue {
    let value = try located(place, body)
    if case .tensor(let tensor) = value { try limits.check(tensor, madeOf: operands, place) }
    return value
  }

  // MARK: Expressions

  func value(_ expression: ProgramExpression) throws -> ProgramValue {
    switch expression.kind {
    case .number(let value): return .number(value)
    case .truth(let value): return .truth(value)
    case .text(let text): return .text(text)
    case .none: return .none
    case .name(let name): return try value(of: name, expression.range)
    case .list(let entries): return .list(try entries.map(value))
    case .sign(let isNegative, let operand):
      let operand = try value(operand)
      return try computed(expression.range, from: [operand]) { try operand.signed(isNegative, limits.type) }
    case .operation(let first, let links): return try operation(first, links)
    case .call(let call): return try self.call(call)
    case .part(let whole, let selections): return try part(of: whole, selections, expression.range)
    }
  }

  private func value(of name: String, _ place: Range<Int>) throws -> ProgramValue {
    if let tensor = names[name] { return .tensor(tensor) }
    if let constant = ProgramConstants.values[name] { return .number(constant) }
    if ProgramFunction.named(name) != nil {
      throw ProgramFault(place, "'\(name)' is a function; call it with its arguments, as in \(name)(x)")
    }
    let quoted = "'\(name.prefix(40))\(name.count > 40 ? "…" : "")'"
    let known = Array(names.keys).sorted()
    let remedy =
      NameSuggestion.closest(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? "assign it first, as in \(name.prefix(40)) = 1"
    throw ProgramFault(place, "unknown name \(quoted); \(remedy)")
  }

  private func operation(
    _ first: ProgramExpression, _ links: [ProgramExpression.Link]
  ) throws -> ProgramValue {
    var (left, range) = (try value(first), first.range)
    for link in links {
      let right = try value(link.operand)
      let (x, y) = (try operand(left, range), try operand(right, link.operand.range))
      left = try computed(link.place, from: [left, right]) { try link.sign.applied(x, y, limits.type) }
      range = link.place
    }
    return left
  }

  private func operand(_ value: ProgramValue, _ place: Range<Int>) throws -> ProgramOperand {
    try located(place) { try ProgramOperand(value, limits.type) }
  }

  // MARK: Calls

  private func call(_ call: ProgramExpression.Call) throws -> ProgramValue {
    guard let function = ProgramFunction.named(call.function) else {
      throw ProgramFault(call.place, "unknown function '\(call.function)'")
    }
    let arguments: [(name: String?, value: ProgramArguments.Value)] = try call.arguments.map { argument in
      (argument.name, .init(value: try value(argument.value), range: argument.value.range))
    }
    let isNumber = function.isElementwise && arguments.allSatisfy { $0.value.value.isScalarLiteral }
    return try computed(call.place, from: arguments.map(\.value.value)) {
      guard isNumber else { return .tensor(try function.body(ProgramArguments(function, call, arguments, limits))) }
      // Numbers are as precise as can be, whatever the type of the program.
      let precise = ProgramLimits(type: .float64, elementCount: limits.elementCount)
      return try folded(try function.body(ProgramArguments(function, call, arguments, precise)), function)
    }
  }

  /// The number or truth value that a function made of numbers.
  private func folded(_ tensor: Tensor, _ function: ProgramFunction) throws -> ProgramValue {
    let number = tensor.scalar
    if tensor.scalarType == .bool { return .truth(number != 0) }
    guard number.isFinite else { throw ValueComplaint("\(function.name) of these numbers is not a finite number") }
    return .number(number)
  }
}

extension ProgramValue {
  /// Whether it is a single number or truth value, or nothing.
  fileprivate var isScalarLiteral: Bool {
    switch self {
    case .number, .truth, .none: true
    case .tensor, .list, .text: false
    }
  }

  fileprivate func signed(_ isNegative: Bool, _ type: ScalarType) throws -> ProgramValue {
    switch try ProgramOperand(self, type) {
    case .number(let number): .number(isNegative ? -number : number)
    case .tensor(let tensor): .tensor(isNegative ? -tensor : tensor)
    }
  }
}
