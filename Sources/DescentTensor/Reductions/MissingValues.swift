import DescentGraph

// NaN as "there is no value here". As in the other reductions, no axes means all.

extension Tensor {
  /// The sum along axes of the elements that aren't NaN; 0 where there are none.
  ///
  /// Elements that are NaN have derivative 0.
  public func nanSum(axes: Int..., keepingAxes: Bool = false) -> Tensor { nanSum(axes: axes, keepingAxes: keepingAxes) }

  /// The sum along a list of axes of the elements that aren't NaN; along all of them if the list is empty.
  public func nanSum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    masked(isNaN(self), with: 0).sum(axes: axes, keepingAxes: keepingAxes)
  }

  /// The mean along axes of the elements that aren't NaN; NaN where there are none.
  ///
  /// Elements that are NaN have derivative 0. Integers and truth values give float32.
  public func nanMean(axes: Int..., keepingAxes: Bool = false) -> Tensor {
    nanMean(axes: axes, keepingAxes: keepingAxes)
  }

  /// The mean along a list of axes of the elements that aren't NaN; along all of them if the list is empty.
  public func nanMean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let x = scalarType.isFloatingPoint ? self : converted(to: .float32)
    let count = (.!isNaN(x)).converted(to: x.scalarType).sum(axes: axes, keepingAxes: keepingAxes)
    return x.nanSum(axes: axes, keepingAxes: keepingAxes) / count
  }
}

/// The tensor with numbers in the places of NaN and of infinities.
///
/// Replaced elements have derivative 0, the others 1; integers and truth values stay as they are.
///
/// - Parameters:
///   - x: The tensor.
///   - nan: What stands for NaN.
///   - positiveInfinity: What stands for ∞; the largest finite number of the type unless said otherwise.
///   - negativeInfinity: What stands for −∞; the least finite number of the type unless said otherwise.
public func nanToNumber(
  _ x: Tensor, nan: Double = 0, positiveInfinity: Double? = nil, negativeInfinity: Double? = nil
) -> Tensor {
  guard x.scalarType.isFloatingPoint else { return x }
  let largest = x.scalarType.largestFinite
  let finite = x.masked(isNaN(x), with: nan).masked(x .== Double.infinity, with: positiveInfinity ?? largest)
  return finite.masked(x .== -Double.infinity, with: negativeInfinity ?? -largest)
}

extension ScalarType {
  /// The largest finite number of a floating-point type.
  fileprivate var largestFinite: Double {
    switch self {
    case .float32: Double(Float.greatestFiniteMagnitude)
    case .float64: .greatestFiniteMagnitude
    case .float16: 65504
    case .bfloat16: 0x1.FEp127
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: .nan
    }
  }
}
