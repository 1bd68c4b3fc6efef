"""Students of the made-up class, graded in three shards by the script for a cluster and merged, are as graded by one run."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grader.release.template_text import filled
from helpers.repository import CLASS, SOLUTIONS
from helpers.scored import score

STUDENTS = (
    "ada", "alan-z-the-other-way", "casper-segfaults", "chen-in-one-piece", "grace-notebook", "mike-notes-only", "nina-empty-file",
    "zack-untouched",
)  # fmt: skip
EXERCISES = ("01_gates", "05_trace")
# GNU parallel, as far as the script goes: a command for each line of its input, with {} replaced; the code is how many failed.
PARALLEL = """#!{python}
import os, subprocess, sys
words = sys.argv[1:]
assert words[:5] == ["--quote", "--jobs", "1", "--workdir", "."], words
started = [subprocess.Popen([w.replace("{{}}", line.strip()) for w in words[5:]]) for line in sys.stdin]
sys.exit(sum(each.wait() != 0 for each in started))
"""
# Slurm, as far as the script goes: `sbatch` runs what it was given at once, an array one after the other, from a copy of the script.
SBATCH = """#!{python}
import os, subprocess, sys
options = dict(word[2:].partition("=")[::2] for word in sys.argv[1:] if word.startswith("--"))
at = next(at for at, word in enumerate(sys.argv) if at and not word.startswith("--"))
with open(os.environ["SBATCHED"], "a") as told:
    print(sorted(options), options.get("dependency", ""), file=told)
copy = os.path.join(os.environ["SPOOL"], "slurm_script")
with open(sys.argv[at]) as script, open(copy, "w") as spooled:
    spooled.write(script.read())
own = dict(os.environ, SLURM_JOB_ID="41", SLURM_JOB_NAME=options["job-name"], SLURM_CPUS_PER_TASK=options.get("cpus-per-task", "1"))
first, _, last = options.get("array", "0-0").partition("-")
for index in range(int(first), int(last) + 1):
    if index:
        own["SLURM_ARRAY_TASK_ID"] = str(index)
    with open(options["output"].replace("%a", str(index)), "w") as log:
        subprocess.run(["bash", copy, *sys.argv[at + 1 :]], env=own, stdout=log, stderr=log, check=True)
print("41;cluster" if "parsable" in options else "Submitted batch job 42")
"""


def tools(folder: Path, **programs: str) -> dict[str, str]:
    """Make programs in a folder, and give the environment that finds them first."""
    folder.mkdir()
    for name, text in programs.items():
        (folder / name).write_text(text.replace("{python}", sys.executable).replace("{{}}", "{}"))
        (folder / name).chmod(0o755)
    return os.environ | {"PATH": f"{folder}:/usr/bin:/bin"}


def without_times(run: Path) -> dict[str, str]:
    """What a run left, without the times: when it started, how long it took, and in what order the slowest came."""
    left = [path for path in run.rglob("*") if path.is_file() and path.name[0] != "." and path.name != "index.html"]
    moments = r'"(started|graded_at)": "[^"]*"|"(seconds)": [-0-9.e]+|datetime="[^"]*">[^<]*|\b[0-9.]+ s\b'
    return {path.relative_to(run).as_posix(): re.sub(moments, "", path.read_text(encoding="utf-8")) for path in left}


@pytest.fixture(scope="module")
def small_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy a few students; two handed in the same."""
    folder = tmp_path_factory.mktemp("sharded") / "a class"
    for student in STUDENTS:
        shutil.copytree(CLASS / student, folder / student)
    shutil.copytree(CLASS / "ada", folder / "ada's friend")
    return folder


def test_three_shards_merged_equal_one_run(small_class, tmp_path):
    one = score(small_class, tmp_path / "one", exercises=EXERCISES)
    script, out = tmp_path / "parallel.sh", tmp_path / "the whole"
    script.write_text(filled("parallel.sh"))
    (tmp_path / "the whole.parts").mkdir()
    (tmp_path / "the whole.parts" / "seed").write_text("7\n")
    grader = f'#!/bin/sh\nexec {sys.executable} -m grader "$@"\n'
    environment = tools(tmp_path / "tools", grader=grader, parallel=PARALLEL)
    words = ["--course", SOLUTIONS, "--jobs", "2", *(word for each in EXERCISES for word in ("--exercise", each))]
    command = ["bash", script, small_class, out, "3", *words]
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f"This is part {index} of 3." in done.stdout for index in (1, 2, 3))
    assert "3 parts, 9 students, 8 handed in" in done.stdout
    assert without_times(out) == without_times(one.out)


def test_the_script_for_slurm_starts_each_shard_with_one_seed_and_merges_after_them(tmp_path):
    script, out, spool = tmp_path / "slurm.sh", tmp_path / "the whole", tmp_path / "spool"
    script.write_text(filled("slurm.sh"))
    spool.mkdir()
    grader = (
        f'#!/bin/sh\nfor each in "$@"; do printf "%s|" "$each"; done >> {tmp_path}/typed\necho >> {tmp_path}/typed\n'
    )
    environment = tools(
        tmp_path / "tools", grader=grader, sbatch=SBATCH, python3=f'#!/bin/sh\nexec {sys.executable} "$@"\n'
    )
    environment |= {"CPUS": "4", "SBATCHED": str(tmp_path / "sbatched"), "SPOOL": str(spool)}
    for _ in range(2):
        command = ["bash", str(script), "a class", f"{out}/", "2", "--isolation", "strict"]
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)

    seed = (tmp_path / "the whole.parts" / "seed").read_text().strip()
    assert int(seed) >= 0
    shards = [
        f"score|a class|--shard|{index}/2|--seed|{seed}|--out|{out}.parts/{index}|--jobs|4|--isolation|strict|"
        for index in (1, 2)
    ]
    merge = f"merge|{out}/|{out}.parts/1|{out}.parts/2|"
    assert (tmp_path / "typed").read_text().splitlines() == [*shards, merge] * 2
    array, merging = (tmp_path / "sbatched").read_text().splitlines()[:2]
    assert "array" in array
    assert merging.endswith("afterok:41")
    assert stat.S_IMODE((tmp_path / "the whole.parts").stat().st_mode) == 0o700
