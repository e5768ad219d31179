"""The shop's words: `translate("key", fact=…)` in one language, from the `.ftl` file of that language."""

from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from orbit_adapters.telegram import dates
from orbit_adapters.telegram.money_format import sum_text
from orbit_adapters.telegram.sanitize import Html, clean, html
from orbit_domain.money import Money
from orbit_domain.user.user import LANGUAGES, language_for

LONGEST_LABEL_CHARS = 60
Fact = str | int | Money | datetime


class TextError(LookupError):
    """A text is missing, or lacks a fact it names. A bug of ours, found by the test that renders everything."""


class Translator:
    """Speaks *language*; one the shop doesn't speak becomes the nearest it does.

    Strings from outside are cleaned, cut and escaped; money and dates are put the way the language does.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else language_for(language)

    def __call__(self, key: str, /, **facts: Fact) -> Html:
        """The text *key* as Telegram's HTML. Raises TextError."""
        return Html(self._format(key, {name: self._html_fact(value) for name, value in facts.items()}))

    def label(self, key: str, /, **facts: Fact) -> str:
        """The text *key* as plain text, for buttons and toasts. Raises TextError."""
        return self._format(key, {name: self._plain_fact(value) for name, value in facts.items()})

    def sum(self, money: Money) -> str:
        """*money* in this language."""
        return sum_text(money, self.language)

    def day(self, at: datetime, now: datetime | None = None) -> str:
        """The day of *at*; without the year when it is that of *now*."""
        return dates.day(at, self.language, now)

    def left(self, until: datetime, now: datetime) -> str:
        """`12 дней`, `5 hours`: what remains to *until*."""
        remaining = dates.left(until, now)
        return self.label(f"left-{remaining.unit}", count=remaining.count)

    def _format(self, key: str, facts: dict[str, str | int]) -> str:
        bundle = _bundle(self.language)
        pattern = bundle.get_message(key).value if bundle.has_message(key) else None
        if pattern is None:
            raise TextError(f"no text {key!r} in {self.language}")
        text, errors = bundle.format_pattern(pattern, facts)
        if errors:
            raise TextError(f"text {key!r} in {self.language}: {errors}")
        return str(text)

    def _html_fact(self, value: Fact) -> str | int:
        if isinstance(value, str) and not isinstance(value, Html):
            return str(html(value))
        return self._plain_fact(value)

    def _plain_fact(self, value: Fact) -> str | int:
        match value:
            case Html():
                return str(value)
            case str():
                return clean(value)
            case int():
                return value
            case Money():
                return self.sum(value)
            case datetime():
                return self.day(value)


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    source = files("orbit_adapters.telegram").joinpath("texts", f"{language}.ftl").read_text(encoding="utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source))
    return bundle
