"""The ciphers of encrypted files (ISO 32000-2, 7.6): RC4 and AES in CBC mode. `cryptography` is loaded when needed."""

from __future__ import annotations

AES_BLOCK = 16  # bytes


def rc4(key: bytes, data: bytes) -> bytes:
    """RC4 both ways, for keys of every length."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher

    try:
        return Cipher(ARC4(key), mode=None).decryptor().update(data)
    except (ValueError, UnsupportedAlgorithm):  # it refuses keys of 88 bits, say, and all where OpenSSL has no RC4
        return own_rc4(key, data)


def own_rc4(key: bytes, data: bytes) -> bytes:
    """RC4 byte by byte, for what `cryptography` refuses."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    result, i, j = bytearray(data), 0, 0
    for at, byte in enumerate(data):
        i = (i + 1) & 0xFF
        first = state[i]
        j = (j + first) & 0xFF
        second = state[j]
        state[i], state[j] = second, first
        result[at] = byte ^ state[(first + second) & 0xFF]
    return bytes(result)


def aes_decrypt(key: bytes, data: bytes) -> tuple[bytes, bool]:
    """Data with its IV in front and PKCS#7 padding behind, and whether all of that was in order.

    Where it was not, whole blocks are decrypted and nothing is cut off, as in qpdf; PDFium drops the last block.
    """
    if not data:
        return b"", True  # an empty string that nobody encrypted
    whole = len(data) - len(data) % AES_BLOCK
    if whole < 2 * AES_BLOCK:
        return b"", len(data) == AES_BLOCK  # the IV of nothing
    plain = aes_cbc(key, data[:AES_BLOCK], data[AES_BLOCK:whole])
    padding = plain[-1]
    if not 1 <= padding <= AES_BLOCK or plain[-padding:] != bytes((padding,)) * padding:
        return plain, False
    return plain[:-padding], whole == len(data)


def aes_encrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Data as `aes_decrypt` takes it."""
    padding = AES_BLOCK - len(data) % AES_BLOCK
    return iv + aes_cbc(key, iv, data + bytes((padding,)) * padding, encrypt=True)


def aes_cbc(key: bytes, iv: bytes, data: bytes, *, encrypt: bool = False) -> bytes:
    """AES in CBC mode over whole blocks, without padding."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))
    return (cipher.encryptor() if encrypt else cipher.decryptor()).update(data)
