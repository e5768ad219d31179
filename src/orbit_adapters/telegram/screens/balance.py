"""The balance, its statement, and how to top it up."""

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import AskAmount, SeeBalance, SeeCard, SeeHome, TopUpAmount, TopUpBy
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_domain.ledger.bonus_entries import promo_of_entry
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.ledger.referral_entries import is_reward
from orbit_domain.ledger.reversal_entries import DEBT
from orbit_domain.money import Money
from orbit_domain.use_cases.show_statement import Statement

_TOLD = frozenset({("credit", "-by"), ("sent-back", "-by"), ("order", "-of"), ("refund", "-of")})
"""Lines that have a text with the method, or with the plan of the order."""


def balance_screen(statement: Statement) -> Screen:
    """The balance, its newest statement lines, and the preset amounts."""
    translate = Translator(statement.user.language)
    can_pay = bool(statement.methods)
    return Screen(
        paragraphs(
            translate("balance", balance=statement.user.balance),
            translate("balance-debt", owed=Money(statement.debt, statement.user.balance.currency))
            if statement.debt
            else "",
            _statement_lines(statement, translate),
            translate("balance-topup" if can_pay else "balance-no-method"),
        ),
        keyboard(
            _presets(statement, translate) if can_pay else (),
            tap(translate.label("b-custom-amount"), AskAmount()) if can_pay else (),
            tap(translate.label("b-card", card=statement.card), SeeCard()) if statement.card else (),
            back_row(translate, SeeHome())[:1],
        ),
    )


def ask_amount_screen(statement: Statement) -> Screen:
    """Ask for an amount, with the minimum and maximum."""
    translate = Translator(statement.user.language)
    limits = statement.limits
    text = translate("ask-amount", minimum=limits.minimum, maximum=limits.maximum)
    return Screen(text, keyboard(back_row(translate, SeeBalance())))


def topup_screen(statement: Statement, amount: Money) -> Screen:
    """The methods to pay *amount* by, or a text that there are none. Raises AmountOutOfRange."""
    statement.limits.check(amount)
    translate = Translator(statement.user.language)
    return Screen(
        translate("topup" if statement.methods else "balance-no-method", amount=amount),
        keyboard(
            *(
                tap(translate.label("b-method-plain", method=translate.method(method)), TopUpBy(amount.units, method))
                for method in statement.methods
            ),
            back_row(translate, SeeBalance()),
        ),
    )


def _presets(statement: Statement, translate: Translator) -> Row:
    return tuple(
        TapButton(translate.label("b-topup", amount=amount), _top_up_callback(statement, amount))
        for amount in statement.limits.presets
    )


def _top_up_callback(statement: Statement, amount: Money) -> Callback:
    """With one method there is nothing to choose, so it is used at once."""
    if len(statement.methods) == 1:
        return TopUpBy(amount.units, statement.methods[0])
    return TopUpAmount(amount.units)


def _statement_lines(statement: Statement, translate: Translator) -> Html:
    if not statement.statement_lines:
        return translate("balance-none")
    return lines(
        translate("statement"),
        *(_line(line, statement, translate) for line in statement.statement_lines),
    )


def _kind(line: StatementLine) -> str:
    """The text of a line: a gift, a reward, a refund to the balance, money that left it for whoever paid, a debt."""
    if promo_of_entry(line.kind, line.ref) is not None:
        return "promo"
    if is_reward(line.kind, line.ref):
        return "referral" if line.units > 0 else "referral-returned"
    if line.kind is EntryKind.REFUND and line.units < 0:
        return "debt" if line.ref.startswith(DEBT) else "sent-back"
    return str(line.kind)


def _line(statement_line: StatementLine, statement: Statement, translate: Translator) -> Html:
    method, terms = statement.paid_by.get(statement_line.ref), statement.bought.get(statement_line.ref)
    kind = _kind(statement_line)
    known = "-by" if method else "-of" if terms else ""
    line = translate(
        f"statement-{kind}{known if (kind, known) in _TOLD else ''}",
        amount=format_change(statement_line.units, statement.user.balance.currency, translate.language),
        method=translate.method(method) if method else "",
        title=translate.plan_title(terms.titles, terms.code) if terms else "",
        code=code(promo_of_entry(statement_line.kind, statement_line.ref) or ""),
        moment=translate.moment(statement_line.at),
    )
    if statement_line.kind is EntryKind.ADJUSTMENT and statement_line.reason:
        return translate("statement-reason", line=line, reason=statement_line.reason)
    return line
