"""The last error of a key, as it is recorded, in words for the owner."""

import re
from typing import Literal

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code

_DETAIL_CHARS = 200
# `PanelUnavailable(panel_id='main', reason='timeout')`: an error of a panel with its facts, as `ProvisionKeys` records.
_PANEL_ERROR = re.compile(
    r"(?P<error>[A-Za-z_.]+)\((?:panel_id=)?['\"](?P<panel>[^'\"]*)['\"], (?:reason=)?['\"](?P<reason>.*)['\"]\)",
    re.DOTALL,
)
_KINDS: dict[str, Literal["unavailable", "unknown", "login", "refused", "placement"]] = {
    "PanelUnavailable": "unavailable",
    "OutcomeUnknown": "unknown",
    "PanelAuthFailed": "login",
    "PanelRejected": "refused",
    "PlacementGone": "placement",
    # As rows of older versions have them.
    "PanelRefused": "refused",
    "PlacementRefused": "placement",
}
_SENTENCES: dict[str, Literal["no-node", "too-slow"]] = {
    "no node can take this key now": "no-node",
    "the panel didn't answer within this turn": "too-slow",
}


def recorded_error(recorded: str, translate: Translator) -> Html:
    """*recorded* in words, with what the panel answered. An unknown error is quoted."""
    if recorded in _SENTENCES:
        return translate(f"error-{_SENTENCES[recorded]}")
    found = _PANEL_ERROR.fullmatch(recorded)
    if found is None or found["error"] not in _KINDS:
        return translate("error-other", detail=code(recorded, _DETAIL_CHARS)) if recorded else translate("error-none")
    return translate(
        f"error-{_KINDS[found['error']]}", panel=code(found["panel"]), detail=code(found["reason"], _DETAIL_CHARS)
    )
