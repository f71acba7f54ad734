// `import Descent` brings everything that users write with. Nothing else stands here.

@_exported import DescentData
@_exported import DescentExplain
@_exported import DescentGraph
@_exported import DescentNetworks
@_exported import DescentProgram
@_exported import DescentTensor
