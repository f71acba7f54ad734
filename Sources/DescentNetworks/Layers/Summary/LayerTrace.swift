import DescentGraph
import DescentTensor
import Synchronization

/// What layers put out during a dry run and what that costs, and how to find a layer's again.
final class LayerTrace: Sendable {
  /// What a layer did.
  struct Report {
    let type: String
    fileprivate let parameters: [Node]
    /// All that the layer holds: its parameters and its states.
    let held: Set<ObjectIdentifier>
    /// The layer's output; no other report has this node.
    let output: Node
    /// Where the nodes that it made stand among the recorded ones.
    let nodes: Range<Int>
    /// Whether none of these nodes was made before the layer began.
    let isExact: Bool

    var hasParameters: Bool { !parameters.isEmpty }

    /// Whether another report is one of the same layer, by its parameters.
    func isOfSameLayer(as other: Report) -> Bool {
      hasParameters && type == other.type && parameters.elementsEqual(other.parameters, by: ===)
    }
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

  /// All that was reported and not yet taken, in the order in which the layers ended.
  var all: [Report] { reports.withLock { $0 } }

  /// Notes an output and returns it under a node of its own, also if the layer returned its input.
  ///
  /// What was made since the last report belongs to it, or since a mark, whose reports it swallows.
  func note(_ output: Tensor, from layer: some Layer, since mark: (reports: Int, position: Int)? = nil) -> Tensor {
    let output = Tensor(.identity(.alias, output.node))
    let (type, parameters, end) = (layer.typeName, layer.tensors.map(\.node), position)
    let held = Set(layer.namedTensors().map { ObjectIdentifier($0.tensor.node) })
    reports.withLock { reports in
      if let mark { reports.removeSubrange(mark.reports...) }
      let start = min(mark?.position ?? reports.last?.nodes.upperBound ?? 0, end)
      reports.append(
        Report(
          type: type, parameters: parameters, held: held, output: output.node, nodes: start..<end, isExact: mark != nil)
      )
    }
    return output
  }

  /// Takes the first report of a layer out of the list; nil if there is none.
  ///
  /// Layers with parameters are known by them. Those without are taken in the order in which they ran.
  func take(_ layer: some Layer) -> Report? {
    let (type, parameters) = (layer.typeName, layer.tensors.map(\.node))
    return reports.withLock { reports in
      let index = reports.firstIndex { report in
        report.type == type && report.parameters.elementsEqual(parameters, by: ===)
      }
      return index.map { reports.remove(at: $0) }
    }
  }
}
