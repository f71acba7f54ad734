// Mistakes in sums, products and quotients, and those that any step can have.

extension ScalarMistake {
  // MARK: Products

  private static func product(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("product rule", hint) { $0.isProduct ? tangent($0) : nil }
  }

  private static func scaled(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("constant factor rule", hint) { step in
      if case .scaled = step.form { tangent(step) } else { nil }
    }
  }

  /// u′·v and u·v′.
  private static func terms(_ words: StepWords) -> [String] {
    [
      "\(words.marked(words.operands[0]))·(\(words.operands[1]))",
      "(\(words.operands[0]))·\(words.marked(words.operands[1]))",
    ]
  }

  static let products: [ScalarMistake] = [
    product({
      "a product is not differentiated factor by factor: (u·v)' = u'·v + u·v' with u = \($0.operands[0]), v = \($0.operands[1])"
    }) { $0.operands[0].tangent * $0.operands[1].tangent },
    product({ "the term \(terms($0)[1]) is missing: (u·v)' = u'·v + u·v'" }) {
      $0.operands[0].partial * $0.operands[0].tangent
    },
    product({ "the term \(terms($0)[0]) is missing: (u·v)' = u'·v + u·v'" }) {
      $0.operands[1].partial * $0.operands[1].tangent
    },
    product({ _ in "the two terms are added: (u·v)' = u'·v + u·v'" }) {
      $0.operands[0].partial * $0.operands[0].tangent - $0.operands[1].partial * $0.operands[1].tangent
    },
    product({ _ in "each derivative stands beside the other factor: (u·v)' = u'·v + u·v'" }) {
      $0.operands[0].value * $0.operands[0].tangent + $0.operands[1].value * $0.operands[1].tangent
    },
    product({ _ in "both terms have one derivative and one factor: (u·v)' = u'·v + u·v'" }) {
      $0.operands[0].tangent + $0.operands[1].tangent
    },
    scaled({ "the constant factor of \($0.whole) is dropped; it stays" }) { $0.inner.tangent },
    scaled({ "the constant in \($0.whole) has derivative 0, and needs no product rule" }) {
      $0.tangent + $0.inner.value
    },
  ]

  // MARK: Quotients

  private static func quotient(
    _ hint: String, _ tangent: @escaping @Sendable (_ u: ScalarStep.Operand, _ v: ScalarStep.Operand) -> Double?
  ) -> ScalarMistake {
    ScalarMistake(
      "quotient rule", { "\(hint): (u/v)' = (u'·v − u·v')/v² with u = \($0.operands[0]), v = \($0.operands[1])" }
    ) {
      $0.isQuotient ? tangent($0.operands[0], $0.operands[1]) : nil
    }
  }

  static let quotients: [ScalarMistake] = [
    ScalarMistake("quotient rule", { "the minus sign is lost: (c/v)' = −c·v'/v² with v = \($0.operands[1])" }) {
      $0.isQuotient && !$0.operands[0].depends ? -$0.tangent : nil
    },
    quotient("the terms of the numerator are swapped, so that the sign is wrong") { u, v in
      u.depends ? (u.value * v.tangent - u.tangent * v.value) / (v.value * v.value) : nil
    },
    quotient("the terms of the numerator are subtracted, not added") { u, v in
      u.depends ? (u.tangent * v.value + u.value * v.tangent) / (v.value * v.value) : nil
    },
    quotient("the square of the denominator is missing") { u, v in
      (u.tangent * v.value - u.value * v.tangent) / v.value
    },
    quotient("the denominator v² is missing") { u, v in u.tangent * v.value - u.value * v.tangent },
    quotient("a quotient is not differentiated part by part") { u, v in u.depends ? u.tangent / v.tangent : nil },
    quotient("the denominator is v², not u²") { u, v in
      u.depends ? (u.tangent * v.value - u.value * v.tangent) / (u.value * u.value) : nil
    },
    quotient("each derivative stands beside the other function") { u, v in
      u.depends ? (u.tangent * u.value - v.value * v.tangent) / (v.value * v.value) : nil
    },
    quotient("the term with v' is missing") { u, v in u.depends ? u.tangent / v.value : nil },
    quotient("the term with u' is missing") { u, v in
      u.depends ? -u.value * v.tangent / (v.value * v.value) : nil
    },
    quotient("the denominator is v², not v'") { u, v in
      u.depends ? (u.tangent * v.value - u.value * v.tangent) / v.tangent : nil
    },
    quotient("the derivative v' of the denominator is missing") { u, v in
      v.tangent == 1 ? nil : (u.tangent * v.value - u.value) / (v.value * v.value)
    },
  ]

  // MARK: Sums

  private static func sum(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("sum rule", hint) { $0.isSum ? tangent($0) : nil }
  }

  /// A constant term that does not vanish.
  private static func constant(_ place: Int, _ derivative: @escaping @Sendable (Double) -> Double) -> ScalarMistake {
    ScalarMistake("constant rule", { "the derivative of the constant \($0.operands[place]) is 0" }) {
      guard $0.isSum, !$0.operands[place].depends else { return nil }
      let isNegative = place == 1 && $0.form == .sum(isDifference: true)
      return $0.tangent + (isNegative ? -1 : 1) * derivative($0.operands[place].value)
    }
  }

  /// A term that is left as it is, or left out.
  private static func term(
    _ place: Int, _ words: String, _ change: @escaping @Sendable (ScalarStep.Operand) -> Double
  ) -> ScalarMistake {
    sum({ "the term \($0.operands[place]) is \(words): its derivative is \($0.derivatives[place])" }) {
      guard $0.operands[place].depends else { return nil }
      return $0.tangent + $0.operands[place].partial * change($0.operands[place])
    }
  }

  static let sums: [ScalarMistake] = [
    constant(0) { $0 }, constant(1) { $0 }, constant(0) { _ in 1 }, constant(1) { _ in 1 },
    term(0, "not differentiated") { $0.value - $0.tangent }, term(1, "not differentiated") { $0.value - $0.tangent },
    term(0, "left out") { -$0.tangent }, term(1, "left out") { -$0.tangent },
    sum({ "the sign of the second term, \($0.operands[1]), is wrong" }) {
      $0.operands[0].partial * $0.operands[0].tangent - $0.operands[1].partial * $0.operands[1].tangent
    },
    sum({ "the sign of the first term, \($0.operands[0]), is wrong" }) {
      $0.operands[1].partial * $0.operands[1].tangent - $0.operands[0].partial * $0.operands[0].tangent
    },
    ScalarMistake("constant factor rule", { "the minus sign of \($0.whole) is lost" }) {
      $0.form == .negation ? $0.inner.tangent : nil
    },
  ]

  // MARK: Any step

  /// Behind the rules for products and sums, which have signs of their own.
  static let signs: [ScalarMistake] = [
    ScalarMistake("derivative of sin", { "sin' = cos, without a minus sign in \($0.marked($0.whole))" }) {
      $0.isFunction(.sin) ? -$0.tangent : nil
    }
  ]

  static let general: [ScalarMistake] = [
    ScalarMistake("differentiation", { "\($0.whole) is not differentiated: its derivative is \($0.derivative)" }) {
      $0.result
    },
    ScalarMistake("differentiation", { "\($0.whole) is taken as a constant: its derivative is \($0.derivative)" }) {
      _ in
      0
    },
    ScalarMistake("sign", { "the sign of the derivative of \($0.whole) is wrong: it is \($0.derivative)" }) {
      -$0.tangent
    },
  ]
}
