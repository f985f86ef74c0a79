"""Settings of the real workers that the tests start: the tests' own, with short times and the broker under test."""

import os

os.environ["TEST_DATABASE_URL"] = os.environ["LAB_DATABASE_URL"]

from dashboard.jobs.queue_settings import q_cluster
from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.cluster.apps.LabConfig"]
Q_CLUSTER = q_cluster(os.environ["LAB_BROKER"], 2) | {"poll": 0.1}
JOBS_SLICE = 1
JOBS_LEASE = 2
