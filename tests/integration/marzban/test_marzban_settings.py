"""A panel's settings, and the HTTP client built from them."""

import ssl
from pathlib import Path

import certifi
import httpx
import pytest
from pydantic import ValidationError

from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.panel_plugin.http_client import panel_client, verification
from orbit_domain.access.ports import PanelUnavailable
from tests.integration.marzban.harness import START, panel_settings
from tests.support.clock import FakeClock


@pytest.mark.parametrize(
    "url",
    [
        "",
        "panel.example.com",
        "ftp://panel",
        "http://",
        "https://user:pw@panel",
        "https://panel/?a=1",
        "https://panel#x",
    ],
)
def test_base_url_must_be_a_plain_address(url: str) -> None:
    """An invalid base URL, or one with a secret, stops the start; the error doesn't repeat the secret."""
    with pytest.raises(ValidationError, match="base_url"):
        panel_settings(base_url=url)


def test_trailing_slash_and_path_are_understood() -> None:
    """A panel may be below a path; a trailing slash changes nothing."""
    assert panel_settings(base_url="https://x.example.com/marz/").base_url == "https://x.example.com/marz"


@pytest.mark.parametrize(
    "wrong", [{"password": ""}, {"username": ""}, {"panel_id": ""}, {"in_flight": 0}, {"timeout_s": 0}, {"typo": 1}]
)
def test_senseless_settings_are_refused(wrong: dict[str, object]) -> None:
    """Empty names, zero slots, zero timeouts and unknown settings stop the start."""
    with pytest.raises(ValidationError):
        panel_settings(**wrong)


def test_password_does_not_show() -> None:
    """Neither printing nor dumping the settings shows the password."""
    settings = panel_settings(password="hunter2-hunter2")
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_links_base_is_the_panels_unless_set() -> None:
    """Relative subscription links get the panel's address, or the one in the settings."""
    assert panel_settings().links_base_url == panel_settings().base_url
    assert panel_settings(subscription_base_url="https://s.example.com/").links_base_url == "https://s.example.com"


async def test_certificates_are_verified_unless_switched_off() -> None:
    """TLS is verified by default; only an explicit setting switches it off."""
    assert verification(panel_settings()) is True
    assert verification(panel_settings(verify_tls=False)) is False
    context = verification(panel_settings(ca_file=certifi.where()))
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_token_is_not_carried_after_a_redirect() -> None:
    """A redirect raises PanelUnavailable and is never followed with our token."""
    seen: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(302, headers={"location": "https://evil.example/"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(redirect), follow_redirects=True) as http:
        with pytest.raises(PanelUnavailable, match="redirect"):
            await MarzbanPanel(panel_settings(), http, FakeClock(START)).nodes()
    assert set(seen) == {"panel.test"}


async def test_private_authority_is_read_from_its_file(tmp_path: Path) -> None:
    """An invalid or missing certificate file is an error at the start, not a silent fallback."""
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    with pytest.raises(ssl.SSLError):
        panel_client(panel_settings(ca_file=broken))
    with pytest.raises(FileNotFoundError):
        panel_client(panel_settings(ca_file=tmp_path / "none.pem"))
