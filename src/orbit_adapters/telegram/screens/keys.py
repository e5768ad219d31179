"""The list of the customer's keys, and what is asked before one of them is added, named or deleted."""

from collections.abc import Iterator, Sequence

from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey, SeeKeys
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.key_callbacks import AddKey, AskDeleteKey, AskKeyName, DeleteKey, OfferKey, PlaceAnywhere
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs, plans_row
from orbit_domain.access.key import Key
from orbit_domain.access.own_keys import ANYWHERE, NAME_CHARS, region_stamp
from orbit_domain.ids import KeyId, Nonce
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.list_keys import KeyList

_SHOWN = 20
_NAME_CHARS = 40
_PLACE_CHARS = 32
_TENTH_OF_GIGABYTE = 1024**3 // 10


def keys_screen(keys: KeyList) -> Screen:
    """Each key with its state, place and traffic, and what can be done with it."""
    translate = Translator(keys.view.user.language)
    shown = keys.view.keys[:_SHOWN]
    if not shown and not keys.has_time:
        return Screen(translate("keys-none"), keyboard(plans_row(translate), home_row(translate)))
    counted = keys.has_time and not _beyond(keys)
    return Screen(
        paragraphs(
            translate("keys", count=len(keys.view.keys), limit=keys.allowed) if counted else translate("keys-plain"),
            *(_lines(key, keys, translate) for key in shown),
            _hint(keys, translate),
        ),
        keyboard(
            *(row for key in shown for row in _rows(key, keys, translate)),
            tap(translate.label("b-add-key"), OfferKey(keys.nonce)) if keys.may_add else (),
            plans_row(translate) if _beyond(keys) or not keys.has_time else (),
            back_row(translate, SeeConnect()),
        ),
    )


def added_screen(keys: KeyList) -> Screen:
    """The list after a key was added."""
    return keys_screen(keys).with_toast(Translator(keys.view.user.language).label("key-added"))


def deleted_screen(keys: KeyList) -> Screen:
    """The list after a key was deleted."""
    return keys_screen(keys).with_toast(Translator(keys.view.user.language).label("key-deleted"))


def region_screen(keys: KeyList, nonce: Nonce, regions: Sequence[str]) -> Screen:
    """Where one more key is to be: the shop's choice first."""
    translate = Translator(keys.view.user.language)
    rows = (tap(_place(region), AddKey(nonce, region_stamp(region))) for region in regions)
    anywhere = tap(translate.label("b-any-region"), AddKey(nonce, ANYWHERE))
    return Screen(translate("key-region"), keyboard(anywhere, *rows, back_row(translate, SeeKeys())))


def ask_name_screen(keys: KeyList, key_id: KeyId) -> Screen:
    """Ask for a name. For a key that isn't there: the list."""
    key = _found(keys, key_id)
    if key is None:
        return keys_screen(keys)
    translate = Translator(keys.view.user.language)
    text = translate("ask-key-name", name=_name(key), maximum=NAME_CHARS)
    return Screen(text, keyboard(back_row(translate, SeeKeys())))


def ask_delete_screen(keys: KeyList, key_id: KeyId) -> Screen:
    """What deleting a key means, before it is done. For a key that isn't there: the list."""
    key = _found(keys, key_id)
    if key is None:
        return keys_screen(keys)
    translate = Translator(keys.view.user.language)
    is_last = keys.has_time and len(keys.view.keys) == 1
    return Screen(
        paragraphs(translate("ask-delete-key", name=_name(key)), translate("ask-delete-last-key") if is_last else ""),
        keyboard(
            tap(translate.label("b-delete-key-now", name=_name(key)), DeleteKey(key_id)),
            back_row(translate, SeeKeys()),
        ),
    )


def _lines(key: Key, keys: KeyList, translate: Translator) -> Html:
    return lines(_state(key, keys, translate), _facts(key, keys, translate))


def _state(key: Key, keys: KeyList, translate: Translator) -> Html:
    name, end = _name(key), translate.day(key.expires_at - GRACE)
    if key.expires_at > keys.view.now and not key.enabled and keys.has_time:
        return translate("key-beyond", name=name)
    if key.expires_at <= keys.view.now or not key.enabled:
        return translate("key-off", name=name, end=end)
    if not keys.view.url_of(key):
        waits = _waits(key)
        return (
            translate("key-waits", name=name, region=_place(key.region or ""))
            if waits
            else translate("key-preparing", name=name)
        )
    return translate("key-ready", name=name, end=end)


def _facts(key: Key, keys: KeyList, translate: Translator) -> Html:
    """Where it is and what was used, as far as that is known."""
    place = _place(key.serving.node or "") if key.serving.has_served else ""
    used = keys.used_bytes.get(key.id)
    facts = [translate("key-place", place=place)] if place else []
    if used is not None and key.traffic_bytes:
        facts.append(
            translate("key-used-of", used=_gigabytes(used, translate), limit=_gigabytes(key.traffic_bytes, translate))
        )
    elif used is not None:
        facts.append(translate("key-used", used=_gigabytes(used, translate)))
    return Html(" · ".join(facts))


def _hint(keys: KeyList, translate: Translator) -> Html | str:
    if _beyond(keys):
        return translate("keys-beyond", limit=keys.allowed)
    if not keys.view.keys:
        return translate("keys-deleted")
    if keys.may_add:
        return translate("keys-more", left=keys.allowed - len(keys.view.keys))
    return ""


def _rows(key: Key, keys: KeyList, translate: Translator) -> Iterator[Row]:
    yield tap(f"🗝 {_name(key)}", SeeKey(key.id))
    if _waits(key) and not keys.view.url_of(key):
        yield tap(translate.label("b-any-place"), PlaceAnywhere(key.id))
    rename, delete = translate.label("b-rename-key"), translate.label("b-delete-key")
    yield (TapButton(rename, AskKeyName(key.id)), TapButton(delete, AskDeleteKey(key.id)))


def _beyond(keys: KeyList) -> bool:
    """Whether there are keys for which the plan has no room."""
    return keys.has_time and len(keys.view.keys) > keys.allowed


def _waits(key: Key) -> bool:
    """Whether no node of the region that was chosen could take the key yet."""
    return key.region is not None and key.home.panel_id is None and key.home.attempts > 0


def _found(keys: KeyList, key_id: KeyId) -> Key | None:
    return next((key for key in keys.view.keys if key.id == key_id), None)


def _name(key: Key) -> str:
    return sanitize(key.name, _NAME_CHARS) or key.username


def _place(text: str) -> str:
    return sanitize(text, _PLACE_CHARS)


def _gigabytes(count: int, translate: Translator) -> str:
    """With one decimal, rounded down; panels have sent negative numbers."""
    whole, tenth = divmod(max(0, count) // _TENTH_OF_GIGABYTE, 10)
    point = "," if translate.language == "ru" else "."
    return f"{whole}{point}{tenth}" if tenth else f"{whole}"
