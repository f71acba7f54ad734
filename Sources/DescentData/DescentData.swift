// DescentData
