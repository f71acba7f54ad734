/// A name taken apart: `t̄₁` is the letter t with a bar and the index 1.
struct NameParts {
  let letters: String
  let accent: Name.Accent?
  let indices: [String]

  init(_ name: Name) {
    let (base, glyphs) = Scripts.splitSubscripts(name.letters)
    var scalars = Substring(base).unicodeScalars
    var accent = name.accent
    if accent == nil, scalars.count > 1, let last = scalars.last, let found = Name.Accent(combining: last) {
      accent = found
      scalars.removeLast()
    }
    letters = String(scalars)
    self.accent = accent
    indices = glyphs + name.indices.map(\.text)
  }

  var layout: Layout {
    let identifier = Layout.identifier(letters, accent)
    return indices.isEmpty ? identifier : .subscripted(identifier, indices)
  }
}

extension Name.Index {
  var text: String {
    switch self {
    case .number(let place): place < 0 ? "−\(-place)" : "\(place)"
    case .letter(let letter): letter
    }
  }
}

extension Name.Accent {
  /// The accent as a combining character.
  var combining: Unicode.Scalar {
    switch self {
    case .bar: "\u{304}"
    case .dot: "\u{307}"
    }
  }

  init?(combining scalar: Unicode.Scalar) {
    switch scalar {
    case Name.Accent.bar.combining: self = .bar
    case Name.Accent.dot.combining: self = .dot
    default: return nil
    }
  }
}

extension Layout {
  /// The name of a function; `log₂` has an index.
  static func function(_ name: String) -> Layout {
    let (base, indices) = Scripts.splitSubscripts(name)
    return indices.isEmpty ? .operatorName(name) : .subscripted(.operatorName(base), indices)
  }
}
