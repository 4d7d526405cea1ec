"""The tree of errors, and the door that keeps it closed."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import esign_core as es
from esign_core.errors import public
from tests.conftest import corpus_file

ERRORS: list[es.EsignError] = [
    es.EsignError("x"),
    es.InputError("x", code="OWN"),
    es.PdfError("x"),
    es.PasswordError("x"),
    es.TagNotFound("x", near_misses=[es.Finding("NEAR", "info")]),
    es.TagAmbiguous("x", matches=es.find_tags(corpus_file("surat.pdf"), "#")),
    es.PlacementError("x"),
    es.AppearanceError("x"),
    es.LimitExceeded("x", limit="objects", allowed=1, found=2),
    es.SigningError("x"),
    es.DocumentLocked("x", field="Sig"),
    es.SpaceExceeded("x", needed=2, reserved=1),
    es.CertificateUnfit("x"),
    es.SignerError("x"),
    es.CredentialRejected("x"),
    es.SignerUnavailable("x"),
    es.TimestampError("x"),
    es.TransportError("x"),
    es.MissingExtra("x"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_pickle_with_all_they_say(error: es.EsignError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error) == "x"
    assert vars(again) == vars(error)
    assert (again.code, again.retryable) == (error.code, error.retryable)


def test_every_public_error_is_in_the_list_and_has_a_code_of_its_own() -> None:
    public_errors = {
        value for name in es.__all__ if isinstance(value := getattr(es, name), type) and issubclass(value, Exception)
    }
    assert public_errors == {type(error) for error in ERRORS}
    assert len({kind.code for kind in public_errors}) == len(public_errors)


def test_what_old_code_catches_is_caught() -> None:
    assert issubclass(es.InputError, ValueError)
    assert issubclass(es.MissingExtra, ImportError)
    assert {type(error).__name__ for error in ERRORS if error.retryable} == {
        "SignerUnavailable",
        "TimestampError",
        "TransportError",
    }


@public
def door(error: BaseException) -> None:
    """A public function that fails as it is told."""
    raise error


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (RecursionError("deep"), es.LimitExceeded, "LIMIT"),
        (MemoryError(), es.LimitExceeded, "LIMIT"),
        (KeyError("odd"), es.EsignError, "INTERNAL"),
        (TypeError("from inside"), es.EsignError, "INTERNAL"),
        (es.PdfError("ours", code="SYNTAX"), es.PdfError, "SYNTAX"),
    ],
)
def test_what_leaves_the_door(error: Exception, kind: type[es.EsignError], code: str) -> None:
    with pytest.raises(es.EsignError) as caught:
        door(error)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert caught.value is error or caught.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)])
def test_what_stops_the_process_passes(error: BaseException) -> None:
    with pytest.raises(type(error)):
        door(error)


@pytest.mark.parametrize("arguments", [(), (b"", "#", "too many")])
def test_a_call_that_does_not_fit_is_a_type_error(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        es.find_tags(*arguments)
