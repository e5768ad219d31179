"""The simulated chain's addresses: the raw form inside, the friendly form for people."""

import base64
import binascii


class NoSuchAddress(ValueError):
    """The text is no address."""


def raw_address(text: str) -> str:
    """*text*, raw or friendly, as raw with upper-case digits. Raises NoSuchAddress."""
    workchain, colon, digits = text.partition(":")
    try:
        if colon:
            account = bytes.fromhex(digits)
            number = int(workchain)
        else:
            packed = base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
            account, number = packed[2:34], int.from_bytes(packed[1:2], "big", signed=True)
            if len(packed) != 36 or binascii.crc_hqx(packed, 0):
                raise NoSuchAddress("checksum")
    except (ValueError, binascii.Error):
        raise NoSuchAddress("not an address") from None
    if len(account) != 32 or number not in (0, -1):
        raise NoSuchAddress("not an address")
    return f"{number}:{account.hex().upper()}"


def friendly_address(raw: str, *, testnet: bool, bounceable: bool = False) -> str:
    """*raw* as wallets show it: `0Q…` on the testnet, `UQ…` on the mainnet, unless *bounceable*."""
    workchain, _, digits = raw.partition(":")
    tag = (0x11 if bounceable else 0x51) | (0x80 if testnet else 0)
    packed = bytes([tag, int(workchain) & 0xFF]) + bytes.fromhex(digits)
    return base64.urlsafe_b64encode(packed + binascii.crc_hqx(packed, 0).to_bytes(2, "big")).decode("ascii")
