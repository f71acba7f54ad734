import DescentGraph

extension Sample {
  /// Every row of the table.
  package static let all: [Sample] = Family.allCases.flatMap(\.samples)

  /// The rows from floating-point inputs to floating-point results: what the laws of derivatives run over.
  package static let differentiable: [Sample] = all.filter { sample in
    guard sample.types.contains(.float64), sample.inputs.contains(where: { $0.domain.ownType == nil }) else {
      return false
    }
    let result = sample.build(sample.tensors(.float64, seed: 0).map(\.node))
    // Differences see a result of few bits as steps; what stops derivatives has others than they say, on purpose.
    let isSmooth = result.scalarType == .float32 || result.scalarType == .float64
    // Loops without a bound have no reverse mode; `WhileLoopTests` tests their forward mode.
    return isSmooth && result.operation != .identity(.stopGradient)
      && !Sample.whileLoops.contains { $0.description == sample.description }
  }
}

/// The families of operations, each with rows of its own.
package enum Family: CaseIterable {
  case input, fill, iota, random, invalid
  case unary, power, convert, identity, binary, compare, select
  case reduce, argument
  case broadcast, reshape, transpose, slice, place, concatenate
  case gather, scatterAdd, contract, custom, recurrence, cumulative, argSort
  case call, conditional, scan, whileLoop, bundle, part, after
  case windows, overlap, matrix, solve

  /// The family's rows; a failed operation has no value and so no row.
  var samples: [Sample] {
    switch self {
    case .input, .invalid: []
    case .fill, .iota, .random: Sample.sources(self)
    case .unary: Unary.allCases.flatMap(\.samples)
    case .power: Sample.powers
    case .convert: Sample.conversions
    case .identity: Identity.allCases.map(\.sample)
    case .binary: Binary.allCases.flatMap(\.samples)
    case .compare: Comparison.allCases.map(\.sample)
    case .select: Sample.selections
    case .reduce: Reduction.allCases.flatMap(\.samples)
    case .argument: Extremum.allCases.flatMap(\.samples)
    case .broadcast: Sample.broadcasts
    case .reshape: Sample.reshapes
    case .transpose: Sample.transpositions
    case .slice: Sample.slices
    case .place: Sample.placements
    case .concatenate: Sample.concatenations
    case .gather: Sample.gathers
    case .scatterAdd: Sample.scatters
    case .contract: Sample.contractions
    case .custom: Sample.customDerivatives
    case .recurrence: Sample.recurrences
    case .cumulative: Extremum.allCases.flatMap(\.cumulativeSamples)
    case .argSort: Sample.argSorts
    case .call: Sample.calls
    case .conditional: Sample.conditionals
    case .scan: Sample.scans
    case .whileLoop: Sample.whileLoops
    case .bundle: Sample.bundles
    // Every operation with several results is read through parts.
    case .part: []
    case .after: Sample.afters
    case .windows: Sample.slidingWindows
    case .overlap: Sample.overlaps
    case .matrix: MatrixFunction.allCases.flatMap(\.samples)
    case .solve: Sample.systems
    }
  }
}

extension Operation {
  /// The family whose rows test the operation; a new case does not compile until it names one.
  package var family: Family {
    switch self {
    case .input: .input
    case .fill: .fill
    case .iota: .iota
    case .random: .random
    case .invalid: .invalid
    case .unary: .unary
    case .power: .power
    case .convert: .convert
    case .identity: .identity
    case .binary: .binary
    case .compare: .compare
    case .select: .select
    case .reduce: .reduce
    case .argument: .argument
    case .broadcast: .broadcast
    case .reshape: .reshape
    case .transpose: .transpose
    case .slice: .slice
    case .place: .place
    case .concatenate: .concatenate
    case .gather: .gather
    case .scatterAdd: .scatterAdd
    case .contract: .contract
    case .custom: .custom
    case .recurrence: .recurrence
    case .cumulative: .cumulative
    case .argSort: .argSort
    case .call: .call
    case .conditional: .conditional
    case .scan: .scan
    case .whileLoop: .whileLoop
    case .bundle: .bundle
    case .part: .part
    case .after: .after
    case .windows: .windows
    case .overlap: .overlap
    case .matrix: .matrix
    case .solve: .solve
    }
  }
}
