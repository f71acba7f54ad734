import DescentGraph
import DescentTensor

/// What an expression stands for while a program runs.
///
/// Numbers stay plain numbers until they meet a tensor, so that `2*y` is one multiplication by a constant.
enum ProgramValue: Sendable {
  case number(Double)
  case truth(Bool)
  case tensor(Tensor)
  case list([ProgramValue])
  case text(String)
  case none

  /// Whether it holds numbers and truth values and nothing else.
  var isLiteral: Bool {
    switch self {
    case .number, .truth: true
    case .list(let entries): entries.allSatisfy(\.isLiteral)
    case .tensor, .text, .none: false
    }
  }

  /// The tensors in it.
  var tensors: [Tensor] {
    switch self {
    case .tensor(let tensor): [tensor]
    case .list(let entries): entries.flatMap(\.tensors)
    case .number, .truth, .text, .none: []
    }
  }

  /// What it is, for messages.
  var described: String {
    switch self {
    case .number(let value): "the number \(ProgramValue.spelt(value))"
    case .truth(let value): value ? "True" : "False"
    case .tensor(let tensor): (tensor.name.map { "'\($0)'" } ?? "a tensor") + " of shape \(tensor.shape)"
    case .list: "a list"
    case .text(let text): "the text \"\(text.prefix(40))\""
    case .none: "None"
    }
  }

  /// A number as programs write it.
  static func spelt(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A literal of numbers and truth values, nil if there is anything else.
  var literal: TensorLiteral? {
    switch self {
    case .number(let value): return .number(value)
    case .truth(let value): return .truth(value)
    case .list(let entries):
      var row: [TensorLiteral] = []
      for entry in entries {
        guard let literal = entry.literal else { return nil }
        row.append(literal)
      }
      return .row(row)
    case .tensor, .text, .none: return nil
    }
  }

  /// The value as a tensor: numbers in the given type, lists of truth values as bool, lists of tensors stacked.
  func tensor(_ type: ScalarType) throws(ValueComplaint) -> Tensor {
    switch self {
    case .tensor(let tensor): return tensor
    case .text, .none: throw ValueComplaint("expected a tensor, found \(described)")
    case .number, .truth, .list:
      if let literal { return Tensor(literal, type: isTruth ? .bool : type) }
      guard case .list(let entries) = self else { throw ValueComplaint("expected a tensor, found \(described)") }
      var rows: [Tensor] = []
      for entry in entries { rows.append(try entry.tensor(type).arithmetic(type)) }
      return .stack(rows)
    }
  }

  private var isTruth: Bool {
    switch self {
    case .truth: true
    case .list(let entries): !entries.isEmpty && entries.allSatisfy(\.isTruth)
    case .number, .tensor, .text, .none: false
    }
  }
}

/// What is wrong with a value; whoever asked for it knows its place.
struct ValueComplaint: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

extension Tensor {
  /// The tensor as arithmetic takes it: all numbers of a program have one type, and truth values count as 0 and 1.
  func arithmetic(_ type: ScalarType) -> Tensor { scalarType == type ? self : converted(to: type) }
}

/// A value as arithmetic takes it.
enum ProgramOperand {
  case number(Double)
  case tensor(Tensor)

  init(_ value: ProgramValue, _ type: ScalarType) throws(ValueComplaint) {
    switch value {
    case .number(let number): self = .number(number)
    case .truth(let truth): self = .number(truth ? 1 : 0)
    case .tensor, .list, .text, .none: self = .tensor(try value.tensor(type).arithmetic(type))
    }
  }

  /// The operand as a tensor.
  func tensor(_ type: ScalarType) -> Tensor {
    switch self {
    case .number(let number): Tensor(.number(number), type: type)
    case .tensor(let tensor): tensor
    }
  }
}
