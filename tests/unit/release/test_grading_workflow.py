"""The grading workflow keeps tokens and students' code apart, job by job."""

from __future__ import annotations

import json
import re
import runpy
import tarfile
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from grader import cli
from grader.course.course_toml import PACKAGE_NAME, load_course
from grader.release.course_packages import requirements, score_packages
from grader.release.grading_repository import workflow_text
from grader.release.template_text import TEMPLATES
from helpers.repository import SOLUTIONS

WORKFLOW = yaml.safe_load(workflow_text())
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
IN_SHARDS: dict[str, dict[str, Any]] = yaml.safe_load(workflow_text(3))["jobs"]
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")


def steps(job: str, action: str) -> list[dict[str, Any]]:
    return [step for step in JOBS[job]["steps"] if step.get("uses", "").startswith(f"actions/{action}@")]


def commands(job: str) -> str:
    return "\n".join(step.get("run", "") for step in JOBS[job]["steps"])


def test_there_are_three_jobs_one_after_the_other():
    assert list(JOBS) == ["collect", "score", "publish"]
    assert (JOBS["score"]["needs"], JOBS["publish"]["needs"]) == ("collect", ["collect", "score"])


def test_no_job_has_a_right_that_it_does_not_need():
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "collect": {"contents": "read"},
        "score": {},
        "publish": {"contents": "write"},
    }


def test_the_job_that_runs_students_code_knows_no_secret_and_no_token():
    text = json.dumps(JOBS["score"])

    assert "secrets" not in text
    assert not [each for each in EXPRESSION.findall(text) if each.strip() != "!cancelled()"]
    assert not re.search(r"GH_TOKEN|GITHUB_TOKEN|READ_TOKEN", text)
    assert steps("score", "checkout") == []
    assert [step["with"]["token"] for step in steps("score", "setup-python")] == [""]


def test_the_secret_is_in_the_environment_of_one_step_alone():
    knowing = [step["name"] for job in JOBS.values() for step in job["steps"] if "secrets." in json.dumps(step)]

    assert knowing == ["Clone the students' repositories"]
    assert "env" not in WORKFLOW
    assert not [name for name, job in JOBS.items() if "env" in job]


def test_collecting_keeps_no_token_beside_the_files():
    assert len(steps("collect", "checkout")) == 2
    assert all(step["with"]["persist-credentials"] is False for step in steps("collect", "checkout"))
    assert commands("collect").count("--exclude=.git ") == 2


@pytest.mark.parametrize("job", ["collect", "publish"])
def test_the_jobs_with_a_token_run_git_and_our_script_alone(job):
    words = r"python3 -I (course/\.github/grading\.py|\"\$RUNNER_TEMP/grading\.py\") |(git|tar|mkdir|cp|if ! git|if git|fi|else)\b"

    assert "grader" not in re.sub(r"user\.(name|email)=grader\S*", "", commands(job))
    assert [line for line in commands(job).splitlines() if line and not re.match(rf"\s*({words})", line)] == []


def test_scoring_is_strict_and_says_before_what_the_machine_can_isolate():
    text = commands("score")

    assert (
        text.index("apparmor_restrict_unprivileged_userns=0") < text.index("grader doctor") < text.index("grader score")
    )
    assert "--isolation strict" in text


def test_no_expression_stands_in_a_script():
    """It would be put there as text, and a name of a branch can be a command."""
    assert [step["run"] for job in JOBS.values() for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_every_action_is_pinned_by_its_commit():
    used = [step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step]

    assert len(used) == 8
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)


def test_every_job_ends_some_day():
    assert all(job["timeout-minutes"] <= 360 for job in JOBS.values())


def test_scoring_ends_before_its_job_does_so_that_what_is_graded_is_published():
    (scoring,) = (step for step in JOBS["score"]["steps"] if step.get("name") == "Score")

    assert JOBS["score"]["timeout-minutes"] - scoring["timeout-minutes"] >= 15
    assert "exec environment/bin/python" in scoring["run"], "a step that is out of time tells its shell alone"


def test_collecting_ends_before_its_job_does(script):
    assert script["SECONDS_OF_ALL"] + script["SECONDS"] <= (JOBS["collect"]["timeout-minutes"] - 10) * 60


def test_every_package_that_grading_needs_is_pinned_before_the_grader_is_installed_without_any():
    text = commands("score")
    course = load_course(SOLUTIONS)
    names = {
        re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower()
        for line in requirements(score_packages(course)).splitlines()
    }
    needed = [Requirement(line) for line in metadata.requires(PACKAGE_NAME) or ()]
    # a job tests nothing, shows nobody a page, and grades on one machine
    others = tuple(f'extra == "{name}"' for name in ("dev", "review", "dask"))
    wanted = {each.name.lower() for each in needed if not str(each.marker).endswith(others)}

    assert wanted >= {"numpy", "pandas", "tensorflow"}
    assert names >= wanted
    assert len(score_packages(course)) == len(names)
    assert text.index("-r course/requirements.txt") < text.index("--require-hashes --no-deps -r course/grader.txt")
    assert text.count("pip install") == 2


class TestShards:
    """A class that is graded in several jobs at once: the same walls, one seed, and one job that brings all together."""

    def test_the_parts_are_graded_at_once_and_merged_before_they_are_published(self):
        assert list(IN_SHARDS) == ["collect", "score", "merge", "publish"]
        assert IN_SHARDS["score"]["strategy"] == {"fail-fast": False, "matrix": {"shard": [1, 2, 3]}}
        assert {name: job["needs"] for name, job in IN_SHARDS.items() if "needs" in job} == {
            "score": "collect",
            "merge": ["collect", "score"],
            "publish": ["collect", "merge"],
        }

    def test_no_job_has_more_rights_than_without_shards_and_the_new_one_has_none(self):
        rights = {name: job["permissions"] for name, job in IN_SHARDS.items()}

        assert rights.pop("merge") == {}
        assert rights == {name: job["permissions"] for name, job in JOBS.items()}

    @pytest.mark.parametrize("job", ["score", "merge"])
    def test_what_meets_students_code_or_its_results_knows_no_secret_and_no_token(self, job):
        text = json.dumps(IN_SHARDS[job])
        known = {"!cancelled()", "matrix.shard", "!cancelled() && needs.collect.result == 'success'"}

        assert "secrets" not in text
        assert {each.strip() for each in EXPRESSION.findall(text)} <= known
        assert not re.search(r"GH_TOKEN|GITHUB_TOKEN|READ_TOKEN|checkout@", text)

    def test_a_shard_is_named_in_the_environment_and_no_expression_stands_in_a_script(self):
        (scoring,) = (step for step in IN_SHARDS["score"]["steps"] if step.get("name") == "Score")

        assert scoring["env"] == {"SHARD": "${{ matrix.shard }}/3"}
        assert [step for job in IN_SHARDS.values() for step in job["steps"] if "${{" in step.get("run", "")] == []

    def test_a_job_that_is_run_again_replaces_what_it_left(self):
        """An artifact's name can be there once in a run, and a job that is run again belongs to the same run."""
        left = [
            step for job in ("score", "merge") for step in IN_SHARDS[job]["steps"] if "upload" in step.get("uses", "")
        ]

        assert [step["with"]["name"] for step in left] == ["part-${{ matrix.shard }}", "scored"]
        assert all(step["with"]["overwrite"] is True for step in left)

    def test_every_action_is_pinned_and_every_job_ends(self):
        used = [step["uses"] for job in IN_SHARDS.values() for step in job["steps"] if "uses" in step]

        assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)
        assert all(job["timeout-minutes"] <= 360 for job in IN_SHARDS.values())

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--shards", "2"], "--shards is for the workflow that --grading OUT writes"),
            (["--grading", "out", "--shards", "257"], "at most 256 such jobs"),
            (["--grading", "out", "--shards", "0"], "0 is not a whole number of 1 or more"),
        ],
    )
    def test_what_no_workflow_can_do_is_refused_before_anything_is_written(
        self, words, told, tmp_path, capsys, monkeypatch
    ):
        monkeypatch.chdir(tmp_path)

        assert cli.main(["release", "--course", str(SOLUTIONS), *words]) == 2
        assert told in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_a_seed_is_drawn_once_and_an_earlier_one_stays(self, script, tmp_path):
        assert script["main"](["seed", str(tmp_path)]) == 0
        drawn = (tmp_path / ".seed").read_text(encoding="ascii")
        script["main"](["seed", str(tmp_path)])

        assert drawn.strip().isdecimal()
        assert (tmp_path / ".seed").read_text(encoding="ascii") == drawn


@pytest.fixture(scope="module")
def script():
    """The functions of the script, which needs Python alone."""
    return runpy.run_path(str(TEMPLATES / "grading.py.txt"))


class TestTheList:
    def read(self, script, tmp_path, text):
        listed = tmp_path / "repositories.txt"
        listed.write_text(text, encoding="utf-8")
        return script["read_list"](listed)

    def test_a_line_is_a_repository_and_perhaps_its_student(self, script, tmp_path, monkeypatch):
        monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
        text = "\ufeff# the class\norg/gru-kim\n\norg/gru-group-3 group-3  # a team\nhttps://example.org/x/bo.git\n"

        assert self.read(script, tmp_path, text) == {
            "gru-kim": "https://github.com/org/gru-kim",
            "group-3": "https://github.com/org/gru-group-3",
            "bo": "https://example.org/x/bo.git",
        }

    @pytest.mark.parametrize(
        "text",
        [
            "", "# nothing", "kim", "--upload-pack=touch", "org/kim ../kim", "org/kim .git", "org/kim a b", "ext::sh -c",
            "ssh://host/kim", "org/kim\nother/KIM", "org/..", "org/kim /etc",
        ],
    )  # fmt: skip
    def test_any_other_line_is_refused_in_words(self, text, script, tmp_path):
        with pytest.raises(ValueError, match=r"line [12]: |no repository") as refused:
            self.read(script, tmp_path, text)
        assert "\n" not in str(refused.value)

    def test_the_one_that_comes_with_it_names_nobody_yet(self, script):
        with pytest.raises(ValueError, match="no repository yet"):
            script["read_list"](TEMPLATES / "repositories.txt")


class TestPublishing:
    def packed(self, tmp_path, members):
        with tarfile.open(tmp_path / "results.tar", "w") as archive:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                if content is None:
                    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                    archive.addfile(member)
                else:
                    member.size = len(content)
                    archive.addfile(member, BytesIO(content))
        return tmp_path / "results.tar"

    def files(self, folder: Path) -> set[str]:
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}

    def test_it_takes_what_a_run_leaves_and_nothing_else(self, script, tmp_path):
        """The job before ran what students wrote; whatever it packed is no more than files of a run here."""
        good = ["results.json", "gradebook.csv", "index.html", "decisions.jsonl", ".seed", "students/kim.html"]
        good += ["history/2026/results.json", "history/2026/students/kim.html"]
        bad = [
            ".git/hooks/pre-commit",
            ".github/workflows/evil.yml",
            "../evil.html",
            "/tmp/evil.html",
            "students/.git/x.json",
        ]
        bad += [
            "evil.sh",
            ".lock",
            "students/../../evil.html",
            "students\\..\\evil.html",
            ".gitattributes",
            "students/.html",
        ]
        folder = tmp_path / "branch"
        (folder / ".git").mkdir(parents=True)
        (folder / "students").mkdir()
        (folder / "students" / "gone.html").touch()
        packed = self.packed(
            tmp_path, {f"./{name}" if name in good else name: b"x" for name in [*good, *bad]} | {"link.html": None}
        )

        assert script["publish"](packed, folder) == 0
        assert self.files(folder) == set(good)

    def test_without_results_it_changes_nothing(self, script, tmp_path):
        folder = tmp_path / "branch"
        folder.mkdir()
        (folder / "results.json").touch()

        assert script["publish"](self.packed(tmp_path, {"index.html": b"x"}), folder) == 1
        assert self.files(folder) == {"results.json"}
