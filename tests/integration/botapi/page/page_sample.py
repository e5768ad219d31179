"""Sample data for the sandbox page: a purchase in progress that shows everything the page can draw."""

from datetime import datetime, timedelta
from typing import Any

from orbit_sandbox.telegram.params import Upload
from tests.integration.botapi.page.fake_control_panel import FakeControlPanel


def populate_cards(control_panel: FakeControlPanel, at: datetime) -> None:
    """Figures for every card, as after one purchase."""
    ref = "0190c5d2-7c1f-7a3e-9d53-1f0b7f2f9a11"
    control_panel.transfers = [
        {
            "lt": "42",
            "units": "512340000",
            "asset": "ton:native",
            "comment": "ORB-7K2M9",
            "kind": "deposit",
            "at": at.isoformat(),
        },
        {
            "lt": "41",
            "units": "100000000",
            "asset": "ton:native",
            "comment": "",
            "kind": "review",
            "at": at.isoformat(),
        },
    ]
    control_panel.accounts = [
        {
            "username": "orbit_700000001_a1",
            "status": "active",
            "expires_at": (at + timedelta(days=30)).isoformat(),
            "used_bytes": 734_003_200,
            "limit_bytes": 107_374_182_400,
        },
        {
            "username": "orbit_700000002_b1",
            "status": "expired",
            "expires_at": int(at.timestamp()),
            "used_bytes": 0,
            "limit_bytes": 0,
        },
    ]
    control_panel.money = {
        "balance": {"units": "0", "currency": "RUB"},
        "payments": [_payment("cryptopay", "awaited", 0, at), _payment("yookassa", "bought", 12_900, at)],
        "unmatched": [{"ref": "ton|41", "units": "100000000", "currency": "ton:native"}],
    }
    credit = [("asset:ton:ton:native", -512_340_000, "ton:native"), ("fx:ton:native", 512_340_000, "ton:native")]
    order = [("user:700000001", -12_900, "RUB"), ("revenue", 12_900, "RUB")]
    control_panel.entries = [
        {
            "kind": kind,
            "ref": ref,
            "at": at.isoformat(),
            "lines": [dict(zip(("account", "units", "currency"), x, strict=True)) for x in lines],
        }
        for kind, lines in (
            ("order", order),
            ("credit", [("fx:RUB", -12_900, "RUB"), ("user:700000001", 12_900, "RUB")]),
            ("receipt", credit),
        )
    ]


def _payment(method: str, where: str, arrived: int, at: datetime) -> dict[str, Any]:
    due, came = ({"units": str(units), "currency": "RUB"} for units in (12_900, arrived))
    facts = {"id": f"payment-{method}", "order": "order-1", "at": at.isoformat()}
    return {**facts, "method": method, "due": due, "arrived": came, "where": where}


async def populate_chat(control_panel: FakeControlPanel, picture: bytes) -> int:
    """Add a customer with a purchase in progress and return the id. The messages show everything the chat can draw."""
    anna = control_panel.telegram.add_customer("Анна", "ru", "anna")
    boris = control_panel.telegram.add_customer("Boris", "en")
    control_panel.telegram.press_start(boris.id)
    control_panel.telegram.press_start(anna.id)
    keys = {"inline_keyboard": [
        [{"text": "🔑 Подключиться", "callback_data": "connect"}, {"text": "💳 Купить", "callback_data": "buy"}],
        [{"text": "💰 Баланс", "callback_data": "balance"}, {"text": "🎁 Пригласить", "callback_data": "invite"}],
    ]}  # fmt: skip
    home = "<b>Orbit VPN</b>\n\nПодписки пока нет.\nБаланс: <b>0 ₽</b>\n\n"
    home += "<blockquote>Пробные 3 дня: нажмите «Подключиться»</blockquote>"
    await control_panel.bot("sendMessage", chat_id=anna.id, text=home, parse_mode="HTML", reply_markup=keys)
    await control_panel.bot("sendMessage", chat_id=boris.id, text="Hello <Boris>")
    control_panel.telegram.tap(anna.id, 2, "buy")
    pay = {"inline_keyboard": [
        [{"text": "Открыть кошелёк", "url": "https://app.tonkeeper.com/transfer/x"}],
        [{"text": "Сумма", "copy_text": {"text": "0.5"}}, {"text": "Комментарий", "copy_text": {"text": "ORB-7K2M9"}}],
        [{"text": "✅ Я оплатил", "callback_data": "paid", "style": "success"}],
        [{"text": "‹ Назад", "callback_data": "back"}, {"text": "Отменить", "callback_data": "no", "style": "danger"}],
    ]}  # fmt: skip
    caption = (
        "<b>1 месяц — 0.51234 TON</b>\n\nАдрес: <code>UQAwbJ3yqDgD2rX1fVb0oVdXw7D9Vqz8aVvSg4d5K0m3nQ1c</code>\n"
        'Комментарий: <code>ORB-7K2M9</code>\n\nКурс закреплён. <a href="https://example.org/help">Если опоздать?</a>'
        " <tg-spoiler>Ничего страшного</tg-spoiler>"
    )
    upload = {"qr": Upload("qr.png", picture)}
    await control_panel.bot(
        "sendPhoto", upload, chat_id=anna.id, photo="attach://qr", caption=caption, parse_mode="HTML", reply_markup=pay
    )
    await control_panel.bot(
        "sendDocument",
        {"d": Upload("orbit-key.conf", b"[Interface]")},
        chat_id=anna.id,
        document="attach://d",
        caption="Ваш ключ",
    )
    price = [{"label": "1 месяц", "amount": 96}]
    invoice: dict[str, Any] = {
        "title": "Orbit VPN, 1 месяц",
        "description": "Три устройства, без ограничений",
        "payload": "p",
        "currency": "XTR",
    }
    await control_panel.bot("sendInvoice", chat_id=anna.id, prices=price, **invoice)
    control_panel.telegram.say(anna.id, "А можно картой?")
    await control_panel.bot("sendMessage", chat_id=anna.id, text="Можно: выберите «Другой способ».")
    control_panel.open_payment = {
        "units": "512340000",
        "asset": "ton:native",
        "address": "UQAwbJ3yqDgD2rX1fVb0oVdXw7D9Vqz8aVvSg4d5K0m3nQ1c",
        "comment": "ORB-7K2M9",
    }
    populate_cards(control_panel, control_panel.clock.now())
    return anna.id
