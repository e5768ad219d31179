"""Every method of the simulator, by its lower-cased name. Any other method is refused with 404."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from orbit_sandbox.telegram.methods import about, answering, editing, sending
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.state import TelegramState

Method = Callable[[TelegramState, Params], Any]

METHODS: Final[Mapping[str, Method]] = {
    "getme": about.get_me,
    "getchat": about.get_chat,
    "getfile": about.get_file,
    "sendchataction": about.send_chat_action,
    "setwebhook": about.set_webhook,
    "deletewebhook": about.delete_webhook,
    "getwebhookinfo": about.get_webhook_info,
    "setmycommands": about.set_my_commands,
    "deletemycommands": about.delete_my_commands,
    "getmycommands": about.get_my_commands,
    "setmyname": partial(about.set_text, name="name"),
    "setmydescription": partial(about.set_text, name="description"),
    "setmyshortdescription": partial(about.set_text, name="short_description"),
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "copymessage": sending.copy_message,
    "sendinvoice": sending.send_invoice,
    "createinvoicelink": sending.create_invoice_link,
    "createforumtopic": sending.create_forum_topic,
    "editmessagetext": editing.edit_text,
    "editmessagecaption": editing.edit_caption,
    "editmessagereplymarkup": editing.edit_markup,
    "editmessagemedia": editing.edit_media,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "answercallbackquery": answering.answer_callback,
    "answerprecheckoutquery": answering.answer_pre_checkout,
    "refundstarpayment": answering.refund_star_payment,
    "edituserstarsubscription": answering.edit_user_star_subscription,
    "getstartransactions": answering.get_star_transactions,
    "getmystarbalance": answering.get_my_star_balance,
}
