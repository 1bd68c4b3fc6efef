"""The whole template of a student's repository, for GitHub or for GitLab: stubs, README, CI file, requirements.

What lies there is the student's to read and to edit, so it holds no solution and no hidden check, and the points that its CI
shows are advice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.home.kit import of_course
from grader.home.whole_course import WHOLE_SECONDS
from grader.package_table import is_about_deep_learning
from grader.release import ci_pins
from grader.release.course_packages import heavy_packages, light_packages, requirements
from grader.release.package_pin import PIN_FILE, pin_package
from grader.release.template_folder import refuse_others, silent, update_folder
from grader.release.template_text import filled
from grader.release.wheel import wheel_path
from grader.release.write_exercises import stubs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course.course_toml import Course

PIN_FOLDER = ".grader"  # a dot folder: nobody looks for work there
LIGHT, HEAVY = "requirements.txt", "requirements-deep-learning.txt"
WORKFLOW = ".github/workflows/grade.yml"
MORE = "README-exercises.md"
INSTALL_MINUTES = 10  # for what is installed before the checks run, on a slow day


def write_github(course: Course, out: Path, classic: bool = False, say: Callable[[str], None] = silent) -> list[Path]:
    """Write the template for GitHub into ``out``, with the steps of GitHub Classroom's reporter if ``classic``.

    Gives the files written, and ``say`` hears which it replaced. Raises UsageError if ``out`` is another folder with files in it,
    CourseError for an author's slip, and OutputError.
    """
    badge = "../../actions/workflows/grade.yml"
    codespace = "A codespace (**Code > Codespaces**) has all of it installed."
    files = {
        "README.md": _readme(course, "github", f"\n[![Public checks]({badge}/badge.svg)]({badge})", codespace),
        WORKFLOW: _workflow(course, classic),
        ".devcontainer/devcontainer.json": _dev_container(course),
    }
    return _write(course, out, files, say)


def write_gitlab(course: Course, out: Path, say: Callable[[str], None] = silent) -> list[Path]:
    """Write the template for GitLab into ``out``; gives the files written and raises what `write_github` does."""
    heavy = heavy_packages(course)
    script = filled("gitlab_heavy_script.yml", packages=_listed(heavy)) if heavy else ""
    # GitLab takes two files for a cache's key, and other packages are what makes a cache useless
    names = [f"{PIN_FOLDER}/{PIN_FILE}", HEAVY if heavy else LIGHT]
    ci = filled(
        "gitlab_ci.yml",
        python=ci_pins.PYTHON,
        minutes=str(_minutes()),
        cache_files="\n".join(f"- {name}" for name in names),
        heavy_script=script,
    )
    return _write(course, out, {"README.md": _readme(course, "gitlab", "", ""), ".gitlab-ci.yml": ci}, say)


def _write(course: Course, out: Path, own: dict[str, str], say: Callable[[str], None]) -> list[Path]:
    """Write a platform's own files and what both have in common."""
    files: dict[str, str | bytes] = {**own, ".gitignore": filled("student_gitignore.txt")}
    for exercise in course.exercises:
        files |= stubs(course, exercise)
    more = course.folder.parent / "exercises" / "README.md"
    if more.is_file():
        files[MORE] = more.read_bytes()
    files[LIGHT] = requirements(light_packages(course))
    if heavy := heavy_packages(course):
        files[HEAVY] = requirements(heavy)
    dist = course.folder.parent / "dist"
    held = {f"{PIN_FOLDER}/{name}" for name in (PIN_FILE, wheel_path(course, dist).name)}
    refuse_others(out, files.keys() | held)  # before the package is made, which may take a minute
    pinned = pin_package(course, dist).files
    return update_folder(out, files | {f"{PIN_FOLDER}/{name}": content for name, content in pinned.items()}, say)


def _workflow(course: Course, classic: bool) -> str:
    heavy = heavy_packages(course)
    # Whatever still reads what the reporter says looks for these two names, see the reporter's README.
    name, job = ("Autograding Tests", "run-autograding-tests") if classic else ("Public checks", "public-checks")
    return filled(
        "github_grade.yml",
        name=name,
        job=job,
        minutes=str(_minutes()),
        checkout=ci_pins.CHECKOUT,
        setup_python=ci_pins.SETUP_PYTHON,
        python=ci_pins.PYTHON,
        heavy_steps=filled("github_heavy_steps.yml", packages=_listed(heavy)) if heavy else "",
        ci="classic" if classic else "plain",
        reporter_step=filled("github_reporter_step.yml", reporter=ci_pins.CLASSROOM_REPORTER) if classic else "",
    )


def _minutes() -> int:
    """A time limit above all that a job may take: the checks end by themselves, and before them packages are installed."""
    return INSTALL_MINUTES + math.ceil(WHOLE_SECONDS / 60)


def _dev_container(course: Course) -> str:
    files = [LIGHT, *([HEAVY] if heavy_packages(course) else [])]
    light = f"python -I -m pip install ipykernel {' '.join(f'-r {name}' for name in files)}"
    pinned = f"python -I -m pip install --require-hashes --no-deps -r {PIN_FOLDER}/{PIN_FILE}"
    return filled("devcontainer.json", python=ci_pins.PYTHON, install=f"{light} && {pinned}")


def _readme(course: Course, platform: str, badge: str, elsewhere: str) -> str:
    kit = of_course(course)
    rows = [
        f"| `{each.exercise.id}` | {_cell(each.exercise.title)} | {sum(each.points)} | {each.points[0]} |"
        for each in kit
    ]
    heavy = [f"`{each.id}`" for each in course.exercises if is_about_deep_learning(each.packages)]
    install = f"python -m pip install -r {HEAVY}" if heavy else ""
    when = f"You need the third line for {' and '.join(heavy)} only." if heavy else ""
    longer = f", some more after work on {' or '.join(heavy)}" if heavy else ""
    more = f"\n[More about them]({MORE})." if (course.folder.parent / "exercises" / "README.md").is_file() else ""
    public, everything = sum(each.points[0] for each in kit), sum(sum(each.points) for each in kit)
    return filled(
        "student_readme.md",
        course=course.name,
        badge=badge,
        exercises="\n".join(rows),
        more_about_them=more,
        where_the_points_are=filled(f"{platform}_points.md", longer=longer),
        install_heavy=install,
        when_heavy=when,
        elsewhere=elsewhere,
        public=str(public),
        all=str(everything),
        others=str(everything - public),
        contact=course.contact,
    )


def _listed(distributions: tuple[str, ...]) -> str:
    return ", ".join(distributions)


def _cell(text: str) -> str:
    """A text in a table of Markdown, where a bar would end the cell."""
    return text.replace("|", "\\|")
