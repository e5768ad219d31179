"""The one search field of the staff, and everything that is typed into the staff's prompts."""

from random import Random
from uuid import UUID

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.money import RUB
from orbit_domain.use_cases.staff_action import MOST_DAYS, REASON_CHARS, Draft, DraftOver, StaffAction, draft_of
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import OWNER
from tests.support.world import World

_PIECES = (
    "<b>", "</b>", "&lt;", "\u202e", "\u200b", "\ud800", "\x00", "\n", "'; DROP TABLE users; --", "%", "_", "ORB",
    "orbit_", "@", "t.me/", "-1", "0x2a", "٤٢", "1e9", "99999999999999999999", "null", "{}", "[]", "🙂", "é" * 50,
    "/start", "A" * 64, "9" * 16, "NaN", "../../etc/passwd", "x" * 4096, " ", "Ｅ", "z\u0301", "tonviewer.com/", "|",
)  # fmt: skip
HOSTILE = sorted({"".join(Random(seed).choices(_PIECES, k=1 + seed % 4)) for seed in range(450)})[:300]


async def test_a_customer_is_found_by_everything_that_names_them(alice: Buyer, bob: Buyer, world: World) -> None:
    """Number, @name in any capitals, link, comment, transaction, order, payment and key each find that one customer."""
    view = await alice.start_purchase()
    record = alice.send(view, view.payment.quote.due.units)
    await alice.shop.work()
    key = await alice.key()
    names = (
        "42", "@USER42", "user42", "https://t.me/user42", view.payment.comment, view.payment.comment.lower(),
        record.external_id, record.digest, str(view.payment.id), str(view.payment.order_id), key.username, " 42\n",
    )  # fmt: skip
    for name in names:
        found = await alice.shop.find_customers(OWNER, name)
        assert [one.tg_id for one in found.hits] == [ALICE], name
    assert [one.tg_id for one in (await bob.shop.find_customers(OWNER, "43")).hits] == [BOB]


async def test_hostile_texts_find_nobody(alice: Buyer) -> None:
    """Three hundred texts that name nobody are answered by an empty list, whatever is in them."""
    assert len(HOSTILE) == 300
    for text in HOSTILE:
        assert (await alice.shop.find_customers(OWNER, text)).hits == (), repr(text)


@pytest.mark.parametrize("action", [StaffAction.CREDIT, StaffAction.DAYS, StaffAction.BAN])
def test_hostile_answers_are_refused_or_readable(action: StaffAction) -> None:
    """What a prompt takes is a whole amount, a few days or a readable line; all else is refused by name."""
    draft = Draft(UUID(int=7), action, ALICE)
    for text in HOSTILE:
        try:
            answered = draft.answered(text, RUB)
        except Refusal:
            continue
        reason = answered.reason or ""
        assert answered.number is None or 0 < answered.number <= MOST_DAYS * 100 * 10**9
        assert len(reason) <= REASON_CHARS
        assert reason.isprintable()
        assert draft_of(answered.document()) == answered


@pytest.mark.parametrize("kept", [{}, {"request": "x", "staff_action": "credit", "customer": 42}, {"request": 7}])
def test_a_dialog_that_is_over_does_nothing(kept: dict[str, object]) -> None:
    """Whatever an old or foreign dialog holds is no draft."""
    with pytest.raises(DraftOver):
        draft_of(kept)
