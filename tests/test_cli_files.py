"""Files on the command line: read whole, written whole or not at all."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import click
import pytest

from esign_core.cli import files
from esign_core.errors import InputError


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    files.write_output(str(target), b"one")
    files.write_output(str(target), b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.pdf", b"two")]


def test_a_new_file_follows_the_umask_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    before = os.umask(0o027)
    try:
        files.write_output(str(target), b"one")
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
        target.chmod(0o604)
        files.write_output(str(target), b"two")
        assert stat.S_IMODE(target.stat().st_mode) == 0o604
    finally:
        os.umask(before)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_after_an_error_the_old_file_is_there_and_nothing_else(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.pdf"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(InputError, match=r"out\.pdf \(No space left on device\)") as caught:
        files.write_output(str(target), b"new")
    assert caught.value.code == "DISK_FULL"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.pdf", b"old")]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_output(str(tmp_path / "out.pdf"), b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target.pdf", tmp_path / "link.pdf"
    target.write_bytes(b"old")
    link.symlink_to(target)
    files.write_output(str(link), b"new")
    assert (link.is_symlink(), target.read_bytes()) == (True, b"new")


def test_a_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write_output(str(pipe), b"through")
    assert (os.read(reader, 100), pipe.is_fifo()) == (b"through", True)
    os.close(reader)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory") as caught:
        files.write_output(str(tmp_path / "missing" / "out.pdf"), b"")
    assert caught.value.code == "FILE_NOT_WRITTEN"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.pdf \(No such file or directory\)") as caught:
        files.read_file(str(tmp_path / "none.pdf"))
    assert caught.value.code == "FILE_NOT_READ"


def test_no_input_is_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    source.write_bytes(b"in")
    (tmp_path / "link.pdf").symlink_to(source)
    for output in (source, tmp_path / "link.pdf", tmp_path / "." / "in.pdf"):
        with pytest.raises(click.UsageError, match="is read by this command"):
            files.check_output(str(output), None, "-", str(source))
    files.check_output(str(tmp_path / "new.pdf"), str(source))
    files.check_output("-", str(source))


def test_binary_data_is_kept_off_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    with pytest.raises(click.UsageError, match="is a terminal"):
        files.check_output("-")
