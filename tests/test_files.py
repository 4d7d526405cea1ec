"""Files signed in place and to a copy: what comes out, and what is refused with the file as it was."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import esign_core as es
from esign_core.files import recover, sign_file
from esign_core.files.opening import mapped, open_file
from tests.conftest import NOW, authority_of, judge, signer_of
from tests.files_signed import LETTER, Meanwhile, names, signed_here, unsupported
from tests.tools import pdfsig, pyhanko_verdicts, qpdf_problems


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "surat.pdf"
    path.write_bytes(LETTER)
    return path


# ---- what comes out


@pytest.mark.parametrize("to_copy", [False, True], ids=["in place", "to a copy"])
def test_a_file_is_signed_as_its_bytes_are(letter: Path, tmp_path: Path, to_copy: bool) -> None:
    target = tmp_path / "out.pdf" if to_copy else None
    done = signed_here(letter, target)
    written = (target or letter).read_bytes()
    assert written == es.sign(LETTER, signer_of("rsa"), signing_time=NOW).pdf
    assert (done.path, done.length) == (target or letter, len(written))
    assert done.facts.sha256_before == hashlib.sha256(LETTER).hexdigest()
    assert done.facts.sha256_after == hashlib.sha256(written).hexdigest()
    assert letter.read_bytes() == (LETTER if to_copy else written)
    assert names(tmp_path) == sorted({"surat.pdf", (target or letter).name})
    authority = authority_of("rsa")
    assert "Signature is Valid" in pdfsig(written)
    assert qpdf_problems(written) == ""
    assert pyhanko_verdicts(written, authority.root.der, authority.crls(), NOW) == [True]
    assert judge(written, authority).conclusion.passed


def test_a_signed_file_is_signed_again_at_a_tag(letter: Path) -> None:
    placement = es.at_tag(es.find_tags(LETTER, "#"), width=40)
    signed_here(letter)
    signed_here(letter, placement=placement, appearance=es.qr("x"))
    authority = authority_of("rsa")
    assert pyhanko_verdicts(letter.read_bytes(), authority.root.der, authority.crls(), NOW) == [True, True]


def test_a_target_is_the_file_itself(letter: Path, tmp_path: Path) -> None:
    before = letter.stat().st_ino
    signed_here(letter, letter)
    assert letter.stat().st_ino != before
    assert letter.read_bytes().startswith(LETTER) and names(tmp_path) == ["surat.pdf"]


def test_a_name_may_be_text(letter: Path) -> None:
    assert sign_file(str(letter), signer_of("p256"), signing_time=NOW).path == letter
    assert recover(str(letter)) == 0


# ---- names, links, permissions


def test_permissions_are_kept(letter: Path, tmp_path: Path) -> None:
    letter.chmod(0o640)
    signed_here(letter)
    assert stat.S_IMODE(letter.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        letter.chmod(0o604)
        signed_here(letter, tmp_path / "new.pdf")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.pdf").stat().st_mode) == 0o600
    (tmp_path / "old.pdf").write_bytes(b"old")
    (tmp_path / "old.pdf").chmod(0o644)
    signed_here(letter, tmp_path / "old.pdf")
    assert stat.S_IMODE((tmp_path / "old.pdf").stat().st_mode) == 0o644


def test_symbolic_links_stay_and_what_they_lead_to_is_written(letter: Path, tmp_path: Path) -> None:
    link, out, to_out = tmp_path / "link.pdf", tmp_path / "out.pdf", tmp_path / "to_out.pdf"
    link.symlink_to(letter)
    out.write_bytes(b"old")
    to_out.symlink_to(out)
    signed_here(link, to_out)
    assert to_out.is_symlink() and out.read_bytes().startswith(LETTER)
    signed_here(link)
    assert link.is_symlink() and letter.read_bytes() == out.read_bytes()


# ---- refusals: typed, the input untouched, nothing left behind


@contextmanager
def refused(code: str, folder: Path) -> Iterator[pytest.ExceptionInfo[es.InputError]]:
    """InputError of that code; every file in the folder is as it was, and none was added."""
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(es.InputError) as caught:
        yield caught
    assert caught.value.code == code
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_files_that_are_none(letter: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "folder", tmp_path / "pipe", Path("/dev/null")):
        with refused("NOT_A_FILE", tmp_path):
            signed_here(path)
        with refused("NOT_A_FILE", tmp_path):
            signed_here(path, tmp_path / "out.pdf")
        with refused("NOT_A_FILE", tmp_path):
            signed_here(letter, path)
        with refused("NOT_A_FILE", tmp_path):
            recover(path)
    with refused("FILE_NOT_WRITTEN", tmp_path) as caught:
        signed_here(tmp_path / "missing.pdf")
    assert "missing.pdf (No such file or directory)" in str(caught.value)
    with refused("FILE_NOT_READ", tmp_path):
        signed_here(tmp_path / "missing.pdf", tmp_path / "out.pdf")
    with refused("FILE_NOT_WRITTEN", tmp_path):
        signed_here(letter, tmp_path / "missing" / "out.pdf")
    (tmp_path / "empty.pdf").write_bytes(b"")
    for target in (None, tmp_path / "out.pdf"):
        with refused("EMPTY", tmp_path):
            signed_here(tmp_path / "empty.pdf", target)
    assert recover(tmp_path / "empty.pdf") == 0


@pytest.mark.parametrize("name", ["a\0b.pdf", "\ud800.pdf", 3, None, b"a\0b"])
def test_names_that_are_none(letter: Path, tmp_path: Path, name: Any) -> None:
    with refused("FILE_NAME", tmp_path):
        signed_here(name)
    with refused("FILE_NAME", tmp_path):
        recover(name)
    if name is not None:
        with refused("FILE_NAME", tmp_path):
            signed_here(letter, name)


def test_what_sign_refuses_leaves_the_file_alone(letter: Path, tmp_path: Path) -> None:
    letter.write_bytes(LETTER[:-400])
    for target in (None, tmp_path / "out.pdf", letter):
        with refused("TRUNCATED", tmp_path):
            signed_here(letter, target)
    assert names(tmp_path) == ["surat.pdf"]


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Root may write everywhere, and so sees no refusal."""
    if os.geteuid():
        yield
        return
    parents = [path for path in (folder, *folder.parents) if path != Path("/tmp") and Path("/tmp") in path.parents]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in parents}
    for path in parents:
        path.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)


def test_no_rights(letter: Path, tmp_path: Path) -> None:
    key = Meanwhile(lambda: None)
    signed_here(letter, tmp_path / "warm.pdf")  # modules that are loaded when needed are loaded with the rights to
    letter.chmod(0o444)
    if os.geteuid():
        tmp_path.chmod(0o555)
    with refused("FILE_NOT_WRITTEN", tmp_path), as_nobody(tmp_path):
        signed_here(letter, signer=key)
    with refused("FILE_NOT_WRITTEN", tmp_path), as_nobody(tmp_path):
        signed_here(letter, tmp_path / "out.pdf", signer=key)
    tmp_path.chmod(0o755)
    letter.chmod(0o200)
    with pytest.raises(es.InputError) as caught, as_nobody(tmp_path):
        signed_here(letter, tmp_path / "out.pdf", signer=key)
    assert (caught.value.code, key.used) == ("FILE_NOT_READ", 0)


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """The system writes no file beyond it: what a full disk does, to this process alone."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("missing", [1, 6, 7, 20_000, 33_000])
def test_no_room_for_the_update(letter: Path, tmp_path: Path, missing: int) -> None:
    size = len(es.sign(LETTER, signer_of("rsa"), signing_time=NOW).pdf)
    for target in (None, tmp_path / "out.pdf", letter):
        with refused("DISK_FULL", tmp_path), file_size_limit(size - missing):
            signed_here(letter, target)
    with refused("DISK_FULL", tmp_path), file_size_limit(1000):
        signed_here(letter, tmp_path / "out.pdf")
    with file_size_limit(size):
        signed_here(letter)


def test_no_room_is_seen_before_the_key_is_used(letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Meanwhile(lambda: None)
    disk = os.statvfs(tmp_path)
    fields = dict(zip(range(10), disk, strict=False)) | {3: 8, 4: 8}  # eight blocks are free
    monkeypatch.setattr(os, "fstatvfs", lambda _: os.statvfs_result([fields[index] for index in range(10)]))
    with refused("DISK_FULL", tmp_path) as caught:
        signed_here(letter, signer=key)
    assert str(8 * disk.f_frsize) in str(caught.value) and key.used == 0


# ---- somebody else at the same file


@pytest.mark.parametrize("to_copy", [False, True], ids=["in place", "to a copy"])
def test_a_file_that_changes_is_noticed(letter: Path, tmp_path: Path, to_copy: bool) -> None:
    target = tmp_path / "out.pdf" if to_copy else None

    def longer() -> None:
        with letter.open("ab") as file:
            file.write(b"\n")

    def as_long() -> None:
        with letter.open("r+b") as file:
            file.write(b"%PDF-1.7")
        os.utime(letter, ns=(1, 1))

    def replaced() -> None:
        (tmp_path / "other.pdf").write_bytes(LETTER)
        seen = letter.stat()
        os.utime(tmp_path / "other.pdf", ns=(seen.st_atime_ns, seen.st_mtime_ns))
        (tmp_path / "other.pdf").replace(letter)

    for action in (longer, as_long, replaced):
        letter.write_bytes(LETTER)
        with pytest.raises(es.InputError) as caught:
            signed_here(letter, target, signer=Meanwhile(action))
        assert caught.value.code == "FILE_CHANGED"
        assert names(tmp_path) == ["surat.pdf"]
        assert b"/ByteRange" not in letter.read_bytes()


def test_a_file_that_goes_is_noticed(letter: Path, tmp_path: Path) -> None:
    with pytest.raises(es.InputError) as caught:
        signed_here(letter, tmp_path / "out.pdf", signer=Meanwhile(letter.unlink))
    assert (caught.value.code, names(tmp_path)) == ("FILE_NOT_READ", [])


def test_two_at_once(letter: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    def another() -> None:
        for target in (None, tmp_path / "out.pdf"):
            with pytest.raises(es.InputError) as caught:
                signed_here(letter, target)
            seen.append(caught.value.code)
        with pytest.raises(es.InputError) as caught:
            recover(letter)
        seen.append(caught.value.code)

    signed_here(letter, signer=Meanwhile(another))
    assert seen == ["FILE_IN_USE"] * 3
    assert len(judge(letter.read_bytes(), authority_of("rsa")).signatures) == 1
    copied: list[Path] = []
    signed_here(
        letter,
        tmp_path / "one.pdf",
        signer=Meanwhile(lambda: copied.append(signed_here(letter, tmp_path / "two.pdf").path)),
    )
    assert copied == [tmp_path / "two.pdf"]


def test_the_lock_is_gone_while_somebody_keeps_a_view(letter: Path) -> None:
    """As the traceback of an error may: a mapping has a descriptor of its own, and with it the lock."""
    with open_file(letter, to_write=True) as file, mapped(letter, file.descriptor, file.length) as pdf:
        kept = memoryview(pdf)
    signed_here(letter)
    assert kept == LETTER


def test_a_file_system_without_locks_that_does_not_say_what_is_free(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "flock", unsupported)
    monkeypatch.setattr(os, "fstatvfs", unsupported)
    signed_here(letter)
    assert len(judge(letter.read_bytes(), authority_of("rsa")).signatures) == 1


def test_a_file_that_is_cut_before_it_is_mapped(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mmap.mmap

    def shorter(*given: Any, **named: Any) -> mmap.mmap:
        os.truncate(letter, 100)
        return whole(*given, **named)

    monkeypatch.setattr(mmap, "mmap", shorter)
    with pytest.raises(es.InputError) as caught:
        signed_here(letter)
    assert (caught.value.code, letter.stat().st_size) == ("FILE_CHANGED", 100)
