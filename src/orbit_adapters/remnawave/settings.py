"""Settings of one Remnawave panel."""

import json
import re
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator


def _plain_url(url: str) -> str:
    """*url* without a trailing slash. Raises ValueError unless it is http(s) with a host and without credentials."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address such as https://panel.example.com")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must hold no user name, password, query or fragment")
    return url.rstrip("/")


def _one_line(secret: SecretStr) -> SecretStr:
    """*secret* if it can stand in a header. Raises ValueError."""
    text = secret.get_secret_value()
    if not (text and text.isascii() and text.isprintable()):
        raise ValueError("must be one line of printable ASCII characters")
    return secret


def _from_json(given: object) -> object:
    """What a file or a prompt gives is a text: an object of JSON. Raises ValueError, which quotes nothing of it."""
    with suppress(ValueError, RecursionError):
        pairs = json.loads(given) if isinstance(given, str) else given
        if isinstance(pairs, dict) and all(isinstance(value, str | SecretStr) for value in pairs.values()):
            return pairs
    raise ValueError('must be JSON such as {"X-Api-Key": "its value"}')


def _sendable(pairs: dict[str, SecretStr]) -> dict[str, SecretStr]:
    """*pairs* if they can stand in a request. The names may be secret too, so the ValueError names none."""
    if not all(map(_NAME.fullmatch, pairs)):
        raise ValueError("has a name that isn't one of a header")
    for value in pairs.values():
        _one_line(value)
    return pairs


def _new_secret() -> SecretStr:
    return SecretStr(token_urlsafe(32))


_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
BaseUrl = Annotated[str, AfterValidator(_plain_url)]
SecretPairs = Annotated[dict[str, SecretStr], BeforeValidator(_from_json), AfterValidator(_sendable)]


class SquadSettings(BaseModel):
    """The owner's settings of one internal squad: `capacity` is in users; None means unlimited.

    An excluded squad gets no new keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: str | None = None
    capacity: int | None = Field(default=None, ge=0)
    excluded: bool = False


class RemnawaveConnection(BaseModel):
    """How the owner says a panel is reached: its address, our API token, its squads.

    `secret` is ours alone: subscription ids and passwords of accounts are derived from it, so that a lost account comes
    back under the same links. It is made up once for each panel, unless the owner brings one of his own. Whoever
    changes it keeps the links of accounts that exist, and loses those of accounts that have to be made again.
    `headers` and `cookies` are for what stands in front of the panel. `squads` is keyed by the squad's name there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: BaseUrl = Field(description="The panel's address.", examples=["https://panel.example.org"])
    token: Annotated[SecretStr, AfterValidator(_one_line)] = Field(
        description="An API token of the panel; the owner's guide lists its scopes."
    )
    secret: SecretStr = Field(
        default_factory=_new_secret, min_length=32, description="What links are derived from; made up if not given."
    )
    headers: SecretPairs = Field(
        default_factory=dict, description="JSON of headers that what stands before the panel wants."
    )
    cookies: SecretPairs = Field(default_factory=dict, description="JSON of cookies that it wants.")
    verify_tls: bool = Field(True, description="Whether its certificate must be good.")
    ca_file: Path | None = Field(
        None, description="A certificate to trust when no public authority has signed its own."
    )
    subscription_base_url: BaseUrl | None = Field(
        None, description="What customers' links begin with, if not what the panel says."
    )
    squads: dict[str, SquadSettings] = Field(
        default_factory=dict,
        description="What you say of internal squads, by their names.",
        examples=['{"Helsinki": {"region": "eu", "capacity": 500}}'],
    )

    @model_validator(mode="after")
    def _keeps_its_secret(self) -> Self:
        # Only what was given is stored, and the next start must not make up another one.
        self.model_fields_set.add("secret")
        return self


class RemnawaveSettings(RemnawaveConnection):
    """One panel, with its name in the shop. Times are in seconds.

    `attempts` is how often a harmless request is sent.
    """

    panel_id: str = Field(min_length=1)
    timeout_s: float = Field(default=10, gt=0)
    in_flight: int = Field(default=4, ge=1)
    attempts: int = Field(default=3, ge=1)
