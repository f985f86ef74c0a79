"""The change record: what was changed, by whom, from what to what, and the way back."""
