"""``python -m dashboard.localaws.demo``: the whole of Gatehouse on this machine, against the embedded AWS."""
