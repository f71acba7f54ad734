import DescentGraph
import DescentTensor

// What is done along axes. As in NumPy, no axis means all of them, unless the summary says otherwise.

extension ProgramFunction {
  /// A reduction with NumPy's arguments; `more` stands between the tensor and the axis.
  private static func reduction(
    _ name: String, aliases: [String] = [], more: String = "", _ summary: String,
    _ function: @escaping @Sendable (Tensor, [Int], Bool, ProgramArguments) throws -> Tensor
  ) -> ProgramFunction {
    let signature = "\(name)(x, \(more)axis=None, keepdims=False)"
    return ProgramFunction(.reduction, signature, aliases: aliases, summary) {
      try function(try $0.tensor("x"), try $0.axes(), try $0.truth("keepdims"), $0)
    }
  }

  static let reductions: [ProgramFunction] = [
    reduction("sum", "the sum") { x, axes, keeps, _ in x.sum(axes: axes, keepingAxes: keeps) },
    reduction("prod", aliases: ["product"], "the product") { x, axes, keeps, _ in
      x.product(axes: axes, keepingAxes: keeps)
    },
    reduction("mean", aliases: ["average"], "the mean") { x, axes, keeps, _ in x.mean(axes: axes, keepingAxes: keeps) },
    reduction("max", aliases: ["amax"], "the largest element; maximum(x, y) compares two") {
      x, axes, keeps, arguments in
      try refuseSecondOperand(arguments, "maximum")
      return x.max(axes: axes, keepingAxes: keeps)
    },
    reduction("min", aliases: ["amin"], "the smallest element; minimum(x, y) compares two") {
      x, axes, keeps, arguments in
      try refuseSecondOperand(arguments, "minimum")
      return x.min(axes: axes, keepingAxes: keeps)
    },
    reduction("var", aliases: ["variance"], more: "ddof=0, ", "the variance, Σ(x − mean)²/(n − ddof)") {
      x, axes, keeps, arguments in
      x.variance(axes: axes, correction: try arguments.number("ddof", default: 0), keepingAxes: keeps)
    },
    reduction("std", more: "ddof=0, ", "the standard deviation, the root of the variance") {
      x, axes, keeps, arguments in
      x.standardDeviation(axes: axes, correction: try arguments.number("ddof", default: 0), keepingAxes: keeps)
    },
    reduction("norm", more: "ord=2, ", "the norm (Σ|x|ᵖ)^(1/p) of all elements, or along axes") {
      x, axes, keeps, arguments in
      x.norm(order: try arguments.number("ord", default: 2), axes: axes, keepingAxes: keeps)
    },
    reduction("logsumexp", "ln Σeˣ") { x, axes, keeps, _ in x.logSumExp(axes: axes, keepingAxes: keeps) },
    reduction("any", "whether any element is not 0") { x, axes, keeps, _ in
      x.converted(to: .bool).max(axes: axes, keepingAxes: keeps)
    },
    reduction("all", "whether all elements are not 0") { x, axes, keeps, _ in
      x.converted(to: .bool).min(axes: axes, keepingAxes: keeps)
    },
  ]

  /// In mathematics max(x, 0) compares two values, in NumPy the second argument is an axis: neither is guessed.
  private static func refuseSecondOperand(_ arguments: ProgramArguments, _ other: String) throws {
    guard arguments.positionalCount > 1, !arguments.isMethod else { return }
    let name = arguments.function.name
    throw ProgramFault(
      arguments.place(of: "axis"),
      "\(name)(x, y) may mean two things; write \(other)(x, y), or \(name)(x, axis=…) for the axis")
  }

  // MARK: Along one axis

  /// What is done along the last axis unless another is given.
  private static func along(
    _ name: String, aliases: [String] = [], _ summary: String,
    _ function: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.reduction, "\(name)(x, axis=-1)", aliases: aliases, summary) {
      function(try $0.tensor("x"), try $0.integer("axis", default: -1))
    }
  }

  /// What is done along one axis, or with all elements in row-major order.
  private static func alongOrFlat(
    _ name: String, aliases: [String] = [], _ summary: String,
    _ function: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.reduction, "\(name)(x, axis=None)", aliases: aliases, summary) { arguments in
      let x = try arguments.tensor("x")
      guard let axis = try arguments.optionalInteger("axis") else { return function(x.flattened(), 0) }
      return function(x, axis)
    }
  }

  static let alongAxes: [ProgramFunction] = [
    along("softmax", "eˣ/Σeˣ along an axis") { $0.softmax(axis: $1) },
    along("log_softmax", aliases: ["logsoftmax"], "ln softmax(x)") { $0.logSoftmax(axis: $1) },
    along("sort", aliases: ["sorted"], "the elements in ascending order") { $0.sorted(axis: $1) },
    along("argsort", "the places that sort the elements") { $0.argSort(axis: $1) },
    along("diff", "the differences of neighbours") { $0.differences(axis: $1) },
    alongOrFlat("argmax", "the place of the largest element") { $0.argMax(axis: $1) },
    alongOrFlat("argmin", "the place of the smallest element") { $0.argMin(axis: $1) },
    alongOrFlat("cumsum", "the sums of all elements up to each") { $0.cumulativeSum(axis: $1) },
    alongOrFlat("cumprod", "the products of all elements up to each") { $0.cumulativeProduct(axis: $1) },
    alongOrFlat("median", "the median") { $0.median(axis: $1) },
    ProgramFunction(.reduction, "quantile(x, q, axis=None)", "the number below which a share q of the elements lies") {
      try $0.tensor("x").quantile(try $0.number("q"), axis: try $0.optionalInteger("axis"))
    },
  ]
}
