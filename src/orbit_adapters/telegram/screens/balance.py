"""The balance, how it came to be, and how to add to it."""

from orbit_adapters.telegram.callbacks import AskAmount, Callback, SeeBalance, SeeHome, TopUpAmount, TopUpBy
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import method_name, signed_roubles
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.money import Money, rub
from orbit_domain.use_cases.show_statement import Statement

PRESETS = (rub(20_000), rub(50_000), rub(100_000))


def balance_screen(statement: Statement) -> Screen:
    """The sum, its newest movements in words, and the presets."""
    translate = Translator(statement.user.language)
    can_pay = bool(statement.methods)
    return Screen(
        paragraphs(
            translate("balance", balance=statement.user.balance),
            _movements(statement, translate),
            translate("balance-topup" if can_pay else "balance-no-method"),
        ),
        keyboard(
            _presets(statement, translate) if can_pay else (),
            tap(translate.label("b-own-sum"), AskAmount()) if can_pay else (),
            back_row(translate, SeeHome())[:1],
        ),
    )


def ask_sum_screen(statement: Statement) -> Screen:
    """What to type, and between which sums."""
    translate = Translator(statement.user.language)
    policy = statement.policy
    text = translate("ask-sum", minimum=policy.topup_minimum, maximum=policy.topup_maximum)
    return Screen(text, keyboard(back_row(translate, SeeBalance())))


def topup_screen(statement: Statement, amount: Money) -> Screen:
    """The ways to pay *amount* by; without any the screen says so. Raises AmountOutOfRange."""
    statement.policy.check_topup(amount)
    translate = Translator(statement.user.language)
    return Screen(
        translate("topup" if statement.methods else "balance-no-method", sum=amount),
        keyboard(
            *(
                tap(translate.label("b-method-plain", method=method_name(method)), TopUpBy(amount.units, method))
                for method in statement.methods
            ),
            back_row(translate, SeeBalance()),
        ),
    )


def _presets(statement: Statement, translate: Translator) -> Row:
    policy = statement.policy
    fitting = [sum_ for sum_ in PRESETS if policy.topup_minimum.units <= sum_.units <= policy.topup_maximum.units]
    return tuple(TapButton(translate.label("b-topup", sum=sum_), _asking(statement, sum_)) for sum_ in fitting)


def _asking(statement: Statement, amount: Money) -> Callback:
    """A choice of one method is no choice: it is taken at once."""
    if len(statement.methods) == 1:
        return TopUpBy(amount.units, statement.methods[0])
    return TopUpAmount(amount.units)


def _movements(statement: Statement, translate: Translator) -> Html:
    if not statement.statement_lines:
        return translate("balance-none")
    return lines(
        translate("movements"), *(_line(statement_line, translate) for statement_line in statement.statement_lines)
    )


def _line(statement_line: StatementLine, translate: Translator) -> Html:
    line = translate(
        f"movement-{statement_line.kind}",
        sum=signed_roubles(statement_line.units, translate.language),
        day=translate.day(statement_line.at),
    )
    if statement_line.kind is EntryKind.ADJUSTMENT and statement_line.reason:
        return translate("movement-reason", line=line, reason=statement_line.reason)
    return line
