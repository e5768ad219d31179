"""Secrets don't reach the logs."""

from orbit_entry.runtime.logs import scrub, scrubbed


def test_tokens_are_removed() -> None:
    """A bot token in an address and a bearer token in a header are both unreadable."""
    text = "https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe Bearer ey.J_x-9"
    assert "AAHdq" not in scrubbed(text)
    assert "ey.J" not in scrubbed(text)


def test_subscription_links_are_removed() -> None:
    """Who reads a log can't use a customer's link, in whatever address it stands."""
    text = "GET https://keys.example.org/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX/ and /s/short"
    assert scrubbed(text) == "GET https://keys.example.org/s/***/ and /s/short"


def test_only_text_is_touched() -> None:
    """Numbers and flags stay what they are."""
    assert scrub(None, "", {"event": "x", "n": 3, "ok": True}) == {"event": "x", "n": 3, "ok": True}
