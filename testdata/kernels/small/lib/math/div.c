int quotient(int a) { return a / 12; }
