"""Buttons as an admin types them, and that what is accepted can be sent."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbit_adapters.telegram.announcements import broadcast_notice_screen
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.typed_buttons import read_buttons
from orbit_domain.broadcast.content import BroadcastButton, ButtonFault, NotAButton, checked_buttons
from orbit_domain.notice.announcement import Announcement
from orbit_testing.samples import identity

SITE = "https://example.org"


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (f"Site - {SITE}", [("Site", SITE)]),
        (f"  A - b —  {SITE} \n\n\tTop up | BALANCE", [("A - b", SITE), ("Top up", "balance")]),
        ("Тарифы – Тарифы", [("Тарифы", "plans")]),
        ("Скидка - Промокод  spring-20", [("Скидка", "promo:SPRING-20")]),
        ("A - promo:X", [("A", "promo:X")]),
    ],
)
def test_a_line_makes_a_button(typed: str, made: list[tuple[str, str]]) -> None:
    """The last separator divides label and target; places and codes are known in both languages and any case."""
    assert [(one.label, one.target) for one in read_buttons(typed)] == made


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("", ButtonFault.SHAPE), (" \n ", ButtonFault.SHAPE), ("Site", ButtonFault.SHAPE), (SITE, ButtonFault.SHAPE),
     ("- plans", ButtonFault.SHAPE), ("A-plans", ButtonFault.SHAPE), ("A - promo €", ButtonFault.PROMO)],
)  # fmt: skip
def test_a_line_that_makes_none_is_refused(typed: str, fault: ButtonFault) -> None:
    """With the line and what is wrong with it."""
    with pytest.raises(NotAButton) as refused:
        read_buttons(typed)
    assert (refused.value.fault, refused.value.line) == (fault, typed.strip())


@given(st.text(alphabet="ab1.:/?#[]@-_%\\é٠\u202e\n &\"'<>", max_size=30))
@example("a.b:99999")
@example("[a.b]")
@example("a..b")
@example("user@a.b")
def test_every_address_that_is_accepted_can_be_sent(rest: str) -> None:
    """The rule of the domain lets nothing through that the screen would leave out."""
    button = BroadcastButton("Site", f"https://{rest}")
    try:
        checked_buttons([button])
    except NotAButton:
        return
    notice = Announcement(identity(1), "x", buttons=((button.label, button.target),))
    assert len(broadcast_notice_screen(notice, Translator("en")).rows) == 3
