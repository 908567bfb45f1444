"""The package as it is installed: what setup.cfg says against what is there."""

import ast
import configparser
import functools
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

import wordvec

ROOT = Path(__file__).parents[1]
ROOMS = {"wordvec": ROOT / "wordvec", "wordvec.kernels": ROOT / "kernels", "wordvec.corpora": ROOT / "corpora"}
KERNELS_MAY_IMPORT = {"numpy", "numba", "llvmlite"}


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def modules(room: Path) -> list[Path]:
    """Return a room's files, except those behind symlinks."""
    return [path for path in room.rglob("*.py") if not any(parent.is_symlink() for parent in path.parents)]


def test_the_package_list_is_the_folders() -> None:
    folders = {
        ".".join((name, *path.parent.relative_to(room).parts))
        for name, room in ROOMS.items()
        for path in modules(room)
        if path.name == "__init__.py"
    }
    assert set(setup()["options"]["packages"].split()) == folders


def test_the_package_map_names_every_room_outside_wordvec() -> None:
    lines = setup()["options"]["package_dir"].strip().splitlines()
    mapped = dict(line.split(" = ") for line in lines)
    assert {name: ROOT / folder for name, folder in mapped.items()} == ROOMS


PACKAGED = """
from setuptools import Distribution
distribution = Distribution({"script_name": "setup.py"})
distribution.parse_config_files()
assert not distribution.has_ext_modules() and not distribution.include_package_data
files = distribution.get_command_obj("build_py")
files.ensure_finalized()
for package, _, path in files.find_all_modules():
    print(package, path, sep="\\t")
for package, source, _, names in files.data_files:
    for name in names:
        print(package, f"{source}/{name}", sep="\\t")
"""


def test_a_wheel_has_every_file_of_every_package_and_nothing_compiled() -> None:
    """What setuptools would pack; ``make dist`` packs it, and tries it."""
    done = subprocess.run([sys.executable, "-c", PACKAGED], cwd=ROOT, capture_output=True, text=True, check=True)
    packed = {(package, str(ROOT / path)) for package, path in (line.split("\t") for line in done.stdout.splitlines())}
    expected = set()
    for name, room in ROOMS.items():
        for folder in {path.parent for path in modules(room)}:
            package = ".".join((name, *folder.relative_to(room).parts))
            expected |= {(package, str(path)) for path in folder.iterdir() if path.is_file() and path.suffix != ".md"}
    page = ROOT / "wordvec/explorer/page"
    expected |= {("wordvec.explorer", str(page / name)) for name in ("built.js", "page.html", "style.css")}
    assert packed == expected
    for file in (
        "wordvec/py.typed",
        "wordvec/evaluation/reporting/page.html",
        "kernels/skipgram.py",
        "corpora/readers.py",
    ):
        assert str(ROOT / file) in {path for _, path in packed}


def test_a_source_distribution_has_what_its_tests_need() -> None:
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    assert {"graft examples", "graft tests"} <= set(lines)
    assert any(line.startswith("include ") and "Makefile" in line.split() for line in lines)


def test_both_links_are_relative_and_lead_to_their_rooms() -> None:
    for name in ("kernels", "corpora"):
        assert (ROOT / "wordvec" / name).readlink() == Path("..") / name


def test_the_version_is_written_alike_in_both_places() -> None:
    assert setup()["metadata"]["version"] == wordvec.__version__


def test_the_installed_version_is_this_one() -> None:
    try:
        installed = importlib.metadata.version("wordvec")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("wordvec is not installed, only on the path")
    assert installed == wordvec.__version__


def test_kernels_import_numpy_numba_and_llvmlite_only() -> None:
    for path in modules(ROOMS["wordvec.kernels"]):
        outside = imported(path) - sys.stdlib_module_names - KERNELS_MAY_IMPORT - {"wordvec"}
        assert not outside, f"{path.name} imports {outside}"


@pytest.mark.parametrize(
    ("package", "where"),
    [("click", "wordvec/cli"), ("tqdm", "wordvec/workers.py"), ("llvmlite", "kernels")],
)
def test_only_one_place_imports(package: str, where: str) -> None:
    importing = {path for room in ROOMS.values() for path in modules(room) if package in imported(path)}
    allowed = ROOT / where
    assert importing
    assert all(path == allowed or allowed in path.parents for path in importing), importing


def test_only_one_file_starts_threads() -> None:
    for room in ROOMS.values():
        for path in modules(room):
            pools = {"concurrent", "multiprocessing"} & imported(path)
            starts = "threading.Thread(" in path.read_text()
            assert path.name == "workers.py" or not (pools or starts), f"{path} starts threads, or imports {pools}"


def test_every_public_name_can_be_imported() -> None:
    for name in wordvec.__all__:
        assert getattr(wordvec, name) is not None
    assert dir(wordvec) == sorted(wordvec.__all__)


def test_importing_wordvec_costs_nothing() -> None:
    code = "import sys, wordvec; print([name for name in ('numpy', 'numba', 'click') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@functools.cache
def imported(path: Path) -> frozenset[str]:
    """Return the top-level names of all imports in a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def test_no_message_promises_wordvec_from_a_package_index() -> None:
    for room in ROOMS.values():
        for path in modules(room):
            assert "pip install 'wordvec" not in path.read_text(encoding="utf-8"), path
