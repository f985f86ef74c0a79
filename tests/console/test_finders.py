"""The front-end files that come out of packages: these and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from dashboard.console.finders import FILES, PackageFinder

PACKAGES = {"django_htmx", "django_ace"}


def test_it_works(client):
    for name in FILES:
        place = finders.find(name)
        assert place is not None
        assert Path(place).is_file(), name
    response = client.get("/static/vendor/htmx.min.js")
    assert response.status_code == 200
    assert b"htmx" in b"".join(response.streaming_content)


def test_it_finds_exactly_the_list():
    finder = PackageFinder()
    assert {path for path, _ in finder.list(None)} == set(FILES)
    assert {package for package, _ in FILES.values()} == PACKAGES
    assert len(FILES) <= 35


@pytest.mark.parametrize(
    "path",
    [
        "vendor/ace/mode-python.js",
        "vendor/ace/worker-json.js",
        "vendor/ace/../ace/ace.js",
        "vendor/",
        "",
        "django_ace/ace/ace.js",
        "django_htmx/htmx-2.js",
        "../manage.py",
    ],
)
def test_it_finds_nothing_else(path):
    assert PackageFinder().find(path) == []


def test_the_packages_are_not_served_whole():
    assert not PACKAGES & set(settings.INSTALLED_APPS)
    assert finders.find("django_ace/ace/ace.js") is None


def test_every_file_that_a_style_sheet_names_is_there():
    for name in FILES:
        if name.endswith(".css"):
            text = Path(finders.find(name) or "").read_text()
            folder = name.rpartition("/")[0]
            for url in re.findall(r'url\("\./([^")]+)"\)', text):
                assert f"{folder}/{url}" in FILES
            assert len(re.findall(r"url\(", text)) == len(re.findall(r'url\("\./', text))


def test_collecting_hashes_all_of_them(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = (tmp_path / "staticfiles.json").read_text()
    for name in (*FILES, "console/tokens.css", "console/admin.css", "console/js/editor.js"):
        assert f'"{name}"' in manifest
    assert len([path for path in (tmp_path / "vendor").rglob("*") if path.is_file()]) == 2 * len(FILES)
    admin = next((tmp_path / "console").glob("admin.*.css")).read_text()
    assert re.search(r'@import url\("\.\./admin/css/base\.[0-9a-f]{12}\.css"\) layer\(admin\);', admin)
