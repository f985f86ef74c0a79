"""The rows of background work."""

from dashboard.jobs.models.job import Job, Line
from dashboard.jobs.models.worker import Worker

__all__ = ["Job", "Line", "Worker"]
