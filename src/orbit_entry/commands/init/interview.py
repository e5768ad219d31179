"""What `orbit init` asks, in order. Each answer is looked at live before the next question."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import httpx

from orbit_domain.money import BASE_CURRENCIES
from orbit_entry.commands.check_results import show_results
from orbit_entry.commands.init.bot_api import BotApi, TelegramSilent, TokenRefused, UpdatesTaken
from orbit_entry.commands.init.live_looks import look_at_panel, look_at_wallet
from orbit_entry.commands.init.questions import Questions
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.panel import OFF
from orbit_entry.config.plugins import plugin_variables
from orbit_entry.config.problems import installed_ways, variables
from orbit_entry.config.reading import settings_of_file
from orbit_entry.doctor.check_result import CheckResult

LINK_LIMIT_S = 180.0
_LINK = "link"
_NONE = "none"
_WALLET, _STARS, _CURRENCY = "ORBIT_TON_ADDRESS", "ORBIT_STARS_PRICE", "ORBIT_CURRENCY"
_OWNER, _URL, _PASSWORD = "ORBIT_OWNER_ID", "ORBIT_PANEL_URL", "ORBIT_PANEL_PASSWORD"
_PANEL_LINKS, _LINKS_FROM = "panel subscription links", "ORBIT_PANEL_SUBSCRIPTION_URL"
_PUBLIC, _WEBHOOK = "ORBIT_PUBLIC_URL", "ORBIT_WEBHOOK_URL"
_ASKED = {
    "BOT_TOKEN", _OWNER, _URL, "ORBIT_PANEL_USERNAME", _PASSWORD, _LINKS_FROM, _CURRENCY, _WALLET, _STARS, _PUBLIC,
    _WEBHOOK, "ORBIT_WEBHOOK_SECRET", "ORBIT_SECRET_KEYS",
}  # fmt: skip


def beyond_questions(kept: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with the present settings and isn't asked about: said before anybody answers anything."""
    try:
        settings_of_file(kept)
    except BadSettings as error:
        return tuple(problem for problem in error.problems if problem.variable.removesuffix("_FILE") not in _ASKED)
    return ()


class Interview:
    """Asks for what a first shop needs. What *kept* holds is offered; `answered` is what differs from it.

    Raises typer's Abort: at Ctrl-C nothing was written.
    """

    def __init__(self, questions: Questions, kept: Mapping[str, str], link_limit_s: float = LINK_LIMIT_S) -> None:
        self.answered: dict[str, str | None] = {}
        self._ask = questions
        self._kept = kept
        self._known = dict(kept)
        self._link_limit_s = link_limit_s

    def __call__(self) -> Mapping[str, str | None]:
        """Ask everything; `answered`."""
        with httpx.Client() as http:
            self._owner(*self._bot(http))
        self._panel()
        currency = self._ask.choice(
            "The currency of prices and balances", list(BASE_CURRENCIES), self._value(_CURRENCY) or "RUB"
        )
        if currency != "RUB" or _CURRENCY in self._kept:
            self._answer(_CURRENCY, currency)
        self._money(currency)
        self._addresses()
        return self.answered

    def _bot(self, http: httpx.Client) -> tuple[BotApi, str | None]:
        about, address = "The bot's token from @BotFather", self._value("ORBIT_TELEGRAM_API_URL")
        while True:
            self._secret("BOT_TOKEN", about)
            api = BotApi(http, address or "https://api.telegram.org", self._known["BOT_TOKEN"])
            try:
                username = api.username()
            except TokenRefused:
                self._ask.say("Telegram refuses this token.", "Next: copy it from @BotFather (/mybots, API Token).")
            except TelegramSilent as error:
                self._ask.say(f"Telegram gives no answer: {error}.")
                if self._ask.yes("Go on without this check?", default=False):
                    return api, None
            else:
                self._ask.say(f"Bot: @{username}")
                return api, username

    def _owner(self, api: BotApi, username: str | None) -> None:
        kept = self._value(_OWNER)
        fault = self._fault(_OWNER)
        if username is None:
            self._answer(_OWNER, self._ask.text("Your Telegram id", kept, fault, optional=True))
            return
        about = f"Your Telegram id, for alerts; {_LINK}: find it out by a link; {_NONE}: no alerts"
        typed = self._ask.text(about, kept or _LINK, lambda text: None if text in (_LINK, _NONE) else fault(text))
        if typed == _LINK:
            typed = self._linked_owner(api, username, fault)
        self._answer(_OWNER, "" if typed == _NONE else typed)

    def _linked_owner(self, api: BotApi, username: str, fault: Callable[[str], str | None]) -> str:
        """The id of who presses Start behind a link that nobody else has seen, or one that is typed meanwhile."""
        payload = f"owner_{secrets.token_urlsafe(16)}"
        self._ask.say(
            f"Open this link within {round(self._link_limit_s)} s and press Start:",
            f"  https://t.me/{username}?start={payload}",
            "Or type your id here; Enter alone goes on.",
        )
        try:
            found = api.who_starts(payload, self._link_limit_s, self._ask.has_line)
        except UpdatesTaken:
            self._ask.say("This bot's updates go elsewhere: to a webhook, or to a shop that runs. They stay untouched.")
            found = None
        except (TelegramSilent, TokenRefused):
            self._ask.say("Telegram gives no answer now.")
            found = None
        if found is not None:
            self._ask.say(f"Welcome, owner {found}.")
            return str(found)
        typed = self._ask.line() if self._ask.has_line() else ""
        if typed and fault(typed) is None:
            return typed
        return self._ask.text("Your Telegram id", None, fault, optional=True)

    def _panel(self) -> None:
        while True:
            about = f"The address of your Marzban panel ({OFF}: panels come later, by orbit panel add)"
            self._text(_URL, about)
            if self._known[_URL] == OFF:
                return
            self._text("ORBIT_PANEL_USERNAME", "A sudo admin of that panel", "admin")
            self._secret(_PASSWORD, "That admin's password")
            seen = look_at_panel(self._known)
            if [one.about for one in seen if not one.ok] == [_PANEL_LINKS]:
                show_results(seen)
                self._text(_LINKS_FROM, "The address that customers reach this panel's links at", optional=True)
                seen = look_at_panel(self._known)
            if self._is_well(seen):
                return

    def _money(self, currency: str) -> None:
        while True:
            self._text(_WALLET, "The TON wallet that customers pay to", optional=True)
            if self._value(_WALLET):
                if self._is_well(look_at_wallet(self._known, currency)):
                    return
                continue
            if self._pays_otherwise():
                return
            self._text(_STARS, f"What you take for one Telegram Star, in {currency}", optional=True)
            if self._value(_STARS):
                return
            self._ask.say("A shop needs a way to be paid: a wallet, a price of a Star, or one of .env.example.")

    def _pays_otherwise(self) -> bool:
        """Whether the settings have another way to pay than these two."""
        others = (name for way in installed_ways() for name in plugin_variables(way))
        return any(self._value(name) for name in others if not name.startswith(("ORBIT_TON_", "ORBIT_USDT_TON")))

    def _addresses(self) -> None:
        self._text(_PUBLIC, "The shop's public https address, for links that outlive every panel", optional=True)
        public = self._value(_PUBLIC)
        if public and _WEBHOOK not in self._kept:
            if self._ask.yes("Let Telegram push updates there, too?", default=False):
                self._answer(_WEBHOOK, public)
        elif not public and self._value(_WEBHOOK) == self._kept.get(_PUBLIC):
            self._answer(_WEBHOOK, "")  # It led to the address that is no more.

    def _is_well(self, results: Sequence[CheckResult]) -> bool:
        """Whether what was seen is good, or good enough for the owner."""
        show_results(results)
        return all(one.ok for one in results) or self._ask.yes("Keep this all the same?", default=False)

    def _text(self, name: str, about: str, default: str | None = None, *, optional: bool = False) -> None:
        kept = self._value(name)
        typed = self._ask.text(about, kept or default, self._fault(name), optional=optional)
        if kept or typed != default:  # A default that is nobody's answer stays the program's.
            self._answer(name, typed)

    def _secret(self, name: str, about: str) -> None:
        typed = self._ask.secret(about, is_kept=bool(self._value(name)), check=self._fault(name))
        if typed is not None:
            self._answer(name, typed)

    def _answer(self, name: str, value: str) -> None:
        self._known[name] = value
        self.answered.pop(name, None)
        if value != self._kept.get(name, ""):
            self.answered[name] = value or None

    def _value(self, name: str) -> str | None:
        return self._known.get(name) or None

    def _fault(self, name: str) -> Callable[[str], str | None]:
        """What is wrong with a value of *name*, by the settings' own rules."""

        def fault(typed: str) -> str | None:
            try:
                settings_of_file(self._without_empty({**self._known, name: typed}))
            except BadSettings as error:
                return next((problem.what for problem in error.problems if problem.variable == name), None)
            return None

        return fault

    def _without_empty(self, values: Mapping[str, str]) -> dict[str, str]:
        names: Iterable[str] = variables()
        return {name: values[name] for name in names if values.get(name)}
