"""What docs/dask.md shows: its files are run as they stand, or held against what Dask itself says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.processes import wait_for
from helpers.repository import ROOT
from helpers.scored import Scored, hand_in
from helpers.small_course import RIGHT, SMALL, WRONG, make_small_course

DOCS = ROOT / "docs"
TOOLS = Path(sys.executable).parent
SRUN = """#!/bin/bash
# Starts a command twice, as srun does on two machines, and passes on that it is to end.
while [[ $1 == --* ]]; do shift; done
trap 'kill $(jobs -p)' TERM
"$@" &
"$@" &
while [ -n "$(jobs -pr)" ]; do wait; done
"""


@pytest.fixture(scope="module")
def kinds() -> dict[str, list[dict[str, Any]]]:
    """Give the objects of the file for Kubernetes by their kinds."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in yaml.safe_load_all((DOCS / "dask-kubernetes.yaml").read_text(encoding="utf-8")):
        found.setdefault(each["kind"], []).append(each)
    return found


def containers(kinds: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    pods = [each["spec"]["template"]["spec"] for each in kinds["Deployment"]] + [each["spec"] for each in kinds["Pod"]]
    return {container["name"]: container for pod in pods for container in pod["containers"]}


@cache
def options_of(command: str) -> frozenset[str]:
    said = subprocess.run([TOOLS / "dask", command, "--help"], capture_output=True, text=True, check=True).stdout
    return frozenset(re.findall(r"--[a-z][a-z-]+", said))


def test_every_option_of_dask_that_is_shown_is_one() -> None:
    texts = [(DOCS / name).read_text(encoding="utf-8") for name in ("dask-slurm.sh", "dask-kubernetes.yaml")]
    whole = "\n".join(texts).replace("\\\n", " ")
    shown = re.findall(r"dask (scheduler|worker) (--.*)", whole)
    shown += re.findall(r"command: \[dask, (scheduler|worker), (--.*)\]", whole)
    shown += [("worker", " ".join(re.findall(r"^ +- (--[a-z-]+)$", texts[1], re.MULTILINE)))]

    assert {command for command, _ in shown} == {"scheduler", "worker"}
    assert len(shown) == 4
    for command, words in shown:
        used = set(re.findall(r"--[a-z][a-z-]+", words))
        assert used, words
        assert used <= options_of(command)


def test_the_parts_on_kubernetes_fit_together(kinds: dict[str, list[dict[str, Any]]]) -> None:
    (service,), (policy,), (settings,) = (kinds[kind] for kind in ("Service", "NetworkPolicy", "ConfigMap"))
    labels = {each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"] for each in kinds["Deployment"]}
    labels["grader"] = kinds["Pod"][0]["metadata"]["labels"]
    found = containers(kinds)
    port = str(service["spec"]["ports"][0]["port"])

    assert service["spec"]["selector"].items() <= labels["grader-scheduler"].items()
    assert all(
        each["spec"]["selector"]["matchLabels"] == labels[each["metadata"]["name"]] for each in kinds["Deployment"]
    )
    allowed = policy["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"]
    assert all(allowed.items() <= each.items() for each in labels.values())
    assert found["scheduler"]["command"][found["scheduler"]["command"].index("--port") + 1] == port
    assert found["worker"]["command"][-1] == f"tls://{service['metadata']['name']}:{port}"
    assert f"--scheduler tls://{service['metadata']['name']}:{port}" in (DOCS / "dask.md").read_text(encoding="utf-8")
    for container in found.values():
        assert container["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
        place = Path(settings["data"]["DASK_DISTRIBUTED__COMM__TLS__CA_FILE"]).parent
        assert [mount["mountPath"] for mount in container["volumeMounts"]] == [str(place)]


def test_the_settings_on_kubernetes_are_those_of_the_job_for_slurm(kinds: dict[str, list[dict[str, Any]]]) -> None:
    exported = re.findall(r"^export (DASK_\w+)=", (DOCS / "dask-slurm.sh").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(kinds["ConfigMap"][0]["data"]) == sorted(exported)


def test_the_job_for_slurm_grades_a_class_on_its_workers(tmp_path: Path) -> None:
    """The very file, with a stand-in for srun alone."""
    course = make_small_course(tmp_path / "solutions")
    folder = hand_in(tmp_path / "class", {"ada": RIGHT, "zoe": WRONG}, f"{SMALL}.py")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "srun").write_text(SRUN)
    (tools / "srun").chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{TOOLS}:{os.environ['PATH']}", "SLURM_CPUS_PER_TASK": "2"}
    command = ["bash", DOCS / "dask-slurm.sh", folder, "--course", course, "--out", tmp_path / "report"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    scored = Scored(folder, tmp_path / "report")
    assert {student: row["points"] for student, row in scored.of(SMALL).items()} == {"ada": 2, "zoe": 0}
    nodes = scored.results["run"]["nodes"]
    assert nodes
    assert {node["jobs"] for node in nodes} == {2}
    assert "tls://" in done.stderr, "the workers say where they connected"
    assert wait_for(lambda: not list(tmp_path.glob(".grader-dask-*"))), "the key is left"
