"""The bank's page of one invoice, where a customer pays: three buttons and what has come in."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from orbit_sandbox.bank.payer import BankScenario, pay_invoice
from orbit_sandbox.bank.records import BankInvoice
from orbit_sandbox.bank.sim_bank import BankRefusal, SimBank

_LABELS = {
    BankScenario.FULL: "Оплатить полностью · Pay in full",
    BankScenario.HALF: "Оплатить половину · Pay half",
    BankScenario.TWICE: "Оплатить дважды · Pay twice",
}


def pay_page_routes(bank: SimBank) -> tuple[Route, ...]:
    """`GET /pay/{id}` shows the page, `POST /pay/{id}/{scenario}` is one of its buttons."""

    async def show(request: Request) -> Response:
        try:
            return HTMLResponse(_page(bank, bank.invoice(request.path_params["invoice_id"])))
        except BankRefusal as refusal:
            return PlainTextResponse(refusal.code, refusal.status)

    async def pay(request: Request) -> Response:
        invoice_id = request.path_params["invoice_id"]
        try:
            pay_invoice(bank, invoice_id, BankScenario(request.path_params["scenario"]))
        except BankRefusal as refusal:
            return PlainTextResponse(refusal.code, refusal.status)
        except ValueError:
            return PlainTextResponse("no_such_scenario", 404)
        return RedirectResponse(f"{bank.url}/pay/{invoice_id}", 303)

    return (
        Route("/pay/{invoice_id}", show, methods=["GET"]),
        Route("/pay/{invoice_id}/{scenario}", pay, methods=["POST"]),
    )


def _page(bank: SimBank, invoice: BankInvoice) -> str:
    buttons = "".join(
        f'<form method="post" action="{escape(bank.url)}/pay/{invoice.id}/{scenario}"><button>{label}</button></form>'
        for scenario, label in _LABELS.items()
    )
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Банк песочницы · Sandbox bank</title>"
        "<style>body{font:16px system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem}"
        "button{width:100%;padding:.7rem;margin:.2rem 0;font:inherit}</style>"
        "<h1>Банк песочницы · Sandbox bank</h1>"
        "<p>Деньги не настоящие. No real money.</p>"
        f"<p>{_roubles(invoice.amount)} · {escape(invoice.note)}</p>"
        f"<p>Получено · Received: {_roubles(bank.received(invoice))}</p>{buttons}"
    )


def _roubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d} ₽"
