"""The tables module's own rows."""
