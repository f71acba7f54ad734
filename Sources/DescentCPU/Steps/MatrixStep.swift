import CDescentKernels
import CDescentRuntime
import DescentGraph

/// Factors matrices, solves systems of equations, or computes another function of matrices.
///
/// Matrices are shared out among the threads, each with its own workspace; one matrix is the work of one thread.
final class MatrixStep: Step, @unchecked Sendable {
  private let task: MatrixTask
  private let kernel: descent_matrix_kernel
  private let job: descent_matrix_job
  private let operands: [MemoryPlace]
  private let result: MemoryPlace
  /// The bytes of one matrix of each operand, and of one result.
  private let operandBytes: [Int]
  private let resultBytes: Int

  // About so many multiply-adds make one item of parallel work.
  private static let itemWork = 1 << 16

  init(
    _ task: MatrixTask, _ type: ScalarType, operands: [MemoryPlace], result: MemoryPlace, resultSize: Int,
    summary: StepSummary
  ) {
    (self.task, self.operands, self.result) = (task, operands, result)
    kernel = descent_matrix_kernel_for(task.function, type.kernel)
    var job = descent_matrix_job()
    (job.rows, job.columns) = (task.rows, task.columns)
    // The rounding error of the largest singular value, which smaller ones are told from 0 by.
    let rounding = type.ulpOfOne
    job.tolerance = rounding * Double(max(task.rows, task.columns))
    if case .system(.triangular(let isLower, let isTransposed, let hasUnitDiagonal)) = task.work {
      (job.is_lower, job.is_transposed, job.has_unit_diagonal) = (isLower, isTransposed, hasUnitDiagonal)
    }
    self.job = job
    let size = type.byteCount
    let right = task.rows * task.columns * size
    operandBytes = operands.count == 2 ? [task.rows * task.rows * size, right] : [right]
    resultBytes = resultSize * size
    super.init(reads: operands.map(\.buffer), writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let perItem = max(1, Self.itemWork / max(1, task.rows * task.rows * task.columns))
    let items = Partition(task.count, unit: perItem, limit: perItem)
    var failures = [Int](repeating: 0, count: task.count)
    failures.withUnsafeMutableBufferPointer { failures in
      let found = UncheckedPointer(failures.baseAddress)
      runInParallel(items.count) { item in
        for index in items[item] { found.pointer?[index] = compute(index, context) }
      }
    }
    if let first = failures.firstIndex(where: { $0 != 0 }) { throw error(matrix: first, place: failures[first]) }
  }

  /// Computes one result; 0, or where it failed.
  private func compute(_ index: Int, _ context: RunContext) -> Int {
    withUnsafePointer(to: job) { job in
      let workspace = descent_thread_workspace(0, descent_matrix_workspace(task.function, job))
      let first = context.address(of: operands[0]) + index * operandBytes[0]
      let second = operands.count == 2 ? context.address(of: operands[1]) + index * operandBytes[1] : nil
      return Int(kernel(job, first, second, context.address(of: result) + index * resultBytes, workspace))
    }
  }

  // MARK: What values can show

  private func error(matrix: Int, place: Int) -> TensorError {
    let which = task.count > 1 ? "matrix \(matrix) of \(task.count)" : "the matrix"
    let (kind, message): (TensorError.Kind, String) =
      switch task.work {
      case .function(.cholesky):
        (
          .notPositiveDefinite,
          "\(which) is not positive definite: its leading minor of size \(place) is not positive and finite; add a "
            + "multiple of the identity, or use symmetricEigen or qr"
        )
      case .system(.triangular):
        (.singularMatrix, "\(which) is singular: element \(place - 1) of its diagonal is 0")
      case .system(.general):
        (
          .singularMatrix,
          "\(which) is singular: pivot \(place - 1) is 0; use pseudoInverse, or add a multiple of the identity"
        )
      case .function: (.invalidArgument, "the iteration for \(which) did not converge; scale its elements")
      }
    return TensorError(kind, task.work.name, message)
  }
}

/// A pointer that parallel items write through, each at places of its own.
private struct UncheckedPointer: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Int>?

  init(_ pointer: UnsafeMutablePointer<Int>?) { self.pointer = pointer }
}

extension MatrixTask {
  /// The kernel's name of what is done.
  fileprivate var function: descent_matrix_function {
    switch work {
    case .system(.general): .DESCENT_SOLVE
    case .system(.triangular): .DESCENT_TRIANGULAR_SOLVE
    case .function(let function): function.kernel
    }
  }
}

extension MatrixFunction {
  fileprivate var kernel: descent_matrix_function {
    switch self {
    case .cholesky: .DESCENT_CHOLESKY
    case .determinant: .DESCENT_DETERMINANT
    case .logDeterminant: .DESCENT_LOG_DETERMINANT
    case .cofactors: .DESCENT_COFACTORS
    case .qr: .DESCENT_QR
    case .symmetricEigen: .DESCENT_SYMMETRIC_EIGEN
    case .svd: .DESCENT_SVD
    case .matrixExponential: .DESCENT_EXPONENTIAL
    case .pseudoInverse: .DESCENT_PSEUDO_INVERSE
    }
  }
}
