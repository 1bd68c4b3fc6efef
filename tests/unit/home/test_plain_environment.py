"""What an ordinary process is started with: what the libraries need, and nothing that is a job's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.home.plain_environment import plain_environment


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "HOME", "LANG", "LC_ALL", "PYTHONHASHSEED", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "XDG_CACHE_HOME",
        "CUDA_VISIBLE_DEVICES", "TF_ENABLE_ONEDNN_OPTS", "KERAS_BACKEND", "KERAS_HOME", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
        "SystemRoot", "PATHEXT", "TEMP", "ProgramFiles(x86)", "RUNNER_TRACKING_ID", "PROCESSOR_ARCHITECTURE",
    ],
)  # fmt: skip
def test_what_python_its_packages_and_the_system_need_goes_on(name: str) -> None:
    assert plain_environment({name: "x"}) == {name: "x", "MPLBACKEND": "Agg"}


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN", "GITHUB_OUTPUT", "GH_TOKEN", "ACTIONS_RUNTIME_TOKEN", "RUNNER_TEMP", "CI_JOB_TOKEN", "CODIO_AUTOGRADE_URL",
        "SUBMISSION_TAG", "READ_TOKEN", "AWS_SECRET_ACCESS_KEY", "PIP_INDEX_URL", "HTTPS_PROXY", "TF_VAR_password",
        "TF_TOKEN_app", "PYTHON_REGISTRY_TOKEN", "SSH_AUTH_SOCK", "BASH_ENV",
    ],
)  # fmt: skip
def test_what_a_job_tells_its_steps_does_not(name: str) -> None:
    assert plain_environment({name: "x"}) == {"MPLBACKEND": "Agg"}


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_nothing_is_changed_on_the_way(environ: dict[str, str]) -> None:
    assert plain_environment(environ).items() <= (environ | {"MPLBACKEND": "Agg"}).items()
