// The lecture: an affine function, its gradients with a tape and without, and derivatives of higher order.

import Descent

let w = Variable([[1, -2], [2, 1]], name: "w")
let b = Variable([[0], [-1]], name: "b")
let x = Variable([[1], [2]], name: "x")

let y = w • x + b
print("y =", y)

let tape = GradientTape(persistent: true)
let f = tape.record { ((w • x + b) ** 2).sum() }
let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
print("f =", f)
print("∂f/∂w =", dw)
print("∂f/∂b =", db)

let (value, (gw, gb)) = valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
print("the same without a tape:", value, gw.scalars, gb.scalars)

let second = gradient(at: Tensor(3.0)) { x in gradient(at: x) { x in x ** 3 } }
print("the second derivative of x³ at 3 is", second)

let (cube, slope) = jvp(at: Tensor(2.0), along: Tensor(1.0)) { x in x ** 3 }
print("x³ at 2 is", cube, "and moves by", slope, "for each unit of x")
