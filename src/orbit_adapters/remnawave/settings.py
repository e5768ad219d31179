"""Settings of one Remnawave panel."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


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


BaseUrl = Annotated[str, AfterValidator(_plain_url)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
HeaderValue = Annotated[SecretStr, AfterValidator(_one_line)]


class SquadSettings(BaseModel):
    """The owner's settings of one internal squad: `capacity` is in users; None means unlimited.

    An excluded squad gets no new keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: str | None = None
    capacity: int | None = Field(default=None, ge=0)
    excluded: bool = False


class RemnawaveSettings(BaseModel):
    """One panel: its address, our API token, its squads.

    `secret` is ours alone: subscription ids and passwords of accounts are derived from it, so that a lost account comes
    back under the same links. Whoever changes it keeps the links of accounts that exist, and loses those of accounts
    that have to be made again. `headers` and `cookies` are for what stands in front of the panel.
    `subscription_base_url` replaces the address that the panel puts before the id of a subscription. `squads` is keyed
    by the squad's name on the panel. Times are in seconds. `attempts` is how often a harmless request is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    panel_id: str = Field(min_length=1)
    base_url: BaseUrl
    token: HeaderValue
    secret: SecretStr = Field(min_length=32)
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    cookies: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    verify_tls: bool = True
    ca_file: Path | None = None
    subscription_base_url: BaseUrl | None = None
    squads: dict[str, SquadSettings] = Field(default_factory=dict)
    timeout_s: float = Field(default=10, gt=0)
    in_flight: int = Field(default=4, ge=1)
    attempts: int = Field(default=3, ge=1)
