import DescentData

/// The signature of an operation of the reference cases: its inputs and parameters.
///
/// A case is held against it first, so that an input or a parameter that the spelling does not read is never passed
/// over in silence.
package struct ReferenceOperation: Sendable {
  package let name: String
  /// How many inputs there may be.
  let inputCount: ClosedRange<Int>
  /// The parameters that every case must give, and those that have a default.
  let required, optional: [String]

  /// Every operation that a case may be about, by name: those of the format, and those of the operator check-list.
  package static let all = format.merging(table(ReferenceSpelling.operatorSignatures)) { first, _ in first }

  /// The operations of the format.
  package static let format = table(signatures)

  private static func table(_ signatures: String) -> [String: ReferenceOperation] {
    let operations = signatures.split(separator: "\n").flatMap { line in
      let parts = line.split(separator: ":")[1].split(separator: "/", omittingEmptySubsequences: false)
      return words(line.prefix { $0 != ":" }).map { name in
        ReferenceOperation(name, inputs: words(parts[0]), parameters: parts.count > 1 ? words(parts[1]) : [])
      }
    }
    return Dictionary(uniqueKeysWithValues: operations.map { ($0.name, $0) })
  }

  private static func words(_ text: Substring) -> [String] { text.split(separator: " ").map(String.init) }

  private init(_ name: String, inputs: [String], parameters: [String]) {
    self.name = name
    let needed = inputs.count { !$0.hasSuffix("?") }
    inputCount = inputs == ["…"] ? 1...Int.max : needed...inputs.count
    required = parameters.filter { !$0.hasSuffix("?") }
    optional = parameters.filter { $0.hasSuffix("?") }.map { String($0.dropLast()) }
  }

  /// Why a case can't be computed by any spelling of its operation, nil if it can.
  static func objection(to reference: ReferenceCase) -> String? {
    guard let operation = all[reference.operation] else {
      let meant = NameSuggestion.closest(to: reference.operation, among: all.keys.sorted())
      return "there is no operation \(DataError.quoted(reference.operation))"
        + (meant.map { "; did you mean '\($0)'?" } ?? "")
    }
    return operation.objection(inputs: reference.inputs.count, parameters: reference.parameters)
  }

  private func objection(inputs: Int, parameters: ReferenceParameters) -> String? {
    guard inputCount.contains(inputs) else {
      let expected = inputCount.count == 1 ? "\(inputCount.lowerBound)" : "from \(inputCount.lowerBound)"
      return "\(name) takes \(expected) inputs, the case has \(inputs)"
    }
    if let missing = required.first(where: { parameters.values[$0] == nil }) {
      return "\(name) needs the parameter '\(missing)'"
    }
    let known = required + optional
    if let unknown = parameters.values.keys.sorted().first(where: { !known.contains($0) }) {
      return "\(name) has no parameter \(DataError.quoted(unknown))"
        + (known.isEmpty ? "" : ", only \(known.joined(separator: ", "))")
    }
    return nil
  }

  /// Names, inputs and after a slash parameters; a question mark follows what may be left out.
  private static let signatures = """
    neg abs sign floor ceil round square sqrt rsqrt reciprocal exp exp2 expm1 log log2 log10 log1p: x
    sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc erfinv lgamma digamma: x
    sigmoid log_sigmoid softplus softsign relu relu6 selu gelu gelu_tanh silu mish: x
    hard_sigmoid hard_swish hard_tanh: x
    leaky_relu: x / slope
    elu celu: x / alpha
    add subtract multiply divide pow maximum minimum atan2 hypot logaddexp squared_difference remainder xlogy: x y
    pow_scalar: x / exponent
    matmul outer dot kron cross: a b
    tensordot: a b / axes
    linear: x weight bias?
    einsum: … / equation
    sum mean max min prod logsumexp: x / axes? keep_axes?
    variance std: x / axes? keep_axes? correction
    norm: x / axes? keep_axes? order
    cumsum cumprod cummax logcumsumexp: x / axis reverse?
    softmax log_softmax: x / axis
    sort: x / axis descending?
    topk: x / k axis largest?
    take gather: x indices / axis
    gather_nd: x indices
    scatter scatter_add index_add: x indices updates / axis
    segment_sum: x ids / segments
    embedding: table indices
    slice: x / starts? stops? steps?
    slice_update: x update / starts? stops? steps?
    masked_select: x mask
    masked_fill: x mask / value?
    where: condition x y
    clamp: x / minimum? maximum?
    diagonal diag tril triu: x / offset?
    trace: x
    concat stack: … / axis
    split: x / sizes axis
    pad: x / low? high? mode? value?
    tile: x / repetitions
    repeat: x / count axis
    flip: x / axes
    roll: x / shifts axes
    transpose: x / permutation
    reshape broadcast_to: x / shape
    squeeze expand_dims: x / axes
    conv: x weight bias? / strides? low? high? dilation? groups?
    conv_transpose: x weight bias? / strides? padding? output_padding? dilation? groups?
    max_pool: x / window strides? low? high?
    avg_pool: x / window strides? low? high? count_padding?
    global_avg_pool: x
    layer_norm batch_norm instance_norm: x scale shift / epsilon
    rms_norm: x scale / epsilon
    batch_norm_inference: x mean variance scale shift / epsilon
    group_norm: x scale shift / groups epsilon
    l2_normalize: x / axis epsilon
    mse mae log_cosh cross_entropy_soft bce_with_logits bce hinge squared_hinge: x y / reduction?
    nll kl_divergence poisson_nll: x y / reduction?
    huber: prediction target / delta reduction?
    cross_entropy: logits labels / label_smoothing? axis? reduction?
    cosine_similarity: x y / axis
    attention: q k v mask? / causal? scale?
    multi_head_attention: x wq wk wv wo / heads causal? scale?
    rotary_embedding: x / base
    rnn_cell gru_cell gru: x h w_input w_hidden b_input b_hidden
    lstm_cell lstm: x h c w_input w_hidden b_input b_hidden
    cholesky inverse det logdet eigh svd_values qr matrix_exp pinv: a
    solve: a b
    triangular_solve: a b / lower transpose? unit_diagonal?
    matrix_power: a / exponent
    affine affine_square: w x b
    rosenbrock sum_of_sines: x
    quadratic_form: a b x
    logistic_regression: x w b target
    mlp_loss convnet_loss: x w1 b1 w2 b2 labels
    transformer_block: x scale1 shift1 wq wk wv wo scale2 shift2 w1 b1 w2 b2 / heads causal? scale?
    mixture_log_likelihood: x means log_scales logits
    gaussian_log_density: x covariance
    """
}
