"""``python -m dashboard.localaws.world ENDPOINT [HOST:PORT]``: fill an embedded AWS, once; the second is the server behind its APIs."""

import sys

from dashboard.localaws.world.apis import fill_apis
from dashboard.localaws.world.fill import fill

filled = fill(sys.argv[1])
print(f"{filled.items} items in {filled.seconds:.1f} s")
if len(sys.argv) > 2:
    print(f"APIs and their past in {fill_apis(sys.argv[1], sys.argv[2]).seconds:.1f} s")
