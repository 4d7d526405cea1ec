"""Timestamps from authorities that we did not write, over HTTP, judged by others; and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from demo import ca
from esign_core.cli.app import run
from esign_core.net import http_timestamper, http_transport, public_address
from esign_core.pki.timestamp import timestamp_request
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tools
from tests.conftest import NOW, PASSPHRASE, AsyncCountingSigner, CountingSigner, authority_of, corpus_file, signer_of
from tests.tsa_peers import POLICY, Certomancer, Served, TokenMaker, reply, serving, tsa_entity

SECRET = "r4h4s1a-tsa"


def signed_with(tsa: Any, signer: Any, **options: Any) -> es.Signed:
    return es.sign(corpus_file("surat.pdf"), signer, signing_time=NOW, level=es.Level.t(tsa), **options)


def value_and_token(pdf: bytes, facts: es.SigningFacts) -> tuple[bytes, bytes]:
    _, content = tools.signed_bytes_and_cms(pdf, facts)
    (signer,) = asn1_cms.ContentInfo.load(content)["content"]["signer_infos"]
    return signer["signature"].native, signer["unsigned_attrs"][0]["values"][0].dump()


def maker() -> TokenMaker:
    authority = authority_of("rsa")
    return TokenMaker(tsa_entity(authority.intermediate), NOW, embed=(authority.intermediate,))


# ---- real authorities ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hash", ["sha256", "sha512"])
def test_openssl_stamps_and_others_agree(openssl_tsa: Served, key_type: ca.KeyType, hash: es.Hash) -> None:
    scheme: Any = "rsa_pkcs1v15" if key_type == "rsa" else "ecdsa"
    bundle = authority_of(key_type).pkcs12(PASSPHRASE)
    key = Pkcs12Signer.load(bundle, passphrase=PASSPHRASE, mechanism=es.Mechanism(scheme, hash))
    signer, tsa, before = CountingSigner(key), http_timestamper(openssl_tsa.url), len(openssl_tsa.requests)
    signed = signed_with(tsa, signer)
    assert (signer.calls, len(openssl_tsa.requests) - before) == (1, 1)
    assert openssl_tsa.requests[-1][2]["content-type"] == "application/timestamp-query"
    assert signed.facts.level == "PAdES-B-T"
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    assert not tools.qpdf_problems(signed.pdf)
    tsa_authority = authority_of("rsa")
    roots = authority_of(key_type).root.der, tsa_authority.root.der
    assert tools.pyhanko_timestamp(signed.pdf, *roots, NOW) == (True, True)
    value, token = value_and_token(signed.pdf, signed.facts)
    assert tsa.size_hint == len(token)
    assert not tools.openssl_timestamp(token, value, hash, tsa_authority.root.pem, tsa_authority.intermediate.pem)
    assert tools.openssl_timestamp(token, value + b"\0", hash, tsa_authority.root.pem, tsa_authority.intermediate.pem)


def test_certomancer_stamps_and_others_agree(certomancer_tsa: Certomancer, key_type: ca.KeyType) -> None:
    signer, tsa = CountingSigner(signer_of(key_type)), http_timestamper(certomancer_tsa.url)
    signed = signed_with(tsa, signer)
    assert signer.calls == 1
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    roots = authority_of(key_type).root.der, certomancer_tsa.root
    assert tools.pyhanko_timestamp(signed.pdf, *roots, NOW) == (True, True)


def test_one_connection_serves_many_signatures(openssl_tsa: Served, counting: CountingSigner) -> None:
    tsa, before = http_timestamper(openssl_tsa.url), len(openssl_tsa.connections)
    tokens = {value_and_token(*_pair(signed_with(tsa, counting)))[1] for _ in range(3)}
    assert (len(tokens), len(openssl_tsa.connections) - before) == (3, 1)


def _pair(signed: es.Signed) -> tuple[bytes, es.SigningFacts]:
    return signed.pdf, signed.facts


def test_a_second_signature_keeps_the_first(openssl_tsa: Served) -> None:
    tsa = http_timestamper(openssl_tsa.url)
    first = signed_with(tsa, signer_of("rsa"))
    second = es.sign(first.pdf, signer_of("p256"), signing_time=NOW, level=es.Level.t(tsa))
    assert second.pdf.startswith(first.pdf)
    assert tools.pdfsig(second.pdf).count("Signature is Valid") == 2


def test_it_can_be_awaited(openssl_tsa: Served) -> None:
    async def three() -> list[es.Signed]:
        calls = [
            es.asign(corpus_file("surat.pdf"), signer, signing_time=NOW, level=es.Level.t(tsa)) for signer in signers
        ]
        return await asyncio.gather(*calls)

    tsa = http_timestamper(openssl_tsa.url)
    signers = [AsyncCountingSigner(signer_of("rsa")) for _ in range(3)]
    before = len(openssl_tsa.requests)
    for signed in asyncio.run(three()):
        assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    assert [signer.calls for signer in signers] == [1, 1, 1]
    assert len(openssl_tsa.requests) - before == 3


def test_a_policy_is_asked_for(openssl_tsa: Served, counting: CountingSigner) -> None:
    signed = signed_with(http_timestamper(openssl_tsa.url, policy="1.2.3.4.5"), counting)
    _, token = value_and_token(signed.pdf, signed.facts)
    info = asn1_cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert info["policy"].native == "1.2.3.4.5"
    with pytest.raises(es.TimestampError, match="unacceptedPolicy") as caught:
        signed_with(http_timestamper(openssl_tsa.url, policy="1.2.3.4.6"), counting)
    assert (caught.value.code, counting.calls) == ("TIMESTAMP_REFUSED", 2)


def test_junk_is_refused_by_the_authority_in_its_words(openssl_tsa: Served) -> None:
    tsa = http_timestamper(openssl_tsa.url, transport=lambda request: http_transport()(_junk(request)))
    with pytest.raises(es.TimestampError, match="badDataFormat") as caught:
        tsa.timestamp(bytes(32), "sha256")
    assert caught.value.code == "TIMESTAMP_REFUSED"


def _junk(request: es.Request) -> es.Request:
    return es.Request("POST", request.url, request.headers, b"junk")


# ---- the request -----------------------------------------------------------------------------------------------------


@given(nonce=st.integers(0, 2**64 - 1), arcs=st.none() | st.lists(st.integers(0, 2**60), min_size=1, max_size=8))
def test_a_request_is_what_asn1crypto_reads(nonce: int, arcs: list[int] | None) -> None:
    policy = None if arcs is None else "1.3." + ".".join(map(str, arcs))
    request = tsp.TimeStampReq.load(timestamp_request(b"\7" * 48, "sha384", nonce=nonce, policy=policy), strict=True)
    assert request.native["version"] == "v1"
    assert request["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha384"
    assert request["message_imprint"]["hashed_message"].native == b"\7" * 48
    assert (request["nonce"].native, request["cert_req"].native) == (nonce, True)
    assert (request["req_policy"].dotted if policy else None) == policy


@pytest.mark.parametrize(
    "policy",
    [
        "1",
        "1.2.x",
        "3.1",
        "1.2.03",
        "1..2",
        "1.2.",
        "a",
        "1.2 ",
        "1." + "9" * 30,
        "1.40.1",
        "0.40",
        "1.2." + "9" * 20,
        "1.2" + ".1" * 30,
    ],
)
def test_a_policy_that_is_no_identifier(policy: str) -> None:
    with pytest.raises(es.InputError) as caught:
        http_timestamper("http://127.0.0.1:9/", policy=policy)
    assert caught.value.code == "POLICY"


def test_an_imprint_of_another_length() -> None:
    with pytest.raises(es.InputError) as caught:
        http_timestamper("http://127.0.0.1:9/").timestamp(bytes(20), "sha256")
    assert caught.value.code == "IMPRINT"


# ---- faults on the way -----------------------------------------------------------------------------------------------


def stamping(change: Callable[[tsp.TimeStampReq], object]) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    tokens = maker()
    tokens.before = change
    return lambda handler, body: reply(handler, tokens.respond(body))


def _nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = request["nonce"].native ^ 1


def _no_nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = None


def _imprint(request: tsp.TimeStampReq) -> None:
    request["message_imprint"]["hashed_message"] = bytes(32)


def refusing(status: str, **said: Any) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    told = tsp.PKIStatusInfo({"status": status, **said}).dump()
    return lambda handler, body: reply(handler, bytes((0x30, len(told))) + told)  # no token: asn1crypto wants one


def _html(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    reply(handler, b"<html>log in</html>", headers={"Content-Type": "text/html; charset=utf-8"})


def _drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    for _ in range(200):
        handler.wfile.write(b"H")
        time.sleep(0.02)


def _silence(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    time.sleep(1)


FAULTS: dict[str, tuple[Callable[[BaseHTTPRequestHandler, bytes], None], str]] = {
    "another nonce": (stamping(_nonce), "TIMESTAMP_NONCE"),
    "no nonce": (stamping(_no_nonce), "TIMESTAMP_NONCE"),
    "another imprint": (stamping(_imprint), "TIMESTAMP_IMPRINT"),
    "refused": (refusing("rejection", status_string=["no\x07"], fail_info={"time_not_available"}), "TIMESTAMP_REFUSED"),
    "waiting": (refusing("waiting"), "TIMESTAMP_REFUSED"),
    "granted, and nothing in it": (refusing("granted"), "TIMESTAMP_MALFORMED"),
    "500": (lambda handler, body: reply(handler, b"oops", 500), "TSA_STATUS"),
    "401": (lambda handler, body: reply(handler, b"", 401), "TSA_STATUS"),
    "204": (lambda handler, body: reply(handler, b"", 204), "TSA_STATUS"),
    "HTML": (_html, "TSA_ANSWER"),
    "HTML under a false name": (lambda handler, body: reply(handler, b"<html>"), "TIMESTAMP_MALFORMED"),
    "nothing": (lambda handler, body: reply(handler, b""), "TIMESTAMP_MALFORMED"),
    "half of it": (lambda handler, body: reply(handler, maker().respond(body)[:-9]), "TIMESTAMP_MALFORMED"),
    "more than it": (lambda handler, body: reply(handler, maker().respond(body) + b"\0"), "TIMESTAMP_MALFORMED"),
    "the question": (lambda handler, body: reply(handler, body), "TIMESTAMP_MALFORMED"),
    "too much": (lambda handler, body: reply(handler, bytes(2_000_000)), "HTTP_TOO_LARGE"),
    "a drip": (_drip, "HTTP_TIMEOUT"),
    "silence": (_silence, "HTTP_TIMEOUT"),
    "redirects": (lambda handler, body: reply(handler, b"", 307, {"Location": "/"}), "HTTP_REDIRECT"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_the_key_is_used_once(counting: CountingSigner, fault: str) -> None:
    answer, code = FAULTS[fault]
    with serving(answer) as server:
        transport = http_transport(deadline=0.6, max_bytes=1_000_000)
        tsa = http_timestamper(
            f"{server.url}/?key={SECRET}",
            transport=transport,
            username="ani",
            password=SECRET,
            headers={"X-Key": SECRET},
        )
        with pytest.raises(es.EsignError) as caught:
            signed_with(tsa, counting)
        assert isinstance(caught.value, es.TimestampError | es.TransportError)
        assert (caught.value.code, caught.value.retryable) == (code, True)
        assert counting.calls == 1
        assert tsa.size_hint is None
        assert SECRET not in str(caught.value) + repr(caught.value) + repr(tsa)
        assert "\x07" not in str(caught.value)
        assert len(server.requests) == (4 if fault == "redirects" else 1)


def test_another_policy_than_asked_for(counting: CountingSigner) -> None:
    with serving(stamping(lambda request: None)) as server:
        assert signed_with(http_timestamper(server.url, policy=POLICY), counting)
        with pytest.raises(es.TimestampError) as caught:
            signed_with(http_timestamper(server.url, policy="1.2.3"), counting)
    assert (caught.value.code, counting.calls) == ("TIMESTAMP_POLICY", 2)


def test_an_authority_at_a_private_address_can_be_refused(openssl_tsa: Served, counting: CountingSigner) -> None:
    tsa = http_timestamper(openssl_tsa.url, transport=http_transport(accept=public_address))
    before = len(openssl_tsa.requests)
    with pytest.raises(es.TransportError) as caught:
        signed_with(tsa, counting)
    assert (caught.value.code, counting.calls, len(openssl_tsa.requests)) == ("HTTP_ADDRESS_REFUSED", 1, before)


def test_a_transport_of_the_callers_may_fail_in_its_own_way(counting: CountingSigner) -> None:
    def broken(request: es.Request) -> es.Response:
        raise ConnectionError(SECRET)

    with pytest.raises(es.TransportError) as caught:
        signed_with(http_timestamper("http://tsa.example", transport=broken), counting)
    assert (caught.value.code, counting.calls, SECRET in str(caught.value)) == ("TRANSPORT_FAILED", 1, False)


def test_basic_auth_and_headers(counting: CountingSigner) -> None:
    with serving(stamping(lambda request: None)) as server:
        signed_with(http_timestamper(server.url, username="ani", password="ké:y", headers={"X-Own": "1"}), counting)
        headers = server.requests[0][2]
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == "ani:ké:y"
    assert (headers["x-own"], headers["accept"]) == ("1", "application/timestamp-reply")


@pytest.mark.parametrize(("user", "password"), [("a:b", "x"), ("a\n", "x"), ("a", f"{SECRET}\r\nX: y"), ("a", "\x7f")])
def test_basic_auth_that_cannot_be_written(user: str, password: str) -> None:
    with pytest.raises(es.InputError) as caught:
        http_timestamper("https://tsa.example", username=user, password=password)
    assert caught.value.code == "BASIC_AUTH"
    assert SECRET not in str(caught.value)


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "in.pdf").write_bytes(corpus_file("surat.pdf"))
    (tmp_path / "ani.p12").write_bytes(authority_of("p256").pkcs12(PASSPHRASE))
    (tmp_path / "pass").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (tmp_path / "tsapass").write_text(SECRET + "\n")
    return {path.name: str(path) for path in tmp_path.iterdir()} | {"out": str(tmp_path / "out.pdf")}


def esign_sign(files: dict[str, str], *options: str) -> int:
    given = ["--p12", files["ani.p12"], "--passphrase-file", files["pass"], "-o", files["out"]]
    return run(["sign", files["in.pdf"], *given, *options])


def test_the_command_stamps(openssl_tsa: Served, files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert esign_sign(files, "--tsa", openssl_tsa.url, "--tsa-policy", "1.2.3.4.5", "--json") == 0
    assert json.loads(capsys.readouterr().out)["facts"]["level"] == "PAdES-B-T"
    assert "Signature is Valid" in tools.pdfsig(Path(files["out"]).read_bytes())


def test_the_command_reads_the_password_from_a_file_or_the_environment(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(stamping(lambda request: None)) as server:
        named = ("--tsa", server.url, "--tsa-user", "ani")
        assert esign_sign(files, *named, "--tsa-password-file", files["tsapass"]) == 0
        monkeypatch.setenv("ESIGN_TSA_PASSWORD", SECRET)
        assert esign_sign(files, *named) == 0
        sent = [base64.b64decode(request[2]["authorization"][6:]).decode() for request in server.requests]
    assert sent == [f"ani:{SECRET}"] * 2
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--tsa", "http://127.0.0.1:9/"), 5),
        (("--tsa", "tsa.example"), 3),
        (("--tsa", f"http://ani:{SECRET}@127.0.0.1:9/"), 3),
        (("--tsa-policy", "1.2.3"), 2),
        (("--tsa-user", "ani"), 2),
        (("--tsa", "http://127.0.0.1:9/", "--tsa-password-file", "x"), 2),
    ],
)
def test_the_command_says_what_is_wrong(
    files: dict[str, str], options: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert esign_sign(files, *options) == code
    assert not Path(files["out"]).exists()
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("fault", ["500", "another nonce"])
def test_the_command_leaves_nothing_behind_when_the_authority_fails(files: dict[str, str], fault: str) -> None:
    with serving(FAULTS[fault][0]) as server:
        assert esign_sign(files, "--tsa", server.url) == 5
    assert not Path(files["out"]).exists()


def test_the_command_goes_through_the_proxy_of_the_environment(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(stamping(lambda request: None)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert esign_sign(files, "--tsa", "http://tsa.example/path") == 0
        assert proxy.requests[0][1] == "http://tsa.example/path"
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with serving(stamping(lambda request: None)) as server:
            assert esign_sign(files, "--tsa", server.url) == 0
            assert len(server.requests) == len(proxy.requests) == 1
