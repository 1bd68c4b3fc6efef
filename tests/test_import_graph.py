"""The way of the data is the layout: what may import what, read from the source without running it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from grader import rubrics
from grader.course.master import read_master

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "grader"

# What each folder may import besides itself and the folders inside it; a submission walks from the top to the bottom.
# A folder that is not named here has the rule of the one that it lies in.
MAY_IMPORT = {
    "errors": set(),
    "meant": set(),
    "person_titles": set(),
    "package_table": set(),
    "source": {"errors"},
    "scores": {"errors"},
    "course": {"errors", "source"},
    "submissions": {"errors", "scores", "source"},
    "sandbox/wire": set(),
    "sandbox/lockdown": {"errors"},
    "sandbox/inside": {"errors", "source", "sandbox/wire"},
    "sandbox/orders": {"sandbox/lockdown", "sandbox/wire"},
    "sandbox": {"sandbox/inside", "sandbox/lockdown", "sandbox/orders", "sandbox/wire"},
    "sandbox/outside": {
        "errors",
        "source",
        "sandbox/inside",
        "sandbox/lockdown",
        "sandbox/orders",
        "sandbox/wire",
    },
    "checks": {"errors", "scores", "source", "course", "sandbox/outside", "sandbox/wire"},
    "rubrics": {"errors", "scores", "source", "course", "sandbox/outside"},
    "reports": {"scores"},
    "ci/public_run": {"scores"},
    "ci": {"errors", "scores", "reports"},
    "exports": {"errors", "scores", "reports"},
    "review": {"errors", "scores", "course", "rubrics", "reports"},  # a rubric's items, beside the records
    "study": {"errors", "scores", "reports"},
    "engine": {"errors", "scores", "source", "course", "submissions", "sandbox", "reports"},
    "engine/facts": {"errors", "course", "sandbox", "checks", "rubrics", "engine"},
    "engine/grade": {"errors", "scores", "course", "submissions", "sandbox", "checks", "engine"},
    "engine/host": {"errors", "scores", "course", "submissions", "sandbox", "checks", "rubrics", "engine"},
    "home": {
        "errors",
        "scores",
        "source",
        "course",
        "submissions",
        "sandbox",
        "checks",
        "rubrics",
        "reports",
        "ci/public_run",
    },
    "release": {"errors", "scores", "course", "sandbox/outside", "checks", "home"},
    "dev": {"errors", "scores", "source", "course", "submissions", "sandbox", "checks", "rubrics", "home", "release"},
    "commands": {
        "errors",
        "scores",
        "course",
        "rubrics",
        "submissions",
        "sandbox",
        "engine",
        "home",
        "release",
        "dev",
        "reports",
        "ci",
        "exports",
        "review",
        "study",
    },
    "cli": {"errors", "engine", "commands"},
    "__main__": {"cli"},
}
FOR_ALL = {"meant", "package_table", "person_titles"}  # they import nothing, and whoever wants may use them, but ...
IN_THE_WORKER = {
    "source",
    "sandbox",
    "sandbox/inside",
    "sandbox/lockdown",
    "sandbox/orders",
    "sandbox/wire",
}  # ... what runs there has no need to
SECRET = (
    "checks",
    "course",
    "release",
    "dev",
    "engine",
    "reports",
    "ci",
    "exports",
    "rubrics",
    "scores",
    "submissions",
    "home",
    "commands",
    "cli",
)
NEVER = {"tensorflow", "keras", "pandas", "torch", "jax", "scipy"}
# Statistics and tables, made when all is graded; the import stands in the function that needs it.
TABLES = {"grader.scores.item_statistics", "grader.reports.gradebook"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """All that a module imports, wherever in it, for types only as well; a name that is a module counts as it.

    Of the package itself only what comes with ``import grader`` counts: its functions import what they need when they are called.
    """
    found: set[str] = set()
    for node in tree(module).body if module == "grader" else ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}, line {node.lineno}: write the whole name of what is imported"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return frozenset(found)


def is_ours(name: str) -> bool:
    return name == "grader" or name.startswith("grader.")


def folder(module: str) -> str:
    """The folder of a module as `MAY_IMPORT` names it: the innermost that is named there; "" for the package itself."""
    place = "/".join(module.split(".")[1:])
    while place and place not in MAY_IMPORT:
        place = place.rpartition("/")[0]
    return place


def part(module: str) -> str:
    """The part of the package that a module belongs to; "" for the package itself."""
    return [*module.split("."), ""][1]


def lies_in(place: str, allowed: str) -> bool:
    return place == allowed or place.startswith(f"{allowed}/")


def closure(*roots: str) -> set[str]:
    """The modules that are in memory once the roots are imported, the packages around them among them."""
    seen: set[str] = set()
    todo = list(roots)
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        around = module.rpartition(".")[0]
        todo += [each for each in (*imports(module), around) if is_ours(each)]
    return seen


def test_every_part_has_its_place_in_the_order():
    assert {part(module) for module in MODULES} - {""} == {name.partition("/")[0] for name in MAY_IMPORT}


def test_the_order_has_no_ring():
    """What stands below may be used above, and never the other way round."""
    names = list(MAY_IMPORT)
    for index, (name, allowed) in enumerate(MAY_IMPORT.items()):
        below = names[:index]
        assert all(any(lies_in(each, one) for each in below) for one in allowed), name
        around = [one for one in allowed if lies_in(name, one)]  # a module may use the folder that it lies in
        assert not any(lies_in(each, one) for one in allowed - {*around} for each in names[index + 1 :]), name


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_its_folder_may(module):
    own = folder(module)
    allowed = {own, *MAY_IMPORT.get(own, set()), *(set() if own in IN_THE_WORKER else FOR_ALL)}
    wrong = {
        name
        for name in imports(module)
        if is_ours(name) and folder(name) and not any(lies_in(folder(name), each) for each in allowed)
    }

    assert not wrong, f"{module} imports {', '.join(sorted(wrong))}"


def test_only_the_sandbox_and_its_stand_ins_speak_on_the_wire():
    """Whoever else asks something of a worker calls a function that says what it takes and gives.

    At home and where an author tries mistakes on doubles, functions are called in the process itself, as a worker would.
    """
    spoken = {
        "grader.sandbox.wire.messages",
        "grader.sandbox.wire.codec",
        "grader.sandbox.wire.channel",
        "grader.sandbox.orders",
    }
    speaking = {module for module in MODULES if imports(module) & spoken}
    stand_in = {"grader.dev.on_doubles"}  # serves mistakes in this process, as a notebook's kernel serves its names

    assert {folder(module).partition("/")[0] for module in speaking - stand_in} <= {"sandbox", "home"}


# What is no message: plain data itself, what Keras has for its settings, and the arguments of a call in Python.
NO_MESSAGES = {
    ("grader.sandbox.wire.values", "_dict"),
    ("grader.sandbox.inside.model_facts", "_settings"),
    ("grader.sandbox.inside.model_facts", "_settings_of_a_students"),
    ("grader.sandbox.inside.counting_model", "get_config"),
    ("grader.sandbox.inside.calls", "_positional"),
}


def test_no_dict_of_anything_stands_on_the_wire():
    """What crosses is a record, whose fields say what may stand in them."""
    found = set()
    for module in MODULES:
        if lies_in(folder(module), "sandbox"):
            for scope in ast.walk(tree(module)):
                if isinstance(scope, ast.FunctionDef | ast.ClassDef | ast.Module):
                    found |= {
                        (module, getattr(scope, "name", ""))
                        for inner in ast.iter_child_nodes(scope)
                        if not isinstance(inner, ast.FunctionDef | ast.ClassDef)
                        for node in ast.walk(inner)
                        if isinstance(node, ast.Subscript) and ast.unparse(node) == "dict[str, Any]"
                    }

    assert found <= NO_MESSAGES


def test_nothing_inside_imports_the_door_for_authors():
    assert [module for module in MODULES if "grader.checks.authoring" in imports(module)] == []


def test_written_answers_are_reached_by_three_names_and_their_bench():
    """What reads an answer may change as it likes, as long as these mean the same."""
    door = {"grader.rubrics", "grader.rubrics.text_bench"}
    inner = {
        module: {name for name in imports(module) if part(name) == "rubrics" and is_ours(name)} - door
        for module in MODULES
        if part(module) != "rubrics"
    }

    assert {module: names for module, names in inner.items() if names} == {}
    assert set(rubrics.__all__) == {"load_rubric", "assess", "is_empty"}


def test_the_files_of_a_course_come_in_by_the_door_for_authors_alone():
    for path in (ROOT / "solutions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None and is_ours(node.module):
                assert node.module == "grader.checks.authoring", f"{path.name}, line {node.lineno}"


def test_no_two_modules_share_a_name():
    """Who hears a name knows the file."""
    names = Counter(module.rpartition(".")[2] for module, path in MODULES.items() if path.name != "__init__.py")

    assert [name for name, times in names.items() if times > 1] == []


def test_no_two_public_classes_share_a_name():
    """A name says which of two things it is; an alias of a type counts as well."""
    names = Counter(name for module in MODULES for name in public_types(module))

    assert [name for name, times in names.items() if times > 1] == []


def public_types(module: str) -> list[str]:
    """The classes and the type aliases that a module defines: names in capitalised words."""
    classes = [node.name for node in tree(module).body if isinstance(node, ast.ClassDef)]
    targets = [node.targets[0] for node in tree(module).body if isinstance(node, ast.Assign)]
    found = classes + [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in found if re.fullmatch(r"[A-Z][a-z]\w*", name)]


def test_a_worker_holds_nothing_of_checks_solutions_or_scores():
    """It is forked from the zygote, so whatever that one imports lies in the memory of the student's process."""
    held = closure("grader.sandbox.inside.serve", "grader.sandbox.zygote")

    assert {module for module in held if part(module) in {*SECRET, *FOR_ALL}} == set()


def test_whoever_orders_a_run_holds_no_check_and_no_rubric():
    """Only the processes of one exercise run a course's code, and those are started, never imported."""
    held = closure("grader.engine.run", "grader.commands.score", "grader.commands.doctor")

    assert {module for module in held if part(module) in ("checks", "rubrics", "home", "release")} == set()


def test_a_worker_needs_numpy_and_the_standard_library_alone():
    """What grading needs must not stand on what a submission brings, and is had on every machine."""
    held = closure("grader.sandbox.inside.serve", "grader.sandbox.zygote")
    foreign = {name.partition(".")[0] for module in held for name in imports(module) if not is_ours(name)}

    assert foreign - sys.stdlib_module_names == {"numpy"}


def test_reports_read_records_only():
    """Rendering again, exporting and reviewing must never grade again."""
    held = closure(*(module for module in MODULES if part(module) == "reports"))

    assert {part(module) for module in held} <= {"", "reports", "scores", "errors"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_deep_learning_and_no_pandas_in_the_grader_itself(module):
    """A process that has run Keras must not be forked, and the grader forks for each submission."""
    allowed = {"pandas"} if module in TABLES else set()

    assert {name.partition(".")[0] for name in imports(module)} & NEVER == allowed


def test_no_process_that_grades_holds_pandas():
    """It takes half a second and 40 MB, which every fork would have."""
    code = "import sys, grader.commands.score, grader.engine.host; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_the_module_of_the_cluster_knows_dask_and_only_when_it_opens_one():
    """It takes a second to import, and only those who asked for it have it."""
    knowing = {
        module for module in MODULES if {name.partition(".")[0] for name in imports(module)} & {"dask", "distributed"}
    }
    at_once = {name for node in tree("grader.engine.cluster").body for name in imported_by(node)}

    assert knowing == {"grader.engine.cluster"}
    assert not {"dask", "distributed"} & at_once


def imported_by(node: ast.stmt) -> set[str]:
    """The packages that a statement itself imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()


def test_checking_work_at_home_needs_nothing_that_only_instructors_install():
    held = closure("grader", "grader.commands.check", "grader.home.report")
    foreign = {name.partition(".")[0] for module in held for name in imports(module) if not is_ours(name)}

    # PyYAML only where a learning platform's own file is read, which no student has
    assert foreign - sys.stdlib_module_names <= {"numpy", "packaging", "pytest", "yaml"}


def test_nothing_in_the_grader_names_an_exercise_or_what_is_graded_in_it():
    """A course adds an exercise by adding its files; examples in docstrings and comments may use one."""
    course = tomllib.loads((ROOT / "solutions" / "course.toml").read_text(encoding="utf-8"))
    ids = [exercise["id"] for exercise in course["exercises"]]
    names = [name for each in ids for name in read_master(ROOT / "solutions" / f"{each}.py").graded_names]
    wanted = re.compile(rf"\b({'|'.join(map(re.escape, (*ids, *names)))})\b|\b0[0-9]_[a-z]+")

    found = [
        f"{module}, line {line}: {text!r}" for module in MODULES for line, text in texts(module) if wanted.search(text)
    ]
    others = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    found += [str(path) for path in others if wanted.search(path.read_text(encoding="utf-8"))]

    assert found == []


def texts(module: str) -> list[tuple[int, str]]:
    """The names and texts of a module's code, each with its line; docstrings and comments are no code."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree(module))
        if isinstance(node, documented) and ast.get_docstring(node, clean=False)
    }
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            found.append((node.lineno, node.value))
        elif isinstance(node, ast.Name):
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute):
            found.append((node.lineno, node.attr))
        elif isinstance(node, (ast.FunctionDef, ast.arg)):
            found.append((node.lineno, node.name if isinstance(node, ast.FunctionDef) else node.arg))
    return found
