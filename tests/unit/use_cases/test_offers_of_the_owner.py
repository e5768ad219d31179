"""The owner changes plans and promo codes in Telegram: asked, previewed, checked again when saved, and logged."""

from collections.abc import Awaitable
from uuid import UUID

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode, PromoCode
from orbit_domain.money import rub
from orbit_domain.order.order import TrialUsed
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.plan.plan import REFERENCE_PLAN, TRIAL, NoSuchPlan
from orbit_domain.plan.plan_edit import GIGABYTE, BadPlan, PlanChanged, PlanEdit, PlanExists
from orbit_domain.promo.new_promo import BadPromo, PromoExists
from orbit_domain.promo.promo import PromoKind
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.staff_action import DraftOver
from orbit_domain.user.user import Role
from orbit_testing import samples
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import OWNER, Shop
from tests.support.world import World


async def refused(action: Awaitable[object]) -> type[Refusal]:
    """The kind of refusal that *action* ends with."""
    with pytest.raises(Refusal) as raised:
        await action
    return raised.type


async def log(world: World) -> list[tuple[str, str, str, str]]:
    """Every action, oldest first."""
    async with world.storage.transaction() as tx:
        return [(one.actor, one.action, one.subject, one.reason) for one in reversed(await tx.admin_log.newest(50))]


async def answer_all(shop: Shop, *answers: str) -> dict[str, object]:
    """A new plan's draft after *answers*."""
    kept = (await shop.prepare_plan.new(OWNER)).draft.document()
    for typed in answers:
        kept = (await shop.prepare_plan.answer(OWNER, kept, typed)).draft.document()
    return kept


async def save(shop: Shop, kept: dict[str, object]) -> object:
    """The owner's yes."""
    return await shop.save_plan(OWNER, kept, _request(kept))


def _request(kept: dict[str, object]) -> UUID:
    return UUID(str(kept["request"]))


async def test_a_price_is_typed_previewed_and_saved_once(shop: Shop, world: World) -> None:
    """A refused answer leaves the question open; nothing changes before the yes; the log has old and new."""
    begun = await shop.prepare_plan.field(OWNER, REFERENCE_PLAN, "price")
    kept = begun.draft.document()
    for typed in ("free", "-5", "1e3", "٣"):
        assert await refused(shop.prepare_plan.answer(OWNER, kept, typed)) is NotAnAmount
    assert await refused(shop.prepare_plan.answer(OWNER, kept, "0")) is BadPlan
    preview = await shop.prepare_plan.answer(OWNER, kept, " 1 99,50 ")
    assert preview.before is not None
    assert (preview.before.price, preview.after.price) == (rub(12_900), rub(19_950))
    assert (await shop.show_plans(OWNER)).plan(REFERENCE_PLAN).price == rub(12_900)
    await save(shop, preview.draft.document())
    assert (await shop.show_plans(OWNER)).plan(REFERENCE_PLAN).price == rub(19_950)
    assert await refused(save(shop, preview.draft.document())) is PlanChanged
    assert await log(world) == [
        (f"telegram:{OWNER}", "change_plan", "plan:sub_1m", "price 12900 RUB → 19950 RUB"),
    ]  # fmt: skip


async def test_the_second_of_two_owners_reads_the_plan_again(shop: Shop, world: World) -> None:
    """Both looked at 129; what the second one saw isn't there any more, so nothing of his is saved."""
    drafts = [await shop.prepare_plan.field(OWNER, REFERENCE_PLAN, field) for field in ("price", "days")]
    first, second = [
        (await shop.prepare_plan.answer(OWNER, one.draft.document(), typed)).draft.document()
        for one, typed in zip(drafts, ("99", "31"), strict=True)
    ]
    await save(shop, first)
    assert await refused(save(shop, second)) is PlanChanged
    assert await refused(shop.prepare_plan.answer(OWNER, drafts[0].draft.document(), "98")) is PlanChanged
    assert (await shop.show_plans(OWNER)).plan(REFERENCE_PLAN).terms.days == 30
    assert len(await log(world)) == 1


async def test_a_new_plan_is_asked_for_question_by_question(shop: Shop, alice: Buyer, world: World) -> None:
    """Each answer is checked at once; after the yes customers buy it, and its name is taken for ever."""
    for answers in (["семья"], ["family", "x" * 41], ["family", "Семья", "Family", "0"]):
        assert await refused(answer_all(shop, *answers)) is BadPlan
    assert await refused(answer_all(shop, "sub_1m")) is PlanExists
    answers = ["family", "Семья", "Family", "499", "30", "100"]
    assert await refused(save(shop, await answer_all(shop, *answers))) is DraftOver
    kept = await answer_all(shop, *answers, "5")
    assert await refused(shop.prepare_plan.answer(OWNER, kept, "more")) is DraftOver
    await save(shop, kept)
    assert await refused(save(shop, kept)) is PlanExists
    offer = (await shop.list_plans(ALICE)).offers[-1].plan
    assert (offer.code, offer.price, offer.terms.keys, offer.terms.traffic_bytes, offer.position) == (
        "family", rub(49_900), 5, 100 * GIGABYTE, 5,
    )  # fmt: skip
    assert dict(offer.terms.titles) == {"ru": "Семья", "en": "Family"}
    assert (await alice.buy("family")).terms == offer.terms
    assert [entry[1:3] for entry in await log(world)] == [("add_plan", "plan:family")]


async def test_the_trial_is_switched_off_and_on(shop: Shop, alice: Buyer, bob: Buyer) -> None:
    """Home shows its button only while it is on, an old button says so, and its new length counts for the next."""
    assert (await shop.show_home(ALICE)).trial_available
    await save(shop, (await shop.prepare_plan.switch(OWNER, TRIAL)).draft.document())
    assert not (await shop.show_home(ALICE)).trial_available
    assert await refused(shop.start_trial(ALICE)) is NoSuchPlan
    await save(shop, (await shop.prepare_plan.switch(OWNER, TRIAL)).draft.document())
    assert (await shop.show_home(ALICE)).trial_available
    kept = (await shop.prepare_plan.field(OWNER, TRIAL, "days")).draft.document()
    await save(shop, (await shop.prepare_plan.answer(OWNER, kept, "7")).draft.document())
    assert (await shop.start_trial(bob.tg_id)).terms.days == 7
    for field in ("price", "position", "code", "everything"):
        assert await refused(shop.prepare_plan.field(OWNER, TRIAL, field)) is BadPlan
    await alice.buy()
    assert await refused(shop.start_trial(ALICE)) is TrialUsed


@pytest.mark.usefixtures("alice")
async def test_hiding_says_what_is_sold_to_everyone(shop: Shop) -> None:
    """A hidden plan is in no list; it stays known, and comes back as it was."""
    for is_sold in (False, True):
        await save(shop, (await shop.prepare_plan.switch(OWNER, REFERENCE_PLAN)).draft.document())
        listed = [one.plan.code for one in (await shop.list_plans(ALICE)).offers]
        assert (REFERENCE_PLAN in listed) is is_sold


@pytest.mark.usefixtures("alice")
async def test_offers_are_the_owner_s(shop: Shop) -> None:
    """An admin reads and changes nothing here; a role that was lost meanwhile saves nothing."""
    await shop.change_role(OWNER, ALICE, Role.OWNER)
    kept = (await shop.prepare_plan.switch(ALICE, REFERENCE_PLAN)).draft.document()
    await shop.change_role(OWNER, ALICE, Role.ADMIN)
    code = PromoCode("SPRING")
    for attempt in (
        shop.save_plan(ALICE, kept, _request(kept)),
        shop.show_plans(ALICE),
        shop.prepare_plan.new(ALICE),
        shop.show_promos(ALICE),
        shop.show_promos.one(ALICE, code),
        shop.prepare_promo(ALICE),
        shop.end_promo(ALICE, code),
    ):
        assert await refused(attempt) is NotPermitted
    assert (await shop.show_plans(OWNER)).plan(REFERENCE_PLAN).active


@pytest.mark.parametrize("kept", [{}, {"request": "x", "answers": {}, "wanted": [], "plan": "", "shown": ""}])
async def test_another_dialog_s_draft_does_nothing(shop: Shop, kept: dict[str, object]) -> None:
    """A yes whose dialog is over, or was another one, is refused."""
    for attempt in (
        shop.save_plan(OWNER, kept, UUID(int=0)),
        shop.offer_promo(OWNER, kept, UUID(int=0)),
        shop.prepare_plan.answer(OWNER, kept, "5"),
        shop.prepare_promo.answer(OWNER, kept, "5"),
        shop.prepare_promo.toggle(OWNER, kept, REFERENCE_PLAN),
    ):
        assert await refused(attempt) is DraftOver


async def draft_promo(shop: Shop, *answers: str, plans: tuple[str, ...] = ()) -> dict[str, object]:
    """A new code's draft after *answers*; *plans* are marked when plans are asked for."""
    kept = (await shop.prepare_promo(OWNER)).draft.document()
    for typed in answers:
        if typed == "done":
            for plan in plans:
                kept = (await shop.prepare_promo.toggle(OWNER, kept, PlanCode(plan))).draft.document()
        kept = (await shop.prepare_promo.answer(OWNER, kept, typed)).draft.document()
    return kept


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("day", ["31.12.2030", "2030-12-31"])
async def test_a_code_is_made_question_by_question(shop: Shop, world: World, day: str) -> None:
    """Its last day counts whole; only the marked plans become cheaper; who added and stopped it is logged."""
    answers = ("spring", "percent", "20", day, "100", "done")
    kept = await draft_promo(shop, *answers, plans=("sub_1m", "sub_3m", "sub_1m"))
    promo = await shop.offer_promo(OWNER, kept, _request(kept))
    assert (promo.code, promo.kind, promo.value, promo.total_uses) == ("SPRING", PromoKind.PERCENT, 20, 100)
    assert (promo.plans, f"{promo.valid_until}") == (("sub_3m",), "2031-01-01 00:00:00+00:00")
    assert await refused(draft_promo(shop, "Spring")) is PromoExists
    assert await refused(shop.offer_promo(OWNER, kept, _request(kept))) is PromoExists
    await shop.apply_promo(ALICE, "spring")
    assert [one.discount is not None for one in (await shop.list_plans(ALICE)).offers] == [False, True, False, False]
    assert [one.promo.code for one in (await shop.show_promos(OWNER)).promos] == ["SPRING"]
    for _ in range(2):
        await shop.end_promo(OWNER, promo.code)
    view = await shop.show_promos.one(OWNER, promo.code)
    assert (view.listed.problem, [dict(one)["en"] for one in view.plans]) == ("stopped", ["3 months"])
    assert [entry[:3] for entry in await log(world)] == [
        (f"telegram:{OWNER}", action, "promo:SPRING") for action in ("add_promo", "stop_promo")
    ]


async def test_money_is_for_no_plan_and_has_no_end(shop: Shop, alice: Buyer) -> None:
    """A code for the balance asks for no plans; without limits it is for everybody."""
    kept = await draft_promo(shop, "GIFT", "balance", "49,90", "none", "none")
    promo = await shop.offer_promo(OWNER, kept, _request(kept))
    assert (promo.value, promo.valid_until, promo.total_uses, promo.plans) == (4_990, None, None, ())
    await shop.apply_promo(ALICE, "GIFT")
    assert await alice.balance() == 4_990


@pytest.mark.parametrize(
    "answers",
    [
        ("a b",),
        ("CODE", "everything"),
        ("CODE", "percent", "101"),
        ("CODE", "percent", "0"),
        ("CODE", "days", "many"),
        ("CODE", "days", "7", "31.02.2030"),
        ("CODE", "days", "7", "tomorrow"),
        ("CODE", "days", "7", "9999-12-31"),
        ("CODE", "days", "7", "01.01.2020"),
        ("CODE", "days", "7", "none", "0"),
        ("CODE", "days", "7", "none", "none", "done"),
    ],
)
async def test_a_wrong_answer_is_refused_at_once(shop: Shop, answers: tuple[str, ...]) -> None:
    """Before anything else is asked."""
    await draft_promo(shop, *answers[:-1])
    assert await refused(draft_promo(shop, *answers)) is BadPromo


async def test_what_can_t_be_sold_can_be_hidden(shop: Shop, world: World) -> None:
    """A plan of an older version is hidden, and comes back when what is wrong with it was mended."""
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(samples.plan("old", price=rub(0)))
    old = PlanCode("old")
    await shop.change_plan(old, PlanEdit(active=False), "cli:owner")
    assert await refused(shop.change_plan(old, PlanEdit(active=True), "cli:owner")) is BadPlan
    await shop.change_plan(old, PlanEdit(active=True, price=rub(100)), "cli:owner")


async def test_the_command_line_has_the_same_rules(shop: Shop) -> None:
    """A plan that can't be sold is refused there too."""
    assert await refused(shop.change_plan(REFERENCE_PLAN, PlanEdit(days=0), "cli:owner")) is BadPlan
    assert await refused(shop.change_plan(PlanCode("none"), PlanEdit(days=1), "cli:owner")) is NoSuchPlan
