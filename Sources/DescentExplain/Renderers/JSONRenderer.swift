import DescentNotation
import Foundation

extension Derivation {
  /// The derivation as JSON: `values` and `gradients` by name as nested arrays, `steps` with `rule`, `formula` and
  /// `numbers`, and `verification` with `automatic`, `symbolic`, `finiteDifference` and `maximumError`.
  ///
  /// Formulas are text, and LaTeX beside it. Numbers that JSON has no form for are the strings `NaN`, `Infinity` and
  /// `-Infinity`.
  public var json: String { JSONText.encode(JSONDerivation(self)) }
}

/// How results are encoded.
package enum JSONText {
  /// Sorted keys, so that the same result is the same text.
  package static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    // Nothing that is encoded here can fail.
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

/// Numbers nested as deep as their shape.
package struct NestedNumbers: Encodable {
  private let shape: ArraySlice<Int>
  private let scalars: ArraySlice<Double?>

  /// The numbers of a tensor, row-major; nil for those that are not known.
  package init(shape: [Int], scalars: [Double?]) {
    self.init(shape[...], scalars[...])
  }

  private init(_ shape: ArraySlice<Int>, _ scalars: ArraySlice<Double?>) {
    self.shape = shape
    self.scalars = scalars
  }

  /// An array for each axis.
  package func encode(to encoder: any Encoder) throws {
    guard let count = shape.first else {
      var container = encoder.singleValueContainer()
      if let scalar = scalars.first ?? nil { try container.encode(scalar) } else { try container.encodeNil() }
      return
    }
    var container = encoder.unkeyedContainer()
    let inner = shape.dropFirst().reduce(1, *)
    for place in 0..<count {
      let start = scalars.startIndex + place * inner
      try container.encode(NestedNumbers(shape.dropFirst(), scalars[start..<start + inner]))
    }
  }
}

extension Derivation.Value {
  fileprivate var nested: NestedNumbers { NestedNumbers(shape: shape, scalars: scalars) }
}

private struct JSONDerivation: Encodable {
  var target: String
  var values: [String: NestedNumbers]
  var gradients: [String: NestedNumbers]
  var steps: [Step]
  var stages: [String: [Stage]]
  var jacobians: [String: Jacobian]
  var verification: Check

  struct Step: Encodable {
    var kind, subject, rule, formula, latex: String
    var numbers: NestedNumbers
    var scalars, remarks: [String]
  }

  struct Stage: Encodable {
    var title, formula, latex: String
  }

  struct Jacobian: Encodable {
    var of, by, remark: String
    var shape: [Int]
    var slices: [String]
  }

  struct Check: Encodable {
    var automatic: [String: NestedNumbers]
    var symbolic: [String: NestedNumbers]?
    var finiteDifference: [String: NestedNumbers]
    var maximumError, tolerance: Double
    var agrees: Bool
    var remarks: [String]
  }

  init(_ derivation: Derivation) {
    target = derivation.target
    values = Dictionary(derivation.quantities.map { ($0.name, $0.value.nested) }, uniquingKeysWith: { $1 })
    gradients = Dictionary(derivation.gradients.map { ($0.name, $0.value.nested) }, uniquingKeysWith: { $1 })
    steps = derivation.steps.map {
      Step(
        kind: $0.kind.rawValue, subject: $0.subject, rule: $0.rule, formula: $0.formula.text, latex: $0.formula.latex,
        numbers: $0.value.nested, scalars: $0.scalars.map { $0.text(digits: .atMost(12)) }, remarks: $0.remarks)
    }
    stages = Dictionary(
      derivation.gradients.map { gradient in
        (
          gradient.name,
          gradient.stages.map { Stage(title: $0.title, formula: $0.formula.text, latex: $0.formula.latex) }
        )
      }, uniquingKeysWith: { $1 })
    jacobians = Dictionary(
      derivation.gradients.compactMap { gradient in
        gradient.jacobian.map {
          (
            gradient.name,
            Jacobian(
              of: $0.numerator, by: $0.denominator, remark: $0.remark, shape: $0.shape,
              slices: $0.slices.map(\.symbols.text))
          )
        }
      }, uniquingKeysWith: { $1 })
    verification = Check(derivation)
  }
}

extension JSONDerivation.Check {
  fileprivate init(_ derivation: Derivation) {
    let found = derivation.verification
    func numbers(_ number: (Verification.Entry) -> Double?) -> [String: NestedNumbers] {
      Dictionary(
        derivation.gradients.map { gradient in
          let mine = found.entries.filter { $0.source == gradient.name }
          return (gradient.name, NestedNumbers(shape: gradient.value.shape, scalars: mine.map(number)))
        }, uniquingKeysWith: { $1 })
    }
    automatic = numbers(\.automatic)
    symbolic = found.entries.contains { $0.symbolic != nil } ? numbers(\.symbolic) : nil
    finiteDifference = numbers(\.finiteDifference)
    maximumError = found.maximumError
    tolerance = found.tolerance
    agrees = found.isCorrect
    remarks = found.remarks
  }
}
