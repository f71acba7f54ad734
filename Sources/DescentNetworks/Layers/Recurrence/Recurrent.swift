import DescentGraph
import DescentTensor

/// A recurrent network over sequences: a cell at each step, in one or both directions, in one or several layers.
///
/// Inputs are [batch, time, features]. Outputs are the last one, [batch, units], or all, [batch, time, units]; both
/// directions stand side by side in the last axis. What elements contribute is one product of matrices for the whole
/// sequence, and the steps are a ``scan(_:over:reversed:_:)-(_,_,_,(_,_)->(_,_))``, so the graph does not grow with time.
///
/// ```swift
/// let network = Sequential {
///   Embedding(10_000, 64)
///   LSTM(128, layers: 2, isBidirectional: true)
///   Dense(2)
/// }
/// ```
///
/// With masks and states, for a model of your own:
/// ```swift
/// let (outputs, last, state) = lstm.run(tokens, mask: mask, pass)
/// let more = lstm.run(nextTokens, from: state, pass)
/// ```
public struct Recurrent<Cell: RecurrentCell>: Layer {
  /// What a layer puts out.
  public enum Output: Sendable {
    /// The output after the last step: [batch, units], or [batch, 2·units] for both directions.
    case last
    /// The outputs of all steps: [batch, time, units], or [batch, time, 2·units].
    case sequence
  }

  /// The cells of one layer.
  public struct Directions: TensorStructure, Sendable {
    /// The cell that goes forward in time.
    public var forward: Cell
    /// The cell that goes backward, if there is one.
    public var backward: Cell?

    /// The cells in the order of their states.
    var cells: [Cell] { [forward] + (backward.map { [$0] } ?? []) }
  }

  /// The layers, the first one next to the input.
  public var layers: [Directions]
  /// What is put out.
  public let output: Output
  /// The probability with which an element between two layers becomes zero while training.
  public let dropout: Double

  /// Layers with fresh parameters.
  ///
  /// - Parameters:
  ///   - units: The size of the state of each direction.
  ///   - features: The size of an element; the first input decides unless given.
  ///   - layers: How many layers stand one above the other.
  ///   - isBidirectional: Whether a second cell goes through each sequence from its end.
  ///   - output: Whether to put out the last output, as Keras does, or all, as PyTorch does.
  ///   - dropout: The probability with which an element between two layers becomes zero while training.
  ///   - activation: The function of what a step adds.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    _ units: Int, features: Int? = nil, layers: Int = 1, isBidirectional: Bool = false, output: Output = .last,
    dropout: Double = 0, activation: Activation = .tanh, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) {
    Self.require(
      units > 0 && layers > 0 && features ?? 1 > 0, Cell.layerName,
      "\(units) units in \(layers) layers\(features.map { " over \($0) features" } ?? "") can't be; give 1 or more")
    let units = max(units, 1)
    self.layers = (0..<max(layers, 1)).map { layer in
      let inputs = layer == 0 ? features : isBidirectional ? 2 * units : units
      func cell() -> Cell { Cell(units, features: inputs, activation: activation, type: type, using: random) }
      return Directions(forward: cell(), backward: isBidirectional ? cell() : nil)
    }
    (self.output, self.dropout) = (output, Dropout.checked(dropout, Cell.layerName))
  }

  /// `SimpleRNN`, `LSTM`, `GRU`, or the name that a cell of your own gives.
  public var typeName: String { Cell.layerName }

  /// The outputs of sequences without gaps that start from zero.
  ///
  /// - Parameter input: [batch, time, features].
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    let (outputs, last, _) = run(input, pass)
    return pass.noting(output == .sequence ? outputs : last, from: self)
  }

  /// All outputs, the last ones, and the states from which to go on.
  ///
  /// - Parameters:
  ///   - input: [batch, time, features].
  ///   - mask: Which elements there are, [batch, time] of bool. Where it is false the state stays and the output is
  ///     zero.
  ///   - state: The states to start from, as a run returned them; zeros unless given.
  ///   - pass: Whether this is training.
  /// - Returns: The outputs [batch, time, units]; each sequence's last, [batch, units]; and for each cell, in the order
  ///   layer 0 forward, layer 0 backward, layer 1 …, its state: tensors of shape [batch, units].
  public func run(
    _ input: Tensor, mask: Tensor? = nil, from state: [[Tensor]]? = nil, _ pass: ForwardPass
  ) -> (outputs: Tensor, last: Tensor, state: [[Tensor]]) {
    if let failed = complaint(about: input, mask, state) { return (failed, failed, state ?? []) }
    var (sequence, lasts, states) = (input, [Tensor](), [[Tensor]]())
    for (index, layer) in layers.enumerated() {
      if index > 0, dropout > 0, pass.isTraining {
        sequence = DescentTensor.dropout(sequence, rate: dropout, using: pass.random)
      }
      let runs = layer.cells.enumerated().map { direction, cell in
        let start = state?[states.count + direction] ?? zeros(cell, sequence)
        return run(cell, sequence, mask, from: start, isReversed: direction == 1, pass)
      }
      states += runs.map(\.state)
      lasts = runs.map { $0.state[0] }
      sequence = runs.count == 1 ? runs[0].outputs : .concatenate(runs.map(\.outputs), axis: -1)
    }
    return (sequence, lasts.count == 1 ? lasts[0] : .concatenate(lasts, axis: -1), states)
  }

  private func zeros(_ cell: Cell, _ input: Tensor) -> [Tensor] {
    Array(
      repeating: .zeros([input.shape[0], cell.weights.units], type: cell.weights.bias.scalarType),
      count: Cell.stateCount)
  }

  /// One cell over the sequences.
  private func run(
    _ cell: Cell, _ input: Tensor, _ mask: Tensor?, from start: [Tensor], isReversed: Bool, _ pass: ForwardPass
  ) -> (outputs: Tensor, state: [Tensor]) {
    // Time leads in a scan. The input is smaller than what it contributes to the gates, so it is what changes its order.
    let projected = cell.weights.projected(input.swappingAxes(0, 1), of: self, pass)
    if projected.node.isInvalid { return (projected, start.map { _ in projected }) }
    // A state from a pass in another precision goes on in this one's.
    let start = start.map { $0.converted(to: projected.scalarType) }
    let elements = [projected] + (mask.map { [$0.transposed().expanded(axes: 2)] } ?? [])
    let (last, outputs) = scan(start, over: elements, reversed: isReversed) { state, element in
      let next = cell.next(element[0], after: state)
      guard element.count > 1 else { return (next, next[0]) }
      let kept = zip(next, state).map { select(element[1], $0, $1) }
      return (kept, select(element[1], next[0], 0))
    }
    return (outputs.swappingAxes(0, 1), last)
  }

  private func complaint(about input: Tensor, _ mask: Tensor?, _ state: [[Tensor]]?) -> Tensor? {
    if input.node.isInvalid { return input }
    func failure(_ words: String) -> Tensor { Tensor(Node.invalid(.shapeMismatch, typeName, words)) }
    guard input.rank == 3 else {
      return failure("the input has shape \(input.shape); the layer needs [batch, time, features]")
    }
    let kernel = layers[0].forward.weights.inputKernel
    guard kernel.isOpenParameter || kernel.shape[0] == input.shape[2] else {
      return failure("the input has shape \(input.shape); the layer needs \(kernel.shape[0]) features")
    }
    if let mask, !mask.node.isInvalid,
      mask.scalarType != .bool || mask.shape.dimensions != [input.shape[0], input.shape[1]]
    {
      return failure(
        "the mask is \(mask.scalarType) \(mask.shape); it must be bool [\(input.shape[0]), \(input.shape[1])], batch and "
          + "time")
    }
    let shape: Shape = [input.shape[0], layers[0].forward.weights.units]
    let cells = layers.reduce(0) { $0 + $1.cells.count }
    if let state,
      state.count != cells
        || !state.allSatisfy({ $0.count == Cell.stateCount && $0.allSatisfy { $0.node.isInvalid || $0.shape == shape } }
        )
    {
      return failure(
        "the state does not fit: it needs \(Cell.stateCount) tensors of shape \(shape) for each of \(cells) cells")
    }
    return nil
  }

  /// Visits the cells as `layers.0.forward`, `layers.0.backward` and so on.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.visit("layers", &layers) }
}

/// A recurrent network of plain cells; see ``SimpleCell``.
public typealias SimpleRNN = Recurrent<SimpleCell>
/// A recurrent network of long short-term memory; see ``LSTMCell``.
public typealias LSTM = Recurrent<LSTMCell>
/// A recurrent network of gated recurrent units; see ``GRUCell``.
public typealias GRU = Recurrent<GRUCell>
