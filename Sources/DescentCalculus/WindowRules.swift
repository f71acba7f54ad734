import DescentGraph

/// y = the windows over x: an element that stands in several windows receives the cotangents of all its places.
func windowsRule(_ windows: Windows) -> Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .overlap(cotangent, windows, in: application.x.shape) }
}

/// y = Σ of windows where they stand: each place receives the cotangent of the element that it was added to.
func overlapRule(_ windows: Windows) -> Rule {
  .linear(in: 0..<1) { _, cotangent, _ in .windows(cotangent, windows) }
}
