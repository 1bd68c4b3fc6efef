"""The CI files keep the rules of their platforms and of this project: pins, permissions, limits, and what starts them."""

from __future__ import annotations

import re

import pytest

from grader.home.whole_course import WHOLE_SECONDS
from helpers.push_filters import fits, starts_pipeline, starts_workflow
from helpers.workflow_runner import read_yaml

WORKFLOW = ".github/workflows/grade.yml"
MAIN, OTHER, TAG, OTHER_TAG = "refs/heads/main", "refs/heads/try", "refs/tags/submit/1", "refs/tags/v1"
PUSHES = [
    (MAIN, ["01_gates.ipynb"], True),
    (MAIN, ["README.md", "01_gates.py"], True),
    (MAIN, ["Copy of 01_gates (1).ipynb"], True),
    (MAIN, ["week 34/01_gates.py"], True),
    (MAIN, ["homework.ipynb"], True),
    (MAIN, ["01_GATES.IPYNB"], True),
    (MAIN, ["gates.Py"], True),
    (MAIN, ["README.md"], False),
    (MAIN, ["notes.txt", "requirements.txt", ".github/workflows/grade.yml", ".gitlab-ci.yml"], False),
    (MAIN, ["01_gates.pyc", "py", "ipynb.md"], False),
    (OTHER, ["01_gates.py"], False),
    (TAG, [], True),
    (TAG, ["README.md"], True),
    (OTHER_TAG, ["01_gates.py"], False),
    ("refs/tags/submit/2026/1", [], False),
]


@pytest.mark.parametrize(("ref", "changed", "starts"), PUSHES)
def test_work_on_main_and_submit_tags_start_the_workflow_and_a_readme_does_not(templates, ref, changed, starts):
    on = read_yaml(templates / "github" / WORKFLOW)["on"]

    assert set(on) == {"push", "workflow_dispatch"}
    assert starts_workflow(on, ref, changed) == starts


@pytest.mark.parametrize(("ref", "changed", "starts"), PUSHES)
def test_the_same_pushes_start_a_pipeline_of_gitlab(templates, ref, changed, starts):
    (job,) = read_yaml(templates / "gitlab" / ".gitlab-ci.yml").values()
    _, kind, name = ref.split("/", 2)
    variables = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG" if kind == "tags" else "CI_COMMIT_BRANCH": name}

    assert starts_pipeline(job["rules"], variables, changed) == starts


def test_a_pipeline_can_be_started_by_hand(templates):
    (job,) = read_yaml(templates / "gitlab" / ".gitlab-ci.yml").values()

    assert starts_pipeline(job["rules"], {"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "try"}, [])


@pytest.mark.parametrize(
    ("pattern", "path", "is_fit"),
    [  # the cases of GitHub's own page on filter patterns
        ("*", "README.md", True),
        ("*", "docs/README.md", False),
        ("*.jsx?", "page.js", True),
        ("*.jsx?", "page.jsx", True),
        ("**", "all/the/files.md", True),
        ("*.js", "app.js", True),
        ("*.js", "src/app.js", False),
        ("**.js", "src/js/app.js", True),
        ("docs/*", "docs/file.txt", True),
        ("docs/*", "docs/a/file.txt", False),
        ("docs/**", "docs/mona/octocat.txt", True),
        ("**/docs/**", "dir/docs/my-file.txt", True),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.1.0", False),
    ],
)
def test_the_transcription_of_the_patterns_agrees_with_their_documentation(pattern, path, is_fit):
    assert fits(pattern, path) == is_fit


@pytest.mark.parametrize("platform", ["github", "classic"])
def test_every_action_is_pinned_and_the_token_can_only_read(templates, platform):
    text = (templates / platform / WORKFLOW).read_text()
    read = read_yaml(templates / platform / WORKFLOW)
    (job,) = read["jobs"].values()
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))

    assert read["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert checkout["with"]["persist-credentials"] is False
    by_tag = [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each)]
    assert by_tag == (["classroom-resources/autograding-grading-reporter@v1"] if platform == "classic" else [])
    for each in set(used) - set(by_tag):
        assert re.search(rf"{re.escape(each)} # v\d+\.\d+\.\d+$", text, re.MULTILINE), each


@pytest.mark.parametrize("platform", ["github", "classic"])
def test_a_job_ends_by_itself_but_not_before_the_checks_do(templates, platform):
    read = read_yaml(templates / platform / WORKFLOW)
    (job,) = read["jobs"].values()

    assert WHOLE_SECONDS / 60 + 5 <= job["timeout-minutes"] <= 30
    assert read["concurrency"]["cancel-in-progress"] is True
    assert "github.ref" in read["concurrency"]["group"]


def test_a_pipeline_ends_by_itself_and_keeps_its_report_and_its_packages(templates):
    (job,) = read_yaml(templates / "gitlab" / ".gitlab-ci.yml").values()

    assert WHOLE_SECONDS / 60 + 5 <= int(job["timeout"].removesuffix(" minutes")) <= 30
    assert job["image"] == "python:3.12-slim"
    assert job["interruptible"] is True
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"] == {"junit": "public-checks.xml", "dotenv": "points.env"}
    assert "--ci gitlab --junit public-checks.xml" in job["script"][-1]
    assert len(job["cache"]["key"]["files"]) == 2, "GitLab takes no more"
    assert all((templates / "gitlab" / file).is_file() for file in job["cache"]["key"]["files"])
    assert job["variables"]["PIP_CACHE_DIR"].removeprefix("$CI_PROJECT_DIR/") in job["cache"]["paths"]


def test_text_from_outside_stands_in_no_script(templates):
    """An expression in a script is replaced before bash reads it, so a branch's name could be a command."""
    for platform in ("github", "classic"):
        (job,) = read_yaml(templates / platform / WORKFLOW)["jobs"].values()
        assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_python_is_the_same_everywhere_and_has_tensorflow(templates):
    for platform in ("github", "classic"):
        (job,) = read_yaml(templates / platform / WORKFLOW)["jobs"].values()
        (setup,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/setup-python@"))
        assert setup["with"]["python-version"] in ("3.12", "3.13")
        assert setup["with"]["cache"] == "pip"


def test_python_never_looks_for_modules_in_the_students_folder(templates):
    for platform, name in (("github", WORKFLOW), ("classic", WORKFLOW), ("gitlab", ".gitlab-ci.yml")):
        text = (templates / platform / name).read_text()
        assert len(re.findall(r"python -I -m (?:pip|grader)", text)) == len(re.findall(r"python -", text)) >= 5


def test_the_classic_template_is_as_the_reporter_asks(templates):
    """The reporter's README: the workflow's name, one job of this name; an id without a hyphen, or a failure is misread."""
    read = read_yaml(templates / "classic" / WORKFLOW)
    (job,) = read["jobs"].values()
    reporter, public = job["steps"][-1], job["steps"][-2]

    assert read["name"] == "Autograding Tests"
    assert list(read["jobs"]) == ["run-autograding-tests"]
    assert public["run"] == "python -I -m grader check --ci classic"
    assert public["id"].isalnum()
    assert reporter["with"] == {"runners": public["id"]}
    assert reporter["env"] == {f"{public['id'].upper()}_RESULTS": f"${{{{ steps.{public['id']}.outputs.result }}}}"}
