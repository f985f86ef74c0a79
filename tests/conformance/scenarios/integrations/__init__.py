"""Integrations: what may be put, mocks with overrides, headers that are renamed or dropped on their way."""
