import DescentCalculus
import DescentGraph
import DescentNotation

extension Expression {
  /// The partial derivatives by symbols: the expression as nodes, differentiated by the rules, read back.
  package func derivatives(by variables: [Name]) -> [Expression] {
    let recorder = Recorder()
    var symbols: [Name: Node] = [:]
    var names: [ObjectIdentifier: Name] = [:]
    for name in self.symbols + variables where symbols[name] == nil {
      let node = Node.symbol(name.letters, Shape(), .float64)
      symbols[name] = node
      names[ObjectIdentifier(node)] = name
    }
    let target = Scope.current.record(with: recorder) { node(like: Shape()) { symbols[$0]! } }
    let sources = variables.map { symbols[$0]! }
    let pulled = ReverseMode(recorder.nodes, sources: sources).pullback(target.filled(1), of: target)
    var reader = ElementReader(limit: 1, given: { names[ObjectIdentifier($0)].map { [.symbol($0)] } })
    return pulled.map { $0.flatMap { reader.elements(of: $0)?[0] } ?? .zero }
  }
}
