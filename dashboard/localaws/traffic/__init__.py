"""What makes the demo's charts move: a generator that calls the local gateway, and the small server behind the carrier's APIs."""
