"""What a worker may read: its packages, linked into one folder, and what they need of Python and the system."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from grader.package_table import SET_APART

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
# From folders that hold all sorts, Python's own modules need these, and so may the packages (those that wheels may
# count on).
_LIBRARIES = re.compile(
    r"(ld-linux.*|ld-musl.*|lib(c|m|dl|pthread|rt|util|resolv|nsl|crypt|mvec|anl|nss_\w+|gcc_s|stdc\+\+|gomp|atomic|z|bz2|lzma"
    r"|zstd|ffi|ssl|crypto|sqlite3|expat|uuid|readline|ncursesw?|tinfow?|panelw?|gdbm|gdbm_compat|db|mpdec|python3.*))"
    r"(-[\d.]+)?\.so(\.[\d.]+)?"
)
_SYSTEM = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/usr/share/zoneinfo",
    "/usr/lib/locale",
)


def link_packages(roots: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Fills ``folder`` with links to the packages named and what they require; gives the paths that must be readable.

    The folder can be a worker's only package path: what isn't in it is not there to be found. Packages that are not
    installed are skipped. `SET_APART` stay out unless they are named. Extras are not followed. The paths begin with
    the folder.
    """
    folder.mkdir(exist_ok=True)
    targets: list[Path] = []
    for distribution in _closure(roots):
        for relative in _entries(distribution):
            target = Path(str(distribution.locate_file(relative)))
            link = folder / relative
            if os.path.lexists(target) and not os.path.lexists(link):
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(target.resolve())
                targets.append(target.resolve())
    return (folder, *sorted(set(targets)))


def not_installed(names: Iterable[str]) -> tuple[str, ...]:
    """Those of some import names that no worker can import, since no package here brings them."""
    wanted = [name for name in dict.fromkeys(names) if name not in sys.stdlib_module_names]
    return tuple(name for name in wanted if not _distributions(name))


def _distributions(name: str) -> tuple[str, ...]:
    """The distributions that an import name comes from: the one of the same name, else those that bring it (sklearn)."""
    try:
        return (metadata.distribution(name).name,)
    except (metadata.PackageNotFoundError, ValueError):
        return tuple(metadata.packages_distributions().get(name, ()))


def _closure(roots: Sequence[str]) -> Iterator[metadata.Distribution]:
    """The distributions named and, through their requirements on this machine, all that they need."""
    from packaging.requirements import Requirement

    named = {_plain(found) for root in roots for found in _distributions(root)}
    todo, seen = sorted(named), set(named)
    while todo:
        try:
            distribution = metadata.distribution(todo.pop(0))
        except metadata.PackageNotFoundError:
            continue
        yield distribution
        for text in distribution.requires or ():
            requirement = Requirement(text)
            name = _plain(requirement.name)
            if name in seen or (name in SET_APART and name not in named):
                continue
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                seen.add(name)
                todo.append(name)


def versions_beneath(names: Sequence[str]) -> dict[str, str]:
    """The versions of the distributions that these import names come from or need, by name, without what is not installed."""
    return {_plain(each.name): each.version for each in _closure(names)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _entries(distribution: metadata.Distribution) -> list[str]:
    """What a distribution put beside others, by its record: packages, modules, libraries, its own metadata."""
    files = distribution.files
    if not files:
        names = (distribution.read_text("top_level.txt") or distribution.name.replace("-", "_")).split()
        return [entry for name in names for entry in (name, f"{name}.py")]
    found: dict[str, bool] = {}  # whether the entry may be linked as a whole
    for file in files:
        top = file.parts[0]
        if top in ("..", "/", "__pycache__") or file.is_absolute() or top.endswith((".pth", ".egg-link")):
            continue
        found.setdefault(top, len(file.parts) == 1 or top.endswith((".libs", ".dist-info", ".data")))
        if file.parts[1:] in (("__init__.py",), ("__init__.pyc",)):
            found[top] = True
    entries = {top for top, whole in found.items() if whole}
    # a namespace package is shared by several distributions: only this one's parts of it
    for file in files:
        if found.get(file.parts[0]) is False and len(file.parts) > 1:
            entries.add("/".join(file.parts[:2]))
    return sorted(entries)


def interpreter_paths() -> tuple[Path, ...]:
    """What Python itself needs: the standard library's entries, the program, shared libraries, time zones, locales.

    Never a folder that holds site- or dist-packages, so that no package of the base interpreter's comes in with it.
    """
    paths: set[Path] = {Path(os.path.abspath(sys.executable)), Path(sys.executable).resolve()}
    for name in ("stdlib", "platstdlib"):
        paths.update(_listed(Path(sysconfig.get_path(name))))
    dynamic = [Path(path) for path in sys.path if path.endswith("lib-dynload")]
    paths.update(each for path in dynamic for each in _listed(path))
    paths.update(Path(path) for path in _SYSTEM)
    paths.update(_libraries())
    return tuple(sorted(path for path in paths if os.path.lexists(path)))


def _listed(folder: Path) -> Iterator[Path]:
    """The folder if it holds no packages of others, else what else it holds."""
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return
    if not any(entry.name in _PACKAGE_FOLDERS for entry in entries):
        yield folder
        return
    for entry in entries:
        if entry.name not in _PACKAGE_FOLDERS and not (entry.is_dir() and _holds_packages(entry)):
            yield entry


def _holds_packages(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in _PACKAGE_FOLDERS)


def _libraries() -> Iterator[Path]:
    multiarch = sysconfig.get_config_var("MULTIARCH")
    base = Path(sys.base_prefix) / "lib"
    for folder in dict.fromkeys((*map(Path, _LIBRARY_FOLDERS), base)):
        if multiarch and (folder / str(multiarch)).is_dir() and not _holds_packages(folder / str(multiarch)):
            yield folder / str(multiarch)
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        own = folder == base and str(base) not in _LIBRARY_FOLDERS  # a Python with its own libraries, such as conda's
        for name in names:
            if _LIBRARIES.fullmatch(name) or (own and re.search(r"\.so(\.[\d.]+)?$", name)):
                yield folder / name
    yield from _mapped()


def _mapped() -> Iterable[Path]:
    """The shared libraries that this process has loaded, wherever they lie, without those of packages."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()
    names = {line.split(maxsplit=5)[5] for line in lines if line.count("/") and len(line.split(maxsplit=5)) == 6}
    paths = (Path(name) for name in names if re.search(r"\.so(\.[\d.]+)?$", name))
    return (path for path in paths if not _PACKAGE_FOLDERS & set(path.parts))
