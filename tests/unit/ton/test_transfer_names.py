"""What customers paste to say which transfer is theirs, in every form that wallets and explorers show."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.transfer_names import TonTransferNames
from orbit_domain.payment.claim import TransferName
from orbit_testing import samples

HASH = bytes(range(200, 232))
HEX = HASH.hex()
STANDARD = base64.b64encode(HASH).decode()
URL_SAFE = base64.urlsafe_b64encode(HASH).decode()
PAYER = TonAddress(0, bytes(range(32)))
BOUNCEABLE = PAYER.friendly(Network.MAINNET, bounceable=True)
PLAIN = PAYER.friendly(Network.MAINNET, bounceable=False)
TESTNET = PAYER.friendly(Network.TESTNET, bounceable=True)
NAMES = TonTransferNames(Network.MAINNET, "ton:mainnet:0:AB")


def value(typed: str, names: TonTransferNames = NAMES) -> str | None:
    """What *typed* names."""
    found = names.read(typed)
    return found.value if found is not None else None


@pytest.mark.parametrize(
    "typed",
    [
        HEX,
        HEX.upper(),
        f"  {HEX}\n",
        STANDARD,
        STANDARD.rstrip("="),
        URL_SAFE,
        URL_SAFE.rstrip("="),
        f"https://tonviewer.com/transaction/{HEX}",
        f"http://tonviewer.com/transaction/{HEX}?section=overview#top",
        f"tonviewer.com/transaction/{URL_SAFE}",
        f"https://www.tonscan.org/tx/{URL_SAFE}",
        f"https://tonscan.org/tx/{quote(STANDARD, safe='')}",
        f"https://TonScan.org/ru/tx/by-msg-hash/{HEX}",
        f"https://toncenter.com/api/v3/transactions?hash={quote(STANDARD, safe='')}&limit=1",
        f"https://explorer.toncoin.org/transaction?account={PLAIN}&lt=47000001000003&hash={HEX}",
    ],
)
def test_a_hash_is_read_in_every_form(typed: str) -> None:
    """Hex, both alphabets of base64, and the links of explorers name the same transaction."""
    assert NAMES.read(typed) == TransferName("ton:mainnet:0:AB", HEX)


@pytest.mark.parametrize(
    "typed",
    [BOUNCEABLE, PLAIN, PAYER.raw, PAYER.raw.lower(), f"https://tonviewer.com/{PLAIN}",
     f"https://tonscan.org/address/{BOUNCEABLE}"],
)  # fmt: skip
def test_a_sender_is_read_in_every_form(typed: str) -> None:
    """Every form of an address names the account, as it is recorded with transfers."""
    assert value(typed) == PAYER.raw


@pytest.mark.parametrize("typed", ["47000001000003", "https://toncenter.com/api/v3/transactions?lt=47000001000003"])
def test_a_logical_time_is_read(typed: str) -> None:
    """The number of a transaction names it."""
    assert value(typed) == "47000001000003"


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "hello", "я заплатил", "12", "-47000001000003", "٤٧٠٠٠٠٠١٠٠٠٠٠٣", "9" * 20,
        HEX[:-1], f"{HEX}0", f"0x{HEX}", f"{HEX} {HEX}", f"{HEX}\u202e", f"\u200b{HEX}", HEX.replace("c", "с"),
        f"https://etherscan.io/tx/0x{HEX}", f"https://tonviewer.com.evil.example/transaction/{HEX}",
        f"https://evil.example/?hash={HEX}", f"https://user@tonviewer.com/transaction/{HEX}",
        f"https://tonviewer.com:8443/transaction/{HEX}", f"ftp://tonviewer.com/transaction/{HEX}",
        f"javascript://tonviewer.com/transaction/{HEX}", "https://[tonviewer.com/", "https://tonviewer.com/",
        f"https://testnet.tonviewer.com/transaction/{HEX}", f"https://tonviewer.com/transaction/{HEX}{'x' * 200}",
        "https://toncenter.com/api/v3/transactions?hash=x", f"https://toncenter.com/?hash={HEX}&hash={HEX}",
        TESTNET, PLAIN[:-1] + ("A" if PLAIN[-1] != "A" else "B"), "1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
        "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", HEX * 64, "\u202e" * 4096, "\0", "🙂" * 50,
    ],
)  # fmt: skip
def test_anything_else_names_nothing(typed: str) -> None:
    """Other chains, other sites, look-alikes, endless and invisible text: nothing is named, nothing breaks."""
    assert NAMES.read(typed) is None


def test_the_test_network_has_names_of_its_own() -> None:
    """A shop on the test network reads its explorers and addresses, and no links of the main network."""
    names = TonTransferNames(Network.TESTNET, "ton:testnet:0:AB")
    assert value(f"https://testnet.tonviewer.com/transaction/{HEX}", names) == HEX
    assert value(TESTNET, names) == PAYER.raw
    assert value(f"https://tonviewer.com/transaction/{HEX}", names) is None


@given(st.text(max_size=300) | st.text("0123456789abcdefABCDEF+/=_-:.?&#%", min_size=40, max_size=210))
def test_no_text_is_an_error(typed: str) -> None:
    """Whatever is typed, reading it never fails; what is read has one of three shapes."""
    found = value(typed)
    assert found is None or len(found) in (64, 66, 67) or found.isdecimal()


def test_a_record_is_named_by_what_is_recorded_and_by_its_trace() -> None:
    """The payer's wallet shows the hash of its own transaction: the trace holds it."""
    raw = json.dumps({"trace_id": STANDARD, "trace_external_hash": None, "trace_external_hash_norm": "odd"})
    record = samples.source_record(raw=raw)
    assert NAMES.of(record) == {record.digest, record.external_id, record.sender, HEX}


@pytest.mark.parametrize("raw", ["", "{", "[]", "1", '"x"', "null", '{"trace_id": 5}', "[" * 100_000])
def test_a_row_without_a_trace_has_its_recorded_names(raw: str) -> None:
    """A row that tells no trace, or can't be read, is named by what is recorded, without a sender too."""
    record = samples.source_record(raw=raw, sender=None)
    assert NAMES.of(record) == {record.digest, record.external_id}
