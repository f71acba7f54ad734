// DescentCPU
