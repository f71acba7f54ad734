/// Labels for the numbers digits · 10^exponent along an axis, all written in the same way.
///
/// - Parameter arePowers: Whether large and small numbers are powers of ten of their own, as on a logarithmic axis,
///   rather than multiples of one.
func tickLabels(_ numbers: [(digits: Int, exponent: Int)], arePowers: Bool = false) -> [String] {
  let present = numbers.filter { $0.digits != 0 }
  let orders = present.map { $0.exponent + String($0.digits.magnitude).count - 1 }
  guard let largest = orders.max(), let finest = present.map(\.exponent).min() else { return numbers.map { _ in "0" } }
  if largest <= 5 && finest >= -5 {
    return numbers.map { plain($0.digits, $0.exponent) }
  }
  return numbers.map { digits, exponent in
    if digits == 0 { return "0" }
    if !arePowers { return plain(digits, exponent - largest) + "×10" + superscript(largest) }
    return (digits == 1 ? "" : "\(digits)×") + "10" + superscript(exponent)
  }
}

/// digits · 10^exponent without a power, with as many decimals as the exponent says.
private func plain(_ digits: Int, _ exponent: Int) -> String {
  if digits == 0 { return "0" }
  let sign = digits < 0 ? "−" : ""
  var text = String(digits.magnitude)
  if exponent >= 0 { return sign + text + String(repeating: "0", count: exponent) }
  text = String(repeating: "0", count: max(0, 1 - exponent - text.count)) + text
  return sign + text.dropLast(-exponent) + "." + text.suffix(-exponent)
}

private func superscript(_ exponent: Int) -> String {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  return (exponent < 0 ? "⁻" : "")
    + String(String(exponent.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
}
