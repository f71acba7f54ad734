import DescentTensor

// Recurrent cells of the reference cases, and networks that apply one at each step.

extension ReferenceSpelling {
  static let recurrences: [String: Function] = [
    "rnn_cell": { x, _ in
      [tanh(x[0] • x[2].transposed() + x[4] + x[1] • x[3].transposed() + x[5])]
    },
    "lstm_cell": { x, _ in lstmCell(x[0], [x[1], x[2]], Array(x[3...])) },
    "gru_cell": { x, _ in gruCell(x[0], [x[1]], Array(x[2...])) },
    "lstm": { x, _ in unrolled(x[0], [x[1], x[2]], Array(x[3...]), lstmCell) },
    "gru": { x, _ in unrolled(x[0], [x[1]], Array(x[2...]), gruCell) },
  ]

  /// From the input, the state and the weights to the next state, whose first part is the output.
  private typealias Cell = (_ x: Tensor, _ state: [Tensor], _ weights: [Tensor]) -> [Tensor]

  /// A cell over axis 1: all outputs, then the last state.
  private static func unrolled(_ x: Tensor, _ start: [Tensor], _ weights: [Tensor], _ cell: Cell) -> [Tensor] {
    var (state, outputs) = (start, [Tensor]())
    for step in 0..<x.shape[1] {
      state = cell(x[.all, step], state, weights)
      guard let output = state.first else { return [] }
      outputs.append(output)
    }
    return [.stack(outputs, axis: 1)] + state
  }

  private static func lstmCell(_ x: Tensor, _ state: [Tensor], _ weights: [Tensor]) -> [Tensor] {
    let sums = x • weights[0].transposed() + weights[2] + state[0] • weights[1].transposed() + weights[3]
    let gates = sums.split(count: 4, axis: -1)
    guard gates.count == 4 else { return [] }
    let cell = sigmoid(gates[1]) * state[1] + sigmoid(gates[0]) * tanh(gates[2])
    return [sigmoid(gates[3]) * tanh(cell), cell]
  }

  private static func gruCell(_ x: Tensor, _ state: [Tensor], _ weights: [Tensor]) -> [Tensor] {
    let input = (x • weights[0].transposed() + weights[2]).split(count: 3, axis: -1)
    let hidden = (state[0] • weights[1].transposed() + weights[3]).split(count: 3, axis: -1)
    guard input.count == 3, hidden.count == 3 else { return [] }
    let (reset, update) = (sigmoid(input[0] + hidden[0]), sigmoid(input[1] + hidden[1]))
    let candidate = tanh(input[2] + reset * hidden[2])
    return [(1 - update) * candidate + update * state[0]]
  }
}
