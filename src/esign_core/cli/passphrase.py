"""The passphrase of a key file: from a file, the environment or a person. Never an argument: others can see those."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from esign_core.cli.files import read_file
from esign_core.errors import CredentialRejected, InputError

if TYPE_CHECKING:
    from esign_core.signer import SecretsHandler

VARIABLE = "ESIGN_PASSPHRASE"


def passphrase_of(key_file: str, passphrase_file: str | None) -> str | SecretsHandler:
    """The first line of `passphrase_file`, else the environment variable, else a handler that asks when needed."""
    if passphrase_file is not None:
        try:
            return read_file(passphrase_file).decode("utf-8").partition("\n")[0].removesuffix("\r")
        except UnicodeDecodeError as error:
            raise InputError(f"{passphrase_file} is not UTF-8 text: save it again", code="FILE_NOT_READ") from error
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    return lambda secret: _asked(secret, key_file)


def _asked(secret: str, key_file: str) -> str:
    if not _has_terminal():
        raise CredentialRejected(
            f"{key_file} needs a {secret} and there is no terminal to ask: give --passphrase-file or {VARIABLE}",
            code="PASSPHRASE_MISSING",
        )
    try:
        return getpass.getpass(f"{secret.capitalize()} of {key_file}: ")
    except EOFError as error:
        raise KeyboardInterrupt from error  # nobody will answer: as good as Ctrl-C


def _has_terminal() -> bool:
    """Whether a person can be asked: getpass reads the controlling terminal, also while standard input is a pipe."""
    if sys.stdin.isatty():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except (OSError, AttributeError):  # AttributeError: a system without controlling terminals
        return False
    return True
