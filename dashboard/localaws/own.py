"""The services that the embedded AWS answers itself, and the stores behind them that the local gateway writes into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.localaws.apigateway.front import Front
from dashboard.localaws.apigateway.persistence import Kept
from dashboard.localaws.apigateway.store import Store as ApiStore
from dashboard.localaws.cloudwatch.files import MetricFiles
from dashboard.localaws.cloudwatch.service import CloudWatch
from dashboard.localaws.cloudwatch.store import MetricStore
from dashboard.localaws.dax import serve as clusters
from dashboard.localaws.dynamodb.journal import Journal
from dashboard.localaws.dynamodb.scaling import SERVICE as SCALING
from dashboard.localaws.dynamodb.service import DynamoDB
from dashboard.localaws.functions.runner import Runner
from dashboard.localaws.functions.service import Functions
from dashboard.localaws.functions.store import FunctionStore
from dashboard.localaws.gateway.backends import reach
from dashboard.localaws.history import SERVICE as HISTORY
from dashboard.localaws.history import History
from dashboard.localaws.layer import Service
from dashboard.localaws.logs.service import CloudWatchLogs
from dashboard.localaws.logs.store import LogStore
from dashboard.localaws.objects import SERVICE as OBJECTS
from dashboard.localaws.objects import Objects
from dashboard.localaws.state import OFTEN


@dataclass
class Own:
    """All state of our own."""

    apis: ApiStore = field(default_factory=ApiStore)
    metrics: MetricStore = field(default_factory=MetricStore)
    logs: LogStore = field(default_factory=LogStore)
    functions: FunctionStore = field(default_factory=FunctionStore)

    def __post_init__(self) -> None:
        self.dynamodb = DynamoDB(self.metrics)
        self.objects = Objects()

    def lambdas(self, runner: Runner) -> Functions:
        """The functions with what runs them."""
        return Functions(self.functions, self.logs, self.metrics, runner)

    def kept(self, folder: Path) -> list[Journal | Kept | MetricFiles]:
        """What saves into ``folder``, told of every change from now on."""
        apis = Kept(folder, "apigateway", self.apis.dump, self.apis.load)
        logs = Kept(folder, "logs", self.logs.dump, self.logs.load, OFTEN)
        functions = Kept(folder, "functions", self.functions.dump, self.functions.load)
        metrics = MetricFiles(folder, self.metrics)
        self.apis.on_change(apis.touched)
        self.logs.on_change(logs.touched)
        self.metrics.on_change(metrics.touched)
        self.functions.on_change(functions.touched)
        journal = Journal(folder, self.dynamodb.state)
        self.dynamodb.keep_in(journal)
        return [journal, apis, logs, metrics, functions]

    def services(self, functions: Functions | None = None, endpoint: str = "") -> Mapping[str, Service]:
        """Service by the name in a request's signature; Lambda only when ``functions`` are run. Methods that are tried reach
        this AWS at ``endpoint``.
        """
        lambdas: dict[str, Service] = {"lambda": functions.serve} if functions else {}
        return lambdas | {
            "apigateway": Front(self.apis, reach(functions, endpoint)).serve,
            "monitoring": CloudWatch(self.metrics, self.dynamodb.contributors.report).serve,
            "logs": CloudWatchLogs(self.logs).serve,
            "dynamodb": self.dynamodb.serve,
            OBJECTS: self.objects.serve,
            SCALING: self.dynamodb.state.scaling.serve,
            "dax": clusters,
            HISTORY: History(self.apis, self.metrics, self.logs).serve,
        }

    def reset(self) -> None:
        """Forget everything."""
        self.apis.reset()
        self.metrics.reset()
        self.logs.reset()
        self.functions.reset()
