"""From a password to a file's key: the standard security handler, revisions 2 to 6 (ISO 32000-2, 7.6.4).

No function here puts a password or a key into a message, and no class shows one in its repr.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from esign_core.pdf import text_encoding
from esign_core.pdf.ciphers import aes_cbc, rc4

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_LONGEST_OLD, _LONGEST_NEW = 32, 127  # bytes of a password that count
_NO_IV = bytes(16)


@dataclass(frozen=True, slots=True)
class Lock:
    """What an encryption dictionary says about passwords.

    `key_sizes`: the lengths in bytes that the key may have, to be tried in this order: files do not say it reliably.
    `identifier`: the first half of the trailer's /ID.
    """

    revision: int
    owner: bytes = field(repr=False)
    user: bytes = field(repr=False)
    owner_key: bytes = field(repr=False)
    user_key: bytes = field(repr=False)
    permissions: int
    identifier: bytes
    encrypt_metadata: bool
    key_sizes: Sequence[int]

    def key(self, password: str | None) -> bytes | None:
        """The file's key, for the empty password or the one given, as user or as owner; None where neither fits."""
        for candidate in dict.fromkeys([b"", *_spellings(password or "", self.revision)]):
            key = self._new_key(candidate) if self.revision >= 5 else self._old_key(candidate)
            if key is not None:
                return key
        return None

    # ---- revisions 2 to 4: MD5 and RC4

    def _old_key(self, password: bytes) -> bytes | None:
        padded = (password + _PADDING)[:_LONGEST_OLD]
        for size in self.key_sizes:
            key = self._user_key_of(padded, size)
            if key is None:
                key = self._user_key_of(self._user_password(padded, size), size)
            if key is not None:
                return key
        return None

    def _user_key_of(self, padded: bytes, size: int) -> bytes | None:
        """Algorithms 2, 4, 5 and 6: the key when /U confirms it."""
        told = padded + self.owner + (self.permissions & 0xFFFFFFFF).to_bytes(4, "little") + self.identifier
        if self.revision >= 4 and not self.encrypt_metadata:
            told += b"\xff\xff\xff\xff"
        key = _md5(told)
        if self.revision == 2:
            key = key[:size]
            return key if rc4(key, _PADDING) == self.user else None
        for _ in range(50):
            key = _md5(key[:size])
        key = key[:size]
        check = _md5(_PADDING + self.identifier)
        for step in range(20):
            check = rc4(_xor(key, step), check)
        return key if check == self.user[:16] else None

    def _user_password(self, padded: bytes, size: int) -> bytes:
        """Algorithm 7: the padded user password that /O holds for this owner password."""
        key = _md5(padded)
        if self.revision == 2:
            return rc4(key[:size], self.owner)
        for _ in range(50):
            key = _md5(key)
        password = self.owner
        for step in reversed(range(20)):
            password = rc4(_xor(key[:size], step), password)
        return password

    # ---- revisions 5 and 6: SHA-2 and AES-256

    def _new_key(self, password: bytes) -> bytes | None:
        """Algorithm 2.A: the key that /UE or /OE holds for this password."""
        for check, held, more in ((self.user, self.user_key, b""), (self.owner, self.owner_key, self.user)):
            if self._hash(password, check[32:40], more) == check[:32]:
                return aes_cbc(self._hash(password, check[40:48], more), _NO_IV, held)
        return None

    def _hash(self, password: bytes, salt: bytes, more: bytes) -> bytes:
        """Algorithm 2.B; of revision 5 its first line alone. Ends by itself: after 287 rounds at the latest."""
        digest = hashlib.sha256(password + salt + more).digest()
        if self.revision == 5:
            return digest
        done, last = 0, 0
        while done < 64 or last > done - 32:
            text = aes_cbc(digest[:16], digest[16:32], 64 * (password + digest + more), encrypt=True)
            name = ("sha256", "sha384", "sha512")[int.from_bytes(text[:16], "big") % 3]
            digest = hashlib.new(name, text).digest()
            done, last = done + 1, text[-1]
        return digest[:32]


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _xor(key: bytes, value: int) -> bytes:
    return bytes(byte ^ value for byte in key)


def _spellings(password: str, revision: int) -> Iterator[bytes]:
    """The bytes that a password may have been turned into, those of the standard first."""
    if revision >= 5:
        spelled, longest = [_encoded(_prepared(password), "utf-8"), _encoded(password, "utf-8")], _LONGEST_NEW
    else:
        spelled = [text_encoding.encode(password), _encoded(password, "latin-1"), _encoded(password, "utf-8")]
        longest = _LONGEST_OLD
    return (raw[:longest] for raw in spelled if raw is not None)


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:  # it would show the password if it went on
        return None


def _prepared(password: str) -> str:
    """SASLprep (RFC 4013) without its refusals: whether a password is right is found out by trying it."""
    if password.isascii():
        return password
    import stringprep
    import unicodedata

    kept = (character for character in password if not stringprep.in_table_b1(character))
    mapped = (" " if stringprep.in_table_c12(character) else character for character in kept)
    return unicodedata.normalize("NFKC", "".join(mapped))
