import DescentGraph

// Functions between the linear layers of networks, in their published forms.

/// ln(1 + eˣ), stable for large x.
public func softplus(_ x: Tensor) -> Tensor { logaddexp(x, x.constant(0, "softplus")) }

/// ln of the logistic function, stable for large negative x.
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }

/// x·σ(x), also called swish.
public func silu(_ x: Tensor) -> Tensor { x * sigmoid(x) }

/// x/(1 + |x|).
///
/// The derivative at 0 is 1.
public func softsign(_ x: Tensor) -> Tensor { x / (1 + abs(x)) }

/// x·tanh(softplus x) (Misra 2019).
public func mish(_ x: Tensor) -> Tensor { x * tanh(softplus(x)) }

/// x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016), exact also for large negative x.
public func gelu(_ x: Tensor) -> Tensor { 0.5 * x * erfc(-0.7071067811865476 * x) }

/// ½x(1 + tanh(√(2/π)(x + 0.044715x³))), which is within 0.0005 of ``gelu(_:)``.
public func geluTanh(_ x: Tensor) -> Tensor {
  0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
}

/// x for positive x, otherwise `slope`·x (Maas, Hannun and Ng 2013).
///
/// The derivative at 0 is `slope`.
public func leakyRelu(_ x: Tensor, slope: Double = 0.01) -> Tensor { select(x .> 0, x, slope * x) }

/// x for positive x, otherwise α(eˣ − 1) (Clevert, Unterthiner and Hochreiter 2016).
///
/// The derivative at 0 is α.
public func elu(_ x: Tensor, alpha: Double = 1) -> Tensor { select(x .> 0, x, alpha * expm1(upToZero(x))) }

/// x for positive x, otherwise α(e^(x/α) − 1), smooth for every α (Barron 2017).
public func celu(_ x: Tensor, alpha: Double = 1) -> Tensor { select(x .> 0, x, alpha * expm1(upToZero(x) / alpha)) }

/// The elu that keeps mean 0 and variance 1 (Klambauer and others 2017).
public func selu(_ x: Tensor) -> Tensor { 1.0507009873554805 * elu(x, alpha: 1.6732632423543772) }

/// x limited to [0, 6], with derivative 0 at both limits.
public func relu6(_ x: Tensor) -> Tensor { limited(x, 0, 6) }

/// x limited to [−1, 1], with derivative 0 at both limits.
public func hardTanh(_ x: Tensor) -> Tensor { limited(x, -1, 1) }

/// (x + 3)/6 limited to [0, 1], with derivative 0 at both limits.
public func hardSigmoid(_ x: Tensor) -> Tensor { limited(x + 3, 0, 6) / 6 }

/// x·hardSigmoid(x) (Howard and others 2019).
public func hardSwish(_ x: Tensor) -> Tensor { x * hardSigmoid(x) }

/// x where it isn't positive, else 0, so that exponentials of what is not selected don't overflow.
private func upToZero(_ x: Tensor) -> Tensor { select(x .> 0, 0, x) }

/// x between two limits, flat at the limits.
private func limited(_ x: Tensor, _ low: Double, _ high: Double) -> Tensor {
  select(x .<= low, low, select(x .>= high, high, x))
}
