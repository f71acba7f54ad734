import DescentGraph
import DescentTensor

// Parameters and states by their paths.

extension TensorStructure {
  /// The tensors of a role with their paths, in order.
  ///
  /// ```swift
  /// for (path, tensor) in network.namedTensors() { print(path, tensor.shape) }      // hidden.weight [784, 128] …
  /// ```
  ///
  /// - Parameter role: Which ones; parameters, frozen parameters and states unless said otherwise.
  public func namedTensors(_ role: TensorRole = .any) -> [(path: String, tensor: Tensor)] {
    var copy = self
    var found: [(path: String, tensor: Tensor)] = []
    copy.forEachTensor(role) { tensor, path in found.append((path, tensor)) }
    return found
  }

  /// The parameter or state with a path, such as `hidden.weight`.
  ///
  /// A path that does not exist, or a new value of another shape or type, stops the program. To set a parameter whose
  /// size has been left open is to decide it.
  ///
  /// ```swift
  /// network[path: "hidden.bias"] = network[path: "hidden.bias"] + 1
  /// ```
  public subscript(path path: String) -> Tensor {
    get {
      let all = namedTensors()
      if let found = all.first(where: { $0.path == path }) { return found.tensor }
      return Tensor(Node.invalid(.invalidArgument, "[path:]", Self.complaint(about: path, among: all.map(\.path))))
    }
    set {
      var isFound = false
      forEachTensor(.any) { tensor, candidate in
        if candidate != path || newValue.node.isInvalid { return }
        isFound = true
        if tensor.scalarType == newValue.scalarType, tensor.shape == newValue.shape || tensor.isOpenParameter {
          tensor = newValue
        } else {
          Failure.stop(
            .init(
              .shapeMismatch, "[path:]",
              "'\(path)' is \(tensor.scalarType) \(tensor.shape), the new value \(newValue.scalarType) "
                + "\(newValue.shape)"))
        }
      }
      if !isFound, !newValue.node.isInvalid {
        let paths = namedTensors().map(\.path)
        Failure.stop(.init(.invalidArgument, "[path:]", Self.complaint(about: path, among: paths)))
      }
    }
  }

  private static func complaint(about path: String, among paths: [String]) -> String {
    "there is no tensor '\(path)'; there are \(listed(paths))"
  }
}

/// Paths for a message, not too many.
func listed(_ paths: [String]) -> String {
  let shown = paths.prefix(12).joined(separator: ", ") + (paths.count > 12 ? ", … (\(paths.count) in all)" : "")
  return shown.isEmpty ? "none" : shown
}
