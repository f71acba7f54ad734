import DescentGraph
import Foundation

/// One case computed by other programs: an operation, its inputs, and what its values and derivatives must be.
///
/// The folder's README defines the format, the operations and how to compare.
package struct ReferenceCase: Sendable, CustomStringConvertible {
  package var name, operation: String
  package var parameters: ReferenceParameters
  package var inputs: [ReferenceTensor]
  /// Which inputs have derivatives.
  package var isDifferentiable: [Bool]
  package var outputs: [ReferenceTensor]
  /// One for each output, nil for integers.
  package var cotangents: [ReferenceTensor?]
  /// One for each input, nil where there is none.
  package var gradients: [ReferenceTensor?]
  /// As the gradients: derivatives of the sum of squares of all gradients.
  package var secondGradients: [ReferenceTensor?]?
  /// One for each input, nil for integers; `outputTangents` are what they become.
  package var tangents, outputTangents: [ReferenceTensor?]?
  /// For each output and each input.
  package var jacobians: [[ReferenceTensor?]]?
  /// For each pair of differentiable inputs.
  package var hessians: [[ReferenceTensor?]]?
  package var tolerance: Double
  /// Whether float32 can be expected to agree as well.
  package var holdsInFloat32: Bool

  package var description: String { name }
}

/// The cases of a folder.
package enum ReferenceCases {
  /// Reads every group of a folder, in alphabetical order.
  package static func load(_ folder: URL) throws -> [ReferenceCase] {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
      throw ReferenceCasesError.unreadable(file: folder.lastPathComponent)
    }
    return try names.filter { $0.hasSuffix(".json") }.sorted().flatMap { try load(group: $0, in: folder) }
  }

  private static func load(group file: String, in folder: URL) throws -> [ReferenceCase] {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else {
      throw ReferenceCasesError.unreadable(file: file)
    }
    let manifest = try Manifest(data, file: file)
    let tensors = try SafetensorsFile(contentsOf: folder.appendingPathComponent(manifest.tensors)).tensors
    return try manifest.cases.map { try ReferenceCase($0, tensors) }
  }

  /// A group's JSON, as its fields are called there.
  struct Manifest: Decodable {
    var format: String
    var tensors: String
    var cases: [Case]

    struct Case: Decodable {
      var name, operation: String
      var parameters: [String: ReferenceParameters.Value]
      var inputs: [Input]
      var outputs: [String]
      var cotangents, gradients: [String?]
      var secondGradients, tangents, outputTangents: [String?]?
      var jacobians, hessians: [[String?]]?
      var tolerance: Double
      var float32: Bool

      enum CodingKeys: String, CodingKey {
        case name, operation, parameters, inputs, outputs, cotangents, gradients, tangents, jacobians, hessians
        case tolerance, float32
        case secondGradients = "second_gradients"
        case outputTangents = "output_tangents"
      }
    }

    struct Input: Decodable {
      var tensor: String
      var differentiable: Bool
    }

    init(_ data: Data, file: String) throws {
      do { self = try JSONDecoder().decode(Manifest.self, from: data) } catch {
        throw ReferenceCasesError.badManifest(file: file, "\(error)")
      }
      guard format == "gradient-cases/1" else {
        throw ReferenceCasesError.badManifest(file: file, "the format is \(format), not gradient-cases/1")
      }
    }
  }
}

extension ReferenceCase {
  fileprivate init(_ manifest: ReferenceCases.Manifest.Case, _ tensors: [String: ReferenceTensor]) throws {
    func tensor(_ name: String) throws -> ReferenceTensor {
      guard let tensor = tensors[name] else { throw ReferenceCasesError.missingTensor(name) }
      return tensor
    }
    func all(_ names: [String?]) throws -> [ReferenceTensor?] { try names.map { try $0.map(tensor) } }
    self.init(
      name: manifest.name, operation: manifest.operation,
      parameters: ReferenceParameters(values: manifest.parameters),
      inputs: try manifest.inputs.map { try tensor($0.tensor) },
      isDifferentiable: manifest.inputs.map(\.differentiable), outputs: try manifest.outputs.map(tensor),
      cotangents: try all(manifest.cotangents), gradients: try all(manifest.gradients),
      secondGradients: try manifest.secondGradients.map(all), tangents: try manifest.tangents.map(all),
      outputTangents: try manifest.outputTangents.map(all), jacobians: try manifest.jacobians?.map(all),
      hessians: try manifest.hessians?.map(all), tolerance: manifest.tolerance, holdsInFloat32: manifest.float32)
  }
}

/// The constants of an operation; a key that is missing or null has no value.
package struct ReferenceParameters: Sendable {
  package enum Value: Sendable, Decodable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([Value])

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .truth(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else {
        self = .list(try container.decode([Value].self))
      }
    }

    var number: Double? { if case .number(let value) = self { value } else { nil } }
  }

  var values: [String: Value]

  func number(_ key: String) -> Double? { values[key]?.number }
  func integer(_ key: String) -> Int? { number(key).flatMap { Int(exactly: $0) } }
  func truth(_ key: String) -> Bool { if case .truth(true) = values[key] { true } else { false } }
  func text(_ key: String) -> String? { if case .text(let value) = values[key] { value } else { nil } }

  /// A list of integers, with nil for null entries.
  func optionalIntegers(_ key: String) -> [Int?]? {
    guard case .list(let list) = values[key] else { return nil }
    return list.map { $0.number.flatMap { Int(exactly: $0) } }
  }

  /// A list of lists of integers.
  func lists(_ key: String) -> [[Int]]? {
    guard case .list(let lists) = values[key] else { return nil }
    return lists.map { entry in
      guard case .list(let list) = entry else { return [] }
      return list.compactMap { $0.number.flatMap { Int(exactly: $0) } }
    }
  }

  func integers(_ key: String) -> [Int]? { optionalIntegers(key)?.compactMap(\.self) }
}
