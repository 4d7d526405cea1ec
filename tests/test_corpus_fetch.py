"""Archives are unpacked safely and only if they are the ones that are listed. Nothing here reaches the network."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from corpus.fetch import Archive, archives, fetch, unpack
from corpus.fetch_clients import NotHadError, from_pypi
from corpus.fetch_unpack import ArchiveError, Bounds, pdfs

PDF = b"%PDF-1.7 anything"


def packed(path: Path, members: dict[str, bytes], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        for member in more:
            tar.addfile(member)
    return path


def listed(file: Path, documents: dict[str, str] | None = None) -> Archive:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Archive("thing", "pypi", "1.0", digest, "MIT", documents or {})


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_only_pdfs_are_kept_without_the_first_folder(tmp_path: Path) -> None:
    members = {"thing-1.0/setup.py": b"x", "thing-1.0/a/B.PDF": PDF, "thing-1.0/c.pdf.gz": gzip.compress(PDF)}
    archive = packed(tmp_path / "thing-1.0.tar.gz", members)
    into = tmp_path / "into"
    assert unpack(listed(archive), archive, into) == 2
    kept = {str(path.relative_to(into)): path.read_bytes() for path in into.rglob("*") if path.is_file()}
    assert kept.pop(".sha256")
    assert kept == {"a/B.PDF": PDF, "c.pdf": PDF}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_are_not_followed(tmp_path: Path, kind: bytes) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"private")
    archive = packed(tmp_path / "x.tar.gz", {"x/a.pdf": PDF}, link("x/b.pdf", str(secret), kind))
    assert [str(path) for path, _ in pdfs(archive)] == ["x/a.pdf"]


def test_what_is_written_through_a_linked_folder_stays_inside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    archive = tmp_path / "x.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(link("x/sub", str(outside), tarfile.SYMTYPE))
        member = tarfile.TarInfo("x/sub/a.pdf")
        member.size = len(PDF)
        tar.addfile(member, io.BytesIO(PDF))
    unpack(listed(archive), archive, tmp_path / "into")
    assert not list(outside.iterdir())
    assert (tmp_path / "into" / "sub" / "a.pdf").read_bytes() == PDF


@pytest.mark.parametrize("name", ["../a.pdf", "/a.pdf", "x/../../a.pdf", "x/..\\a.pdf"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "x.tar.gz", {name: PDF})
    with pytest.raises(ArchiveError, match="leads out of it"):
        unpack(listed(archive), archive, tmp_path / "into")
    assert {path.name for path in tmp_path.iterdir()} == {"x.tar.gz"}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"x/zeros.bin": bytes(300_000)}, "more than is allowed"),
        ({"x/a.pdf": bytes(20_000)}, "more than 10000 bytes"),
        ({"x/a.pdf.gz": gzip.compress(bytes(90_000))}, "more than 10000 bytes"),
        ({f"x/{number}": b"" for number in range(20)}, "more than 10 members"),
        ({"x/a.pdf": PDF, "x/a.pdf/b.pdf": PDF}, "cannot be"),
    ],
)
def test_bombs_are_bounded(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    archive = packed(tmp_path / "x.tar.gz", members)
    with pytest.raises(ArchiveError, match=words):
        unpack(listed(archive), archive, tmp_path / "into", Bounds(100_000, 10_000, 10))
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize("data", [b"", b"no archive", gzip.compress(b"no tar" * 200, mtime=0)])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    archive = tmp_path / "x.tar.gz"
    archive.write_bytes(data)
    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        list(pdfs(archive))


def test_a_torn_archive_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path / "x.tar.gz", {"x/a.pdf": bytes(range(256)) * 40})
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        list(pdfs(archive))


def test_another_archive_than_the_listed_one_changes_nothing(tmp_path: Path) -> None:
    right = packed(tmp_path / "x.tar.gz", {"x/a.pdf": PDF})
    into = tmp_path / "into"
    archive = listed(right)
    unpack(archive, right, into)
    with pytest.raises(ArchiveError, match="SHA-256 differs"):
        unpack(archive, packed(tmp_path / "y.tar.gz", {"x/a.pdf": b"other"}), into)
    assert (into / "a.pdf").read_bytes() == PDF


def test_a_named_document_must_be_the_listed_one(tmp_path: Path) -> None:
    file = packed(tmp_path / "x.tar.gz", {"x/a.pdf": PDF})
    right = {"a.pdf": hashlib.sha256(PDF).hexdigest()}
    assert unpack(listed(file, right), file, tmp_path / "into") == 1
    for wrong in ({"a.pdf": "0" * 64}, {"b.pdf": right["a.pdf"]}):
        with pytest.raises(ArchiveError, match="does not hold"):
            unpack(listed(file, wrong), file, tmp_path / "into")


def test_what_is_gone_is_named_and_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = packed(tmp_path / "x.tar.gz", {"x/a.pdf": PDF})
    good = listed(file)
    gone = Archive("vanished", "debian", "2.0", "0" * 64, "MIT")

    def download(archive: Archive, into: Path) -> Path:
        if archive is gone:
            raise NotHadError("version 2.0 was not found")
        return Path(shutil.copy(file, into))

    def never(archive: Archive, into: Path) -> Path:
        raise AssertionError("downloaded again")

    assert fetch([gone, good], tmp_path / "into", download) == 1
    assert "vanished 2.0 (debian, MIT): skipped: version 2.0 was not found" in capsys.readouterr().out
    assert fetch([good], tmp_path / "into", never) == 1
    assert "is there already" in capsys.readouterr().out
    assert fetch([gone], tmp_path / "into", download) == 0


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb")
def test_a_debian_package(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: thing\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.example>\nDescription: a thing\n"
    )
    manual = tree / "usr" / "share" / "doc" / "manual.pdf.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress(PDF))
    (tree / "usr" / "link.pdf").symlink_to("share/doc/manual.pdf.gz")
    package = tmp_path / "thing.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, package], check=True, capture_output=True)
    assert [(str(path), data) for path, data in pdfs(package)] == [("usr/share/doc/manual.pdf", PDF)]
    package.write_bytes(b"!<arch>\n")
    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        list(pdfs(package))


def test_pip_runs_nothing_of_a_source_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    members = {
        "thing-1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n",
        "thing-1.0/setup.py": f"open({str(ran)!r}, 'w')\nfrom setuptools import setup\nsetup(name='thing')\n".encode(),
        "thing-1.0/a.pdf": PDF,
    }
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    archive = packed(shelf / "thing-1.0.tar.gz", members)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    into = tmp_path / "into"
    into.mkdir()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert from_pypi("thing", "1.0", digest, into).read_bytes() == archive.read_bytes()
    assert not ran.exists()
    with pytest.raises(NotHadError):
        from_pypi("thing", "1.0", "0" * 64, tmp_path / "other")


def test_the_list_says_all_that_is_needed() -> None:
    wanted = archives()
    assert {archive.registry for archive in wanted} == {"pypi", "debian"}
    for archive in wanted:
        assert archive.version and archive.licence and len(archive.sha256) == 64
        assert all(len(digest) == 64 for digest in archive.documents.values())
