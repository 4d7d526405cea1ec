"""Encrypted files: which bytes are encrypted how, and what they say (ISO 32000-2, 7.6).

Permissions are not enforced: they bind who displays a document, and finding, signing and verifying need to read it.
Whoever has a password may sign, as with pyHanko.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from esign_core.errors import PasswordError, PdfError
from esign_core.pdf.ciphers import AES_BLOCK, aes_decrypt, aes_encrypt, rc4
from esign_core.pdf.passwords import Lock
from esign_core.pdf.values import Array, Dictionary, Name, Ref, Value, is_integer

Method: TypeAlias = Literal["Identity", "V2", "AESV2", "AESV3"]

_METHODS: Mapping[str, Method] = {"None": "Identity", "V2": "V2", "AESV2": "AESV2", "AESV3": "AESV3"}
_REVISIONS = {1: (2, 3), 2: (2, 3), 4: (4,), 5: (5, 6)}  # of /R, for each /V
_PUBLIC_KEY = "Adobe.PubSec"  # encrypted for certificates: ISO 32000-2, 7.6.5
_SIGNATURES = ("Sig", "DocTimeStamp")
_IV_FOR = b"esign_core: initialisation vector\0"  # nothing else is derived from the file's key under this name


class Security:
    """Decrypts strings and streams of one document, when asked to, and encrypts those of an update to it."""

    __slots__ = ("_encrypt_metadata", "_key", "_lenient", "_methods", "_named")

    def __init__(self, entries: Dictionary, identifier: bytes, password: str | None, *, lenient: bool) -> None:
        """`entries`: the encryption dictionary, as `resolved` makes it; `identifier`: the first half of /ID.

        PasswordError; PdfError (ENCRYPTION_UNSUPPORTED, ENCRYPTION_PUBLIC_KEY, ENCRYPTION_DAMAGED).
        """
        self._lenient = lenient
        version, revision = entries.get("V"), entries.get("R")
        if entries.get("Filter") != "Standard":
            code = "ENCRYPTION_PUBLIC_KEY" if entries.get("Filter") == _PUBLIC_KEY else "ENCRYPTION_UNSUPPORTED"
            raise _unsupported(f"its handler is {_told(entries.get('Filter'))}, which goes by no password", code)
        if not is_integer(version) or not is_integer(revision) or revision not in _REVISIONS.get(version, ()):
            raise _unsupported(f"version {_told(version)}, revision {_told(revision)} is not known")
        self._encrypt_metadata = version < 4 or entries.get("EncryptMetadata") is not False
        self._named: dict[str, Method] = {}
        self._methods: dict[str, Method] = dict.fromkeys(("StmF", "StrF", "EFF"), "V2")
        if version >= 4:
            self._read_filters(entries, "AESV3" if version == 5 else "AESV2")
        self._key = _lock(entries, version, revision, identifier, self._encrypt_metadata).key(password)
        if password is not None or self._methods["StmF"] != "Identity" or self._methods["StrF"] != "Identity":
            self._opened(password)

    def _opened(self, password: str | None = None) -> bytes:
        """The file's key. It may be wanted for embedded files alone, by which time the document has been read."""
        if self._key is None:
            what = "needs a password: give it" if password is None else "does not open with this password: give another"
            raise PasswordError(f"the document is encrypted and {what}")
        return self._key

    def _read_filters(self, entries: Dictionary, aes: Method) -> None:
        filters = entries.get("CF")
        for name, crypt_filter in (filters if isinstance(filters, dict) else {}).items():
            method = crypt_filter.get("CFM") if isinstance(crypt_filter, dict) else None
            found = _METHODS.get(str(method or "None"))
            if found in ("Identity", aes) or (found == "V2" and aes == "AESV2"):
                self._named[name] = found
        self._named["Identity"] = "Identity"  # of this name there is no other
        for key in ("StmF", "StrF"):
            self._methods[key] = self._method(entries.get(key) or "Identity")
        self._methods["EFF"] = self._method(entries.get("EFF") or entries.get("StmF") or "Identity")

    def _method(self, name: object) -> Method:
        method = self._named.get(name) if isinstance(name, str) else None
        if method is None:
            raise _unsupported(f"its crypt filter {str(name)[:40]} is not known")
        return method

    def string(self, text: bytes, ref: Ref) -> bytes:
        """One string of that object, decrypted."""
        return self._decrypt(self._methods["StrF"], ref, text)

    def sealed_string(self, text: bytes, ref: Ref) -> bytes:
        """One string of that object, encrypted."""
        return self._encrypt(self._methods["StrF"], ref, text)

    def sealed_stream(
        self, data: bytes, ref: Ref, entries: Dictionary, filters: Sequence[tuple[Name, Dictionary]]
    ) -> bytes:
        """A stream's data, as it is behind its filters, encrypted."""
        return self._encrypt(self._stream_method(entries, filters), ref, data)

    def strings(self, value: Value, ref: Ref) -> Value:
        """`value`, an object of the file, with its strings decrypted in place.

        Not the one in which a signature lies, which is written after all else (ISO 32000-2, 7.6.2).
        """
        method = self._methods["StrF"]
        top: Array = [value]
        open_ones: list[Array | Dictionary] = [top]
        while open_ones:
            container = open_ones.pop()
            kept = "Contents" if isinstance(container, dict) and is_signature(container) else None
            items: list[tuple[Any, Value]]  # keys of a dictionary, or places of an array
            items = list(container.items() if isinstance(container, dict) else enumerate(container))
            for key, item in items:
                if isinstance(item, list | dict):
                    open_ones.append(item)
                elif isinstance(item, bytes) and key != kept:
                    container[key] = self._decrypt(method, ref, item)
        return top[0]

    def stream(self, data: bytes, ref: Ref, entries: Dictionary, filters: Sequence[tuple[Name, Dictionary]]) -> bytes:
        """A stream's data, decrypted before any filter is undone."""
        return self._decrypt(self._stream_method(entries, filters), ref, data)

    def _stream_method(self, entries: Dictionary, filters: Sequence[tuple[Name, Dictionary]]) -> Method:
        kind = entries.get("Type")
        if kind == "XRef":
            return "Identity"
        for name, parameters in filters:
            if name == "Crypt":
                return self._method(parameters.get("Name") or "Identity")
        if kind == "Metadata" and not self._encrypt_metadata:
            return "Identity"
        return self._methods["EFF" if kind == "EmbeddedFile" else "StmF"]

    def _decrypt(self, method: Method, ref: Ref, data: bytes) -> bytes:
        if method == "Identity":
            return data
        if method == "V2":
            return rc4(self._object_key(ref, b""), data)
        key = self._opened() if method == "AESV3" else self._object_key(ref, b"sAlT")
        plain, in_order = aes_decrypt(key, data)
        if not in_order and not self._lenient:
            raise PdfError(
                f"encrypted data of object {ref.number} does not end as it should; the file is damaged",
                code="ENCRYPTION_DAMAGED",
            )
        return plain

    def _encrypt(self, method: Method, ref: Ref, data: bytes) -> bytes:
        if method == "Identity":
            return data
        if method == "V2":
            return rc4(self._object_key(ref, b""), data)
        key = self._opened() if method == "AESV3" else self._object_key(ref, b"sAlT")
        return aes_encrypt(key, self._iv(ref, data), data)

    def _iv(self, ref: Ref, data: bytes) -> bytes:
        """No dice, so that the same update comes out the same: a pseudorandom function of what is encrypted.

        To who lacks the key it is as good as dice (the construction of SIV, RFC 5297), but for one thing: that two
        strings of one object are the same can be seen.
        """
        place = ref.number.to_bytes(4, "big") + ref.generation.to_bytes(4, "big")
        return hmac.digest(self._opened(), _IV_FOR + place + data, "sha256")[:AES_BLOCK]

    def _object_key(self, ref: Ref, salt: bytes) -> bytes:
        """Algorithm 1: each object has a key of its own."""
        number, generation = ref.number & 0xFFFFFF, ref.generation & 0xFFFF
        told = self._opened() + number.to_bytes(3, "little") + generation.to_bytes(2, "little") + salt
        return hashlib.md5(told, usedforsecurity=False).digest()[: min(len(self._opened()) + 5, 16)]


def is_signature(entries: Dictionary) -> bool:
    """Whether it is a signature dictionary, whose /Contents is not encrypted (ISO 32000-2, 7.6.2)."""
    return "ByteRange" in entries or entries.get("Type") in _SIGNATURES


def resolved(entries: Dictionary, resolve: Callable[[Value], Value]) -> Dictionary:
    """An encryption dictionary without references, as far down as it matters: to the entries of crypt filters."""
    found = {key: resolve(value) for key, value in entries.items()}
    filters = found.get("CF")
    if isinstance(filters, dict):
        named = {name: resolve(value) for name, value in filters.items()}
        found["CF"] = {
            name: {key: resolve(item) for key, item in value.items()} if isinstance(value, dict) else None
            for name, value in named.items()
        }
    return found


def _lock(entries: Dictionary, version: int, revision: int, identifier: bytes, encrypt_metadata: bool) -> Lock:
    def text(key: str, size: int) -> bytes:
        value = entries.get(key)
        if not isinstance(value, bytes):
            raise PdfError(f"the encryption dictionary has no usable /{key}", code="ENCRYPTION_DAMAGED")
        return value[:size].ljust(size, b"\0")  # some writers pad to 127 bytes, others cut zeros off

    permissions, new = entries.get("P"), revision >= 5
    return Lock(
        revision=revision,
        owner=text("O", 48 if new else 32),
        user=text("U", 48 if new else 32),
        owner_key=text("OE", 32) if new else b"",
        user_key=text("UE", 32) if new else b"",
        permissions=int(permissions) if isinstance(permissions, int | float) else 0,  # those of AES-256 are not asked
        identifier=identifier,
        encrypt_metadata=encrypt_metadata,
        key_sizes=_key_sizes(entries, version),
    )


def _key_sizes(entries: Dictionary, version: int) -> list[int]:
    """In bytes: what the dictionary says, as bits or as bytes, then what writers mean who say it wrongly."""
    if version == 1:
        return [5]
    told = [entries.get("Length")]
    filters = entries.get("CF")
    if version == 4 and isinstance(filters, dict):
        named = filters.get(str(entries.get("StmF")))
        told = [128, named.get("Length") if isinstance(named, dict) else None, *told]
    sizes = [value // 8 if value >= 40 else value for value in told if is_integer(value)]
    return list(dict.fromkeys(size for size in [*sizes, 5, 16] if 5 <= size <= 16))


def _told(value: Value) -> str:
    return repr(value)[:40]


def _unsupported(why: str, code: str = "ENCRYPTION_UNSUPPORTED") -> PdfError:
    return PdfError(f"the document is encrypted in a way that cannot be read: {why}", code=code)
