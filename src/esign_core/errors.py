"""Every exception that leaves esign_core, and the door that keeps the tree closed.

    EsignError                    .code (a stable word), .retryable, a message that says what to do
    ├─ InputError(ValueError)     PdfError -> PasswordError · TagNotFound · TagAmbiguous · PlacementError ·
    │                             AppearanceError · WrongKind(TypeError)
    ├─ LimitExceeded              names the limit, what is allowed, what was found
    ├─ SigningError               DocumentLocked · SpaceExceeded · CertificateUnfit · SignerError -> CredentialRejected,
    │                             SignerUnavailable* · TimestampError*
    ├─ TransportError*            * retryable
    └─ MissingExtra(ImportError)  prints the pip line

`code` is finer than the class and is kept from release to release; the message is for people and may change. Whatever
nobody foresaw is a plain `EsignError` with code INTERNAL: a fault of ours, with its cause kept.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:  # types only: errors carry values of higher floors, and import none of them
    from esign_core.content.match import TagMatch
    from esign_core.finding import Finding

P = ParamSpec("P")
R = TypeVar("R")


class EsignError(Exception):
    """Root of the tree. `code` INTERNAL: our own fault, unforeseen, cause kept."""

    code: str = "INTERNAL"
    retryable: bool = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        # the default would call the class with `args` alone and miss keyword-only arguments
        return (_rebuild, (type(self), self.args, self.__dict__))


def _rebuild(kind: type[EsignError], args: tuple[object, ...], state: dict[str, object]) -> EsignError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(EsignError, ValueError):
    """An argument is not what the call takes."""

    code = "INPUT"


class PdfError(InputError):
    """The bytes are not a PDF that can be read, or not one that can be signed; `code` names the reason."""

    code = "PDF"


class PasswordError(PdfError):
    """The document is encrypted and the password is missing or wrong."""

    code = "PASSWORD"


class TagNotFound(InputError):
    """The tag is not printed on the pages searched; `near_misses` says what came close."""

    code = "TAG_NOT_FOUND"

    def __init__(self, message: str, *, near_misses: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.near_misses: Sequence[Finding] = tuple(near_misses)


class TagAmbiguous(InputError):
    """The tag is printed more than once and the caller did not say which one; `matches` holds all of them."""

    code = "TAG_AMBIGUOUS"

    def __init__(self, message: str, *, matches: Sequence[TagMatch] = ()) -> None:
        super().__init__(message)
        self.matches: Sequence[TagMatch] = tuple(matches)


class PlacementError(InputError):
    """The box cannot be where it was asked to be."""

    code = "PLACEMENT"


class AppearanceError(InputError):
    """The appearance cannot be drawn as asked."""

    code = "APPEARANCE"


class LimitExceeded(EsignError):
    """The work would cost more than `Limits` allows: which limit, what it allows, what was found."""

    code = "LIMIT"

    def __init__(self, message: str, *, limit: str, allowed: int, found: int) -> None:
        super().__init__(message)
        self.limit = limit
        self.allowed = allowed
        self.found = found


class SigningError(EsignError):
    """The signature could not be made."""

    code = "SIGNING"


class DocumentLocked(SigningError):
    """An earlier signature forbids this change; `field` names it."""

    code = "DOCUMENT_LOCKED"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class SpaceExceeded(SigningError):
    """The signature is larger than the room kept for it, both in bytes."""

    code = "SPACE_EXCEEDED"

    def __init__(self, message: str, *, needed: int, reserved: int) -> None:
        super().__init__(message)
        self.needed = needed
        self.reserved = reserved


class CertificateUnfit(SigningError):
    """The signer's certificate may not sign, now or at all; `code` names the reason."""

    code = "CERTIFICATE_UNFIT"


class SignerError(SigningError):
    """The key, or whoever holds it, did not deliver a usable signature value."""

    code = "SIGNER"


class CredentialRejected(SignerError):
    """A passphrase, PIN or other credential was refused."""

    code = "CREDENTIAL_REJECTED"


class SignerUnavailable(SignerError):
    """The key's home cannot be reached at the moment."""

    code = "SIGNER_UNAVAILABLE"
    retryable = True


class TimestampError(SigningError):
    """The TSA did not deliver a usable timestamp."""

    code = "TIMESTAMP"
    retryable = True


class TransportError(EsignError):
    """One HTTP exchange failed."""

    code = "TRANSPORT"
    retryable = True


class MissingExtra(EsignError, ImportError):
    """An optional dependency is not installed; the message holds the pip line that installs it."""

    code = "MISSING_EXTRA"


class WrongKind(InputError, TypeError):
    """An argument of the wrong kind that no type checker stopped, as an async signer given to `sign`."""

    code = "WRONG_KIND"


def public(function: Callable[P, R]) -> Callable[P, R]:
    """The door of a public function: what leaves it is an EsignError, or the TypeError of a call that does not fit it.

    KeyboardInterrupt and SystemExit pass.
    """

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except EsignError:
            raise
        except Exception as error:
            if _is_wrong_call(error):
                raise
            raise _ours(error, function.__name__) from error

    return guarded


def public_async(function: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """As `public`, for a coroutine function. Being cancelled passes too."""

    @functools.wraps(function)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await function(*args, **kwargs)
        except EsignError:
            raise
        except Exception as error:
            if _is_wrong_call(error):
                raise
            raise _ours(error, function.__name__) from error

    return guarded


@contextmanager
def faults_as(ours: Callable[[Exception], EsignError]) -> Iterator[None]:
    """What somebody else's code raises inside is an error of ours, its cause kept; what is one already stays."""
    try:
        yield
    except EsignError:
        raise
    except Exception as error:
        raise ours(error) from error


def _is_wrong_call(error: Exception) -> bool:
    """Raised by the call itself: the arguments do not fit the signature."""
    return isinstance(error, TypeError) and error.__traceback__ is not None and error.__traceback__.tb_next is None


def _ours(error: Exception, name: str) -> EsignError:
    if isinstance(error, RecursionError):
        return LimitExceeded(
            "the input is nested too deeply; refuse it, or raise the limit it names",
            limit="recursion",
            allowed=sys.getrecursionlimit(),
            found=sys.getrecursionlimit() + 1,
        )
    if isinstance(error, MemoryError):
        return LimitExceeded(
            "the input needs more memory than there is; refuse it, or use a larger machine",
            limit="memory",
            allowed=0,
            found=1,
        )
    return EsignError(f"unforeseen {type(error).__name__} in {name}: a fault of esign_core, please report it")
