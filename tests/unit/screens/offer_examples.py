"""The owner's screens of plans and promo codes."""

from collections.abc import Callable, Mapping
from uuid import UUID

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.offers import offer_saved_screen, offer_screen, offers_screen, plan_draft_screen
from orbit_adapters.telegram.screens.promo_codes import (
    ask_promo_stop_screen,
    promo_code_screen,
    promo_draft_screen,
    promo_ended_screen,
    promo_offered_screen,
    promos_screen,
)
from orbit_domain.ids import PlanCode
from orbit_domain.money import RUB
from orbit_domain.plan.plan import Plan
from orbit_domain.plan.plan_edit import GIGABYTE, PlanEdit, plan_stamp
from orbit_domain.promo.promo import Promo, PromoKind
from orbit_domain.use_cases.list_promos import ListedPromo
from orbit_domain.use_cases.plan_draft import ACTIVE, ASKED_OF_NEW, EDITED, Answer, PlanDraft, new_plan
from orbit_domain.use_cases.prepare_plan import PlanPreview
from orbit_domain.use_cases.prepare_promo import PromoPreview
from orbit_domain.use_cases.promo_draft import PromoDraft, PromoQuestion
from orbit_domain.use_cases.run_promos import PromoPage, PromoView
from orbit_domain.use_cases.show_plans import PlansView
from orbit_domain.user.user import LANGUAGES
from orbit_testing import samples
from orbit_testing.samples import SEEDED_PLANS
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, NOW

_REQUEST = UUID(int=0xD5)
_BOT = "orbit_bot"
_HALF_YEAR = PlanEdit(active=False, traffic_bytes=500 * GIGABYTE, keys=3)
_NEW: dict[str, Answer] = {
    "code": "family", "ru": "Семья", "en": "Family", "price": 49_900, "days": 30, "traffic": 0, "keys": 5,
}  # fmt: skip
_OWNER_ANSWERS = {
    PromoQuestion.CODE: "SPRING", PromoQuestion.KIND: "percent", PromoQuestion.VALUE: 20,
    PromoQuestion.UNTIL: (NOW.replace(hour=0, minute=0, second=0, microsecond=0) + 30 * DAY).isoformat(),
    PromoQuestion.USES: 100, PromoQuestion.PLANS: ["sub_3m"],
}  # fmt: skip


def _view(language: str) -> PlansView:
    trial, month, quarter, half, year = SEEDED_PLANS
    return PlansView(view_examples.user(language), (trial, month, quarter, _HALF_YEAR.applied_to(half), year))


def _plan(language: str, code: str) -> Plan:
    return _view(language).plan(PlanCode(code))


def _edited(code: str, *wanted: str, **answers: Answer) -> Callable[[str], Screen]:
    def screen(language: str) -> Screen:
        view, before = _view(language), _plan(language, code)
        draft = PlanDraft(_REQUEST, wanted, answers, before.code, plan_stamp(before))
        return plan_draft_screen(PlanPreview(view, draft, before, draft.edit(RUB).applied_to(before)))

    return screen


def _added(count: int) -> Callable[[str], Screen]:
    """After so many answers."""

    def screen(language: str) -> Screen:
        answers = {name: _NEW[name] for name in ASKED_OF_NEW[:count]}
        draft = PlanDraft(_REQUEST, ASKED_OF_NEW, answers, PlanCode("family" if count else ""))
        plan = draft.edit(RUB).applied_to(new_plan(draft.code, RUB, 5))
        return plan_draft_screen(PlanPreview(_view(language), draft, None, plan))

    return screen


def _promo_view(language: str, promo: Promo) -> PromoView:
    titles = (SEEDED_PLANS[2].terms.titles,) if promo.plans else ()
    return PromoView(view_examples.user(language), ListedPromo(promo, promo.problem(NOW)), titles)


def _promo(code: str = "SPRING", **changes: object) -> Promo:
    return samples.promo(code, **{"valid_until": NOW + 30 * DAY, **changes})


_PROMOS = (
    _promo(value=20, total_uses=100, uses=7, plans=(PlanCode("sub_3m"),)),
    _promo("GIFT", kind=PromoKind.BALANCE, value=10_000, valid_until=None, uses=3),
    _promo("WEEK", kind=PromoKind.DAYS, value=7, valid_until=NOW - DAY, uses=21),
    _promo("MINUS", kind=PromoKind.AMOUNT, value=5_000, stopped_at=NOW),
    _promo("LAST", total_uses=2, uses=2),
    _promo("LATER", valid_from=NOW + DAY),
)


def _page(language: str, *, is_empty: bool = False) -> PromoPage:
    listed = tuple(ListedPromo(one, one.problem(NOW)) for one in _PROMOS)
    return PromoPage(view_examples.user(language), () if is_empty else listed, 0, has_more=not is_empty)


def _drafted(count: int, chosen: str = "", **changes: object) -> Callable[[str], Screen]:
    """After so many answers."""

    def screen(language: str) -> Screen:
        answers = {one: changes.get(one.value, _OWNER_ANSWERS[one]) for one in list(PromoQuestion)[:count]}
        draft = PromoDraft(_REQUEST, answers, (PlanCode(chosen),) if chosen else ())
        promo = draft.promo(NOW) if PromoQuestion.KIND in answers else None
        return promo_draft_screen(PromoPreview(view_examples.user(language), draft, promo, SEEDED_PLANS[1:], NOW))

    return screen


OFFER_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "offers": lambda language: offers_screen(_view(language)),
    **{
        f"offer_{code}": lambda language, code=code: offer_screen(_view(language), _plan(language, code), _BOT)
        for code in ("trial", "sub_3m", "sub_6m")
    },
    "offer_saved": lambda language: offer_saved_screen(_view(language), _plan(language, "sub_1m"), _BOT),
    **{f"plan_ask_{field}": _edited("sub_3m", field) for field in EDITED},
    "plan_raise": _edited("sub_3m", "price", price=39_900),
    "plan_cut": _edited("sub_3m", "price", price=19_900),
    "plan_title": _edited("sub_3m", "ru", ru="Квартал <b>"),
    "plan_traffic": _edited("sub_3m", "traffic", traffic=100),
    "plan_trial_days": _edited("trial", "days", days=7),
    "plan_hide": _edited("sub_3m", **{ACTIVE: 0}),
    "plan_offer": _edited("sub_6m", **{ACTIVE: 1}),
    "plan_trial_off": _edited("trial", **{ACTIVE: 0}),
    **{f"plan_new_{count}": _added(count) for count in (0, len(LANGUAGES), len(ASKED_OF_NEW))},
    "promos": lambda language: promos_screen(_page(language)),
    "promos_none": lambda language: promos_screen(_page(language, is_empty=True)),
    **{
        f"promo_code_{one.code.lower()}": lambda language, one=one: promo_code_screen(_promo_view(language, one), _BOT)
        for one in _PROMOS
    },
    "promo_code_added": lambda language: promo_offered_screen(_promo_view(language, _PROMOS[0]), _BOT),
    "promo_code_stop": lambda language: ask_promo_stop_screen(_promo_view(language, _PROMOS[0])),
    "promo_code_ended": lambda language: promo_ended_screen(_promo_view(language, _PROMOS[3]), _BOT),
    "promo_new_code": _drafted(0),
    "promo_new_kind": _drafted(1),
    **{f"promo_new_{kind}": _drafted(2, kind=kind.value) for kind in PromoKind},
    "promo_new_until": _drafted(3),
    "promo_new_uses": _drafted(4),
    "promo_new_plans": _drafted(5),
    "promo_new_marked": _drafted(5, "sub_3m"),
    "promo_new": _drafted(6),
}
