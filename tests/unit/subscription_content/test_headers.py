"""The headers of a subscription are read by every app as they are meant."""

import base64
from datetime import UTC, datetime

from orbit_adapters.subscription_content.headers import ProfileFacts, profile_headers

END = datetime(2026, 12, 1, tzinfo=UTC)
FACTS = ProfileFacts("Мой «VPN»\r\nSet-Cookie: a", "https://a.example/s/t", "https://t.me/x", END, 100, 30, "Ж" * 300)


def test_headers_are_ascii_on_one_line_whatever_the_shop_is_called() -> None:
    """A name in Russian, with a line break even, gives no header that a server or an app chokes on."""
    headers = profile_headers(FACTS, omits_endless_expiry=False, reads_announce=True)
    assert all(value.isascii() and value.isprintable() for value in headers.values())
    assert headers["content-disposition"].startswith('attachment; filename="VPN Set-Cookie a"; ')
    assert headers["subscription-userinfo"] == f"upload=0; download=30; total=100; expire={int(END.timestamp())}"
    assert headers["profile-update-interval"] == "12"
    assert len(base64.b64decode(headers["announce"].removeprefix("base64:")).decode()) == 200


def test_each_app_hears_what_it_understands() -> None:
    """No announcement for apps that show it as rubbish, and no end in 1970 for the one that shows that."""
    endless = ProfileFacts("Жук", "https://a.example/s/t", "", None, is_over=True)
    plain = profile_headers(endless, omits_endless_expiry=False, reads_announce=False)
    happ = profile_headers(endless, omits_endless_expiry=True, reads_announce=True)
    assert plain["subscription-userinfo"] == "upload=0; download=0; total=0; expire=0"
    assert happ["subscription-userinfo"] == "upload=0; download=0; total=0"
    assert plain["content-disposition"].startswith('attachment; filename="subscription"; ')
    assert plain["profile-update-interval"] == "1"
    assert not {"announce", "support-url"} & {*plain, *happ}
