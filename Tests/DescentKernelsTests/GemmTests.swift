// The kernels of matrix products against sums in Double, for every instruction set that this machine has.

import CDescentKernels
import Testing

struct GemmTests {
  // rows, depth, columns: empty, single, odd sizes around the edges of every tile, thin, and several panels.
  private static let shapes: [(Int, Int, Int)] = [
    (0, 3, 2), (2, 3, 0), (2, 0, 3), (1, 1, 1), (2, 2, 2), (3, 3, 3), (1, 9, 1), (9, 1, 1), (1, 1, 9), (5, 4, 7),
    (6, 8, 16), (7, 13, 15), (8, 5, 17), (13, 16, 31), (14, 6, 32), (15, 7, 33), (16, 11, 48), (17, 31, 65),
    (29, 19, 97), (43, 70, 23), (2, 130, 70), (70, 3, 2), (30, 5, 130),
  ]

  private func checkPacked<Scalar: GemmScalar>(_ type: Scalar.Type) {
    for table in gemmTables(for: type) {
      for (rows, depth, columns) in Self.shapes {
        for (leftLayout, rightLayout) in Layout.pairs {
          let left = SampleMatrix<Scalar>(rows, depth, leftLayout, seed: 1)
          let right = SampleMatrix<Scalar>(depth, columns, rightLayout, seed: 2)
          for accumulates in [false, true] {
            let results = [false, true].map { isInPlace in
              var result = ResultMatrix<Scalar>(rows, columns, gap: 3, value: accumulates ? 0.5 : .nan)
              multiplyPacked(table, left, right, into: &result, accumulates, readsLeftInPlace: isInPlace)
              return result
            }
            let name =
              "\(table.label) \(type) \((rows, depth, columns)) \(leftLayout) \(rightLayout) adds \(accumulates)"
            #expect(results[0].mistake(left, right, initial: accumulates ? 0.5 : 0) == nil, "\(name)")
            #expect(results[0].elements == results[1].elements, "\(name)")
          }
        }
      }
    }
  }

  private func multiplyPacked<Scalar>(
    _ table: descent_gemm_table, _ left: SampleMatrix<Scalar>, _ right: SampleMatrix<Scalar>,
    into result: inout ResultMatrix<Scalar>, _ accumulates: Bool, readsLeftInPlace: Bool
  ) {
    let (rows, depth, columns) = (left.rows, left.columns, right.columns)
    let (paddedRows, paddedColumns) = (rows + table.tile_rows, columns + table.tile_columns)
    var packedLeft = [Scalar](repeating: .nan, count: paddedRows * depth)
    var packedRight = [Scalar](repeating: .nan, count: paddedColumns * depth)
    left.withElements { table.pack_left(rows, depth, $0, left.strides.row, left.strides.column, &packedLeft) }
    right.withElements { table.pack_right(depth, columns, $0, right.strides.row, right.strides.column, &packedRight) }
    let stride = result.rowStride
    guard readsLeftInPlace else {
      return result.withElements {
        table.multiply(rows, columns, depth, packedLeft, packedRight, $0, stride, accumulates)
      }
    }
    let (rowOffsets, depthOffsets) = (
      (0..<rows).map { $0 * left.strides.row }, (0..<depth).map { $0 * left.strides.column }
    )
    result.withElements { c in
      left.withElements { a in
        table.multiply_gathered(rows, columns, depth, a, rowOffsets, depthOffsets, packedRight, c, stride, accumulates)
      }
    }
  }

  @Test func packedProductsFloat32() { checkPacked(Float.self) }

  @Test func packedProductsFloat64() { checkPacked(Double.self) }

  private func checkPadding<Scalar: GemmScalar>(_ type: Scalar.Type) {
    for table in gemmTables(for: type) {
      for isLeft in [true, false] {
        let (width, pack) = isLeft ? (table.tile_rows, table.pack_left) : (table.tile_columns, table.pack_right)
        for lines in [1, width - 1, width, width + 1, 2 * width + 3] {
          let depth = 5
          let matrix = SampleMatrix<Scalar>(lines, depth, .padded, seed: 8)
          let (across, along) = matrix.strides
          let panels = (lines + width - 1) / width
          var packed = [Scalar](repeating: .nan, count: panels * width * depth + 1)
          matrix.withElements {
            isLeft ? pack(lines, depth, $0, across, along, &packed) : pack(depth, lines, $0, along, across, &packed)
          }
          let isRight = (0..<panels * width * depth).allSatisfy { index in
            let (line, k) = (index / (width * depth) * width + index % width, index / width % depth)
            return Double(packed[index]) == (line < lines ? matrix[line, k] : 0)
          }
          #expect(isRight && packed.last?.isNaN == true, "\(table.label) \(type) \(lines) lines of \(width)")
        }
      }
    }
  }

  @Test func packingPadsWithZeros() {
    checkPadding(Float.self)
    checkPadding(Double.self)
  }

  private func checkSmall<Scalar: GemmScalar>(_ type: Scalar.Type) {
    for table in gemmTables(for: type) {
      for (rows, depth, columns) in Self.shapes {
        for (leftLayout, rightLayout) in Layout.pairs {
          let left = SampleMatrix<Scalar>(rows, depth, leftLayout, seed: 3)
          let right = SampleMatrix<Scalar>(depth, columns, rightLayout, seed: 4)
          var result = ResultMatrix<Scalar>(rows, columns, gap: 0)
          result.withElements { c in
            left.withElements { a in
              right.withElements { b in
                table.multiply_small(
                  rows, columns, depth, a, left.strides.row, left.strides.column, b, right.strides.row,
                  right.strides.column, c)
              }
            }
          }
          let mistake = result.mistake(left, right)
          #expect(mistake == nil, "\(table.label) \(type) \((rows, depth, columns)) \(leftLayout) \(rightLayout)")
        }
      }
    }
  }

  @Test func smallProductsFloat32() { checkSmall(Float.self) }

  @Test func smallProductsFloat64() { checkSmall(Double.self) }

  private func checkVectors<Scalar: GemmScalar>(_ type: Scalar.Type) {
    for table in gemmTables(for: type) {
      for (rows, _, columns) in Self.shapes + [(37, 0, 301), (301, 0, 37)] {
        for layout in [Layout.rowMajor, .padded] {
          let matrix = SampleMatrix<Scalar>(rows, columns, layout, seed: 5)
          let column = SampleMatrix<Scalar>(columns, 1, .rowMajor, seed: 6)
          var product = ResultMatrix<Scalar>(rows, 1, gap: 0)
          product.withElements { y in
            matrix.withElements { a in
              column.withElements { table.multiply_vector(rows, columns, a, matrix.strides.row, $0, y) }
            }
          }
          var mistake = product.mistake(matrix, column)
          #expect(mistake == nil, "\(table.label) \(type) matrix·vector \((rows, columns)) \(layout)")
          let row = SampleMatrix<Scalar>(1, rows, .rowMajor, seed: 7)
          product = ResultMatrix<Scalar>(1, columns, gap: 0)
          product.withElements { y in
            matrix.withElements { a in
              row.withElements { table.vector_multiply(rows, columns, $0, a, matrix.strides.row, y) }
            }
          }
          mistake = product.mistake(row, matrix)
          #expect(mistake == nil, "\(table.label) \(type) vector·matrix \((rows, columns)) \(layout)")
        }
      }
    }
  }

  @Test func vectorProductsFloat32() { checkVectors(Float.self) }

  @Test func vectorProductsFloat64() { checkVectors(Double.self) }

  @Test func tablesAreWhole() {
    for tables in [gemmTables(for: Float.self), gemmTables(for: Double.self)] {
      #expect(tables.last?.label == "portable")
      #expect(Set(tables.map(\.label)).count == tables.count)
      for table in tables {
        #expect(table.block_rows % table.tile_rows == 0, "\(table.label)")
        #expect(table.block_columns % table.tile_columns == 0, "\(table.label)")
        #expect(table.block_depth > 0, "\(table.label)")
      }
    }
  }

  private func checkIntegers<Integer: FixedWidthInteger & BitwiseCopyable>(_ type: Integer.Type) {
    for (rows, depth, columns) in Self.shapes {
      // a[i, k] is transposed, b[k, j] lies at every second element or is contiguous.
      for step in [1, 2] {
        let a = (0..<rows * depth).map { Integer(truncatingIfNeeded: ($0 + 1) &* 0x1234_5678_9ABC_DEF1) }
        let b = (0..<depth * columns * step).map { Integer(truncatingIfNeeded: ($0 + 7) &* 0x0FED_CBA9_8765_4321) }
        var c = [Integer](repeating: 77, count: rows * columns + 1)
        descent_multiply_integers(
          MemoryLayout<Integer>.size, rows, columns, depth, a, 1, rows, b, columns * step, step, &c)
        let isRight = (0..<rows).allSatisfy { i in
          (0..<columns).allSatisfy { j in
            let sum = (0..<depth).reduce(Integer(0)) { $0 &+ a[i + $1 * rows] &* b[($1 * columns + j) * step] }
            return c[i * columns + j] == sum
          }
        }
        #expect(isRight && c.last == 77, "\(type) \((rows, depth, columns)) step \(step)")
      }
    }
  }

  @Test func integerProductsWrap() {
    checkIntegers(Int32.self)
    checkIntegers(Int64.self)
  }
}

extension descent_gemm_table {
  /// The name as a string.
  fileprivate var label: String { String(cString: name) }
}
