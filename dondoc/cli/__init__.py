"""The command line: one module a noun, each loaded only when it is called."""
