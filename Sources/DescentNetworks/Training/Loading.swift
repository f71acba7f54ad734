import DescentData
import DescentGraph
import DescentTensor

// Weights in files: saving a model's parameters under their paths, and putting those of a file into a model.

/// How exactly a file must fit what it is loaded into.
public enum LoadingStrictness: Sendable {
  /// Every parameter is in the file, and nothing else, with the right shape and type.
  case strict
  /// What fits is loaded, converted to the parameter's type where that differs; the rest stays as it is.
  case lenient
}

/// What keeps a file from fitting a model, by the names of the tensors.
public struct LoadingMismatch: Error, Sendable, Equatable, CustomStringConvertible {
  /// A tensor whose shape or type is not that of the parameter.
  public struct Misfit: Sendable, Equatable, CustomStringConvertible {
    /// The parameter's path.
    public let name: String
    /// Type and shape in the file.
    public let found: String
    /// Type and shape of the parameter.
    public let expected: String

    /// Both, in words.
    public var description: String { "'\(name)' is \(found) instead of \(expected)" }
  }

  /// The file.
  public let file: String
  /// Parameters that the file does not have.
  public internal(set) var missing: [String] = []
  /// Tensors of the file that the model does not have.
  public internal(set) var unexpected: [String] = []
  /// Tensors that do not fit their parameters.
  public internal(set) var misshapen: [Misfit] = []

  /// Whether all fits.
  public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty }

  /// One line with everything that does not fit.
  public var description: String {
    func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
    let parts = [
      missing.isEmpty ? nil : "it lacks \(list(missing))",
      unexpected.isEmpty ? nil : "the model has no \(list(unexpected))",
      misshapen.isEmpty ? nil : misshapen.map(\.description).joined(separator: ", "),
    ]
    return "\(file) does not fit the model: \(parts.compactMap { $0 }.joined(separator: "; ")); "
      + "load leniently to take what fits"
  }
}

extension TensorStructure {
  /// Parameters and states by their paths.
  var tensorsByName: [(name: String, tensor: Tensor)] { namedTensors(.any).map { ($0.path, $0.tensor) } }

  /// The structure with other parameters and states, taken in order.
  func replacingAllTensors(with replacements: [Tensor]) -> Self {
    var (copy, next) = (self, 0)
    copy.forEachTensor(.any) { tensor, _ in
      tensor = replacements[next]
      next += 1
    }
    return copy
  }

  /// Puts tensors by their paths into the structure.
  ///
  /// - Returns: What did not fit, nothing if the loading is strict.
  mutating func take(
    _ tensors: [String: Tensor], from file: String, _ strictness: LoadingStrictness
  ) throws(LoadingMismatch) -> LoadingMismatch {
    var mismatch = LoadingMismatch(file: file)
    let parameters = tensorsByName
    let names = Set(parameters.map(\.name))
    mismatch.unexpected = tensors.keys.filter { !names.contains($0) }.sorted()
    let replacements = parameters.map { name, parameter in
      guard let tensor = tensors[name] else {
        mismatch.missing.append(name)
        return parameter
      }
      let isAlike = tensor.scalarType == parameter.scalarType
      // A file decides the sizes that the model left open.
      let hasShape = tensor.shape == parameter.shape || parameter.isOpenParameter
      if hasShape, isAlike || strictness == .lenient {
        return isAlike ? tensor : tensor.converted(to: parameter.scalarType)
      }
      mismatch.misshapen.append(
        .init(
          name: name, found: "\(tensor.scalarType) \(tensor.shape)",
          expected: "\(parameter.scalarType) \(parameter.shape)"))
      return parameter
    }
    if strictness == .strict, !mismatch.isEmpty { throw mismatch }
    self = replacingAllTensors(with: replacements)
    return mismatch
  }
}

extension Layer {
  /// Writes the parameters and states under their paths to a safetensors file.
  ///
  /// A file that is there is replaced once the new one is whole and on the disk; if that fails, it stays as it was.
  ///
  /// ```swift
  /// try network.save(to: "digits.safetensors")
  /// ```
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - metadata: What to note beside the tensors; the format is noted anyway.
  /// - Throws: ``DataError`` if the file can't be written, `TensorError` if a parameter can't be computed.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    let named = Dictionary(tensorsByName.map { ($0.name, $0.tensor) }) { $1 }
    let metadata = metadata.merging(["format": "descent"]) { own, _ in own }
    try AtomicFile.write(SafetensorsFile.bytes(of: named, metadata: metadata), to: path)
  }

  /// Reads the parameters and states from a safetensors file, or from a checkpoint of a training.
  ///
  /// ```swift
  /// var network = Classifier()
  /// try network.load(from: "digits.safetensors")
  /// ```
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - strictness: Whether all must fit. If it must and does not, the model stays as it is.
  /// - Returns: What did not fit and was left; nothing if the loading is strict.
  /// - Throws: ``LoadingMismatch`` with the names of all that does not fit; ``DataError`` if the file can't be read.
  @discardableResult
  public mutating func load(from path: String, _ strictness: LoadingStrictness = .strict) throws -> LoadingMismatch {
    let file = try SafetensorsFile(contentsOfFile: path)
    if file.metadata[CheckpointManifest.key] != nil {
      return try take(Checkpoint(file, path).tensors(.model), from: path, strictness)
    }
    return try load(file.tensors(), from: path, strictness)
  }

  /// Takes parameters and states from tensors by their paths: those of another program, once they have this model's names
  /// and layout.
  ///
  /// ```swift
  /// let theirs = try SafetensorsFile(contentsOfFile: "theirs.safetensors").tensors()
  /// var ours: [String: Tensor] = [:]
  /// ours["hidden.weight"] = theirs["fc1.weight"]?.transposed()      // PyTorch has [outputs, inputs]
  /// ours["hidden.bias"] = theirs["fc1.bias"]
  /// try network.load(ours)
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: The tensors by the paths of parameters.
  ///   - source: Where they are from, for messages.
  ///   - strictness: Whether all must fit. If it must and does not, the model stays as it is.
  /// - Returns: What did not fit and was left; nothing if the loading is strict.
  /// - Throws: ``LoadingMismatch`` with the names of all that does not fit.
  @discardableResult
  public mutating func load(
    _ tensors: [String: Tensor], from source: String = "a dictionary", _ strictness: LoadingStrictness = .strict
  ) throws(LoadingMismatch) -> LoadingMismatch {
    try take(tensors, from: source, strictness)
  }
}
