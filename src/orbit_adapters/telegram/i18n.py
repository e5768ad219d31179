"""The texts of the bot: `translate("key", fact=…)` in one language, from the `.ftl` file of that language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from orbit_adapters.telegram import dates
from orbit_adapters.telegram.late_bundle import LateBundle
from orbit_adapters.telegram.money_format import format_money, method_name
from orbit_adapters.telegram.sanitize import Html, escape_html, sanitize
from orbit_domain.money import Money
from orbit_domain.payment.payment import Method
from orbit_domain.user.user import LANGUAGES, language_for

_PLAN_TITLE_CHARS = 40
Fact = str | int | Money | datetime


class TextError(LookupError):
    """A text is missing, or it names a fact that wasn't given. A test that renders every text finds this bug."""


class Translator:
    """Texts in *language*. An unsupported language becomes the nearest supported one.

    Strings among the facts are sanitized, cut and escaped. Money and dates are formatted for the language.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else language_for(language)

    def __call__(self, key: str, /, **facts: Fact) -> Html:
        """The text *key* as Telegram's HTML. Raises TextError."""
        return Html(self._text(key, facts, self._html_fact))

    def label(self, key: str, /, **facts: Fact) -> str:
        """The text *key* as plain text, for buttons and toasts. Raises TextError."""
        return self._text(key, facts, self._plain_fact)

    def amount(self, money: Money) -> str:
        """*money* as text in this language."""
        return format_money(money, self.language)

    def method(self, method: Method | str) -> str:
        """The name of a payment method: its text in this language if there is one, otherwise the same in all."""
        key = f"method-name-{method}"
        return self.label(key) if _bundle(self.language).has_message(key) else method_name(method)

    def day(self, at: datetime) -> str:
        """The date of *at*."""
        return dates.day(at, self.language)

    def moment(self, at: datetime) -> str:
        """The date and time of *at*, in UTC."""
        return dates.moment(at, self.language)

    def time_left(self, until: datetime, now: datetime) -> str:
        """`осталось 12 дней`, `5 hours left`: the time from *now* to *until*."""
        remaining = dates.time_left(until, now)
        return self.label(f"left-{remaining.unit}", count=remaining.count)

    def plan_title(self, titles: Mapping[str, str], plan_code: str) -> str:
        """A plan's title in this language, or in any other, or the plan's code."""
        return sanitize(titles.get(self.language) or next(iter(titles.values()), "") or plan_code, _PLAN_TITLE_CHARS)

    def _text(self, key: str, facts: Mapping[str, Fact], convert: Callable[[Fact], str | int]) -> str:
        """The text *key*. One without a word of a person is the same for everybody, and kept."""
        if not facts:
            return _kept(self.language, key, ())
        is_personal = any(isinstance(value, str) for value in facts.values())
        form = _formatted if is_personal else _kept
        return form(self.language, key, tuple((name, convert(value)) for name, value in facts.items()))

    def _html_fact(self, value: Fact) -> str | int:
        if isinstance(value, str) and not isinstance(value, Html):
            return str(escape_html(value))
        return self._plain_fact(value)

    def _plain_fact(self, value: Fact) -> str | int:
        match value:
            case Html():
                return str(value)
            case str():
                return sanitize(value)
            case int():
                return value
            case Money():
                return self.amount(value)
            case datetime():
                return self.day(value)


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> LateBundle:
    source = files("orbit_adapters.telegram").joinpath("texts", f"{language}.ftl").read_text(encoding="utf-8")
    return LateBundle(language, source)


def _formatted(language: str, key: str, facts: tuple[tuple[str, str | int], ...]) -> str:
    bundle = _bundle(language)
    pattern = bundle.get_message(key).value if bundle.has_message(key) else None
    if pattern is None:
        raise TextError(f"no text {key!r} in {language}")
    text, errors = bundle.format_pattern(pattern, dict(facts))
    if errors:
        raise TextError(f"text {key!r} in {language}: {errors}")
    return str(text)


_kept = lru_cache(maxsize=4_096)(_formatted)
