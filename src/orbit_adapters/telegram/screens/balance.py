"""The balance, how it came to be, and how to add to it."""

from orbit_adapters.telegram.callbacks import AskSum, Callback, SeeBalance, SeeHome, TopUpBy, TopUpSum
from orbit_adapters.telegram.clean import Html
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.rows import back_row, lines, paragraphs
from orbit_adapters.telegram.sums import method_name, signed_roubles
from orbit_domain.ledger.ledger import EntryKind, Movement
from orbit_domain.money import Money, rub
from orbit_domain.use_cases.show_statement import Statement

PRESETS = (rub(20_000), rub(50_000), rub(100_000))


def balance_screen(statement: Statement) -> Screen:
    """The sum, its newest movements in words, and the presets."""
    say = Say(statement.user.language)
    can_pay = bool(statement.methods)
    return Screen(
        paragraphs(
            say("balance", balance=statement.user.balance),
            _movements(statement, say),
            say("balance-topup" if can_pay else "balance-no-method"),
        ),
        keyboard(
            _presets(statement, say) if can_pay else (),
            tap(say.label("b-own-sum"), AskSum()) if can_pay else (),
            back_row(say, SeeHome())[:1],
        ),
    )


def ask_sum_screen(statement: Statement) -> Screen:
    """What to type, and between which sums."""
    say = Say(statement.user.language)
    policy = statement.policy
    text = say("ask-sum", least=policy.topup_least, most=policy.topup_most)
    return Screen(text, keyboard(back_row(say, SeeBalance())))


def topup_screen(statement: Statement, amount: Money) -> Screen:
    """The ways to pay *amount* by; without any the screen says so. Raises AmountOutOfRange."""
    statement.policy.check_topup(amount)
    say = Say(statement.user.language)
    return Screen(
        say("topup" if statement.methods else "balance-no-method", sum=amount),
        keyboard(
            *(
                tap(say.label("b-method-plain", method=method_name(method)), TopUpBy(amount.units, method))
                for method in statement.methods
            ),
            back_row(say, SeeBalance()),
        ),
    )


def _presets(statement: Statement, say: Say) -> Row:
    policy = statement.policy
    fitting = [sum_ for sum_ in PRESETS if policy.topup_least.units <= sum_.units <= policy.topup_most.units]
    return tuple(TapButton(say.label("b-topup", sum=sum_), _asking(statement, sum_)) for sum_ in fitting)


def _asking(statement: Statement, amount: Money) -> Callback:
    """A choice of one method is no choice: it is taken at once."""
    if len(statement.methods) == 1:
        return TopUpBy(amount.units, statement.methods[0])
    return TopUpSum(amount.units)


def _movements(statement: Statement, say: Say) -> Html:
    if not statement.movements:
        return say("balance-none")
    return lines(say("movements"), *(_line(movement, say) for movement in statement.movements))


def _line(movement: Movement, say: Say) -> Html:
    line = say(f"movement-{movement.kind}", sum=signed_roubles(movement.units, say.language), day=say.day(movement.at))
    if movement.kind is EntryKind.ADJUSTMENT and movement.reason:
        return say("movement-reason", line=line, reason=movement.reason)
    return line
