import DescentGraph
import DescentTensor
import Synchronization

/// What layers put out during a dry run and what that costs, and how to find a layer's again.
final class LayerTrace: Sendable {
  /// What a layer did.
  struct Report {
    fileprivate let type: String
    fileprivate let parameters: [Node]
    /// The layer's output.
    let output: Node
    /// Where the nodes that it made stand among the recorded ones.
    let nodes: Range<Int>

    var shape: Shape { output.shape }
    var scalarType: ScalarType { output.scalarType }
  }

  private let reports = Mutex<[Report]>([])
  /// The place of the recorder among those of the thread.
  private let recorderPlace: Int

  /// A trace for what the next recorder of this thread sees.
  init() { recorderPlace = Scope.current.recorders.count }

  /// How many nodes have been made.
  private var position: Int {
    let recorders = Scope.current.recorders
    return recorders.count > recorderPlace ? recorders[recorderPlace].nodes.count : 0
  }

  /// Where a report that begins now begins.
  var mark: (reports: Int, position: Int) { (reports.withLock(\.count), position) }

  /// Notes an output; what was made since the last report belongs to it, or since a mark, whose reports it swallows.
  func note(_ output: Tensor, from layer: some Layer, since mark: (reports: Int, position: Int)? = nil) {
    let (type, parameters, end) = (layer.typeName, layer.tensors.map(\.node), position)
    reports.withLock { reports in
      if let mark { reports.removeSubrange(mark.reports...) }
      let start = min(mark?.position ?? reports.last?.nodes.upperBound ?? 0, end)
      reports.append(
        Report(
          type: type, parameters: parameters, output: output.node, nodes: start..<end))
    }
  }

  /// Takes the first report of a layer out of the list; nil if there is none.
  ///
  /// Layers with parameters are known by them. Those without are taken in the order in which they ran.
  func take(_ layer: some Layer) -> Report? {
    let (type, parameters) = (layer.typeName, layer.tensors.map(\.node))
    return reports.withLock { reports in
      let index = reports.firstIndex { report in
        report.type == type && report.parameters.count == parameters.count
          && zip(report.parameters, parameters).allSatisfy { $0 === $1 }
      }
      return index.map { reports.remove(at: $0) }
    }
  }
}
