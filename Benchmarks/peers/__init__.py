"""The other libraries' side of the benchmarks: the same workloads, each library at its best."""
