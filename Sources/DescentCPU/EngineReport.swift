import CDescentKernels
import CDescentRuntime

/// What the embedded engine found on this machine and chose, for bug reports.
package struct EngineReport: Sendable {
  /// The CPU's features that matter here, as words.
  package let features: [String]
  /// The instruction set of the vectorised loops.
  package let elementKernels: String
  /// The instruction sets that could be chosen with `DESCENT_KERNELS`, best first.
  package let availableKernels: [String]
  /// The instruction set and tile of the float32 matrix product.
  package let matrixKernels: String
  /// The number of threads that kernels run on.
  package let threads: Int

  /// Looks at the machine.
  package static func current() -> EngineReport {
    let gemm = descent_gemm_float32().pointee
    return EngineReport(
      features: String(cString: descent_cpu_features()).split(separator: " ").map(String.init),
      elementKernels: String(cString: descent_kernels().pointee.name),
      availableKernels: available(),
      matrixKernels: "\(String(cString: gemm.name)), \(gemm.tile_rows) x \(gemm.tile_columns) tiles",
      threads: descent_pool_thread_count())
  }

  private static func available() -> [String] {
    withUnsafeTemporaryAllocation(of: UnsafePointer<descent_kernel_table>.self, capacity: 4) { tables in
      let count = descent_available_kernels(tables.baseAddress!)
      return (0..<count).map { String(cString: tables[$0].pointee.name) }
    }
  }
}
