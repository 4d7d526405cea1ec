"""The commands together, and what becomes of whatever they raise: one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from esign_core import __version__
from esign_core.cli.failure import exit_code, report_failure
from esign_core.errors import EsignError

_COMMANDS = ("find", "inspect", "place", "preview", "recover", "sign", "verify")


class _Commands(click.Group):
    """Each command in a file of its own, which is loaded when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"esign_core.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="esign", message="%(prog)s %(version)s")
def esign() -> None:
    """Find tags in PDF files, sign at them (PAdES), and verify signatures, offline.

    FILE may be "-" for standard input, and OUT "-" for standard output. Pages count from 1. With --json a
    command prints one JSON document on standard output, errors included.

    \b
    Exit codes (of several files the highest):
       0  done, or verified: TOTAL-PASSED
       1  a fault of esign itself, or aborted
       2  usage, or an extra is not installed
       3  input: file, PDF, tag, place, limit, locked document
       4  key, passphrase, or a certificate that may not sign
       5  network, timestamp authority, signature too large for its room
      10  verified: TOTAL-FAILED
      11  verified: INDETERMINATE
      12  verified: no signature
      13  verified: unreadable
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. No exception leaves, and no traceback is shown."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows few characters is no reason to fail
    as_json = "--json" in arguments
    try:
        code = esign.main(list(arguments) or ["--help"], prog_name="esign", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except EsignError as error:
        report_failure(error.code, str(error), as_json=as_json)
        return exit_code(error)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "esign"
        report_failure("USAGE", f"{error.format_message()} See {command} --help", as_json=as_json)
        return 2
    except (click.Abort, KeyboardInterrupt):
        report_failure("ABORTED", "stopped", as_json=as_json)
        return 1
    except BrokenPipeError:
        # whoever read our output has enough; what Python would flush at its exit has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last door: a person gets a line, not a traceback
        report_failure("INTERNAL", f"unforeseen {type(error).__name__} ({error}): please report it", as_json=as_json)
        return 1
