"""Renders the opening page and those that stand in its place: they load nothing, and work without script."""

import hashlib
import re
from base64 import b64encode
from functools import lru_cache
from importlib.resources import files

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orbit_adapters.opening_page.facts import OpeningPageFacts, PageState
from orbit_adapters.opening_page.languages import page_language
from orbit_adapters.opening_page.page_text import PageText
from orbit_adapters.opening_page.shown_apps import shown_platforms
from orbit_adapters.vpn_clients.offer import DEFAULT_OFFER, AppOffer
from orbit_adapters.vpn_clients.platform import Platform, platform_of
from orbit_domain.user.user import LANGUAGES

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")
_OVER = (PageState.ENDED, PageState.EXHAUSTED, PageState.DISABLED)
_PHONES = (Platform.IOS, Platform.ANDROID)
_QUIET_MODULES = 4


def render_opening_page(
    facts: OpeningPageFacts,
    user_agent: str,
    accept_language: str,
    nonce: str,
    *,
    language: str | None = None,
    offer: AppOffer = DEFAULT_OFFER,
) -> str:
    """The page as HTML, for the device of *user_agent*, to be sent with `page_headers(nonce)`.

    *language* is what its reader chose (`?lang=`); without one of ours, *accept_language* decides. A header that is
    missing is an empty string. Raises ValueError for a subscription URL with more than a plain path.
    """
    text = PageText(page_language(accept_language, language))
    platform = platform_of(user_agent)
    shown = shown_platforms(offer, facts)
    template = _templates().get_template("opening_page.html")
    return template.render(
        text=text,
        facts=facts,
        other_languages=[other for other in LANGUAGES if other != text.language],
        period=_period(facts, text),
        has_figures=facts.state not in (PageState.ENDED, PageState.DISABLED),
        traffic=_traffic(facts, text),
        traffic_left_permille=_left_permille(facts),
        devices=_devices(facts, text),
        is_over=facts.state in _OVER,
        is_phone=platform in _PHONES,
        here=next((one for one in shown if one.platform is platform), None),
        others=[one for one in shown if one.platform is not platform],
        qr=_qr(facts.subscription_url),
        nonce=nonce,
        style=_asset("style.css"),
        script=_asset("copy.js"),
    )


def render_bare_page() -> str:
    """For programs that draw previews of links: no keys, no state, both languages. Also what HEAD describes."""
    return _message("bare", *LANGUAGES)


def render_not_found(accept_language: str, language: str | None = None) -> str:
    """The same words for an unknown, a malformed and a revoked link."""
    return _message("missing", page_language(accept_language, language))


def page_headers(nonce: str) -> dict[str, str]:
    """The headers of every page here. The script with *nonce* may run, and nothing may be loaded.

    Raises ValueError unless *nonce* is 16 to 128 letters, digits, `_` or `-`.
    """
    if _NONCE.fullmatch(nonce) is None:
        raise ValueError("a nonce is 16 to 128 letters, digits, _ or -")
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src '{_style_hash()}'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _period(facts: OpeningPageFacts, text: PageText) -> str:
    if facts.ends_at is None:
        return text("endless")
    day = text.day(facts.ends_at)
    if facts.state in (PageState.GRACE, PageState.ENDED):
        return text("last-day", day=day)
    until = text("until", day=day)
    if facts.now is None or facts.ends_at <= facts.now:
        return until
    return f"{until} · {text.time_left(facts.ends_at, facts.now)}"


def _traffic(facts: OpeningPageFacts, text: PageText) -> str:
    has_limit = facts.traffic_bytes > 0
    if facts.used_bytes is None:
        return text("traffic-limit", total=text.size(facts.traffic_bytes)) if has_limit else text("traffic-free")
    used = max(facts.used_bytes, 0)
    if not has_limit:
        return text("traffic-used", used=text.size(used))
    # A panel may count past the limit.
    left = max(facts.traffic_bytes - used, 0)
    return text("traffic-left", left=text.size(left), total=text.size(facts.traffic_bytes))


def _left_permille(facts: OpeningPageFacts) -> int | None:
    """What is left of the traffic; None: there is no limit, or nobody knows."""
    if facts.used_bytes is None or facts.traffic_bytes <= 0:
        return None
    return 1000 - min(max(facts.used_bytes, 0) * 1000 // facts.traffic_bytes, 1000)


def _devices(facts: OpeningPageFacts, text: PageText) -> str:
    if facts.device_count is None:
        return ""
    if facts.device_limit is None:
        return text("devices", count=facts.device_count)
    return text("devices-of", count=facts.device_count, limit=facts.device_limit)


def _qr(url: str) -> Markup:
    code = segno.make(url, error="m", micro=False)
    # The library's own markup, from a URL of which only letters, digits and . _ - : / have passed.
    return Markup(code.svg_inline(border=_QUIET_MODULES, omitsize=True, dark="#000", light="#fff"))  # noqa: S704


def _message(name: str, *languages: str) -> str:
    texts = [PageText(language) for language in languages]
    return _templates().get_template("message.html").render(texts=texts, name=name, style=_asset("style.css"))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("orbit_adapters.opening_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=2)
def _asset(name: str) -> Markup:
    """One of our own files, which goes into the page as it is."""
    source = files("orbit_adapters.opening_page").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(source)  # noqa: S704


@lru_cache(maxsize=1)
def _style_hash() -> str:
    return f"sha256-{b64encode(hashlib.sha256(_asset('style.css').encode()).digest()).decode()}"
