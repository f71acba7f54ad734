/// Works that are right, and works with a mistake in a known line.
enum WorkTable {
  static let layer = """
    w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]
    y = w @ x + b
    f = sum(y**2)

    """

  static let batch = """
    x = [[1, 2], [3, -1], [0.5, 2]]; w = [[1, 0.5, 2], [-1, 2, 1]]; b = [0.1, 0.2, -0.3]; t = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    z = x @ w + b
    p = softmax(z)
    f = -sum(t * log(p))

    """

  /// Works in which every line is right.
  static let right: [String] = [
    // The lecture's examples.
    """
    # scalar work
    f = (3x + 2x^2)^2
    df/dx = 2(3x + 2x^2) * d/dx(3x + 2x^2)      # chain rule
          = 2(3x + 2x^2)(3 + 4x)                # sum rule, power rule
          = 18x + 36x^2 + 16x^3 ...
    """,
    "f = 5x^2 - 2x + 3\ndf/dx = d/dx(5x^2) - d/dx(2x) + d/dx(3)  # sum rule\n = 10x - 2 [power rule]",
    "f = y^2; y = 3x + 2x²\ndf/dx = df/dy·dy/dx = 2y·(3 + 4x)\n= 2(3x + 2x²)(3 + 4x)",
    "f(x) = 5x³\nf'(x) = 15x²\nf''(x) = 30x\nf'(2) = 60\nf(2) = 40",
    // Rules.
    "f = x^2 sin x\ndf/dx = 2x sin x + x^2 cos x  # product rule",
    "f = sin(x)/x\ndf/dx = (x cos x - sin x)/x^2  # quotient rule",
    "f = a x^n\ndf/dx = a n x^(n-1)\nd²f/dx² = a n (n-1) x^(n-2)",
    "f = a x^n + b y^m\n∂f/∂x = a n x^(n-1)\n∂f/∂y = b m y^(m-1)",
    "f = x^2 y^3\n∂²f/∂x∂y = 6x y^2\n∂²f/∂x² = 2y³",
    "d/dx e^(-x^2) = -2x e^(-x^2)\nd/dx(ln(x^2+1)) = 2x/(x^2+1)\nd/dx √(1+x) = 1/(2√(1+x))",
    "d/dx x^x = x^x (ln x + 1)\nd/dx 2^x = 2^x ln 2\nd/dx (1/x) = -1/x^2",
    "u = x^2; v = cos x\nf = u v\nf' = u' v + u v'\n = 2x cos x - x^2 sin x",
    "f = (3x)^2\ndf/dx = 2(3x) d/dx(3x) = 2(3x)(3) = 18x",
    "y = tanh(2x + 1)\ndy/dx = (1 - y^2) d/dx(2x + 1) = 2(1 - y^2)",
    "f = x^3\nx = 2\ndf/dx = 3x^2 = 12",
    "f = 7\ndf/dx = 0   # constant rule",
    "(x^3 + 1)' = 3x^2\nd(x^2)/dx = 2x",
    "f = x y; y = x^2\n∂f/∂x = y\ndf/dx = 3x^2",
    "x = 3; w = 2; b = 1; t = 5\ny = w*x + b\ne = y - t\nL = e^2\ndL/dw = 2*e*x = 2*2*3 = 12\ndL/db = 2*e = 4",
    // Tensors.
    layer + "df/dy = 2*y\ndf/dw = df/dy @ x.T\n  = [[-6, -12], [6, 12]]\ndf/db = 2*y = [[-6],[6]]",
    layer + "df/dx = w.T @ df/dy\ndf/dw = 2*[[-3],[3]] @ x.T\ny = [[-3],[3]]",
    batch + "df/dz = p - t\ndf/dw = x.T @ (p - t)\ndf/db = sum(p - t, axis=0)",
    "x = [1, 2, 3]\nm = mean(x**2)\ndm/dx = 2*x/3",
    "x = [1, 2, 3]\ny = x**2\ndy/dx = [[2, 0, 0], [0, 4, 0], [0, 0, 6]]",
    "weight = [0.5, -1]; loss = sum(exp(weight))\ndloss/dweight = exp(weight) = [1.65, 0.37]",
  ]

  /// A work with a mistake: the line, and words of the hint.
  typealias Wrong = (work: String, line: Int, words: [String])

  static let wrong: [Wrong] = chains + powers + products + functions + algebra + tensors

  private static let chains: [Wrong] = [
    ("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2)", 2, ["chain rule", "inner derivative", "3 + 4x", "missing"]),
    ("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2) + (3 + 4x)", 2, ["chain rule", "not added"]),
    ("f = sin(x^2)\ndf/dx = cos(2x)", 2, ["chain rule", "2x", "inside"]),
    ("f = sin(x^2)\ndf/dx = cos(x^2)", 2, ["chain rule", "missing", "2x"]),
    ("f = e^(3x)\ndf/dx = e^(3x)", 2, ["chain rule", "missing", "3"]),
    ("f = ln(5x + 1)\ndf/dx = 1/(5x + 1)", 2, ["chain rule", "missing", "5"]),
    ("f = (x^2 + 1)^3\ndf/dx = (2x)^3", 2, ["chain rule", "not the same function"]),
    ("f = (3x + 2x^2)^2\ndf/dx = 3 + 4x", 2, ["chain rule", "outer derivative is missing"]),
  ]

  private static let powers: [Wrong] = [
    ("f = 5x^3\ndf/dx = 15x^3", 2, ["power rule", "lowered", "3"]),
    ("f = 5x^3\ndf/dx = 5x^2", 2, ["power rule", "brought down", "3"]),
    ("f = x^4\ndf/dx = 3x^3", 2, ["power rule", "old exponent", "4"]),
    ("f = x^3\ndf/dx = x^4/4", 2, ["power rule", "integral"]),
    ("f = 1/x\ndf/dx = 1/x^2", 2, ["minus sign is lost"]),
    ("f = √(x + 1)\ndf/dx = 1/√(x + 1)", 2, ["power rule", "brought down", "1/2"]),
    ("f = x^2 + 3\ndf/dx = 2x + 3", 2, ["constant rule", "3", "0"]),
    ("f = x^2 + 3\ndf/dx = 2x + 1", 2, ["constant rule", "0"]),
    ("f = 7x^2\ndf/dx = 2x", 2, ["constant factor", "dropped"]),
    ("f = a x^n + b y^m\n∂f/∂x = a n x^(n-1) + b m y^(m-1)", 2, ["y", "held constant"]),
    ("f = x^2 y^3\n∂f/∂x = 3x^2 y^2", 2, ["derivative by y"]),
    ("f = x^4\nd²f/dx² = 4x^3", 2, ["once too little"]),
    ("f = x^2 + 5x^3\ndf/dx = 2x^2 + 15x^3", 2, ["power rule", "lowered"]),
  ]

  private static let products: [Wrong] = [
    ("f = x^2 sin x\ndf/dx = 2x cos x", 2, ["product rule", "factor by factor"]),
    ("f = x^2 sin x\ndf/dx = 2x sin x", 2, ["product rule", "missing"]),
    ("f = x^2 sin x\ndf/dx = x^2 cos x", 2, ["product rule", "missing"]),
    ("f = x^2 sin x\ndf/dx = 2x sin x - x^2 cos x", 2, ["product rule", "added"]),
    ("f = sin(x)/x\ndf/dx = (sin x - x cos x)/x^2", 2, ["quotient rule", "swapped"]),
    ("f = sin(x)/x\ndf/dx = (x cos x + sin x)/x^2", 2, ["quotient rule", "subtracted"]),
    ("f = sin(x)/x\ndf/dx = (x cos x - sin x)/x", 2, ["quotient rule", "square"]),
    ("f = sin(x)/x\ndf/dx = cos(x)/1", 2, ["quotient rule", "part by part"]),
    ("f = x^3 - 4x\ndf/dx = 3x^2 + 4", 2, ["sign", "4x"]),
    ("f = x^3 + x^2\ndf/dx = 3x^2", 2, ["x²", "left out"]),
    ("f = x^3 + x^2\ndf/dx = 3x^2 + x^2", 2, ["x²", "not differentiated"]),
  ]

  private static let functions: [Wrong] = [
    ("f = cos(x)\ndf/dx = sin(x)", 2, ["cos", "minus"]),
    ("f = sin(x)\ndf/dx = -cos(x)", 2, ["sin", "without a minus"]),
    ("f = e^x\ndf/dx = x e^(x-1)", 2, ["exponential", "power rule is for constant exponents"]),
    ("f = 2^x\ndf/dx = 2^x", 2, ["exponential", "logarithm of the base"]),
    ("f = ln x\ndf/dx = 1/ln x", 2, ["logarithm", "1/ln"]),
    ("f = tanh x\ndf/dx = 1 - tanh x", 2, ["tanh", "square"]),
    ("f = sigmoid(x)\ndf/dx = 1 - sigmoid(x)", 2, ["logistic", "missing"]),
    ("y = sin(3x)\nd^2y/dx^2 = -9 cos(3x)", 2, ["cos", "not its own derivative"]),
    ("f(x, y) = sin(x y)\n∂f/∂y = cos(x y)", 2, ["chain rule", "missing", "x"]),
    ("f = √(x^2)\ndf/dx = 1", 2, ["positive"]),
  ]

  private static let algebra: [Wrong] = [
    ("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2)(3 + 4x)\n= 18x + 36x^2 + 8x^3", 3, ["8x³", "16x³"]),
    ("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2)(3 + 4x)\n= 18x + 16x^3", 3, ["36x²", "missing"]),
    (
      "f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2) d/dx(3x + 2x^2)  # chain rule\n= 2(3x + 2x^2)(3 + 4x^2)", 3,
      ["power rule", "lowered"]
    ),
    ("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2) d/dx(3x + 2x^2)\n= 2(3x + 2x^2)(3 + 2x)\n= 1", 3, ["power rule"]),
    ("f = (2x + 1)^5\ndf/dx = 5(2x+1)^4 * 2 = 10(2x+1)^5", 2, ["factor 2x + 1 is too many"]),
    ("f = x/(1+x)\ndf/dx = ((1+x) - x)/(1+x)^2\n= 1/(1+x)", 3, ["factor 1 + x is too many"]),
    ("f = tan(x^2)\nf' = 1/cos(x^2) * 2x", 2, ["tan", "square", "f' = 2x"]),
    ("f = x^2\nx = 2\ndf/dx = x^2", 3, ["x²", "not differentiated"]),
  ]

  private static let tensors: [Wrong] = [
    (layer + "df/db = [-6, 12, 6, -12]", 4, ["shape is [4], and must be [2, 1]"]),
    (layer + "df/dw = x @ df/dy.T", 4, ["transpose"]),
    (layer + "df/dw = y @ x.T", 4, ["factor 2"]),
    (layer + "df/dx = w @ df/dy", 4, ["transposition is missing", "w.T @ df/dy"]),
    (layer + "df/db = -2*y", 4, ["sign"]),
    (layer + "df/db = (2*y).T", 4, ["transpose"]),
    (batch + "df/db = p - t", 5, ["sum along axis 0"]),
    (batch + "df/dz = t - p", 5, ["sign"]),
    (batch + "df/dz = p", 5, ["t"]),
    ("x = [1, 2, 3]\nm = mean(x**2)\ndm/dx = 2*x", 3, ["factor 3", "mean"]),
    ("x = [1, 2, 3]\nf = sum(x**2)\ndf/dx = 2*x/3", 3, ["factor 3"]),
    ("x = [[0.1, 0.4]]; w = [[1], [2]]\nf = sum(tanh(x @ w))\ndf/dw = x.T", 3, ["tanh", "missing"]),
    (layer + "df/dw = [[-6, -12], [6, 11]]", 4, ["element [1, 1] is 11 and must be 12"]),
  ]
}
