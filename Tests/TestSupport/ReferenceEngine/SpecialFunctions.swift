import Foundation

// Functions that Foundation lacks, by plain and slow methods that share nothing with the kernels.

/// The inverse of erf by bisection; beyond ½ of the complement, which has more digits there.
func inverseErrorFunction(_ x: Double) -> Double {
  let size = abs(x)
  if size.isNaN || size > 1 { return .nan }
  if size == 1 || size == 0 { return size == 1 ? Double(signOf: x, magnitudeOf: .infinity) : x }
  var (low, high) = (0.0, 6.0)
  for _ in 0..<1100 {
    let middle = (low + high) / 2
    if middle == low || middle == high { break }
    let isBelow = size < 0.5 ? Foundation.erf(middle) < size : Foundation.erfc(middle) > 1 - size
    if isBelow { low = middle } else { high = middle }
  }
  return Double(signOf: x, magnitudeOf: low)
}

/// Derivative n of digamma: (−1)ⁿ⁺¹·n!·Σ 1/(x + k)ⁿ⁺¹, summed upward from any x that is no pole to 60, then the
/// integral of the rest with the first corrections of the Euler-Maclaurin formula.
func polygammaBySummation(_ n: Int, _ start: Double) -> Double {
  var (x, sum) = (start, 0.0)
  while x < 60 {
    sum += pow(x, -Double(n + 1))
    x += 1
  }
  let s = Double(n + 1)
  let integral = n == 0 ? -Foundation.log(x) : pow(x, 1 - s) / (s - 1)
  let first = s / 12 * pow(x, -s - 1)
  let second = -s * (s + 1) * (s + 2) / 720 * pow(x, -s - 3)
  let third = s * (s + 1) * (s + 2) * (s + 3) * (s + 4) / 30240 * pow(x, -s - 5)
  let total = sum + integral + pow(x, -s) / 2 + first + second + third
  return (n % 2 == 0 ? -1 : 1) * (1...max(n, 1)).reduce(1.0) { $0 * Double($1) } * total
}

/// The remainder with the sign of the divisor.
func flooredRemainder(_ x: Double, _ y: Double) -> Double {
  let remainder = x.truncatingRemainder(dividingBy: y)
  if remainder == 0 { return Double(signOf: y, magnitudeOf: 0) }
  return (remainder < 0) != (y < 0) ? remainder + y : remainder
}
