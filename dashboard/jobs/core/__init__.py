"""Pure decisions of background work: states, progress, waiting times. No Django, no database."""
