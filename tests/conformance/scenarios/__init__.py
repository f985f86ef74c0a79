"""The calls of the recorded scenarios, a package or module a recording."""
