"""The pages of background work."""

from django.urls import path

from dashboard.jobs.screens import job, listing

app_name = "jobs"
urlpatterns = [
    path("jobs/", listing.jobs, name="list"),
    path("jobs/<uuid:job_id>/", job.show, name="job"),
    path("jobs/<uuid:job_id>/cancel/", job.stop, name="cancel"),
    path("jobs/<uuid:job_id>/retry/", job.again, name="retry"),
]
