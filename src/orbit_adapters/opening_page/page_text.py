"""The texts of the page: `text("key", fact=…)` in one language, from the `.ftl` file of that language."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from babel.dates import format_date
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource

from orbit_domain.user.user import LANGUAGES

_DATE = {"ru": "d MMMM y", "en": "MMMM d, y"}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MIB = 1024**2
_GIB = 1024**3


class PageText:
    """Texts in *language*, one of LANGUAGES: plain text, which the template escapes."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **facts: str | int) -> str:
        """The text *key*. Raises LookupError when it is missing, or names a fact that wasn't given."""
        bundle = _bundle(self.language)
        pattern = bundle.get_message(key).value if bundle.has_message(key) else None
        if pattern is None:
            raise LookupError(f"no text {key!r} in {self.language}")
        text, errors = bundle.format_pattern(pattern, facts)
        if errors:
            raise LookupError(f"text {key!r} in {self.language}: {errors}")
        return str(text)

    def has(self, key: str) -> bool:
        """Whether there is a text *key*: hints aren't needed everywhere."""
        return bool(_bundle(self.language).has_message(key))

    def day(self, at: datetime) -> str:
        """`3 марта 2027`, `March 3, 2027`, in UTC."""
        return format_date(at.date(), _DATE[self.language], locale=self.language)

    def time_left(self, until: datetime, now: datetime) -> str:
        """`осталось 12 дней`, `5 hours left`: rounded to the nearest, never less than one hour."""
        remaining = until - now
        if remaining >= _DAY:
            return self("days-left", count=round(remaining / _DAY))
        return self("hours-left", count=max(1, round(remaining / _HOUR)))

    def size(self, count: int) -> str:
        """*count* bytes as `45,2 ГБ` or `512 MB`; a gigabyte is 2³⁰ bytes, as panels count."""
        unit, one = ("gigabytes", _GIB) if count >= _GIB else ("megabytes", _MIB)
        tenths = count * 10 // one
        amount = Decimal(tenths) / 10 if unit == "gigabytes" else Decimal(tenths // 10)
        return self(unit, amount=format_decimal(amount, format="#,##0.#", locale=self.language))


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    source = files("orbit_adapters.opening_page").joinpath("texts", f"{language}.ftl").read_text(encoding="utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source))
    return bundle
