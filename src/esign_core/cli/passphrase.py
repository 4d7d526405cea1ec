"""Secrets of key files and documents: from a file, the environment or a person. Never arguments: others see those."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from esign_core.cli.files import read_file
from esign_core.errors import CredentialRejected, EsignError, InputError, PasswordError

if TYPE_CHECKING:
    from esign_core.pdf.values import Pdf
    from esign_core.signer import SecretsHandler

VARIABLE = "ESIGN_PASSPHRASE"
DOCUMENT_VARIABLE = "ESIGN_PDF_PASSWORD"
TSA_VARIABLE = "ESIGN_TSA_PASSWORD"


def passphrase_of(key_file: str, passphrase_file: str | None) -> str | SecretsHandler:
    """The first line of `passphrase_file`, else the environment variable, else a handler that asks when needed."""
    if passphrase_file is not None:
        return _first_line(passphrase_file)
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    return lambda secret: _asked(secret, key_file)


def tsa_password_of(user: str, password_file: str | None) -> str:
    """The first line of `password_file`, else the environment variable, else what a person types.

    CredentialRejected (PASSWORD_MISSING) where there is nobody to ask.
    """
    if password_file is not None:
        return _first_line(password_file)
    if TSA_VARIABLE in os.environ:
        return os.environ[TSA_VARIABLE]
    if not _has_terminal():
        raise CredentialRejected(
            f"the timestamp authority wants a password of {user} and there is no terminal to ask: give "
            f"--tsa-password-file or {TSA_VARIABLE}",
            code="PASSWORD_MISSING",
        )
    return _typed(f"Password of {user} at the timestamp authority: ")


def password_of(document: Pdf, name: str, password_file: str | None) -> str | None:
    """The first line of `password_file`, else the environment variable, else what a person types who is asked for it.

    Nobody is asked for a document that opens without. None where there is nobody to ask.
    """
    if password_file is not None:
        return _first_line(password_file)
    if DOCUMENT_VARIABLE in os.environ:
        return os.environ[DOCUMENT_VARIABLE]
    return _typed(f"Password of {name}: ") if _needs_password(document) and _has_terminal() else None


def _needs_password(document: Pdf) -> bool:
    from esign_core.pdf.lenient import LenientFile

    try:
        LenientFile(document).close()
    except PasswordError:
        return True
    except EsignError:
        return False
    return False


def _first_line(name: str) -> str:
    try:
        return read_file(name).decode("utf-8").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text: save it again", code="FILE_NOT_READ") from error


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError as error:
        raise KeyboardInterrupt from error  # nobody will answer: as good as Ctrl-C


def _asked(secret: str, key_file: str) -> str:
    if not _has_terminal():
        raise CredentialRejected(
            f"{key_file} needs a {secret} and there is no terminal to ask: give --passphrase-file or {VARIABLE}",
            code="PASSPHRASE_MISSING",
        )
    return _typed(f"{secret.capitalize()} of {key_file}: ")


def _has_terminal() -> bool:
    """Whether a person can be asked: getpass reads the controlling terminal, also while standard input is a pipe."""
    if sys.stdin.isatty():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except (OSError, AttributeError):  # AttributeError: a system without controlling terminals
        return False
    return True
