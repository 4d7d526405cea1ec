"""The one room that dials: HTTP (extra `http`) as a Transport, and timestamp authorities over it (RFC 3161, 3.4).

from esign_core.net import http_timestamper

level = es.Level.t(http_timestamper("https://tsa.example/rfc3161"))
"""

from esign_core.net.addresses import public_address as public_address
from esign_core.net.exchange import HttpTransport as HttpTransport
from esign_core.net.exchange import async_http_transport as async_http_transport
from esign_core.net.exchange import http_transport as http_transport
from esign_core.net.timestamper import HttpTimestamper as HttpTimestamper
from esign_core.net.timestamper import http_timestamper as http_timestamper
