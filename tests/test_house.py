"""The house rules that a machine can hold: sizes of files and functions, what lies at the top, contracts of imports."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP = {
    "manage.py", "dashboard", "apiconfig", "tests", "requirements.txt", "requirements-dev.txt", "README.md",
    "pyproject.toml", "Makefile", "docs", ".env.example", ".ci", ".gitignore",
}  # fmt: skip


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def python_files() -> list[Path]:
    return [ROOT / name for name in tracked() if name.endswith(".py") and "/migrations/" not in name]


def test_no_file_is_over_400_lines() -> None:
    text = [ROOT / name for name in tracked() if name.endswith((".py", ".html", ".css", ".js"))]
    big = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in text}
    assert {name: lines for name, lines in big.items() if lines > 400} == {}


def test_no_function_is_over_60_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_the_top_level_stays() -> None:
    assert {name.split("/")[0] for name in tracked()} - TOP == set()


def test_templates_never_mark_data_safe_nor_hold_inline_script_or_style() -> None:
    forbidden = (
        "|safe",
        "mark_safe",
        "autoescape off",
        " onclick=",
        " onload=",
        "<style",
        " style=",
    )
    found = [
        f"{name}: {word}"
        for name in tracked()
        if name.startswith(("dashboard/", "apiconfig/")) and name.endswith((".html", ".py"))
        for word in forbidden
        if word in (ROOT / name).read_text()
    ]
    assert found == []
