"""SQS as the broker: the settings, the queue's name, and that django-q2 can carry a delivery through it."""

from __future__ import annotations

from typing import Any

import pytest
from django_q.conf import Conf
from django_q.signing import SignedPackage
from moto import mock_aws

from dashboard.jobs.delivery import RUN_SLICE, deliver
from dashboard.jobs.models import Job
from dashboard.jobs.queue_settings import q_cluster


@pytest.mark.django_db
@mock_aws
def test_a_delivery_goes_through_sqs(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_q.brokers import get_broker

    settings: dict[str, Any] = q_cluster("sqs://eu-central-1/gatehouse-jobs", 1)
    assert "orm" not in settings
    settings["sqs"]["receive_message_wait_time_seconds"] = 0
    for name, value in {"ORM": None, "SQS": settings["sqs"], "CLUSTER_NAME": settings["name"]}.items():
        monkeypatch.setattr(Conf, name, value)
    job = Job.objects.create(kind="any", owner_name="x", resource="console:jobs")
    assert deliver(job.pk)
    broker: Any = get_broker()
    assert broker.queue.url.endswith("/gatehouse-jobs")
    ((receipt, message),) = broker.dequeue()
    task: Any = SignedPackage.loads(message)
    assert (task["func"], task["args"]) == (RUN_SLICE, (str(job.pk),))
    broker.acknowledge(receipt)
    assert not broker.dequeue()
