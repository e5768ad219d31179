"""YooKassa's page of one payment, where a customer chooses how to pay it: in full, or not at all."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from orbit_sandbox.yookassa.payer import YooKassaScenario, pay_at_yookassa
from orbit_sandbox.yookassa.records import SimPayment
from orbit_sandbox.yookassa.requests import YooKassaRefusal
from orbit_sandbox.yookassa.sim_yookassa import SimYooKassa

_LABELS = {
    YooKassaScenario.CARD: "Картой · By card",
    YooKassaScenario.SBP: "СБП · SBP",
    YooKassaScenario.SBERPAY: "SberPay",
    YooKassaScenario.TWICE: "Двумя попытками сразу · By two attempts at once",
    YooKassaScenario.DECLINED: "Банк откажет · The bank says no",
}
_STATUSES = {
    "pending": "Ждёт оплаты · Not paid yet",
    "waiting_for_capture": "Деньги удержаны · The money is held",
    "succeeded": "Оплачено · Paid",
    "canceled": "Отменено · Cancelled",
}


def pay_page_routes(sim: SimYooKassa) -> tuple[Route, ...]:
    """`GET /pay/{id}` shows the page, `POST /pay/{id}/{scenario}` is one of its buttons."""

    async def show(request: Request) -> Response:
        try:
            return HTMLResponse(_page(sim, sim.payment(request.path_params["name"])))
        except YooKassaRefusal as refusal:
            return PlainTextResponse(refusal.code, refusal.status)

    async def pay(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            pay_at_yookassa(sim, name, YooKassaScenario(request.path_params["scenario"]))
        except YooKassaRefusal as refusal:
            return PlainTextResponse(refusal.code, refusal.status)
        except ValueError:
            return PlainTextResponse("no_such_scenario", 404)
        return RedirectResponse(f"{sim.url}/pay/{name}", 303)

    return (
        Route("/pay/{name}", show, methods=["GET"]),
        Route("/pay/{name}/{scenario}", pay, methods=["POST"]),
    )


def _page(sim: SimYooKassa, payment: SimPayment) -> str:
    buttons = "".join(
        f'<form method="post" action="{escape(sim.url)}/pay/{payment.id}/{scenario}"><button>{label}</button></form>'
        for scenario, label in _LABELS.items()
    )
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>ЮKassa песочницы · Sandbox YooKassa</title>"
        "<style>body{font:16px system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem}"
        "button{width:100%;padding:.7rem;margin:.2rem 0;font:inherit}</style>"
        "<h1>ЮKassa песочницы · Sandbox YooKassa</h1>"
        "<p>Деньги не настоящие. No real money.</p>"
        f"<p>{payment.units // 100}.{payment.units % 100:02d} ₽ · {escape(payment.description)}</p>"
        f"<p>{_STATUSES[payment.status]}</p>{buttons if payment.status == 'pending' else ''}"
    )
