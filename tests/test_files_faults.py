"""Disks that fail, processes that die and every way of copying: a file is whole, as it was, or made so by recover."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import esign_core as es
from esign_core.files import copying, recover
from tests.conftest import NOW, corpus_file, signer_of
from tests.files_signed import LETTER, names, signed_here, unsupported
from tests.tools import pdfsig


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "surat.pdf"
    path.write_bytes(LETTER)
    return path


# ---- faults while writing


class Fault(Exception):
    """What the system has never raised before."""


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), KeyboardInterrupt(), Fault()], ids=type)
def test_a_fault_while_writing_leaves_the_file_as_it_was(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException
) -> None:
    for target in (None, tmp_path / "out.pdf"):
        calls = iter(range(1, 10))

        def failing(_: int, calls: Iterator[int] = calls) -> None:
            if next(calls) == at:
                raise fault

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", failing)
            with pytest.raises((es.EsignError, KeyboardInterrupt)) as caught:
                signed_here(letter, target)
        if isinstance(fault, OSError):
            assert isinstance(caught.value, es.InputError) and caught.value.code == "FILE_NOT_WRITTEN"
        assert (letter.read_bytes(), names(tmp_path)) == (LETTER, ["surat.pdf"])


def test_a_tail_that_does_not_come_back_as_written_is_cut(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.pwrite

    def flipped(descriptor: int, data: memoryview, position: int) -> int:
        return write(descriptor, bytes(data).replace(b"/Prop_Build", b"/Prop_Bui1d"), position)

    monkeypatch.setattr(os, "pwrite", flipped)
    for target in (None, tmp_path / "out.pdf"):
        with pytest.raises(es.EsignError, match="does not hold what was written"):
            signed_here(letter, target)
        assert (letter.read_bytes(), names(tmp_path)) == (LETTER, ["surat.pdf"])


def test_a_tail_that_cannot_be_cut_is_said(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        patched.setattr(os, "ftruncate", failing)
        with pytest.raises(es.InputError, match=r"files\.recover") as caught:
            signed_here(letter)
    assert caught.value.code == "FILE_UNFINISHED"
    assert recover(letter) > 0
    assert letter.read_bytes() == LETTER


CRASH = """
import os, sys
from pathlib import Path
import tests.conftest as shared
from esign_core.files import sign_file

signer, left, fsync = shared.signer_of("rsa"), int(sys.argv[2]), os.fsync
def crash(descriptor):
    global left
    left -= 1
    fsync(descriptor) if left else os._exit(9)
os.fsync = crash
sign_file(sys.argv[1], signer, signing_time=shared.NOW)
"""


@pytest.mark.parametrize("at", [1, 2])
def test_a_process_that_dies_while_it_writes(letter: Path, at: int) -> None:
    folder = Path(__file__).parent.parent
    died = subprocess.run([sys.executable, "-c", CRASH, letter, str(at)], cwd=folder, env={"PYTHONPATH": "src:."})
    assert died.returncode == 9
    left = letter.read_bytes()
    assert left.startswith(LETTER) and len(left) > len(LETTER)
    if at == 1:  # all but the end is written
        with pytest.raises(es.PdfError):
            es.sign(left, signer_of("rsa"), signing_time=NOW)
        assert recover(letter) == len(left) - len(LETTER)
        assert letter.read_bytes() == LETTER
    else:
        assert recover(letter) == 0
        assert "Signature is Valid" in pdfsig(left)


# ---- copies


def as_ioctl(target: int, request: int, source: int) -> int:
    """What FICLONE does where the file system shares blocks."""
    assert request == 0x40049409
    return os.pwrite(target, os.pread(source, 1 << 20, 0), 0)


def nothing_copied(*_: object) -> int:
    return 0


@pytest.mark.parametrize("way", ["clone", "kernel", "no kernel copy", "refused", "gives nothing", "short writes"])
def test_every_way_of_copying_gives_the_same_bytes(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(fcntl, "ioctl", as_ioctl if way == "clone" else unsupported)
    if way == "no kernel copy":
        monkeypatch.delattr(os, "copy_file_range")
    elif way != "kernel":  # a clone needs none
        monkeypatch.setattr(os, "copy_file_range", nothing_copied if way == "gives nothing" else unsupported)
    if way in ("clone", "kernel"):
        monkeypatch.setattr(os, "pread", os.pread if way == "clone" else unsupported)
    monkeypatch.setattr(copying, "_CHUNK", 1000)
    if way == "short writes":
        write = os.pwrite
        monkeypatch.setattr(os, "pwrite", lambda fd, data, position: write(fd, bytes(data[:700]), position))
    signed_here(letter, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == es.sign(LETTER, signer_of("rsa"), signing_time=NOW).pdf


# ---- recover


BASES = {
    "letter": LETTER,
    "no line end": LETTER.rstrip(),
    "stream": corpus_file("surat_objstm.pdf"),
    "signed": es.sign(LETTER, signer_of("p256"), signing_time=NOW).pdf,
}


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), early=st.booleans())
def test_recover_gives_the_original_or_the_complete_file(
    tmp_path: Path, base: bytes, share: float, early: bool
) -> None:
    whole = es.sign(base, signer_of("rsa"), signing_time=NOW).pdf
    added = len(whole) - len(base)
    cut = round(share * (min(added, 120) if early else added))
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: len(base) + cut])
    removed = recover(path)
    left = path.read_bytes()
    assert left == whole[: len(base) + cut - removed]
    # a line end behind a file that had none is white space, and stays
    assert left in (base, whole) or (cut <= 2 and not base.endswith(b"\n") and left == base + b"\n "[:cut])


def test_recover_leaves_every_other_file_alone(tmp_path: Path) -> None:
    for number, pdf in enumerate((b"text", LETTER[:-3], LETTER + b"%", BASES["signed"] + b"\n", BASES["signed"])):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf)
        removed = recover(path)
        assert removed == (1 if pdf == LETTER + b"%" else 0)  # the beginning of a comment, and nothing in it
        assert path.read_bytes() == pdf[: len(pdf) - removed]
