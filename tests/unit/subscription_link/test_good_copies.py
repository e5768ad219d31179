"""A copy is served as long as it may be what the customer has paid for, and no longer."""

from datetime import timedelta

import pytest

from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.content import Content
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import FRESH, KEPT_AFTER_LOSS, UnreadableCopy, read, written
from orbit_domain.subscription_link.link import TOKEN_BITS, PublicAddress, new_token, token_hash
from orbit_testing import samples

LINKS = SubscriptionFormat.LINKS
COPY = samples.good_copy(1)
AT = COPY.fetched_at
SECOND = timedelta(seconds=1)


def test_a_copy_is_fresh_for_five_minutes_at_its_place_and_revision() -> None:
    """A key that was moved, renewed or lost meanwhile is asked for again, and so is one from the future."""
    assert COPY.is_fresh(COPY.panel_id, COPY.revision, AT + FRESH - SECOND)
    assert not COPY.is_fresh(COPY.panel_id, COPY.revision, AT + FRESH)
    assert not COPY.is_fresh(COPY.panel_id, COPY.revision, AT - SECOND)
    assert not COPY.is_fresh(COPY.panel_id, COPY.revision + 1, AT)
    assert not COPY.is_fresh(PanelId("other"), COPY.revision, AT)
    assert not COPY.lose(AT).is_fresh(COPY.panel_id, COPY.revision, AT)


def test_a_copy_outlives_its_account_for_a_day() -> None:
    """The first time the panel didn't know it counts; a panel that is merely silent sets no end."""
    lost = COPY.lose(AT).lose(AT + KEPT_AFTER_LOSS)
    assert COPY.outlives_loss(AT + 99 * KEPT_AFTER_LOSS)
    assert lost.outlives_loss(AT + KEPT_AFTER_LOSS - SECOND)
    assert not lost.outlives_loss(AT + KEPT_AFTER_LOSS)


@pytest.mark.parametrize("used", [None, 0, 7])
def test_a_copy_is_read_back_for_its_credential_only(used: int | None) -> None:
    """After the credential was changed the old content opens nothing, so it isn't served."""
    content = Content(LINKS, ("vless://a#Ж", "vless://b"), used)
    assert read(written(content, "secret"), LINKS, "secret") == content
    for plain in (written(content, "older"), b"", b"{}", b'["secret"]', b'["secret", 1, [2]]', b"\xff"):
        with pytest.raises(UnreadableCopy):
            read(plain, LINKS, "secret")


def test_a_token_is_192_bits_that_no_app_escapes() -> None:
    """Every bit counts, and any text at all has a hash."""
    tokens = {new_token(bits) for bits in (0, 1, 2 ** (TOKEN_BITS - 1), 2**TOKEN_BITS - 1)}
    assert {len(token) for token in tokens} == {32}
    assert len({token_hash(one) for one in (*tokens, "", "\ud800", "é")}) == 7
    assert PublicAddress("https://a.example/vpn").link("abc") == "https://a.example/vpn/s/abc"
