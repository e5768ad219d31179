"""TON addresses: every valid form gives one account, every other text is refused."""

import base64
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytoniq_core import Address as OracleAddress

from orbit_adapters.ton.address import AddressError, Network, TonAddress

USDT = "EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs"
USDT_RAW = "0:B113A994B5024A16719F69139328EB759596C38A25F59028B146FECDC3621DFE"


def test_1500_addresses_agree_with_the_oracle() -> None:
    """Ours and the oracle's forms are the same characters, and each of ours parses back to its account."""
    rng = random.Random(5)
    for _ in range(1500):
        address = TonAddress(rng.choice((0, -1)), rng.randbytes(32))
        oracle = OracleAddress((address.workchain, address.account))
        network, bounceable = rng.choice(tuple(Network)), rng.random() < 0.5
        friendly = address.friendly(network, bounceable=bounceable)
        assert friendly == oracle.to_str(
            is_user_friendly=True, is_bounceable=bounceable, is_test_only=network is Network.TESTNET
        )
        assert address.raw == oracle.to_str(is_user_friendly=False).upper()
        standard = friendly.replace("-", "+").replace("_", "/")
        for text in (friendly, standard, address.raw, address.raw.lower()):
            assert TonAddress.parse(text, network) == address


def test_the_forms_for_people_begin_as_wallets_show_them() -> None:
    """UQ keeps coins at a new wallet, EQ may return them; 0Q and kQ are theirs on the testnet."""
    address = TonAddress.parse(USDT, Network.MAINNET)
    assert address.raw == USDT_RAW
    assert address.friendly(Network.MAINNET, bounceable=True) == USDT
    assert address.friendly(Network.MAINNET, bounceable=False)[:2] == "UQ"
    assert address.friendly(Network.TESTNET, bounceable=True)[:2] == "kQ"
    assert address.friendly(Network.TESTNET, bounceable=False)[:2] == "0Q"


def test_a_testnet_address_is_refused_on_the_mainnet() -> None:
    """Coins of the testnet are worth nothing, so its addresses never enter a real shop; the reverse is harmless."""
    testnet = TonAddress.parse(USDT, Network.MAINNET).friendly(Network.TESTNET, bounceable=False)
    with pytest.raises(AddressError, match="testnet"):
        TonAddress.parse(testnet, Network.MAINNET)
    assert TonAddress.parse(testnet, Network.TESTNET).raw == USDT_RAW
    assert TonAddress.parse(USDT, Network.TESTNET).raw == USDT_RAW


def test_every_mistyped_character_is_noticed() -> None:
    """Replacing any one character of a friendly address by any other is refused; `/` is `_` in the other alphabet."""
    for at in range(len(USDT)):
        for char in "AZaz09-_+/ ":
            if char.replace("/", "_") != USDT[at]:
                with pytest.raises(AddressError):
                    TonAddress.parse(USDT[:at] + char + USDT[at + 1 :], Network.MAINNET)


def tagged(tag: int, workchain: int = 0, length: int = 32) -> str:
    """A friendly address with a right checksum and anything else wrong."""
    packed = bytes([tag, workchain & 0xFF]) + bytes(length)
    crc = 0
    for byte in packed:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return base64.urlsafe_b64encode(packed + crc.to_bytes(2, "big")).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        USDT + "\n",
        " " + USDT,
        USDT[:-1],
        USDT + "A",
        USDT_RAW + "\n",
        "+" + USDT_RAW,
        "-0:" + "A" * 64,
        "1:" + "A" * 64,
        "999:" + "A" * 64,
        "٠:" + "A" * 64,  # an Arabic zero
        "0:" + "A" * 62,
        "0:" + "A" * 66,
        "0:" + "G" * 64,
        "0:" + "٣" * 64,
        tagged(0x12),
        tagged(0x00),
        tagged(0x11, workchain=1),
        tagged(0x11, length=31),
        tagged(0x11, length=33),
        "UQ" + "+-" * 23,
        "\0" * 48,
    ],
)
def test_an_almost_valid_address_is_refused(text: str) -> None:
    """Lenient parsers accept these texts; money sent to them would be lost."""
    with pytest.raises(AddressError):
        TonAddress.parse(text, Network.MAINNET)


def test_the_hand_made_address_is_right_when_nothing_is_wrong() -> None:
    """The helper of the test above makes valid addresses, so what it refuses is refused for its reason."""
    assert TonAddress.parse(tagged(0x51), Network.MAINNET) == TonAddress(0, bytes(32))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=70))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """Parsing is total: any text gives an address or AddressError."""
    with suppress(AddressError):
        assert isinstance(TonAddress.parse(text, Network.TESTNET), TonAddress)


@pytest.mark.parametrize(("workchain", "account"), [(1, bytes(32)), (0, bytes(31)), (-2, bytes(32)), (0, b"")])
def test_an_impossible_account_cannot_be_made(workchain: int, account: bytes) -> None:
    """An invalid account can't be created."""
    with pytest.raises(AddressError):
        TonAddress(workchain, account)
