// DescentGraph
