"""Level B-T: one timestamp for each signature, every misfit of a token by its own code, and the key used once."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import tsp
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from demo import ca
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tools
from tests.conftest import (
    NOW,
    PASSPHRASE,
    AsyncCountingSigner,
    CountingSigner,
    authority_of,
    corpus_file,
    judge,
    signer_of,
)
from tests.tsa_peers import FROM, TokenMaker, tsa_entity

OTHER = (x509.ExtendedKeyUsage([ca.TIME_STAMPING, ca.DOCUMENT_SIGNING]), True)
UNCRITICAL = (x509.ExtendedKeyUsage([ca.TIME_STAMPING]), False)


def maker(**changed: Any) -> TokenMaker:
    entity = changed.pop("entity", None) or tsa_entity(authority_of("rsa").intermediate)
    return TokenMaker(entity, **({"at": NOW} | changed))


def of_tsa(**changed: Any) -> ca.Entity:
    return tsa_entity(authority_of("rsa").intermediate, **changed)


def tokens_in(pdf: bytes, facts: es.SigningFacts) -> list[asn1_cms.ContentInfo]:
    """By asn1crypto: what the unsigned attribute signature-time-stamp holds."""
    _, content = tools.signed_bytes_and_cms(pdf, facts)
    (signer,) = asn1_cms.ContentInfo.load(content)["content"]["signer_infos"]
    (attribute,) = signer["unsigned_attrs"]
    assert attribute["type"].native == "signature_time_stamp_token"
    return list(attribute["values"])


@pytest.fixture(scope="module")
def prepared() -> tuple[es.Prepared, bytes, bytes]:
    """A document waiting, its signature value, and a token over that value."""
    signer = signer_of("p256")
    waiting = es.prepare(corpus_file("surat.pdf"), signer, signing_time=NOW)
    value = signer.sign(waiting.tbs)
    return waiting, value, maker().timestamp(hashlib.sha256(value).digest(), "sha256")


# ---- what comes out --------------------------------------------------------------------------------------------------


def test_a_signature_with_a_timestamp_is_valid_to_others(letter: bytes, key_type: ca.KeyType) -> None:
    counting, tsa = CountingSigner(signer_of(key_type)), maker(embed=(authority_of("rsa").intermediate,))
    signed = es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    assert (counting.calls, tsa.calls) == (1, 1)
    assert signed.facts.level == "PAdES-B-T"
    assert signed.pdf.startswith(letter)
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    assert not tools.qpdf_problems(signed.pdf)
    roots = authority_of(key_type).root.der, authority_of("rsa").root.der
    assert tools.pyhanko_timestamp(signed.pdf, *roots, NOW) == (True, True)
    assert judge(signed.pdf, authority_of(key_type)).conclusion.passed


@pytest.mark.parametrize(("hash", "imprint"), [("sha256", "sha256"), ("sha384", "sha384"), ("sha512", "sha512")])
def test_the_imprint_is_as_strong_as_the_signature(letter: bytes, hash: es.Hash, imprint: str) -> None:
    bundle = authority_of("rsa").pkcs12(PASSPHRASE)
    signer = Pkcs12Signer.load(bundle, passphrase=PASSPHRASE, mechanism=es.Mechanism("rsa_pkcs1v15", hash))
    signed = es.sign(letter, signer, signing_time=NOW, level=es.Level.t(maker()))
    (token,) = tokens_in(signed.pdf, signed.facts)
    info = token["content"]["encap_content_info"]["content"].parsed
    _, content = tools.signed_bytes_and_cms(signed.pdf, signed.facts)
    (signer_info,) = asn1_cms.ContentInfo.load(content)["content"]["signer_infos"]
    assert info["message_imprint"]["hash_algorithm"]["algorithm"].native == imprint
    assert (
        info["message_imprint"]["hashed_message"].native
        == hashlib.new(imprint, signer_info["signature"].native).digest()
    )


def test_two_steps_and_a_token_need_no_io_of_ours(letter: bytes, prepared: tuple[es.Prepared, bytes, bytes]) -> None:
    waiting, value, token = prepared
    again = es.Prepared.from_json(waiting.to_json())
    update = es.complete(again, value, timestamp=token)
    assert update == es.complete(waiting, value, timestamp=token)
    assert (update.facts.level, waiting.facts.level) == ("PAdES-B-T", "PAdES-B-B")
    pdf = update.join(letter)
    assert [one.dump() for one in tokens_in(pdf, update.facts)] == [token]
    assert "Signature is Valid" in tools.pdfsig(pdf)
    assert len(pdf) == len(es.complete(waiting, value).join(letter))


def test_a_token_in_ber_is_embedded_as_der(letter: bytes, prepared: tuple[es.Prepared, bytes, bytes]) -> None:
    waiting, value, token = prepared
    assert token[:2] == b"\x30\x82"
    update = es.complete(waiting, value, timestamp=b"\x30\x80" + token[4:] + b"\0\0")
    assert [one.dump() for one in tokens_in(update.join(letter), update.facts)] == [token]


# ---- tokens that do not fit ------------------------------------------------------------------------------------------


def _imprint(name: str) -> Callable[[tsp.TimeStampReq], object]:
    def change(request: tsp.TimeStampReq) -> None:
        request["message_imprint"] = {
            "hash_algorithm": {"algorithm": name},
            "hashed_message": hashlib.new(name).digest(),
        }

    return change


def _content_type(attributes: asn1_cms.CMSAttributes) -> None:
    (attribute,) = (one for one in attributes if one["type"].native == "content_type")
    attribute["values"] = ["data"]


MISFITS: list[tuple[str, dict[str, Any]]] = [
    ("TIMESTAMP_IMPRINT", {"before": _imprint("sha256")}),
    ("TIMESTAMP_ALGORITHM", {"before": _imprint("sha1"), "hash": "sha256"}),
    ("TIMESTAMP_ALGORITHM", {"hash": "sha1"}),
    ("TIMESTAMP_SIGNATURE", {"signed": _content_type}),
    ("TIMESTAMP_KEY_USAGE", {"entity": lambda: of_tsa(extensions=())}),
    ("TIMESTAMP_KEY_USAGE", {"entity": lambda: of_tsa(extensions=(OTHER,))}),
    ("TIMESTAMP_KEY_USAGE", {"entity": lambda: of_tsa(extensions=(UNCRITICAL,))}),
    ("TIMESTAMP_EXPIRED", {"entity": lambda: of_tsa(not_after=NOW - timedelta(seconds=1))}),
    ("TIMESTAMP_NOT_YET_VALID", {"entity": lambda: of_tsa(not_before=NOW + timedelta(seconds=1))}),
]


@pytest.mark.parametrize(("code", "changed"), MISFITS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(MISFITS)])
def test_a_token_that_does_not_fit_is_refused(
    letter: bytes, counting: CountingSigner, code: str, changed: dict[str, Any]
) -> None:
    tsa = maker(**{name: value() if name == "entity" else value for name, value in changed.items()})
    with pytest.raises(es.TimestampError) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    assert caught.value.code == code
    assert (counting.calls, tsa.calls) == (1, 1)


def test_the_bounds_of_the_certificate_are_inside(letter: bytes, counting: CountingSigner) -> None:
    entity = of_tsa(not_before=NOW, not_after=NOW)
    assert es.sign(letter, counting, signing_time=NOW, level=es.Level.t(maker(entity=entity))).pdf


def _without_certificates(token: asn1_cms.ContentInfo) -> None:
    token["content"]["certificates"] = []


def _with_a_twin(token: asn1_cms.ContentInfo) -> None:
    """Same key, name and serial number, so that the signature fits; another certificate."""
    twin = of_tsa(not_before=FROM + timedelta(days=1))
    token["content"]["certificates"] = [asn1_cms.CertificateChoices.load(twin.der)]


def _with_another_info(token: asn1_cms.ContentInfo) -> None:
    info = token["content"]["encap_content_info"]["content"].parsed.copy()
    info["serial_number"] = info["serial_number"].native ^ 1
    token["content"]["encap_content_info"]["content"] = asn1_cms.ParsableOctetString(info.dump(force=True))


def _with_another_value(token: asn1_cms.ContentInfo) -> None:
    signer = token["content"]["signer_infos"][0]
    signer["signature"] = bytes(len(signer["signature"].native))


def _without_reference(token: asn1_cms.ContentInfo) -> None:
    signer = token["content"]["signer_infos"][0]
    signer["signed_attrs"] = [one for one in signer["signed_attrs"] if one["type"].native != "signing_certificate"]


def _with_two_signers(token: asn1_cms.ContentInfo) -> None:
    token["content"]["signer_infos"].append(token["content"]["signer_infos"][0].copy())


def _with_no_signed_attributes(token: asn1_cms.ContentInfo) -> None:
    token["content"]["signer_infos"][0]["signed_attrs"] = None


def _of_another_kind(token: asn1_cms.ContentInfo) -> None:
    token["content"]["encap_content_info"]["content_type"] = "data"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("TIMESTAMP_CERTIFICATE", _without_certificates),
        ("TIMESTAMP_CERTIFICATE", _with_a_twin),
        ("TIMESTAMP_CERTIFICATE", _without_reference),
        ("TIMESTAMP_SIGNATURE", _with_another_info),
        ("TIMESTAMP_SIGNATURE", _with_another_value),
        ("TIMESTAMP_CERTIFICATE", _with_no_signed_attributes),
        ("TIMESTAMP_MALFORMED", _with_two_signers),
        ("TIMESTAMP_MALFORMED", _of_another_kind),
    ],
)
def test_a_token_that_was_changed_is_refused(
    prepared: tuple[es.Prepared, bytes, bytes], code: str, change: Callable[[asn1_cms.ContentInfo], None]
) -> None:
    waiting, value, token = prepared
    changed = asn1_cms.ContentInfo.load(token)
    change(changed)
    with pytest.raises(es.TimestampError) as caught:
        es.complete(waiting, value, timestamp=changed.dump(force=True))
    assert caught.value.code == code


def test_what_is_no_token_is_refused(prepared: tuple[es.Prepared, bytes, bytes]) -> None:
    waiting, value, token = prepared
    own = tools.signed_bytes_and_cms(es.complete(waiting, value).join(corpus_file("surat.pdf")), waiting.facts)[1]
    deep = b"\x30\x80" * 5000
    for junk in (b"", b"\0", token[:-1], token + b"\0", token * 2, own, b"<html>", deep, bytes(5 * 1024 * 1024)):
        with pytest.raises(es.TimestampError) as caught:
            es.complete(waiting, value, timestamp=junk)
        assert caught.value.code == "TIMESTAMP_MALFORMED"


def test_a_wrong_value_is_refused_before_the_authority_is_asked(letter: bytes) -> None:
    @dataclass
    class Wrong(CountingSigner):
        def sign(self, tbs: es.ToBeSigned, /) -> bytes:
            return super().sign(replace(tbs, data=tbs.data + b"\0"))

    tsa = maker()
    with pytest.raises(es.SignerError):
        es.sign(letter, Wrong(signer_of("p256")), signing_time=NOW, level=es.Level.t(tsa))
    assert tsa.calls == 0


@settings(max_examples=300)
@given(data=st.data())
def test_no_token_brings_anything_but_our_errors(
    data: st.DataObject, prepared: tuple[es.Prepared, bytes, bytes]
) -> None:
    waiting, value, token = prepared
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + data.draw(st.binary(min_size=1, max_size=3)) + token[at + data.draw(st.integers(0, 3)) :]
    try:
        update = es.complete(waiting, value, timestamp=changed)
    except es.TimestampError as error:
        assert error.code.startswith("TIMESTAMP_")
    else:
        assert update.facts.level == "PAdES-B-T"


# ---- timestampers that misbehave -------------------------------------------------------------------------------------


@dataclass
class Faulty:
    """A timestamper of which one thing is wrong."""

    outcome: Any
    hint: Any = None
    asked: list[bytes] = field(default_factory=list)

    @property
    def size_hint(self) -> Any:
        if isinstance(self.hint, Exception):
            raise self.hint
        return self.hint

    def timestamp(self, imprint: bytes, hash: es.Hash, /) -> Any:
        self.asked.append(imprint)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("tsa", "kind", "code"),
    [
        (Faulty(OSError("no route")), es.TimestampError, "TIMESTAMPER_FAILED"),
        (Faulty(StopIteration()), es.TimestampError, "TIMESTAMPER_FAILED"),
        (Faulty(es.TransportError("later")), es.TransportError, "TRANSPORT"),
        (Faulty(None), es.TimestampError, "TIMESTAMPER_FAILED"),
        (Faulty("text"), es.TimestampError, "TIMESTAMPER_FAILED"),
        (Faulty(b""), es.TimestampError, "TIMESTAMP_MALFORMED"),
    ],
)
def test_whatever_a_timestamper_does_is_an_error_of_ours(
    letter: bytes, counting: CountingSigner, tsa: Faulty, kind: type[es.EsignError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    assert caught.value.code == code
    assert counting.calls == len(tsa.asked) == 1
    tsa.asked.clear()
    late = AsyncCountingSigner(signer_of("p256"))
    with pytest.raises(kind) as caught:
        asyncio.run(es.asign(letter, late, signing_time=NOW, level=es.Level.t(tsa)))
    assert caught.value.code == code
    assert late.calls == len(tsa.asked) == 1


@pytest.mark.parametrize("hint", ["12", -1, ValueError("?"), 1.5])
def test_a_size_hint_that_is_none_costs_no_signature(letter: bytes, counting: CountingSigner, hint: Any) -> None:
    with pytest.raises(es.TimestampError) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(Faulty(b"", hint)))
    assert (caught.value.code, counting.calls) == ("TIMESTAMPER_FAILED", 0)


def test_a_size_hint_that_fails_with_an_error_of_ours_keeps_it(letter: bytes, counting: CountingSigner) -> None:
    late = es.TransportError("later")
    with pytest.raises(es.TransportError) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(Faulty(b"", late)))
    assert (caught.value, counting.calls) == (late, 0)


def test_an_absurd_size_hint_is_over_the_limit(letter: bytes, counting: CountingSigner) -> None:
    with pytest.raises(es.LimitExceeded) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(Faulty(b"", 10**12)))
    assert (caught.value.limit, counting.calls) == ("cms_bytes", 0)


# ---- room ------------------------------------------------------------------------------------------------------------


def large(**changed: Any) -> TokenMaker:
    """Tokens of about 30 kB."""
    root = authority_of("rsa").root
    embed = tuple(of_tsa(serial=number, key_type="p256") for number in range(1, 46))
    return maker(embed=(authority_of("rsa").intermediate, root, *embed), **changed)


def test_a_token_too_large_is_told_with_both_sizes_and_the_key_is_used_once(
    letter: bytes, counting: CountingSigner
) -> None:
    tsa = large()
    with pytest.raises(es.SpaceExceeded) as caught:
        es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    assert (counting.calls, tsa.calls) == (1, 1)
    assert (caught.value.reserved, caught.value.needed > 30_000) == (16_384, True)
    needed = caught.value.needed + 8  # a serial number and an ECDSA value differ in length
    signed = es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa), reserve=needed)
    assert (counting.calls, tsa.calls) == (2, 2)
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)


def test_signing_twice_is_done_where_it_was_allowed(letter: bytes, counting: CountingSigner) -> None:
    tsa = large()
    signed = es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa), may_sign_twice=True)
    assert (counting.calls, tsa.calls) == (2, 2)
    assert signed.facts.level == "PAdES-B-T"
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    assert es.sign(letter, counting, signing_time=NOW, level=es.Level.t(maker()), may_sign_twice=True)
    assert counting.calls == 3


def test_a_size_hint_asks_for_the_room(letter: bytes, counting: CountingSigner) -> None:
    tsa = large()
    tsa.size_hint = len(tsa.timestamp(bytes(32), "sha256"))
    signed = es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    assert counting.calls == 1
    first, length, second, _ = signed.facts.byte_range
    assert tsa.size_hint < (second - first - length) // 2 < tsa.size_hint + 8_000
    tsa = maker(size_hint=2_000)
    signed = es.sign(letter, counting, signing_time=NOW, level=es.Level.t(tsa))
    _, length, second, _ = signed.facts.byte_range
    assert second - length == 2 * 16_384 + 2


# ---- await -----------------------------------------------------------------------------------------------------------


@dataclass
class AsyncMaker:
    maker: TokenMaker
    size_hint: int | None = None

    async def atimestamp(self, imprint: bytes, hash: es.Hash, /) -> bytes:
        await asyncio.sleep(0)
        return self.maker.timestamp(imprint, hash)


def test_signing_can_be_awaited(letter: bytes) -> None:
    signer, tsa = AsyncCountingSigner(signer_of("rsa")), AsyncMaker(maker())
    signed = asyncio.run(es.asign(letter, signer, signing_time=NOW, level=es.Level.t(tsa)))
    assert (signer.calls, tsa.maker.calls, signed.facts.level) == (1, 1, "PAdES-B-T")
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    plain = asyncio.run(es.asign(letter, signer, signing_time=NOW))
    assert plain == es.sign(letter, signer_of("rsa"), signing_time=NOW)


def test_a_timestamper_that_blocks_does_not_block_the_loop(letter: bytes) -> None:
    threads = []

    class Noting(TokenMaker):
        def timestamp(self, imprint: bytes, hash: es.Hash, /) -> bytes:
            threads.append(threading.current_thread())
            return super().timestamp(imprint, hash)

    tsa = Noting(of_tsa(), NOW)
    signer = AsyncCountingSigner(signer_of("p256"))
    assert asyncio.run(es.asign(letter, signer, signing_time=NOW, level=es.Level.t(tsa))).facts.level == "PAdES-B-T"
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def test_who_is_awaited_belongs_to_asign_and_who_is_not_to_sign(letter: bytes) -> None:
    late, plain = AsyncCountingSigner(signer_of("p256")), CountingSigner(signer_of("p256"))
    for call in (
        lambda: es.sign(letter, late, signing_time=NOW),
        lambda: es.sign(letter, plain, signing_time=NOW, level=es.Level.t(AsyncMaker(maker()))),
        lambda: asyncio.run(es.asign(letter, plain, signing_time=NOW)),  # type: ignore[arg-type]
        lambda: asyncio.run(es.asign(letter, late, signing_time=NOW, level=es.Level.t(object()))),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError) as caught:
            call()
        assert isinstance(caught.value, es.EsignError)
        assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)
    assert (late.calls, plain.calls) == (0, 0)


def test_what_asign_cannot_foresee_is_ours_too_and_a_wrong_call_is_a_type_error(letter: bytes) -> None:
    class Broken(AsyncCountingSigner):
        @property
        def chain(self) -> Any:
            raise KeyError("broken")

    with pytest.raises(es.EsignError) as caught:
        asyncio.run(es.asign(letter, Broken(signer_of("p256")), signing_time=NOW))
    assert caught.value.code == "INTERNAL"
    with pytest.raises(TypeError):
        asyncio.run(es.asign(letter))  # type: ignore[call-arg]


def test_cancelling_passes(letter: bytes) -> None:
    class Stuck(AsyncCountingSigner):
        async def asign(self, tbs: es.ToBeSigned, /) -> bytes:
            self.calls += 1
            await asyncio.sleep(3600)
            return b""

    async def run() -> None:
        task = asyncio.create_task(es.asign(letter, stuck, signing_time=NOW))
        while not stuck.calls:
            await asyncio.sleep(0.001)
        task.cancel()
        await task

    stuck = Stuck(signer_of("p256"))
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (KeyError("slot"), "SIGNER_FAILED"),
        (None, "SIGNER_FAILED"),
        (es.SignerUnavailable("later"), "SIGNER_UNAVAILABLE"),
    ],
)
def test_whatever_an_awaited_signer_does_is_a_signer_error(letter: bytes, outcome: Any, code: str) -> None:
    class Faulted(AsyncCountingSigner):
        async def asign(self, tbs: es.ToBeSigned, /) -> Any:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    tsa = maker()
    with pytest.raises(es.SignerError) as caught:
        asyncio.run(es.asign(letter, Faulted(signer_of("p256")), signing_time=NOW, level=es.Level.t(tsa)))
    assert (caught.value.code, tsa.calls) == (code, 0)
