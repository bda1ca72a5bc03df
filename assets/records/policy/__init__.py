"""Policy facts: what a notice of an exchange, regulator, broker or warehouse changes, for what, and from when."""
