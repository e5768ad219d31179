"""Which chat is for what: in `/admin`, and in the chat itself."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import in_twos, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.support_callbacks import ChooseHere, MuteEvent
from orbit_domain.shop_chat.shop_chat import EventKind, Place, Purpose, ShopChat
from orbit_domain.use_cases.choose_shop_chat import ShopChatsView

_FOR_A_PERSON = (Purpose.EVENTS, Purpose.SUMMARY)
"""What comes to nobody until it is chosen. The rest comes to the owner anyway."""


def shop_chats_screen(view: ShopChatsView) -> Screen:
    """For the owner: what goes where, how to choose a group, and what may come here."""
    translate = Translator(view.user.language)
    where = [_line(purpose, view.of(purpose), translate) for purpose in Purpose]
    here = Place(view.user.tg_id, None, "")
    return Screen(
        paragraphs(translate("shop-chats"), lines(*where), translate("shop-chats-how", command=code("/here"))),
        keyboard(
            *(_toggle(purpose, view, here, translate, "b-chat-to-me") for purpose in _FOR_A_PERSON),
            *_event_rows(view, translate),
            admin_row(translate),
        ),
    )


def here_screen(view: ShopChatsView, place: Place) -> Screen:
    """In the chat: what it takes, a switch for each."""
    translate = Translator(view.user.language)
    text = translate("chat-here-forum" if place.is_forum else "chat-here")
    return Screen(text, keyboard(*(_toggle(purpose, view, place, translate, "b-chat-purpose") for purpose in Purpose)))


def _line(purpose: Purpose, chat: ShopChat | None, translate: Translator) -> Html:
    name = translate.label(f"chat-purpose-{purpose}")
    if chat is None:
        return translate("shop-chat-nobody" if purpose in _FOR_A_PERSON else "shop-chat-owner", purpose=name)
    if chat.lost_at is not None:
        return translate("shop-chat-lost", purpose=name, title=chat.place.title, day=chat.lost_at)
    if chat.is_private:
        return translate("shop-chat-me", purpose=name)
    return translate("shop-chat-in", purpose=name, title=chat.place.title)


def _toggle(purpose: Purpose, view: ShopChatsView, here: Place, translate: Translator, key: str) -> Row:
    chat = view.of(purpose)
    is_here = chat is not None and chat.lost_at is None and chat.place.chat_id == here.chat_id
    is_here = is_here and chat is not None and chat.place.thread_id == here.thread_id
    name = translate.label(f"chat-purpose-{purpose}")
    return tap(translate.label(key, mark="✅" if is_here else "▫️", purpose=name), ChooseHere(purpose))


def _event_rows(view: ShopChatsView, translate: Translator) -> list[Row]:
    chat = view.of(Purpose.EVENTS)
    if chat is None:
        return []
    return in_twos([_event_button(kind, chat, translate) for kind in EventKind])


def _event_button(kind: EventKind, chat: ShopChat, translate: Translator) -> TapButton:
    mark = "🔕" if kind in chat.muted else "🔔"
    return TapButton(translate.label("b-event", mark=mark, kind=translate.label(f"event-kind-{kind}")), MuteEvent(kind))
