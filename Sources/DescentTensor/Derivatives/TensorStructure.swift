import DescentGraph
@_spi(Reflection) import Swift
import Synchronization

/// A value made of tensors: a tensor, an array of them, or a struct such as a layer or a whole model.
///
/// Derivatives are taken with respect to such values, and have the same type: the gradient with respect to a model is
/// a model whose tensors are the gradients. A struct conforms by saying so; its stored `var` properties that are
/// tensors or structures themselves are found by reflection, under their own names.
///
/// ```swift
/// struct Line: TensorStructure {
///   var slope: Tensor = [1]
///   var offset: Tensor = [0]
/// }
/// let gradient = gradient(at: Line()) { line in ((line.slope * 3 + line.offset) ** 2).sum() }
/// print(gradient.slope, gradient.offset)       // [18.0] [6.0]
/// ```
public protocol TensorStructure: GradientSource where Gradient == Self {
  /// Shows each tensor to `visitor`, which may replace it. The order and the names must not change.
  ///
  /// Write it by hand where the default's reflection (about 3 µs a tensor the first time) is unwanted:
  /// <!-- snippet: skip -->
  /// ```swift
  /// mutating func visitTensors(_ visitor: inout TensorVisitor) {
  ///   visitor.visit("slope", &slope)
  ///   visitor.visit("offset", &offset)
  /// }
  /// ```
  mutating func visitTensors(_ visitor: inout TensorVisitor)
}

/// Walks the tensors of a structure and knows where it is.
public struct TensorVisitor {
  /// The names of the properties on the way to the current tensor.
  public private(set) var path: [String] = []
  private let role: TensorRole
  private var isHeld = false
  fileprivate let body: (inout Tensor, [String]) -> Void

  fileprivate init(_ role: TensorRole, _ body: @escaping (inout Tensor, [String]) -> Void) {
    (self.role, self.body) = (role, body)
  }

  /// Visits a tensor or a structure that the current structure calls `name`.
  public mutating func visit(_ name: String, _ structure: inout some TensorStructure) {
    path.append(name)
    structure.visitTensors(&self)
    path.removeLast()
  }

  /// Visits a tensor or a structure whose tensors belong to the current structure but are not to be trained: running
  /// statistics, frozen layers.
  ///
  /// Derivatives and optimisers pass over them. Those who ask for them by their ``TensorRole`` see them.
  public mutating func visitHeld(_ name: String, _ structure: inout some TensorStructure) {
    let outer = isHeld
    isHeld = true
    visit(name, &structure)
    isHeld = outer
  }

  fileprivate func visit(_ tensor: inout Tensor) {
    let isWanted =
      switch role {
      case .trainable: !isHeld
      case .held: isHeld
      case .any: true
      }
    if isWanted { body(&tensor, path) }
  }
}

/// What a tensor is to the structure that it belongs to.
public enum TensorRole: Sendable, CaseIterable {
  /// A parameter: derivatives are taken with respect to it, and optimisers move it.
  case trainable
  /// A part of the structure's state, or a frozen parameter; see ``TensorVisitor/visitHeld(_:_:)``.
  case held
  /// Either.
  case any
}

extension TensorStructure {
  /// Visits the stored `var` properties that are tensors or structures, in the order of their declaration.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    for field in ReflectedFields.fields(of: Self.self) { field.visit(&self, &visitor) }
  }

  /// Calls `body` with each trainable tensor, which it may replace, and the tensor's dotted path, such as
  /// `hidden.weight`.
  public mutating func forEachTensor(_ body: (inout Tensor, _ path: String) -> Void) {
    forEachTensor(.trainable, body)
  }

  /// Calls `body` with each tensor of a role, which it may replace, and the tensor's dotted path.
  ///
  /// ```swift
  /// network.forEachTensor(.any) { tensor, path in print(path, tensor.shape) }
  /// ```
  public mutating func forEachTensor(_ role: TensorRole, _ body: (inout Tensor, _ path: String) -> Void) {
    visitTensors(role) { body(&$0, $1.joined(separator: ".")) }
  }

  /// The trainable tensors in order.
  public var tensors: [Tensor] {
    var copy = self
    var found: [Tensor] = []
    copy.visitTensors(.trainable) { tensor, _ in found.append(tensor) }
    return found
  }

  /// The same structure with other trainable tensors, taken in order.
  public func replacingTensors(with replacements: [Tensor]) -> Self {
    var copy = self
    var next = 0
    copy.visitTensors(.trainable) { tensor, _ in
      tensor = replacements[next]
      next += 1
    }
    return copy
  }

  private mutating func visitTensors(_ role: TensorRole, _ body: (inout Tensor, [String]) -> Void) {
    withoutActuallyEscaping(body) { body in
      var visitor = TensorVisitor(role, body)
      visitTensors(&visitor)
    }
  }
}

// MARK: - Structures

extension Tensor: TensorStructure {
  /// Visits the tensor itself.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.visit(&self) }
}

extension Array: GradientSource, TensorStructure where Element: TensorStructure {
  /// Visits the elements under their positions: `0`, `1`, ….
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    for index in indices { visitor.visit("\(index)", &self[index]) }
  }
}

extension Optional: GradientSource, TensorStructure where Wrapped: TensorStructure {
  /// Visits the wrapped structure, if there is one, under the property's own name.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    guard var wrapped = self else { return }
    wrapped.visitTensors(&visitor)
    self = wrapped
  }
}

extension Dictionary: GradientSource, TensorStructure where Key == String, Value: TensorStructure {
  /// Visits the values under their keys, in the keys' order.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    for key in keys.sorted() { visitor.visit(key, &self[key]!) }
  }
}

// MARK: - Reflection

/// The properties of a struct type that hold tensors, found once.
private enum ReflectedFields {
  private static let cache = Mutex([ObjectIdentifier: any Sendable]())

  static func fields<Root: TensorStructure>(of type: Root.Type) -> [ReflectedField<Root>] {
    let key = ObjectIdentifier(type)
    if let known = cache.withLock({ $0[key] }) as? [ReflectedField<Root>] { return known }
    var fields: [ReflectedField<Root>] = []
    _ = _forEachFieldWithKeyPath(of: Root.self, options: .init(rawValue: 2)) { name, path in
      if let structure = Swift.type(of: path).valueType as? any TensorStructure.Type,
        let field = field(structure, String(cString: name), path)
      {
        fields.append(field)
      }
      return true
    }
    let found = fields
    cache.withLock { $0[key] = found }
    return found
  }

  private static func field<Root: TensorStructure, Value: TensorStructure>(
    _: Value.Type, _ name: String, _ path: PartialKeyPath<Root>
  ) -> ReflectedField<Root>? {
    guard let path = path as? WritableKeyPath<Root, Value> else { return nil }
    return ReflectedField { root, visitor in visitor.visit(name, &root[keyPath: path]) }
  }
}

/// How to visit one property.
///
/// Key paths to stored properties are immutable, hence safe to share.
private struct ReflectedField<Root>: @unchecked Sendable {
  let visit: (inout Root, inout TensorVisitor) -> Void
}
