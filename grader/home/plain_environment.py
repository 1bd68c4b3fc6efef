"""The environment of an ordinary process: what Python, the numerical libraries and the system need, and nothing else.

A job's variables hold tokens and the names of files that later steps obey, under names that nobody can list; so what goes on is
listed, and all else is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYSTEM = """
PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP TERM
LD_LIBRARY_PATH LD_PRELOAD DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH __CF_USER_TEXT_ENCODING
SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE HOMEDRIVE HOMEPATH USERNAME APPDATA LOCALAPPDATA PROGRAMDATA
PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES NUMBER_OF_PROCESSORS OS
"""
_PYTHON = """
VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV __PYVENV_LAUNCHER__
PYTHONHOME PYTHONPATH PYTHONUSERBASE PYTHONNOUSERSITE PYTHONHASHSEED PYTHONUTF8 PYTHONIOENCODING PYTHONCOERCECLOCALE
PYTHONWARNINGS PYTHONOPTIMIZE PYTHONMALLOC PYTHONPYCACHEPREFIX MPLCONFIGDIR
"""
# By this name GitHub's runner finds, at the end of a job, what a step has left running; it is no secret.
_RUNNER = "RUNNER_TRACKING_ID"
_NAMES = frozenset(f"{_SYSTEM} {_PYTHON} {_RUNNER}".split())
_BEGINNINGS = (
    "LC_", "XDG_", "PROCESSOR_", "CUDA_", "CUDNN_", "NVIDIA_", "XLA_", "TF_", "KERAS_", "OMP_", "GOMP_", "KMP_", "MKL_",
    "OPENBLAS_", "GOTO_", "BLIS_", "VECLIB_", "NUMEXPR_", "MALLOC_", "ROCM_", "HIP_", "HSA_",
)  # fmt: skip
_NOT = ("TF_VAR_", "TF_TOKEN_")  # Terraform's, which has the beginning of its names in common with TensorFlow


def plain_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of an environment an ordinary process is started with; plots go nowhere."""
    return {name: value for name, value in environ.items() if _goes_on(name.upper())} | {"MPLBACKEND": "Agg"}


def _goes_on(name: str) -> bool:
    return name in _NAMES or (name.startswith(_BEGINNINGS) and not name.startswith(_NOT))
