import DescentGraph
import DescentTensor

/// What a wrong program is told when its value is looked at, or "no error".
func words(_ program: () -> Tensor) -> String {
  do {
    _ = try checked { program().scalars }
    return "no error"
  } catch { return "\(error)" }
}
