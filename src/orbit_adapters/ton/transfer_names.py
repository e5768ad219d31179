"""How people name transfers of the TON network: links to explorers, hashes, logical times and addresses."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_domain.payment.claim import RECORDED_NAMES, TYPED_CHARS, TransferName
from orbit_domain.payment.source_record import SourceRecord

_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?", re.ASCII)
_LT = re.compile(r"[1-9][0-9]{5,18}", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_EXPLORERS: Final = ("tonviewer.com", "tonscan.org", "toncenter.com", "explorer.toncoin.org")
_HOSTS: Final[Mapping[Network, frozenset[str]]] = {
    Network.MAINNET: frozenset({*_EXPLORERS, "www.tonviewer.com", "www.tonscan.org"}),
    Network.TESTNET: frozenset(
        {*(f"testnet.{host}" for host in _EXPLORERS[:3]), "test-explorer.toncoin.org", "test.tonviewer.com"}
    ),
}
_QUERY: Final = ("hash", "msg_hash", "tx_hash", "trace_id", "lt")
_TRACE_KEYS: Final = ("trace_id", "trace_external_hash", "trace_external_hash_norm")


class TonTransferNames:
    """The port `TransferNames` for transfers to *source* on *network*, and to *others* there.

    A wallet shows the hash of its own transaction, not of ours: the hashes of the whole trace name a transfer too.
    """

    def __init__(self, network: Network, source: str, others: tuple[str, ...] = ()) -> None:
        self.network = network
        self.source = source
        self.others = others

    def read(self, typed: str) -> TransferName | None:
        """The one transfer or sender that *typed* is: nothing else may stand beside it."""
        text = typed[: TYPED_CHARS + 50].strip()
        if len(text) > TYPED_CHARS or not _PRINTABLE.fullmatch(text):
            return None
        value = _named(text, self.network) or self._linked(text)
        return TransferName(self.source, value, self.others) if value is not None else None

    def of(self, record: SourceRecord) -> frozenset[str]:
        """What is recorded, and the hashes of the trace that the transaction belongs to."""
        return RECORDED_NAMES.of(record) | _trace_hashes(record.raw)

    def _linked(self, text: str) -> str | None:
        """What the link *text* leads to. Links of other networks and other sites lead to nothing."""
        link = _link(text)
        if link is None or link.hostname not in _HOSTS[self.network]:
            return None
        query = parse_qs(link.query)
        for key in _QUERY:
            if len(values := query.get(key, [])) == 1:
                return _transaction(values[0])
        for part in reversed([unquote(part) for part in link.path.split("/") if part]):
            if (value := _named(part, self.network)) is not None:
                return value
        return None


def _link(text: str) -> SplitResult | None:
    """*text* as a web address without user and port; a missing scheme is added, as browsers do."""
    try:
        link = urlsplit(text if "://" in text else f"https://{text}")
        is_plain = link.scheme in ("https", "http") and link.port is None and link.username is None
    except ValueError:
        return None
    return link if is_plain else None


def _named(text: str, network: Network) -> str | None:
    return _transaction(text) or _sender(text, network)


def _transaction(text: str) -> str | None:
    """A hash as lower-case hex digits, or a logical time."""
    if _HEX.fullmatch(text):
        return text.lower()
    return text if _LT.fullmatch(text) else _base64(text)


def _base64(text: str) -> str | None:
    if not _BASE64.fullmatch(text):
        return None
    standard = text.rstrip("=").replace("-", "+").replace("_", "/") + "="
    return base64.b64decode(standard).hex()


def _sender(text: str, network: Network) -> str | None:
    try:
        return TonAddress.parse(text, network).raw
    except AddressError:
        return None


def _trace_hashes(raw: str) -> frozenset[str]:
    """The hashes of the trace in a recorded row, where the index told them."""
    try:
        row = json.loads(raw)
        told = [row.get(key) for key in _TRACE_KEYS]
    except (ValueError, AttributeError, RecursionError):
        return frozenset()
    return frozenset(value for text in told if isinstance(text, str) and (value := _base64(text)) is not None)
