"""Faults on demand: what goes wrong because a test or a demo asked for it, and the control plane's rates when they are enforced."""
