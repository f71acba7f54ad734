import CDescentKernels
import Testing

/// A Swift type that kernels read and write.
protocol KernelElement: Equatable, Sendable {
  static var kernelType: descent_type { get }
}

extension Float: KernelElement { static var kernelType: descent_type { .DESCENT_FLOAT32 } }
extension Double: KernelElement { static var kernelType: descent_type { .DESCENT_FLOAT64 } }
extension Int32: KernelElement { static var kernelType: descent_type { .DESCENT_INT32 } }
extension Int64: KernelElement { static var kernelType: descent_type { .DESCENT_INT64 } }
extension UInt64: KernelElement { static var kernelType: descent_type { .DESCENT_UINT64 } }
extension Float16: KernelElement { static var kernelType: descent_type { .DESCENT_FLOAT16 } }
extension Int8: KernelElement { static var kernelType: descent_type { .DESCENT_INT8 } }
extension Int16: KernelElement { static var kernelType: descent_type { .DESCENT_INT16 } }
extension UInt16: KernelElement { static var kernelType: descent_type { .DESCENT_UINT16 } }
extension UInt32: KernelElement { static var kernelType: descent_type { .DESCENT_UINT32 } }
extension UInt8: KernelElement { static var kernelType: descent_type { .DESCENT_BOOL } }

/// One instruction set's kernels, called with Swift arrays.
struct Kernels: CustomTestStringConvertible, @unchecked Sendable {
  let table: UnsafePointer<descent_kernel_table>

  var testDescription: String { String(cString: table.pointee.name) }

  /// Every table that this machine can run.
  static let all: [Kernels] = {
    let tables = UnsafeMutablePointer<UnsafePointer<descent_kernel_table>?>.allocate(capacity: 4)
    defer { tables.deallocate() }
    tables.initialize(repeating: nil, count: 4)
    let count = tables.withMemoryRebound(to: UnsafePointer<descent_kernel_table>.self, capacity: 4) {
      descent_available_kernels($0)
    }
    return (0..<count).compactMap { tables[$0].map(Kernels.init) }
  }()

  private func entry<Row, Kernel>(_ rows: Row, _ row: UInt8, _ type: descent_type, as: Kernel.Type) -> Kernel {
    withUnsafeBytes(of: rows) { bytes in
      let index = Int(row) * Int(DESCENT_TYPE_COUNT) + Int(type.rawValue)
      return bytes.load(fromByteOffset: index * MemoryLayout<Kernel>.stride, as: Kernel.self)
    }
  }

  func unaryKernel(_ function: descent_unary, _ type: descent_type) -> descent_unary_kernel? {
    entry(table.pointee.unary, function.rawValue, type, as: descent_unary_kernel?.self)
  }

  func binaryKernel(_ function: descent_binary, _ type: descent_type) -> descent_binary_kernel? {
    entry(table.pointee.binary, function.rawValue, type, as: descent_binary_kernel?.self)
  }

  func comparisonKernel(_ comparison: descent_comparison, _ type: descent_type) -> descent_binary_kernel? {
    entry(table.pointee.compare, comparison.rawValue, type, as: descent_binary_kernel?.self)
  }

  func rowsKernel(_ reduction: descent_reduction, _ type: descent_type) -> descent_reduce_rows_kernel? {
    entry(table.pointee.reduce_rows, reduction.rawValue, type, as: descent_reduce_rows_kernel?.self)
  }

  func columnsKernel(_ reduction: descent_reduction, _ type: descent_type) -> descent_reduce_columns_kernel? {
    entry(table.pointee.reduce_columns, reduction.rawValue, type, as: descent_reduce_columns_kernel?.self)
  }

  func randomKernel(_ distribution: descent_distribution, _ type: descent_type) -> descent_random_kernel? {
    entry(table.pointee.random, distribution.rawValue, type, as: descent_random_kernel?.self)
  }
}

// MARK: - Calls; nil where the function does not exist for the type

extension Kernels {
  func unary<T: KernelElement>(_ function: descent_unary, _ x: [T]) -> [T]? {
    guard let kernel = unaryKernel(function, T.kernelType) else { return nil }
    return makeArray(x.count, like: T.self) { kernel(x.count, pointer(x), $0) }
  }

  func binary<T: KernelElement>(
    _ function: descent_binary, count: Int, _ x: [T], step xStep: Int = 1, _ y: [T], step yStep: Int = 1
  ) -> [T]? {
    guard let kernel = binaryKernel(function, T.kernelType) else { return nil }
    return makeArray(count, like: T.self) { kernel(count, pointer(x), xStep, pointer(y), yStep, $0) }
  }

  func compare<T: KernelElement>(
    _ comparison: descent_comparison, count: Int, _ x: [T], step xStep: Int = 1, _ y: [T], step yStep: Int = 1
  ) -> [UInt8]? {
    guard let kernel = comparisonKernel(comparison, T.kernelType) else { return nil }
    return makeArray(count, like: UInt8.self) { kernel(count, pointer(x), xStep, pointer(y), yStep, $0) }
  }

  func select<T: KernelElement>(
    _ condition: [UInt8], _ x: [T], step xStep: Int = 1, _ y: [T], step yStep: Int = 1
  ) -> [T] {
    let kernel = entry(table.pointee.select, 0, T.kernelType, as: descent_select_kernel.self)
    return makeArray(condition.count, like: T.self) {
      kernel(condition.count, condition, pointer(x), xStep, pointer(y), yStep, $0)
    }
  }

  func convert<From: KernelElement, To: KernelElement>(_ x: [From], to: To.Type) -> [To] {
    let kernel = withUnsafeBytes(of: table.pointee.convert) { bytes in
      let index = Int(From.kernelType.rawValue) * Int(DESCENT_TYPE_COUNT) + Int(To.kernelType.rawValue)
      return bytes.load(
        fromByteOffset: index * MemoryLayout<descent_convert_kernel>.stride, as: descent_convert_kernel.self)
    }
    return makeArray(x.count, like: To.self) { kernel(x.count, pointer(x), $0) }
  }

  func reduceRows<T: KernelElement>(_ reduction: descent_reduction, rows: Int, columns: Int, _ x: [T]) -> [T]? {
    guard let kernel = rowsKernel(reduction, T.kernelType) else { return nil }
    return makeArray(rows, like: T.self) { kernel(rows, columns, pointer(x), $0) }
  }

  func reduceColumns<T: KernelElement>(
    _ reduction: descent_reduction, rows: Int, columns: Int, _ x: [T], into start: [T]
  ) -> [T]? {
    guard let kernel = columnsKernel(reduction, T.kernelType) else { return nil }
    return makeArray(columns, like: T.self) { result in
      start.withUnsafeBytes { result.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(result), byteCount: $0.count) }
      kernel(rows, columns, pointer(x), result)
    }
  }

  func argument<T: KernelElement>(largest: Bool, rows: Int, columns: Int, _ x: [T]) -> [Int64] {
    let kernels = largest ? table.pointee.argument_max : table.pointee.argument_min
    let kernel = entry(kernels, 0, T.kernelType, as: descent_argument_kernel.self)
    return makeArray(rows, like: Int64.self) {
      kernel(rows, columns, pointer(x), $0.assumingMemoryBound(to: Int64.self))
    }
  }

  func random<T: KernelElement>(
    _ distribution: descent_distribution, _: T.Type, count: Int, first: UInt64 = 0, key: (UInt64, UInt64)
  ) -> [T]? {
    guard let kernel = randomKernel(distribution, T.kernelType) else { return nil }
    return makeArray(count, like: T.self) { kernel(count, first, key.0, key.1, $0) }
  }

  private func pointer<T>(_ array: [T]) -> UnsafeRawPointer {
    // The array outlives the call: the caller's parameter holds it.
    array.withUnsafeBytes { $0.baseAddress } ?? UnsafeRawPointer(table)
  }
}

/// An array that `fill` writes, between guard bytes that it must leave alone.
func makeArray<T>(_ count: Int, like: T.Type, fill: (UnsafeMutableRawPointer) -> Void) -> [T] {
  let byteCount = count * MemoryLayout<T>.stride
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 128, alignment: 64)
  defer { memory.deallocate() }
  for index in memory.indices { memory[index] = 0xa5 }
  let start = memory.baseAddress! + 64
  fill(start)
  let isUntouched = memory[..<64].allSatisfy { $0 == 0xa5 } && memory[(64 + byteCount)...].allSatisfy { $0 == 0xa5 }
  if !isUntouched { Issue.record("a kernel wrote outside of its \(count) elements") }
  return (0..<count).map { start.load(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self) }
}
