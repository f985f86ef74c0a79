"""``python -m dashboard.localaws.world ENDPOINT``: fill an embedded AWS, once."""

import sys

from dashboard.localaws.world.fill import fill

filled = fill(sys.argv[1])
print(f"{filled.items} items in {filled.seconds:.1f} s")
