import DescentGraph
import DescentTensor
import Synchronization

/// What layers put out during a dry run, and how to find a layer's again.
final class LayerTrace: Sendable {
  private struct Report {
    var type: String
    var parameters: [Node]
    var shape: Shape
  }

  private let reports = Mutex<[Report]>([])

  func note(_ output: Tensor, from layer: some Layer) {
    let report = Report(type: layer.typeName, parameters: layer.tensors.map(\.node), shape: output.shape)
    reports.withLock { $0.append(report) }
  }

  /// Takes the first output of a layer out of the list; nil if it has put out none.
  ///
  /// Layers with parameters are known by them. Those without are taken in the order in which they ran.
  func takeShape(of layer: some Layer) -> Shape? {
    let (type, parameters) = (layer.typeName, layer.tensors.map(\.node))
    return reports.withLock { reports in
      let index = reports.firstIndex { report in
        report.type == type && report.parameters.count == parameters.count
          && zip(report.parameters, parameters).allSatisfy { $0 === $1 }
      }
      return index.map { reports.remove(at: $0).shape }
    }
  }
}
