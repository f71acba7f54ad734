/// A piece of mathematics as it is written, whatever it is written in.
///
/// ``text``, ``display``, ``latex``, ``mathML`` and ``program`` are its renderings. A formula has no meaning of its
/// own: `2·x` and `x·2` are two formulas.
public indirect enum Formula: Hashable, Sendable {
  /// A number: 3, 0.5, −2, ∞.
  case number(Double)
  /// A quantity, or one of its elements.
  case name(Name)
  /// Words between formulas.
  case words(String)

  /// a + b − c, in order.
  case sum([Term])
  /// −x.
  case negation(Formula)
  /// Factors in order.
  case product([Formula], Multiplication = .plain)
  /// x/y.
  case quotient(Formula, Formula)
  /// xʸ.
  case power(Formula, Formula)
  /// The root of a degree: 2 for √x, 3 for ∛x.
  case root(Int, Formula)
  /// A function by its own notation: `sin x`, `ln(x + y)`, `σ x`.
  case function(String, Formula)
  /// `max(x, y)`, with remarks in words behind the arguments: `sum(x, axis 0)`.
  case call(String, [Formula], remarks: [String] = [])
  /// Between two signs: `|x|`, `⌊x⌋`, and Iverson's bracket `[x > 0]`.
  case enclosed(String, Formula, String)
  /// A sign before: `¬x`.
  case prefixed(String, Formula)
  /// A sign as an exponent: `xᵀ`, `a⁻¹`; `T` and `−1` here.
  case marked(Formula, String)
  /// `x[1..<4, :]`.
  case indexed(Formula, String)
  /// `(a + b)ᵢⱼ`: the element of what is no plain name; names have their own indices.
  case element(of: Formula, [Name.Index])
  /// One of `=`, `<`, `≠`, `≤`, `∧`, … between formulas; `a = b = c` is one relation with one sign.
  case relation(String, [Formula])
  /// Σ over index letters.
  case indexedSum([String], Formula)
  /// Rows of a matrix.
  case matrix([[Formula]])
  /// `x where …`: the value of each case with the statement that chooses it, nil for otherwise.
  case cases([Case])

  /// ∂f/∂x, ∂²f/∂x∂y; `d` instead of `∂` for functions of one variable.
  case derivative(of: Formula, by: [Formula], isPartial: Bool = true)
  /// d/dx(…): what is still to be differentiated.
  case differentiating(Formula, by: Formula, isPartial: Bool = true)

  /// A term of a sum.
  public struct Term: Hashable, Sendable {
    /// Whether the term is subtracted.
    public var isNegative: Bool
    /// What is added or subtracted.
    public var formula: Formula

    /// A term that is added, or subtracted.
    public init(_ formula: Formula, isNegative: Bool = false) {
      self.formula = formula
      self.isNegative = isNegative
    }
  }

  /// One of the cases of a definition.
  public struct Case: Hashable, Sendable {
    /// The value.
    public var value: Formula
    /// When this case holds, nil for otherwise.
    public var condition: Formula?

    /// A case.
    public init(_ value: Formula, if condition: Formula?) {
      self.value = value
      self.condition = condition
    }
  }

  /// How a product is written.
  public enum Multiplication: Hashable, Sendable {
    /// As a person writes it: `2x·y`, `2(x + 1)·(x − 1)`, `2·3`.
    case plain
    /// With a dot between all factors: `2·x·y`.
    case dots
    /// With a cross between all factors: `2y × (3 + 4x)`.
    case crosses
    /// Of matrices: `w x`.
    case matrices
    /// Of tensors, element by element: `y ⊙ x`.
    case elements
  }
}

/// The name of a quantity, or of one of its elements.
public struct Name: Hashable, Sendable {
  /// The letters: `w`, `loss`, `θ`, `hidden.weight`.
  public var letters: String
  /// Where an element stands, counted from 1, outermost axis first; empty for the whole.
  public var indices: [Index]
  /// A sign above the letters.
  public var accent: Accent?

  /// A number, or a letter that runs over numbers.
  public enum Index: Hashable, Sendable {
    /// A place.
    case number(Int)
    /// A running index.
    case letter(String)
  }

  /// What may stand above letters.
  public enum Accent: Hashable, Sendable {
    /// ȳ, the cotangent of y.
    case bar
    /// ẏ, the tangent of y.
    case dot
  }

  /// A name.
  public init(_ letters: String, indices: [Index] = [], accent: Accent? = nil) {
    self.letters = letters
    self.indices = indices
    self.accent = accent
  }

  /// The name of an element.
  public func element(_ places: [Int]) -> Name { Name(letters, indices: places.map { .number($0) }, accent: accent) }
}

extension Formula {
  /// A quantity by its letters.
  public static func name(_ letters: String) -> Formula { .name(Name(letters)) }

  /// Formulas with `=` between them.
  public static func equation(_ sides: Formula...) -> Formula { .relation("=", sides) }
}
