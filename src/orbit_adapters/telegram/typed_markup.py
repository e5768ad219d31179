"""What a person has typed, with the formatting of their client, as HTML that Telegram takes."""

from html import escape

from aiogram.types import Message
from aiogram.utils.text_decorations import HtmlDecoration


class _SafeDecoration(HtmlDecoration):
    """aiogram puts addresses and names of languages into the tags as they are: a quote in one would end the tag."""

    def link(self, value: str, link: str) -> str:
        """An address behind words."""
        return super().link(value, escape(link))

    def pre_language(self, value: str, language: str) -> str:
        """A block of code in a language that its author named."""
        return f'<pre><code class="language-{escape(language)}">{value}</code></pre>'


_DECORATION = _SafeDecoration()


def typed_html(message: Message) -> str:
    """The text or caption of *message*. What was typed as tags is shown as typed."""
    entities = message.entities or message.caption_entities or []
    return _DECORATION.unparse(message.text or message.caption or "", entities)


def sent_picture(message: Message) -> str:
    """Telegram's name of the picture in *message*, in its largest size; empty without one."""
    return message.photo[-1].file_id if message.photo else ""
