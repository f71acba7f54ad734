/// A fence that is drawn over several lines.
struct TextFence {
  private let top: String
  private let middle: String
  private let repeated: String
  private let bottom: String

  private init(_ top: String, _ repeated: String, _ bottom: String, middle: String? = nil) {
    self.top = top
    self.repeated = repeated
    self.bottom = bottom
    self.middle = middle ?? repeated
  }

  /// The fence whose one-line form is a sign, nil if there are no pieces for it.
  init?(_ sign: String) {
    switch sign {
    case "(": self.init("⎛", "⎜", "⎝")
    case ")": self.init("⎞", "⎟", "⎠")
    case "[": self.init("⎡", "⎢", "⎣")
    case "]": self.init("⎤", "⎥", "⎦")
    case "{": self.init("⎧", "⎪", "⎩", middle: "⎨")
    case "}": self.init("⎫", "⎪", "⎭", middle: "⎬")
    case "⌊": self.init("⎢", "⎢", "⎣")
    case "⌋": self.init("⎥", "⎥", "⎦")
    case "⌈": self.init("⎡", "⎢", "⎢")
    case "⌉": self.init("⎤", "⎥", "⎥")
    case "|": self.init("│", "│", "│")
    case "‖": self.init("║", "║", "║")
    default: return nil
    }
  }

  /// The fence beside a box of more than one line.
  func beside(_ box: TextBox) -> TextBox {
    let inner = (1..<max(1, box.height - 1)).map { $0 == box.baseline ? middle : repeated }
    return TextBox([top] + inner + [bottom], baseline: box.baseline)
  }
}

extension TextBox {
  /// The box between two signs, which grow with it.
  func fenced(_ left: String, _ right: String) -> TextBox {
    func fence(_ sign: String) -> TextBox {
      height == 1 ? TextBox(sign) : TextFence(sign)?.beside(self) ?? TextBox(sign)
    }
    return TextBox(row: [fence(left), self, fence(right)])
  }
}
