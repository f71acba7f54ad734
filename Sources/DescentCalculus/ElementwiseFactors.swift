import DescentGraph

// Constants and longer factors of the cards of element-wise functions.

let naturalLogOf2 = 0.693147180559945309417
let naturalLogOf10 = 2.30258509299404568402
let twoOverRootPi = 1.12837916709551257390

func squaredDistance(_ angle: Application) -> Node { angle.x * angle.x + angle.y * angle.y }

/// ln y, and 0 where x = 0 and y ≤ 0.
func xlogyByFactor(_ product: Application) -> Node {
  let zero = product.x.filled(0)
  let isLimit = Node.binary(.and, product.x .== 0, .compare(.lessEqual, product.y, zero))
  return .select(isLimit, zero, .unary(.log, .select(isLimit, product.y.filled(1), product.y)))
}

/// x/y, and 0 where both are 0.
func xlogyByArgument(_ product: Application) -> Node {
  let isLimit = Node.binary(.and, product.x .== 0, product.y .== 0)
  return product.x / .select(isLimit, product.y.filled(1), product.y)
}
