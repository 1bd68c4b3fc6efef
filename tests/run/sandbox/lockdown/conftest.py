"""Runs texts in locked workers, as root and as a plain user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.sandbox.lockdown import Plan, selftest
from grader.sandbox.outside import packages
from grader.sandbox.wire.codec import decode

CODE = Path(grader.__file__).parent.parent
TRIAL = Path(__file__).with_name("trial.py")
PLAIN_USER = 54_321  # no account is needed
MODES = ("root", "plain user")

Run = Callable[..., dict[str, Any]]


@cache
def python_for(mode: str) -> tuple[str, str]:
    """A Python of this version that the mode can use, or "" and the reason why there is none."""
    if mode == "root":
        return (sys.executable, "") if os.geteuid() == 0 else ("", "this user is not root")
    if os.geteuid() != 0:
        return sys.executable, ""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    candidates = (os.path.realpath(sys.executable), f"/usr/bin/python{version}", f"/usr/local/bin/python{version}")
    for python in filter(os.path.exists, candidates):
        tried = [python, "-I", "-S", "-c", f"open({str(TRIAL)!r})"]
        done = subprocess.run(["env", *tried], capture_output=True, check=False, **as_user(mode))
        if done.returncode == 0:
            return python, ""
    return "", f"no Python {version} that another user than root may start (it and this folder must be readable to all)"


def as_user(mode: str) -> dict[str, Any]:
    """What a subprocess needs to run in a mode."""
    if mode == "root" or os.geteuid() != 0:
        return {}
    return {"user": PLAIN_USER, "group": PLAIN_USER, "extra_groups": []}


@pytest.fixture(scope="session", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """Who runs the grader."""
    if not sys.platform.startswith("linux"):
        pytest.skip("namespaces, Landlock and system-call filters are Linux's")
    python, reason = python_for(request.param)
    if not python:
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A folder of links to NumPy, pandas and matplotlib, and what must be readable for it."""
    folder = Path(tempfile.mkdtemp(prefix="grader-links-"))
    folder.chmod(0o755)
    paths = packages.link_packages(["numpy", "pandas", "matplotlib"], folder / "packages")
    yield folder / "packages", [str(path) for path in paths]
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def run(mode: str, links: tuple[Path, list[str]]) -> Run:
    """Runs texts, each in a locked worker of its own; the plan, what was put on and the answers."""

    def run(
        *texts: str,
        without: tuple[str, ...] = (),
        only: tuple[str, ...] | None = None,
        preload: tuple[str, ...] = (),
        kill: bool = False,
        **limits: int,
    ) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="grader-trial-") as scratch:
            if as_user(mode):
                os.chown(scratch, PLAIN_USER, PLAIN_USER)
            os.chmod(scratch, 0o755)
            order = {
                "code": str(CODE),
                "packages": [str(links[0])],
                "preload": preload,
                "readable": links[1],
                "scratch": scratch,
                "without": without,
                "only": only,
                "texts": texts,
                "limits": limits,
                "kill": kill,
            }
            done = subprocess.run(
                [python_for(mode)[0], "-I", "-S", "-B", str(TRIAL)],
                input=json.dumps(order),
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
                env={
                    "PATH": "/usr/bin:/bin",
                    "OPENBLAS_NUM_THREADS": "1",
                    "MPLBACKEND": "Agg",
                    "MPLCONFIGDIR": scratch,
                    selftest.CANARY: selftest.CANARY,
                },
                **as_user(mode),
            )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    return cache_by_arguments(run)


def cache_by_arguments(run: Run) -> Run:
    """The same trial is run once."""
    return cache(run)


def planned(ran: dict[str, Any]) -> Plan:
    """The plan of a trial, with what was really put on."""
    plan = decode(Plan, ran["plan"])
    return plan.without(*(set(plan.layers) - set(ran["layers"])))
