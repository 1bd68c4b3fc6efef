"""A worker's packages: just those named and what they need."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import packaging.requirements  # noqa: F401  before the fixture below hides what is installed
import pytest

from grader.sandbox.outside import packages

if TYPE_CHECKING:
    from pathlib import Path


def install(site: Path, name: str, files: list[str], requires: list[str] | None = None, record: bool = True) -> None:
    """Puts a distribution into a folder, as pip would."""
    info = site / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    lines = [f"Requires-Dist: {each}" for each in requires or []]
    (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", f"Name: {name}", "Version: 1", *lines, ""]))
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).touch()
    if record:
        listed = [*files, f"{info.name}/METADATA", "../../bin/tool", "__pycache__/x.pyc", "x.pth"]
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in listed))
    else:
        (info / "top_level.txt").write_text(files[0].split("/")[0])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder that alone is searched."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), *(path for path in sys.path if "site-packages" not in path)])
    return folder


@pytest.fixture
def linked(site: Path, tmp_path: Path) -> Path:
    """Where the links go."""
    return tmp_path / "linked"


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink()}


def test_a_package_comes_with_its_libraries_and_what_it_needs(site: Path, linked: Path) -> None:
    install(site, "alpha", ["alpha/__init__.py", "alpha.libs/libx.so"], ["beta>=1", 'gamma; extra == "more"'])
    install(site, "beta", ["beta.py"], ['delta; python_version < "3"'])
    install(site, "gamma", ["gamma.py"])
    install(site, "delta", ["delta.py"])
    paths = packages.link_packages(["alpha"], linked)
    assert names(linked) == {"alpha", "alpha.libs", "alpha-1.dist-info", "beta.py", "beta-1.dist-info"}
    assert paths[0] == linked
    assert site / "alpha" in paths


def test_what_is_set_apart_comes_only_by_name(site: Path, linked: Path) -> None:
    install(site, "alpha", ["alpha.py"], ["scipy"])
    install(site, "scipy", ["scipy/__init__.py"])
    packages.link_packages(["alpha"], linked)
    assert "scipy" not in names(linked)
    packages.link_packages(["alpha", "scipy"], linked)
    assert "scipy" in names(linked)


def test_of_a_shared_namespace_only_its_own_part_is_linked(site: Path, linked: Path) -> None:
    install(site, "alpha", ["shared/alpha/__init__.py"])
    install(site, "other", ["shared/other/__init__.py"])
    packages.link_packages(["alpha"], linked)
    assert names(linked) == {"shared/alpha", "alpha-1.dist-info"}


def test_a_package_without_a_record_is_found_by_its_name(site: Path, linked: Path) -> None:
    install(site, "alpha", ["alpha_core/__init__.py"], record=False)
    packages.link_packages(["alpha"], linked)
    assert names(linked) == {"alpha_core"}


def test_what_is_not_installed_is_skipped(site: Path, linked: Path) -> None:
    assert packages.link_packages(["nothing"], linked) == (linked,)


def test_the_links_suffice_to_import_numpy_and_nothing_else_is_there(tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    packages.link_packages(["numpy"], linked)
    code = (
        "import sys; sys.path.append(sys.argv[1]); import numpy; print(numpy.ones(2).sum())\n"
        "import importlib.util as u; print([n for n in ('scipy', 'pandas', 'pytest', 'tensorflow') if u.find_spec(n)])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(linked)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[:2] == ["2.0", "[]"], done.stderr


def test_no_folder_of_packages_is_among_what_python_needs() -> None:
    """Scipy once came in through the base interpreter's own site-packages."""
    paths = packages.interpreter_paths()
    assert paths
    for path in paths:
        assert not {"site-packages", "dist-packages"} & set(path.parts)
        if path.is_dir():
            below = {name for _, folders, _ in os.walk(path) for name in folders} if len(path.parts) > 3 else set()
            assert not {"site-packages", "dist-packages"} & below, path


def test_a_package_is_found_by_its_import_name_where_its_project_is_called_otherwise(site: Path, linked: Path) -> None:
    """Of scikit-learn, whose import name is sklearn, an exercise that allows it got nothing."""
    install(site, "scikit_made_up", ["skmade/__init__.py"])
    packages.link_packages(["skmade"], linked)
    assert "skmade" in names(linked)


def test_what_no_worker_can_import_is_told(site: Path) -> None:
    install(site, "alpha", ["alpha/__init__.py"])
    install(site, "scikit_made_up", ["skmade/__init__.py"])
    wanted = ("alpha", "skmade", "no_such_package", "json", "no_such_package")
    assert packages.not_installed(wanted) == ("no_such_package",)
