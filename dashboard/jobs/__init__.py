"""Background work: slices with a checkpoint, a lease, progress, cancel and retry."""
