import CDescentKernels
import Foundation
import Testing

/// The tables that are offered and the one that is chosen.
@Suite struct DispatchTests {
  @Test func tablesAreDistinctAndEndWithTheBaseline() {
    let names = Kernels.all.map(\.testDescription)
    #expect(Set(names).count == names.count)
    #if arch(arm64)
      #expect(names == ["neon"])
    #else
      #expect(names.last == "portable")
    #endif
  }

  @Test func chosenTableFollowsTheEnvironment() {
    let names = Kernels.all.map(\.testDescription)
    let wanted = ProcessInfo.processInfo.environment["DESCENT_KERNELS"] ?? ""
    #expect(String(cString: descent_kernels().pointee.name) == (names.contains(wanted) ? wanted : names[0]))
  }

  @Test func featuresNameWhatTheTablesNeed() {
    let features = String(cString: descent_cpu_features()).split(separator: " ").map(String.init)
    #expect(Set(features).count == features.count)
    for name in Kernels.all.map(\.testDescription) {
      switch name {
      case "avx512": #expect(Set(features).isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl", "fma"]))
      case "avx2": #expect(Set(features).isSuperset(of: ["avx2", "fma"]))
      case "neon": #expect(features.contains("neon"))
      default: #expect(name == "portable")
      }
    }
  }
}
