"""Lambda in the embedded AWS: Python functions, each invocation in a process of its own."""
