"""HTTP as a Transport: one deadline, bounded answers, bounded redirects, checked addresses, TLS on; on loopback."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

import esign_core as es
from demo import ca
from esign_core.net import async_http_transport, http_timestamper, http_transport, public_address
from tests.conftest import authority_of
from tests.tsa_peers import FROM, UNTIL, private_pem, reply, serving

SECRET = "k3y-t0-the-t0wn"


def get(url: str, **headers: str) -> es.Request:
    return es.Request("GET", url, headers)


def loopback(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_loopback


def echo(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    reply(handler, handler.command.encode() + b" " + handler.path.encode() + b" " + body, headers={"X-Case": "Kept"})


def code_of(call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(es.EsignError) as caught:
        call(*arguments, **options)
    assert SECRET not in str(caught.value) + repr(caught.value)
    return caught.value.code


@contextmanager
def raw_server(*sent: bytes, pause: float = 0.0) -> Iterator[str]:
    """Answers each connection with these pieces, and a pause after each."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def run() -> None:
            listener.settimeout(0.05)
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    continue
                with connection:
                    connection.recv(65_536)
                    for piece in sent:
                        try:
                            connection.sendall(piece)
                        except OSError:
                            break
                        if stop.wait(pause):
                            break

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join(5)


# ---- an exchange -----------------------------------------------------------------------------------------------------


def test_get_and_post_over_one_kept_connection() -> None:
    with serving(echo) as server, http_transport() as transport:
        first = transport(get(server.url + "/a?b=c", **{"X-Own": "value"}))
        second = transport(es.Request("POST", server.url + "/p", {}, b"body \xff"))
        assert (first.status, first.body, first.headers["x-case"]) == (200, b"GET /a?b=c ", "Kept")
        assert second.body == b"POST /p body \xff"
        assert server.requests[0][2]["x-own"] == "value"
        assert server.requests[0][2]["accept-encoding"] == "identity"
        assert len(server.connections) == 1
        transport.close()
        assert transport(get(server.url)).status == 200
        assert len(server.connections) == 2


def test_a_status_is_an_answer_and_a_kept_connection_that_was_closed_opens_anew() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        reply(handler, b"no", 503)
        handler.close_connection = True

    with serving(answer) as server:
        transport = http_transport()
        for number in range(1, 4):
            assert transport(get(server.url)).status == 503
            assert len(server.connections) == number
            time.sleep(0.2)  # the end of the connection has to arrive first


def test_many_threads_share_one_transport() -> None:
    with serving(echo) as server:
        transport = http_transport()
        bodies: list[bytes] = []
        threads = [
            threading.Thread(target=lambda n=n: bodies.append(transport(get(f"{server.url}/{n}")).body))
            for n in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(bodies) == sorted(b"GET /%d " % n for n in range(16))


def test_an_exchange_can_be_awaited() -> None:
    async def run(url: str) -> list[es.Response]:
        exchange = async_http_transport(http_transport())
        return await asyncio.gather(*(exchange(get(f"{url}/{n}")) for n in range(4)))

    with serving(echo) as server:
        assert [answer.body for answer in asyncio.run(run(server.url))] == [b"GET /%d " % n for n in range(4)]


# ---- time and size ---------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "silence": (b"",) * 100,
    "status line": tuple(b"HTTP/1.1 200 OK"[n : n + 1] for n in range(15)) * 10,
    "headers": (HEAD, *(b"X: y\r\n",) * 90),
    "one header": (HEAD, *(b"X",) * 500),
    "body": (HEAD + b"Content-Length: 1000\r\n\r\n", *(b"x",) * 500),
    "body to the end": (HEAD + b"Connection: close\r\n\r\n", *(b"x",) * 500),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *(b"1\r\nx\r\n",) * 500),
    "chunk size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *(b"0",) * 500),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_the_deadline_holds_for_the_whole_answer(drip: str) -> None:
    """Each byte comes in time, and the last one never would: without a deadline for all of it the exchange ends later,
    in another way."""
    with raw_server(*DRIPS[drip], pause=0.05) as url:
        assert code_of(http_transport(deadline=0.4), get(url)) == "HTTP_TIMEOUT"


def test_a_deadline_that_has_passed_is_one() -> None:
    assert code_of(http_transport(deadline=1e-9), get("http://127.0.0.1:9/")) == "HTTP_TIMEOUT"


def test_redirects_share_the_deadline() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        time.sleep(0.15)
        reply(handler, b"", 302, {"Location": "/again"})

    with serving(answer) as server:
        assert code_of(http_transport(deadline=0.4, max_redirects=50), get(server.url)) == "HTTP_TIMEOUT"


@pytest.mark.parametrize("how", [b"Content-Length: 2000000\r\n\r\n", b"Connection: close\r\n\r\n"])
def test_an_answer_is_read_up_to_its_limit(how: bytes) -> None:
    with raw_server(HEAD + how, b"x" * 2_000_000) as url:
        assert code_of(http_transport(max_bytes=1_999_999), get(url)) == "HTTP_TOO_LARGE"
        assert len(http_transport(max_bytes=2_000_000)(get(url)).body) == 2_000_000


@pytest.mark.parametrize(
    "sent",
    [
        (b"",),
        (b"SSH-2.0-OpenSSH\r\n",),
        (HEAD + b"Content-Length: 10\r\n\r\nshort",),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",),
        (HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n",),
        (HEAD + b"X: y\r\n" * 200 + b"\r\n",),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(sent: tuple[bytes, ...]) -> None:
    with raw_server(*sent) as url:
        assert code_of(http_transport(deadline=5), get(url)) == "HTTP_BROKEN"


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert code_of(http_transport(), get(f"http://127.0.0.1:{port}/?key={SECRET}")) == "HTTP_UNREACHABLE"
    assert code_of(http_transport(), get("http://no-such-host.invalid/")) == "HTTP_UNREACHABLE"


# ---- redirects -------------------------------------------------------------------------------------------------------


def redirect(status: int, to: str, times: int = 1) -> Any:
    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        count = int(handler.path.partition("n")[2] or "0")
        if count < times:
            reply(handler, b"", status, {"Location": to.replace("N", str(count + 1))})
        else:
            echo(handler, body)

    return answer


@pytest.mark.parametrize(
    ("status", "seen"), [(301, b"POST"), (302, b"POST"), (303, b"GET"), (307, b"POST"), (308, b"POST")]
)
def test_redirects_are_followed_so_far(status: int, seen: bytes) -> None:
    with serving(redirect(status, "/nN", 3)) as server:
        body = http_transport()(es.Request("POST", server.url, {}, b"query")).body
        assert body == seen + b" /n3 " + (b"query" if seen == b"POST" else b"")
        assert code_of(http_transport(max_redirects=2), get(server.url)) == "HTTP_REDIRECT"
        assert code_of(http_transport(max_redirects=0), get(server.url)) == "HTTP_REDIRECT"


def test_a_loop_of_redirects_ends() -> None:
    with serving(redirect(302, "/", 1000)) as server:
        assert code_of(http_transport(), get(server.url)) == "HTTP_REDIRECT"
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "to", ["ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://[", "/a b", "http://127.0.0.1:99999/"]
)
def test_redirects_to_elsewhere_are_refused(to: str) -> None:
    with serving(redirect(302, to)) as server:
        assert code_of(http_transport(), get(server.url)) == "HTTP_REDIRECT"


def test_another_host_sees_no_credentials() -> None:
    headers = {"Authorization": SECRET, "X-Api-Key": SECRET, "Cookie": SECRET, "Content-Type": "text/x"}
    with serving(echo) as other, serving(redirect(307, other.url + "/n1")) as server:
        assert http_transport()(es.Request("POST", server.url, headers, b"q")).body == b"POST /n1 q"
        assert SECRET in str(server.requests)
        assert SECRET not in str(other.requests)
        assert other.requests[0][2]["content-type"] == "text/x"
    with serving(redirect(307, "/n1")) as server:
        http_transport()(es.Request("POST", server.url, headers, b"q"))
        assert server.requests[1][2]["x-api-key"] == SECRET


# ---- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fc00::1", False),
        ("ff02::1", False), ("::ffff:10.0.0.1", False), ("::ffff:224.0.0.1", False),
        ("::ffff:169.254.169.254", False), ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False), ("2001:0:a00:1::", False), ("::7f00:1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert public_address(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "2130706433"])
def test_private_addresses_can_be_refused(host: str) -> None:
    with serving(echo) as server:
        url = server.url.replace("127.0.0.1", host)
        assert code_of(http_transport(accept=public_address, deadline=3), get(url)) == "HTTP_ADDRESS_REFUSED"
        assert not server.connections


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was checked is what is dialled: the name is resolved once."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        names = {"mixed.example": ["8.8.8.8", "10.0.0.1"], "tsa.example": ["127.0.0.1"]}
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in names[host]]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    assert code_of(http_transport(accept=public_address), get("http://mixed.example/")) == "HTTP_ADDRESS_REFUSED"
    asked.clear()
    with serving(echo) as server:
        url = server.url.replace("127.0.0.1", "tsa.example")
        assert http_transport(accept=loopback)(get(url)).status == 200
        assert server.requests[0][2]["host"] == url.removeprefix("http://")
    assert asked == ["tsa.example"]


def test_a_redirect_leads_to_no_private_address_either(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(redirect(302, "http://10.0.0.1/")) as server:
        assert code_of(http_transport(accept=loopback), get(server.url)) == "HTTP_ADDRESS_REFUSED"


# ---- TLS -------------------------------------------------------------------------------------------------------------


def tls_server(tmp_path: Path, name: str) -> ssl.SSLContext:
    issuer = authority_of("p256").intermediate
    entity = ca.make_signer(
        issuer, FROM, "p256", common_name=name, not_before=FROM, not_after=UNTIL, purposes=(),
        extensions=((x509.SubjectAlternativeName([x509.DNSName(name)]), False),),
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "chain").write_bytes(entity.pem + issuer.pem + private_pem(entity))
    context.load_cert_chain(tmp_path / "chain")
    return context


@pytest.fixture
def roots() -> bytes:
    return authority_of("p256").root.pem


def test_tls_checks_name_and_certificate(tmp_path: Path, roots: bytes) -> None:
    with serving(echo, tls=tls_server(tmp_path, "localhost")) as server:
        named = server.url.replace("127.0.0.1", "localhost")
        transport = http_transport(roots=roots, accept=loopback)
        assert [transport(get(named)).status for _ in range(2)] == [200, 200]
        assert len(server.connections) == 1
        assert code_of(transport, get(server.url)) == "HTTP_TLS"  # the certificate does not name 127.0.0.1
        assert code_of(http_transport(), get(named)) == "HTTP_TLS"  # nor does the system know its root
        given = ssl.create_default_context(cadata=roots.decode())
        assert http_transport(ssl_context=given)(get(named)).status == 200
        assert code_of(http_transport(), get(named.replace("https", "http"))) == "HTTP_BROKEN"
        assert len(server.requests) == 3


def test_tls_is_not_given_up_by_a_redirect(tmp_path: Path, roots: bytes) -> None:
    with serving(echo) as plain, serving(redirect(307, plain.url), tls=tls_server(tmp_path, "localhost")) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert code_of(http_transport(roots=roots), get(url)) == "HTTP_REDIRECT"
        assert not plain.requests


def test_the_deadline_holds_under_tls(tmp_path: Path, roots: bytes) -> None:
    def drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        for _ in range(100):
            handler.wfile.write(b"H")
            time.sleep(0.05)

    with serving(drip, tls=tls_server(tmp_path, "localhost")) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert code_of(http_transport(roots=roots, deadline=0.5), get(url)) == "HTTP_TIMEOUT"
    with raw_server(*(b"\x16",) * 100, pause=0.05) as url:
        assert code_of(http_transport(deadline=0.5), get(url.replace("http", "https"))) in ("HTTP_TIMEOUT", "HTTP_TLS")


# ---- proxies ---------------------------------------------------------------------------------------------------------


def tunnel(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """CONNECT (RFC 9110, 9.3.6) to wherever it says; anything else is answered here."""
    if handler.command != "CONNECT":
        return echo(handler, body)
    host, _, port = handler.path.partition(":")
    with socket.create_connection((host, int(port))) as there:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        back = threading.Thread(target=_pump, args=(there, handler.connection), daemon=True)
        back.start()
        _pump(handler.connection, there)
        back.join(5)
    handler.close_connection = True
    return None


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_proxy_is_asked_for_the_whole_url() -> None:
    with serving(tunnel) as proxy:
        address = proxy.url.replace("http://", f"http://ani:{SECRET}%40@")
        transport = http_transport(proxy=address)
        assert transport(get("http://tsa.example/path?x=1")).body == b"GET http://tsa.example/path?x=1 "
        assert proxy.requests[0][2]["proxy-authorization"].startswith("Basic ")
        assert SECRET not in repr(transport)


def test_tls_goes_through_a_proxy(tmp_path: Path, roots: bytes) -> None:
    with serving(tunnel) as proxy, serving(echo, tls=tls_server(tmp_path, "localhost")) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        with http_transport(proxy=proxy.url, roots=roots) as transport:
            assert transport(get(url + "/p")).body == b"GET /p "
        assert proxy.requests[0][:2] == ("CONNECT", url.removeprefix("https://"))
    refusing = serving(lambda handler, body: reply(handler, b"", 407))
    with refusing as proxy:
        assert code_of(http_transport(proxy=proxy.url), get("https://tsa.example/")) == "HTTP_UNREACHABLE"


# ---- what is refused at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "", "tsa.example", "ftp://tsa.example", "file:///etc/passwd", "http://", "http:///x", f"http://u:{SECRET}@host/",
        f"http://{SECRET}@host/", "http://host:port/", "http://host:99999/", "http://ho st/", "http://host/\r\nX: y",
        "http://höst/", "http://[::1/", "HTTP//x",
    ],
)  # fmt: skip
def test_what_is_no_url(url: str) -> None:
    assert code_of(http_transport(), get(url)) == "URL"
    assert code_of(http_timestamper, url) == "URL"


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X: y": "a"}, {"": "a"}, {"X": "\u20ac"}, {"X": "\0"}])
def test_what_is_no_header(headers: dict[str, str]) -> None:
    assert code_of(http_transport(), es.Request("GET", "http://127.0.0.1:9/", headers)) == "HEADER"


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("TRANSPORT_OPTIONS", {"deadline": 0}),
        ("TRANSPORT_OPTIONS", {"deadline": float("nan")}),
        ("TRANSPORT_OPTIONS", {"max_bytes": 0}),
        ("TRANSPORT_OPTIONS", {"max_redirects": -1}),
        ("TRANSPORT_OPTIONS", {"proxy": "http://p:3128", "accept": public_address}),
        ("URL", {"proxy": f"https://u:{SECRET}@p:3128"}),
        ("URL", {"proxy": f"http://u:{SECRET}@"}),
        ("URL", {"proxy": "p:3128"}),
    ],
)
def test_options_that_make_no_sense(code: str, options: dict[str, Any]) -> None:
    assert code_of(http_transport, **options) == code


def test_a_request_shows_no_header_and_no_body() -> None:
    request = es.Request("POST", "http://127.0.0.1/", {"Authorization": SECRET}, SECRET.encode())
    assert SECRET not in repr(request)


def test_urllib3_is_loaded_when_used_and_its_absence_is_told() -> None:
    code = (
        "import sys, esign_core.net as net, esign_core as es\n"
        "assert 'urllib3' not in sys.modules\n"
        "sys.modules['urllib3'] = None\n"
        "try: net.http_transport()\n"
        "except es.MissingExtra as error: print(error)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert re.search(r"pip install 'esign-core\[http\]'", printed)
