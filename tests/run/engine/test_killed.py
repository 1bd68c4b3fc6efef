"""What a run leaves that had no time to tidy up."""

from __future__ import annotations

import signal
import subprocess
import sys

from grader.engine.folder import open_run


def test_a_run_that_was_killed_leaves_its_seed_and_no_lock(tmp_path):
    """SIGKILL gives no time to tidy up; the next run finds the seed and sweeps what is half-written."""
    code = (
        "import sys, os, signal, pathlib\n"
        "from grader.engine.folder import open_run\n"
        "with open_run(pathlib.Path(sys.argv[1])) as folder:\n"
        "    folder.keep_seed(42)\n"
        "    (folder.path / '.part-1').write_text('half')\n"
        "    (folder.path / 'students').mkdir()\n"
        "    (folder.path / 'students' / '.part-1').write_text('half')\n"
        "    (folder.path / 'history' / '.part-1').mkdir(parents=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    with open_run(tmp_path) as folder:
        assert folder.kept_seed() == 42
        assert not list(tmp_path.rglob(".part-*"))
