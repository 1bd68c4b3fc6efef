"""Which work needs TensorFlow is told from the files' text, so that a push that needs none installs none."""

from __future__ import annotations

import pytest

from grader.course.course_toml import load_course
from grader.home import heavy_work as module
from grader.home.heavy_work import heavy_work
from grader.home.kit import of_course
from helpers.repository import ROOT, SOLUTIONS


@pytest.fixture(scope="module")
def kit():
    return of_course(load_course(SOLUTIONS))


@pytest.fixture
def hand_in(tmp_path, kit):
    """Put files into a folder and ask which of them need TensorFlow."""

    def asking(files: dict[str, str]) -> tuple[str, ...]:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return heavy_work(tmp_path, kit)

    return asking


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_an_empty_folder_and_untouched_stubs_need_nothing(hand_in):
    stubs = {
        f"{name}{end}": read(f"exercises/{name}{end}")
        for name in ("02_swap", "03_measure")
        for end in (".py", ".ipynb")
    }

    assert hand_in({}) == ()
    assert hand_in(stubs) == ()


def test_work_on_numpy_exercises_and_in_words_needs_nothing(hand_in):
    assert hand_in({f"{name}.py": read(f"solutions/{name}.py") for name in ("01_gates", "04_theory", "05_trace")}) == ()


def test_work_is_found_under_any_name_and_beside_a_stub(hand_in):
    files = {"02_swap.py": read("exercises/02_swap.py"), "homework (1).py": read("solutions/02_swap.py")}

    assert hand_in(files) == ("02_swap",)


def test_a_notebook_with_work_beside_the_stub_as_a_script_is_found(hand_in):
    stub = read("exercises/02_swap.ipynb")
    assert "LSTM(" in stub
    files = {"02_swap.py": read("exercises/02_swap.py"), "02_swap.ipynb": stub.replace("LSTM(", "GRU(")}

    assert hand_in(files) == ("02_swap",)


def test_of_a_file_that_can_not_be_read_the_check_says_why(hand_in):
    assert hand_in({"02_swap.ipynb": "{"}) == ("02_swap",)


def test_nothing_of_a_file_is_run(hand_in, tmp_path):
    files = {"02_swap.py": f"open({str(tmp_path / 'made')!r}, 'w')\n" + read("solutions/02_swap.py")}

    assert hand_in(files) == ("02_swap",)
    assert not (tmp_path / "made").exists()


def test_the_command_prints_one_line_and_says_so_if_it_can_not_tell(hand_in, tmp_path, monkeypatch, capsys, kit):
    hand_in({"02_swap.py": read("solutions/02_swap.py")})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "nearest_kit", lambda: kit)
    assert (module.main(), *capsys.readouterr()) == (0, "02_swap\n", "")

    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "course.toml").write_text("no toml")
    assert module.main() == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
