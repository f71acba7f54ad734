// DescentCalculus
