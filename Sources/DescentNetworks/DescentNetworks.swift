// DescentNetworks
