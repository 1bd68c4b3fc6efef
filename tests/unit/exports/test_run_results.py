"""An export never replaces what a run wrote."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.exports.run_results import refuse_to_overwrite


@pytest.mark.parametrize(
    "name", ["index.html", "class-pages", "class-pages/students-1.html", "students/x.zip", "history"]
)
def test_a_place_of_the_runs_own_files_is_refused_in_one_line(name, tmp_path):
    with pytest.raises(UsageError, match="the run's own files") as caught:
        refuse_to_overwrite(tmp_path / name, tmp_path)
    assert "\n" not in str(caught.value)


def test_any_other_place_in_the_runs_folder_is_free(tmp_path):
    refuse_to_overwrite(tmp_path / "marks.csv", tmp_path)
    refuse_to_overwrite(tmp_path / "exports" / "index.html", tmp_path)
