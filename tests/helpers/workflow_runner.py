"""Runs a CI file as its runner would: each step's own text, in a clean environment, with the files that the runner gives it.

GitHub: each ``run`` is a script for ``bash --noprofile --norc -eo pipefail``; outputs, environment, path and summary are read from
the files that the step's environment names; ``uses`` does what that action is used for (a copy of the repository, a Python on PATH).
GitLab: the lines of ``script`` are one script. Both know only the few expressions that the templates use, and raise ValueError for
any other, so that a template can't come to mean something that was never run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
CONDITION = re.compile(r"(?P<value>[\w.]+) (?P<compare>==|!=) '(?P<text>[^']*)'")
OURS = ("gru_grader", "_editable_impl", "__editable__")


@dataclass
class JobRun:
    """What became of a job: the exit code of its last step, and what each step left, by its id or name."""

    code: int = 0
    ran: list[str] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    used: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def log(self) -> str:
        """All that the steps printed."""
        return "\n".join(f"# {name}\n{text}" for name, text in self.logs.items())


def read_yaml(file: Path) -> dict[str, Any]:
    """Read a CI file; the key ``on``, which YAML 1.1 takes for true, is called so again."""
    read: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}


def bare_python(folder: Path, without: Iterable[str] = ()) -> Path:
    """Make a Python of one's own in ``folder`` that has the packages of this one, as if they had been installed there before.

    The grader is never among them, nor is any file whose name begins with one of ``without``. Gives its folder of programs.
    """
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    absent = (*OURS, *without)
    (packages,) = folder.glob("lib/python*/site-packages")
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(absent) and entry.suffix != ".pth":
            (packages / entry.name).symlink_to(entry)
    return folder / "bin"


def run_workflow(
    repository: Path, workflow: str, python: Path, temporary: Path, ref: str = "refs/heads/main", until: str = ""
) -> JobRun:
    """Run the one job of a workflow on a repository's files; ``python`` is the folder of programs that setup-python would give.

    ``until`` names the last step to run. A step that fails ends the job.
    """
    read = read_yaml(repository / workflow)
    (job,) = read["jobs"].values()
    assert read["defaults"]["run"]["shell"] == "bash"
    workspace, home, temp = (temporary / name for name in ("work", "home", "temp"))
    for folder in (home, temp):
        folder.mkdir(parents=True)
    context = {"runner.temp": str(temp), "github.ref": ref, "github.workflow": read["name"]}
    environment = _environment(home, temp, workspace, ref) | read.get("env", {})
    done = JobRun()
    for step in job["steps"]:
        name = step.get("id") or step.get("name") or step["uses"]
        if "if" in step and not _is_true(step["if"], context):
            continue
        done.ran.append(name)
        if "uses" in step:
            inputs = {**step.get("with", {}), **step.get("env", {})}
            done.used[step["uses"].partition("@")[0]] = {
                key: _filled(str(text), context) for key, text in inputs.items()
            }
            if step["uses"].startswith("actions/checkout@"):
                shutil.copytree(repository, workspace)
            elif step["uses"].startswith("actions/setup-python@"):
                environment["PATH"] = f"{python}{os.pathsep}{environment['PATH']}"
        else:
            place = Path(_filled(step.get("working-directory", str(workspace)), context))
            own = {key: _filled(text, context) for key, text in step.get("env", {}).items()}
            left = _run(done, name, step["run"], place, environment | own, temp)
            environment |= pairs_of(left["env"])
            environment["PATH"] = os.pathsep.join([*reversed(left["path"].splitlines()), environment["PATH"]])
            context |= {f"steps.{name}.outputs.{key}": text for key, text in done.outputs[name].items()}
        if done.code or name == until:
            break
    return done


def run_pipeline(repository: Path, python: Path, temporary: Path) -> JobRun:
    """Run the one job of a ``.gitlab-ci.yml`` in a copy of a repository, which becomes ``temporary``/work."""
    (job,) = read_yaml(repository / ".gitlab-ci.yml").values()
    workspace, home, temp = (temporary / name for name in ("work", "home", "temp"))
    for folder in (home, temp):
        folder.mkdir(parents=True)
    shutil.copytree(repository, workspace)
    own = {key: text.replace("$CI_PROJECT_DIR", str(workspace)) for key, text in job["variables"].items()}
    environment = {
        "PATH": f"{python}{os.pathsep}{_system_path()}", "HOME": str(home), "LANG": "C.UTF-8", "PIP_NO_INDEX": "1",
        "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": str(workspace), **own,
    }  # fmt: skip
    done = JobRun()
    _run(done, "script", "\n".join(job["script"]), workspace, environment, temp)
    return done


def _environment(home: Path, temp: Path, workspace: Path, ref: str) -> dict[str, str]:
    """What a runner sets, and no network for pip: what a test's Python has counts as installed."""
    return {
        "PATH": _system_path(), "HOME": str(home), "LANG": "C.UTF-8", "PIP_NO_INDEX": "1", "CI": "true",
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), "GITHUB_REF": ref, "GITHUB_SHA": "0" * 40,
        "GITHUB_REPOSITORY": "owner/name", "GITHUB_SERVER_URL": "https://github.com", "RUNNER_TEMP": str(temp),
    }  # fmt: skip


def _system_path() -> str:
    """Where bash and its tools are, without whatever Python runs the tests."""
    kept = [each for each in os.environ["PATH"].split(os.pathsep) if not Path(each, "python").exists()]
    return os.pathsep.join(["/usr/bin", "/bin", *kept])


def _run(done: JobRun, name: str, text: str, place: Path, environment: dict[str, str], temp: Path) -> dict[str, str]:
    """Run one script, and give what it left in the runner's files."""
    files = {key: temp / f"{len(done.ran)}-{key}" for key in ("output", "env", "path", "step_summary")}
    for file in files.values():
        file.touch()
    script = temp / f"{len(done.ran)}.sh"
    script.write_text(text, encoding="utf-8")
    named = {f"GITHUB_{key.upper()}": str(file) for key, file in files.items()}
    ended = subprocess.run(
        [*SHELL, str(script)], cwd=place, env=environment | named, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    done.code = ended.returncode
    done.logs[name] = ended.stdout.decode("utf-8", "replace")
    left = {key: file.read_text(encoding="utf-8") for key, file in files.items()}
    done.outputs[name] = pairs_of(left["output"])
    done.summary += left["step_summary"]
    return left


def pairs_of(text: str) -> dict[str, str]:
    """Read an environment file: lines ``name=value``, and ``name<<END`` with the lines up to ``END``."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, sign, rest = re.match(r"([^=<]*)(=|<<)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        if sign == "=":
            found[name] = rest
            continue
        inner: list[str] = []
        for each in lines:
            if each == rest:
                break
            inner.append(each)
        else:
            raise ValueError(f"{name} has no end {rest!r}")
        found[name] = "\n".join(inner)
    return found


def _filled(text: str, context: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: _value(found[1], context), text)


def _is_true(condition: str, context: Mapping[str, str]) -> bool:
    found = CONDITION.fullmatch(condition)
    if found is None:
        raise ValueError(f"{condition!r} is no condition that is known here")
    return (_value(found["value"], context) == found["text"]) == (found["compare"] == "==")


def _value(path: str, context: Mapping[str, str]) -> str:
    """A value of the runner's contexts; an output that was not written is empty, as there."""
    if path in context:
        return context[path]
    if re.fullmatch(r"steps\.\w+\.outputs\.\w+", path):
        return ""
    raise ValueError(f"{path!r} is no value that is known here")
