"""Download archives with the registries' ordinary clients, from whatever index or mirror they are set up for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# pip asks a source archive's build backend for metadata before it hands the archive over, which runs code of the
# package. Without build isolation the backend is looked up on PYTHONPATH: this one stands there under the names of the
# usual backends (PEP 517) and answers with the PKG-INFO that the archive carries, so that nothing is built or run.
_ANSWER = """
import pathlib, sys

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = pathlib.Path(metadata_directory) / "fetched.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_bytes(pathlib.Path("PKG-INFO").read_bytes())
    (folder / "WHEEL").write_text("Wheel-Version: 1.0\\n")
    return folder.name

def build_wheel(*arguments, **settings):
    raise SystemExit("nothing is built here")

__legacy__ = sys.modules[__name__]
"""
_BACKENDS = ("flit_core.buildapi", "hatchling.build", "scikit_build_core.build", "setuptools.build_meta")


class NotHadError(Exception):
    """The registry does not give this archive; the message is the client's last words."""


def from_pypi(name: str, version: str, sha256: str, into: Path) -> Path:
    """The source archive; pip compares its SHA-256 before it opens it."""
    with tempfile.TemporaryDirectory() as folder:
        for backend in _BACKENDS:
            package, module = backend.split(".")
            (Path(folder) / package).mkdir()
            (Path(folder) / package / "__init__.py").touch()
            (Path(folder) / package / f"{module}.py").write_text(_ANSWER)
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{name}=={version} --hash=sha256:{sha256}\n")
        _run(
            [
                sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                "--no-binary", ":all:", "--no-build-isolation", "--require-hashes", "--dest", str(into),
                "--requirement", str(wanted),
            ],
            Path(folder),
            {**os.environ, "PYTHONPATH": folder},
        )  # fmt: skip
    return _only_file(into)


def from_debian(name: str, version: str, into: Path) -> Path:
    """The binary package, of this machine's release; `apt-get update` must have been run."""
    if not shutil.which("apt-get"):
        raise NotHadError("there is no apt-get here")
    _run(["apt-get", "-qq", "download", f"{name}={version}"], into, dict(os.environ))
    return _only_file(into)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired as error:
        raise NotHadError(f"no answer after {error.timeout:.0f} s") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith(("ERROR", "E:"))]
        raise NotHadError(" ".join(errors[-2:]) or f"exit code {done.returncode}")


def _only_file(folder: Path) -> Path:
    files = [path for path in folder.iterdir() if path.is_file()]
    if len(files) != 1:
        raise NotHadError(f"{len(files)} files came instead of one")
    return files[0]
