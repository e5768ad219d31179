"""Why a connection to a panel failed, in words that name a next step."""

import socket
import ssl
from collections.abc import Iterator

import httpx

_CERTIFICATE = "its certificate isn't trusted ({}): use the name it was made for, or set ORBIT_PANEL_CA_FILE (ca_file)"
_NAMES: dict[type[BaseException], str] = {
    httpx.UnsupportedProtocol: "the address is neither http nor https",
    httpx.RemoteProtocolError: "it closed the connection or doesn't speak http: https instead of http, or another port",
    httpx.ReadError: "it cut the connection before the answer was complete",
    httpx.WriteError: "it cut the connection before the request was complete",
    httpx.DecodingError: "the answer is far too long or can't be decoded",
}


def in_words(error: BaseException) -> str:
    """The cause of *error*: the name, the refusal, the encryption or the certificate. Never what was sent."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE.format(cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return "it doesn't speak TLS as it should: is it http instead of https, or another port?"
        if isinstance(cause, socket.gaierror):
            return "its name can't be resolved: check the name and the DNS of this machine"
        if isinstance(cause, ConnectionRefusedError):
            return "it refuses the connection: nothing listens on that port"
        if isinstance(cause, ConnectionResetError):
            return "it reset the connection"
    system = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), None)
    return system or _NAMES.get(type(error), type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """*error*, what it was raised from, and the members of groups: one connection tries several addresses."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [one for one in (cause.__cause__, cause.__context__) if one is not None]
        waiting += getattr(cause, "exceptions", ())
