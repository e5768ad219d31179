"""A customer's link: a token that opens it, and what is kept of the token."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from orbit_domain.ids import TelegramId

LinkStamp = NewType("LinkStamp", str)
"""A short name of one link, which opens nothing: what a button that replaces it carries."""

TOKEN_BITS = 192
LINK_PATH = "/s"


def new_token(bits: int) -> str:
    """The token of TOKEN_BITS random *bits*: 32 of the characters that no app escapes in an address."""
    return base64.urlsafe_b64encode(bits.to_bytes(TOKEN_BITS // 8, "big")).decode()


def token_hash(token: str) -> str:
    """What a link is found by, for any text: the database alone opens no link."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def token_purpose(tg_id: TelegramId) -> str:
    """What a customer's token is sealed for: in another customer's row it opens nothing."""
    return f"subscription_links.sealed_token:{tg_id}"


@dataclass(frozen=True, slots=True)
class SubscriptionLink:
    """The one link of a customer. `sealed_token` is its token, encrypted: the customer is shown it again."""

    tg_id: TelegramId
    token_hash: str
    sealed_token: str
    issued_at: datetime

    @property
    def stamp(self) -> LinkStamp:
        """The name of this link: twelve hexadecimal digits."""
        return LinkStamp(self.token_hash[:12])


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where customers' apps reach the shop, without a slash at the end. None: nowhere, so there are no own links."""

    base: str | None

    def link(self, token: str) -> str:
        """The address of the link with this *token*. Raises ValueError when there is no public address."""
        if self.base is None:
            raise ValueError("the shop has no public address")
        return f"{self.base}{LINK_PATH}/{token}"
