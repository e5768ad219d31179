"""The screens of cases, of missed money and of the shop's chats."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.places import for_group
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.cases import (
    case_screen,
    cases_screen,
    closed_screen,
    missed_money_told_screen,
    own_case_screen,
    solved_screen,
)
from orbit_adapters.telegram.screens.help import paysupport_screen
from orbit_adapters.telegram.screens.shop_chats import here_screen, shop_chats_screen
from orbit_domain.money import RUB
from orbit_domain.notice.questions import PaymentFacts
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.shop_chat.shop_chat import EventKind, Place, Purpose, ShopChat
from orbit_domain.support.case import Case, CaseMessage, CaseState, CaseSubject
from orbit_domain.use_cases.choose_shop_chat import ShopChatsView
from orbit_domain.use_cases.show_cases import CasePage, CaseView, ListedCase, OwnCase
from orbit_domain.use_cases.show_payment_help import PaymentHelp
from orbit_testing import samples
from tests.unit.screens import view_examples
from tests.unit.screens.notice_examples import FACTS, NOTICES
from tests.unit.screens.staff_examples import BOSS, member
from tests.unit.screens.view_examples import NOW, PAYMENT_ID, TG_ID

_TOPIC, _ME = Place(-100, 7, "<b>№ 1"), Place(BOSS, None, "boss")
_WAITS = (timedelta(0), timedelta(minutes=59), timedelta(hours=5), timedelta(days=3))


def _case(number: int = 1, state: CaseState = CaseState.OPEN, waited: timedelta = _WAITS[1], **changes: object) -> Case:
    waiting = NOW - waited if state is CaseState.OPEN else None
    case = samples.case(number, TG_ID, state=state, opened_at=NOW - 2 * _WAITS[3], waiting_since=waiting)
    return replace(case, **changes)  # type: ignore[arg-type]


def _messages() -> tuple[CaseMessage, ...]:
    written = (("", None), ("№ <1>?", None), ("✓ & 🔎", BOSS))
    return tuple(
        CaseMessage(samples.identity(number), _case().id, who, text, NOW)
        for number, (text, who) in enumerate(written, 1)
    )


def _listed(language: str, *, has_any: bool = True) -> CasePage:
    cases = [_case(number, waited=waited) for number, waited in enumerate(_WAITS, 1)]
    cases += [_case(5, subject=CaseSubject.PAYMENT), _case(6, CaseState.ANSWERED)]
    listed = tuple(ListedCase(case, view_examples.user(language) if case.id.int % 2 else None) for case in cases)
    return CasePage(member(language), listed if has_any else (), 5 if has_any else 0, 1, has_more=has_any, now=NOW)


def _view(language: str, state: CaseState, subject: CaseSubject = CaseSubject.QUESTION) -> CaseView:
    facts = FACTS if subject is CaseSubject.PAYMENT else PaymentFacts()
    case = _case(state=state, subject=subject)
    return CaseView(member(language), case, view_examples.user(language), _messages(), facts, NOW)


def _own(language: str, state: CaseState | None) -> OwnCase:
    case = _case(state=state) if state is not None else None
    return OwnCase(view_examples.user(language), case, _messages() if state is not None else ())


def _payment(number: int, status: PaymentStatus) -> Payment:
    return samples.payment(number, TG_ID, id=PAYMENT_ID, status=status, created_at=NOW)


def _help(language: str, *statuses: PaymentStatus) -> PaymentHelp:
    payments = tuple(_payment(number, status) for number, status in enumerate(statuses, 1))
    return PaymentHelp(view_examples.user(language, 450), payments)


def _chats(language: str, *chats: ShopChat) -> ShopChatsView:
    return ShopChatsView(member(language), chats)


def _chat(purpose: Purpose, place: Place = _TOPIC, **changes: object) -> ShopChat:
    return replace(ShopChat(purpose, place, BOSS, NOW, NOW), **changes)  # type: ignore[arg-type]


def _chosen(language: str) -> ShopChatsView:
    return _chats(
        language,
        _chat(Purpose.SUPPORT),
        _chat(Purpose.ALERTS).lose(NOW),
        _chat(Purpose.EVENTS, muted=frozenset({EventKind.TRIAL})),
        _chat(Purpose.SUMMARY, _ME),
    )


def _in_group(language: str, name: str) -> Screen:
    return for_group(notice_screen(NOTICES[name], Translator(language), RUB), "orbit_bot")  # type: ignore[arg-type]


SUPPORT_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "cases": lambda language: cases_screen(_listed(language)),
    "cases_none": lambda language: cases_screen(_listed(language, has_any=False)),
    **{f"case_{state}": lambda language, state=state: case_screen(_view(language, state)) for state in CaseState},
    "case_of_missed_money": lambda language: case_screen(_view(language, CaseState.OPEN, CaseSubject.PAYMENT)),
    "case_was_closed": lambda language: closed_screen(_view(language, CaseState.CLOSED)),
    "question_ask": lambda language: own_case_screen(_own(language, None)),
    "question_asked": lambda language: own_case_screen(_own(language, CaseState.OPEN)),
    "question_answered": lambda language: own_case_screen(_own(language, CaseState.ANSWERED)),
    "question_solved": lambda language: solved_screen(view_examples.user(language)),
    "missed_money_told": lambda language: missed_money_told_screen(view_examples.user(language)),
    "paysupport": lambda language: paysupport_screen(_help(language, *PaymentStatus), "orbit_help"),
    "paysupport_alone": lambda language: paysupport_screen(_help(language), "not a username!"),
    "shop_chats": lambda language: shop_chats_screen(_chats(language)),
    "shop_chats_chosen": lambda language: shop_chats_screen(_chosen(language)),
    "group_here": lambda language: here_screen(_chosen(language), _TOPIC),
    "group_here_forum": lambda language: here_screen(_chats(language), replace(_TOPIC, is_forum=True)),
    "group_customer_wrote": lambda language: _in_group(language, "customer_wrote_in_a_case"),
    "group_delivery_delayed": lambda language: _in_group(language, "delivery_delayed_unavailable"),
    "group_day_summary": lambda language: _in_group(language, "day_summary"),
}
