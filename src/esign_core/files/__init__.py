"""Signing files where they are, whatever their size; POSIX systems only. The one room that writes files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esign_core.files.recovery import recover as recover
    from esign_core.files.signing import SignedFile as SignedFile
    from esign_core.files.signing import sign_file as sign_file

_HOME_OF = {"SignedFile": "signing", "recover": "recovery", "sign_file": "signing"}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    module = _HOME_OF.get(name)  # loaded when asked for: who only writes a picture needs no cryptography
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
