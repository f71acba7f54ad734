import DescentGraph
import DescentTensor

/// Layers one after the other.
///
/// Parameters are named by position, `0.weight`, or by the name that a layer was given. The braces allow `if` and
/// `for`.
///
/// ```swift
/// var network = Sequential {
///   Flatten()
///   Dense(784, 128, activation: .relu).named("hidden")
///   for _ in 0..<2 { Dense(128, 128, activation: .relu) }
///   Dense(128, 10)
/// }
/// ```
public struct Sequential: Layer {
  /// A layer and what it is called.
  struct Element: Sendable {
    var name: String
    var layer: any Layer
  }

  var elements: [Element]

  /// Layers in the order they are applied.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.init(layers()) }

  /// Layers in the order they are applied; two layers of one name stop the program.
  public init(_ layers: [any Layer]) {
    elements = layers.enumerated().map { index, layer in
      guard let named = layer as? NamedLayer else { return Element(name: "\(index)", layer: layer) }
      return Element(name: named.name, layer: named.layer)
    }
    var names = Set<String>()
    if let twice = elements.first(where: { !names.insert($0.name).inserted }) {
      Failure.stop(
        .init(
          .invalidArgument, "Sequential", "two layers are called '\(twice.name)'; parameters need names of their own"))
    }
  }

  /// The layers.
  public var layers: [any Layer] { elements.map(\.layer) }

  /// The number of layers.
  public var count: Int { elements.count }

  /// The layer at a position.
  ///
  /// ```swift
  /// let first = network[0] as? Dense
  /// ```
  public subscript(index: Int) -> any Layer {
    get { elements[index].layer }
    set { elements[index].layer = newValue }
  }

  /// The layer with a name, nil if there is none.
  public subscript(name: String) -> (any Layer)? { elements.first { $0.name == name }?.layer }

  /// Applies the layers in turn.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    elements.reduce(input) { $1.layer($0, pass) }
  }

  /// Visits the layers under their names.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    for index in elements.indices { visitor.visit(elements[index].name, &elements[index].layer) }
  }
}

/// A layer with a name; what ``Layer/named(_:)`` returns.
public struct NamedLayer: Layer {
  /// The name.
  public let name: String
  /// The layer.
  public var layer: any Layer

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { layer(input, pass) }

  /// Visits the layer; the name is its container's to use.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { layer.visitTensors(&visitor) }
}

extension Layer {
  /// The layer under a name that ``Sequential`` uses in the names of its parameters.
  public func named(_ name: String) -> NamedLayer { NamedLayer(name: name, layer: self) }
}

/// Collects the layers between the braces of ``Sequential``.
@resultBuilder
public enum LayerBuilder {
  /// One layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Several layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// Statements one after the other.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// An `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The first branch of an `if`.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// The second branch of an `if`.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// A `for` loop.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
