"""The documentation is tested: every setting, command, job kind and permission is in it, and the policies allow what is called."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from django.core.management import get_commands

from dashboard.aws.clients import READ_ONLY_POLICY
from dashboard.core.resources import ACTIONS
from dashboard.jobs.kinds import all_kinds
from tests.production.run import ROOT, SECRET_KEY, environment

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SETTING = re.compile(r"^\| `([A-Z_]+)` \| ?(.*?) \|", re.MULTILINE)
ELSEWHERE = "## The demo and the tests"


def everything() -> str:
    return "\n".join(path.read_text() for path in DOCS)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every setting that the settings read, with its default."""
    with monkeypatch.context() as patch:
        patch.setattr("os.environ", {"SECRET_KEY": SECRET_KEY})
        names: dict[str, str] = runpy.run_path(str(ROOT / "dashboard" / "settings.py"))["settings_read"].names
    return names


def documented() -> dict[str, str]:
    text = (ROOT / "docs" / "settings.md").read_text().partition(ELSEWHERE)[0]
    return dict(SETTING.findall(text))


def test_it_works() -> None:
    assert len(documented()) > 20


def test_every_setting_is_documented_and_nothing_else_is(read: dict[str, str]) -> None:
    assert set(documented()) == set(read)


def test_defaults_are_documented_as_they_are(read: dict[str, str]) -> None:
    of_this_folder = {"DATABASE_URL", "STATIC_ROOT"}
    told = {
        name: default.split(" (")[0].strip("`")
        for name, default in documented().items()
        if not default.startswith("(")
    }
    assert {name: told[name] for name in told if name not in of_this_folder} == {
        name: read[name] for name in told if name not in of_this_folder
    }


def test_every_setting_is_in_the_example(read: dict[str, str]) -> None:
    names = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(names) == set(read)


def test_the_example_starts_once_the_key_is_filled_in(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text().replace("SECRET_KEY=\n", f"SECRET_KEY={SECRET_KEY}\n", 1)
    file = tmp_path / "env"
    file.write_text(example.replace("/var/lib/gatehouse", str(tmp_path)))
    bare = {name: value for name, value in environment(ENV_FILE=str(file)).items() if name != "SECRET_KEY"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_settings_of_make_are_documented() -> None:
    makefile = (ROOT / "Makefile").read_text()
    text = (ROOT / "docs" / "settings.md").read_text().partition(ELSEWHERE)[2]
    for name in ("PORT", "AWS_PORT", "DEMO_DIR", "ONLY", "WORKERS"):
        assert name in makefile
        assert f"| `{name}` |" in text


def test_every_command_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app.startswith("dashboard.")}
    assert {name for name in ours if f"manage.py {name}" not in everything()} == set()


def test_every_job_kind_is_documented() -> None:
    assert len(all_kinds()) >= 2
    assert {name for name in all_kinds() if f"`{name}`" not in everything()} == set()


def test_every_permission_action_is_documented() -> None:
    text = (ROOT / "docs" / "permissions.md").read_text()
    assert [action for action in ACTIONS if f"| `{action}` |" not in text] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target


IN_OUR_NAME = {"BatchWriteItem", "CreateTableReplica", "DeleteTableReplica"}
"""What a restore and a new replica make AWS do in the role's name; no code of ours calls them."""
BACKUPS_WRITE = {
    *("CreateBackup", "DeleteBackup", "RestoreTableFromBackup", "RestoreTableToPointInTime"),
    *("UpdateContinuousBackups", "PutResourcePolicy", "DeleteResourcePolicy", "UpdateContributorInsights"),
}


PARTIQL = tuple(f"dynamodb:PartiQL{verb}" for verb in ("Select", "Insert", "Update", "Delete"))
IN_IAM = {
    "dynamodb:TransactGetItems": ("dynamodb:GetItem",),
    "dynamodb:TransactWriteItems": ("dynamodb:PutItem", "dynamodb:ConditionCheckItem"),
    "dynamodb:ExecuteStatement": PARTIQL,
    "dynamodb:BatchExecuteStatement": PARTIQL,
    "dynamodb:ExecuteTransaction": PARTIQL,
}
"""Operations that have no action of their own: IAM asks for those of what they do (Developer Guide, "Using IAM with transactions")."""


def policies() -> list[dict[str, Any]]:
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "iam.md").read_text(), re.DOTALL)
    return [json.loads(block) for block in blocks]


def actions(policy: dict[str, Any]) -> set[str]:
    found = [statement["Action"] for statement in policy["Statement"]]
    return {action for entry in found for action in ([entry] if isinstance(entry, str) else entry)}


SERVICES = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "autoscaling.py": ("application-autoscaling",),
    "cloudwatch.py": ("cloudwatch",),
    "dax.py": ("dax",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
}
"""Part of the door → the services it calls; what is not named here may call STS."""
PREFIX = {"dynamodbstreams": "dynamodb"}
"""Services whose actions have another service's prefix in IAM."""


def operations(services: tuple[str, ...]) -> dict[str, set[str]]:
    """Operation → its actions: API Gateway's are the verbs of its HTTP interface."""
    session = Session()
    names: dict[str, set[str]] = {}
    for service in services:
        model = session.get_service_model(service)
        for name in model.operation_names:
            verb = model.operation_model(name).http["method"]
            prefix = PREFIX.get(service, service)
            names.setdefault(name, set()).add(
                f"apigateway:{verb}" if service.startswith("apigateway") else f"{prefix}:{name}"
            )
    return names


def called() -> set[str]:
    """Every operation that the code of the door names, as IAM has it."""
    found: set[str] = set()
    for path in (ROOT / "dashboard" / "aws").rglob("*.py"):
        if path.name == "clients.py":
            continue  # it holds the session policy, which names actions
        part = path.relative_to(ROOT / "dashboard" / "aws").parts[0]
        names = operations(SERVICES.get(part, ("sts",)))
        words = {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        found |= {action for word in words & set(names) for action in names[word]}
    return {action for one in found for action in IN_IAM.get(one, (one,))}


def test_the_policies_allow_what_is_called_and_no_more() -> None:
    read_only, full, assuming, trust = policies()
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    writes |= {"dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable"}
    writes |= {"dynamodb:UpdateTimeToLive", "dynamodb:TagResource", "dynamodb:UntagResource"}
    writes |= set(PARTIQL) - {"dynamodb:PartiQLSelect"}
    writes |= {"apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"}
    writes |= {f"dynamodb:{name}" for name in BACKUPS_WRITE | IN_OUR_NAME}
    assert actions(full) == called() - {"sts:AssumeRole"} | {f"dynamodb:{name}" for name in IN_OUR_NAME}
    assert actions(read_only) == actions(full) - writes
    assert actions(assuming) == actions(trust) == {"sts:AssumeRole"}
    for policy in (read_only, full):
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            arns = (
                [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
            )
            assert arns == ["*"] or all(
                arn.startswith(("arn:aws:dynamodb:", "arn:aws:apigateway:")) for arn in arns
            )


def test_the_session_policy_of_a_read_only_connection_lets_every_read_through() -> None:
    read_only = policies()[0]
    patterns = READ_ONLY_POLICY["Statement"][0]["Action"]  # type: ignore[index]
    for action in actions(read_only):
        assert any(fnmatchcase(action, pattern) for pattern in patterns), action
    for action in called() - actions(read_only) - {"sts:AssumeRole"}:
        assert not any(fnmatchcase(action, pattern) for pattern in patterns), action


def test_the_readme_holds_every_setting_and_both_policies_as_the_docs_do() -> None:
    readme = (ROOT / "README.md").read_text()
    assert dict(SETTING.findall(readme)) == documented()
    policies = re.findall(r"```json\n.*?```", (ROOT / "docs" / "iam.md").read_text(), re.DOTALL)[:2]
    assert len(policies) == 2 and all(policy in readme for policy in policies)
