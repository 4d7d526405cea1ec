"""A file that a crash left with half a signature becomes what it was."""

from __future__ import annotations

import os

from esign_core.errors import public
from esign_core.files.opening import FilePath, mapped, open_file, to_path, writing
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.update_mark import unfinished_behind


@public
def recover(path: FilePath, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """Cut off what an update of ours wrote before a crash stopped it. The number of bytes cut: 0 for any other file.

    Nothing that a complete file holds is ever cut: each of our updates begins with a comment that says how long it is
    and where it belongs, and only a file that ends before its last one does is cut, to where that one began; or one
    that ends inside of such a comment. White space alone stays: a file that had no line end may keep the one that was
    written behind it, which means nothing.

    InputError: FILE_NAME, FILE_NOT_READ, FILE_NOT_WRITTEN, NOT_A_FILE, FILE_IN_USE, FILE_CHANGED.
    """
    path = to_path(path)
    with open_file(path, to_write=True) as file:
        with mapped(path, file.descriptor, file.length) as pdf:
            base = unfinished_behind(pdf, limits)
        if base is None:
            return 0
        file.require_unchanged()
        with writing(path):
            os.ftruncate(file.descriptor, base)
            os.fsync(file.descriptor)
        return file.length - base
