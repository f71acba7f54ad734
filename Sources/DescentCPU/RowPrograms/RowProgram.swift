import CDescentKernels

/// How many elements of a block a register holds.
enum Extent: UInt8 {
  /// One for each place.
  case full
  /// One for each row.
  case row
  /// One for each column.
  case column
  /// A single one.
  case scalar
}

/// A sequence of vector instructions that is run for each block of an iteration space: what fused values compile to.
///
/// The space is cut into blocks of at most `blockRows` x `blockColumns` elements, numbered row by row. Blocks of
/// several rows are as wide as the space, but for those of programs that transpose: these are tiles, whose elements are
/// collected from memory and spread to it. Consecutive blocks form items, the units of parallel work; the items of a
/// product's epilogue are its strips, each cut into equally many blocks. All of this depends on the shape only, so
/// results do not depend on the number of threads.
struct RowProgram {
  var rows: Int
  var columns: Int
  var blockRows: Int
  var blockColumns: Int
  var blocksPerItem = 1
  /// The rows of each item, if they come in strips of a product; nil where items are numbers of blocks.
  var strips: Partition?

  var registers: [Register] = []
  var bindings: [Binding] = []
  var accesses: [StridedAccess] = []
  var instructions: [BlockInstruction] = []
  var accumulators: [Accumulator] = []
  var combinations: [Combination] = []
  /// The bytes of registers that an item needs.
  var slotBytes = 0
  /// Values whose buffer may be that of a value that is read here and nowhere later.
  var replacements: [(result: Int, source: Int)] = []

  /// Whether blocks of several rows are narrower than the space, so that registers don't lie like memory.
  var isTiled: Bool { blockRows > 1 && blockColumns < columns }

  var columnBlocks: Int { (columns + blockColumns - 1) / blockColumns }
  var blockCount: Int {
    strips.map { $0.count * blocksPerItem } ?? (rows + blockRows - 1) / blockRows * columnBlocks
  }
  var itemCount: Int { (blockCount + blocksPerItem - 1) / blocksPerItem }

  /// The elements of a block, or a part of a row's or a column's.
  struct Register {
    var extent: Extent
    /// The size of one element in bytes.
    var size: Int
    /// Whether the elements are in memory that a binding names, not in a slot of the item's own memory.
    var isInMemory = false
    /// Where the slot begins.
    var offset = 0
  }

  /// Memory that a register stands for, block by block.
  struct Binding {
    var register: Int
    var buffer: Int
    var offset = 0
    // Bytes for each row, column, column of blocks, block and item before the block.
    var rowStride = 0
    var columnStride = 0
    var columnBlockStride = 0
    var blockStride = 0
    var itemStride = 0
  }

  /// Memory that an item's blocks add to, which begins as the reduction of nothing.
  struct Accumulator {
    var kernel: descent_reduce_rows_kernel
    var binding: Binding
    var count: Int
  }

  /// What makes one result of the parts that blocks or items left behind.
  enum Combination {
    /// y[r] from parts[r, 0..<count].
    case rows(descent_reduce_rows_kernel, rows: Int, count: Int, parts: Int, result: Int)
    /// y[c] from parts[0..<count, c].
    case columns(
      descent_reduce_columns_kernel, empty: descent_reduce_rows_kernel, columns: Int, count: Int, parts: Int,
      result: Int)
  }
}

/// One vector instruction.
struct BlockInstruction {
  enum Call {
    case unary(descent_unary_kernel)
    case binary(descent_binary_kernel)
    /// Row by row, for an operand has one element for each row or column.
    case binaryByRows(descent_binary_kernel)
    case select(descent_select_kernel)
    /// Collects the elements of the access of this number.
    case load(Int)
    /// Puts the elements of a register to the places of the access of this number.
    case store(Int)
    case expand
    case reduceRows(descent_reduce_rows_kernel)
    /// Short rows are taken `fold` at a time as one, so that the kernel's vectors are full.
    case reduceColumns(descent_reduce_columns_kernel, fold: Int)
    case reduceAll(descent_reduce_rows_kernel)
    case argument(descent_argument_kernel)
    /// Notes if an element is zero.
    case findZero
  }

  var call: Call
  /// How many elements are computed.
  var extent: Extent
  // The registers; −1 stands for none.
  var x = -1
  var y = -1
  var condition = -1
  var result = -1

  /// The registers that are read.
  var reads: [Int] { [x, y, condition].filter { $0 >= 0 } }
}

/// Elements that do not lie as a register holds them, to be collected.
struct StridedAccess {
  var buffer: Int
  var offset: Int
  var rows: StridedDimensions
  var columns: StridedDimensions
}

/// The dimensions that one index walks, with strides in bytes.
struct StridedDimensions {
  private var sizes = InlineArray<8, Int>(repeating: 1)
  private var strides = InlineArray<8, Int>(repeating: 0)
  let count: Int

  init(_ dimensions: [StridedView.Dimension], size: Int) {
    count = dimensions.count
    for (index, dimension) in dimensions.enumerated() {
      sizes[index] = dimension.size
      strides[index] = dimension.stride * size
    }
  }

  /// The stride of the innermost dimension.
  var innerStride: Int { count == 0 ? 0 : strides[count - 1] }

  /// Calls `body` with the dimensions as kernels take them; there is at least one.
  func withDimensions(_ body: (UnsafePointer<descent_dimensions>) -> Void) {
    sizes.span.withUnsafeBufferPointer { sizes in
      strides.span.withUnsafeBufferPointer { strides in
        guard let sizes = sizes.baseAddress, let strides = strides.baseAddress else { return }
        var dimensions = descent_dimensions(count: max(count, 1), sizes: sizes, strides: strides)
        body(&dimensions)
      }
    }
  }

  /// Whether one stride serves all.
  var isSimple: Bool { count <= 1 }

  /// A place among the elements, which walks on without dividing.
  struct Cursor {
    private var indices = InlineArray<8, Int>(repeating: 0)
    /// Where the place lies, in bytes from the start.
    private(set) var offset = 0

    init(_ dimensions: StridedDimensions, at index: Int) {
      var rest = index
      for place in stride(from: dimensions.count - 1, through: 0, by: -1) {
        let size = dimensions.sizes[place]
        let position = rest < size ? rest : rest % size
        rest = rest < size ? 0 : rest / size
        indices[place] = position
        offset += position * dimensions.strides[place]
      }
    }

    /// How many elements the innermost dimension has from here on.
    func rest(_ dimensions: StridedDimensions) -> Int {
      dimensions.count == 0 ? 1 : dimensions.sizes[dimensions.count - 1] - indices[dimensions.count - 1]
    }

    /// Walks on by no more elements than the innermost dimension has.
    mutating func advance(_ dimensions: StridedDimensions, by step: Int) {
      var (place, step) = (dimensions.count - 1, step)
      while place >= 0 {
        indices[place] += step
        offset += step * dimensions.strides[place]
        if indices[place] < dimensions.sizes[place] { return }
        offset -= indices[place] * dimensions.strides[place]
        indices[place] = 0
        (place, step) = (place - 1, 1)
      }
    }
  }
}

extension BlockInstruction {
  /// Whether element i of the result depends on element i of the operands only, so that one may replace the other.
  var isPointwise: Bool {
    switch call {
    case .unary, .binary, .binaryByRows, .select: true
    case .load, .store, .expand, .reduceRows, .reduceColumns, .reduceAll, .argument, .findZero: false
    }
  }
}
