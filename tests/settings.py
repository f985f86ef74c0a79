"""The settings of the tests: production's, with what a test needs."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)

from dashboard.settings import *  # noqa: E402, F403
