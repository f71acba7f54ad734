extension DryRun {
  /// The rows of a summary: what is said about each layer, and which others it reads.
  var rows: [Summary.Row] {
    let inputs = inputsByPath
    return places.map { place in
      var row = place.row
      row.inputs = inputs[row.path] ?? []
      return row
    }
  }

  /// For each row the paths of those whose outputs it reads, in the order of the rows; operations between layers hand on
  /// what they read.
  private var inputsByPath: [String: [String]] {
    let order = Dictionary(places.enumerated().map { ($1.row.path, $0) }) { first, _ in first }
    var (inputs, origins) = ([String: [String]](), [[String]]())
    func sorted(_ paths: [String]) -> [String] { Set(paths).sorted { (order[$0] ?? 0) < (order[$1] ?? 0) } }
    for box in LayerFlow(self).boxes {
      let read = sorted(box.sources.flatMap { origins[$0] })
      guard case .layer(let index) = box.subject, let place = places.place(of: reports[index], among: reports) else {
        origins.append(read)
        continue
      }
      // A layer that runs twice reads what either run does.
      inputs[place.row.path] = sorted(inputs[place.row.path, default: []] + read)
      origins.append([place.row.path])
    }
    // What stands after all layers belongs to the model itself, if that is a row.
    if places.contains(where: { $0.row.path.isEmpty && $0.report == nil }) { inputs[""] = origins.last ?? [] }
    return inputs
  }
}
