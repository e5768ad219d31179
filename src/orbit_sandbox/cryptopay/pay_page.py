"""The page of one invoice, with a button for each coin that pays it. The real one is a chat with @CryptoBot."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from orbit_sandbox.cryptopay.records import CryptoInvoice
from orbit_sandbox.cryptopay.sim_cryptopay import CryptoPayRefusal, SimCryptoPay

_STATUSES = {"active": "Ждёт оплаты · Not paid yet", "paid": "Оплачен · Paid", "expired": "Время вышло · Expired"}
COINS = ("USDT", "TON")


def pay_page_routes(sim: SimCryptoPay) -> tuple[Route, ...]:
    """`GET /pay/{hash}` shows the page, `POST /pay/{hash}/{coin}` is one of its buttons."""

    async def show(request: Request) -> Response:
        try:
            return HTMLResponse(_page(sim, sim.by_hash(request.path_params["hash"])))
        except CryptoPayRefusal as refusal:
            return PlainTextResponse(refusal.name, refusal.status)

    async def pay(request: Request) -> Response:
        hash_ = request.path_params["hash"]
        try:
            coin = request.path_params["coin"]
            invoice = sim.by_hash(hash_)
            if coin not in _coins(invoice):
                raise CryptoPayRefusal(404, "ASSET_INVALID")
            sim.pay(invoice, coin)
        except CryptoPayRefusal as refusal:
            return PlainTextResponse(refusal.name, refusal.status)
        return RedirectResponse(f"{sim.page_url}{hash_}", 303)

    return (
        Route("/pay/{hash}", show, methods=["GET"]),
        Route("/pay/{hash}/{coin}", pay, methods=["POST"]),
    )


def _coins(invoice: CryptoInvoice) -> tuple[str, ...]:
    """What the invoice can be paid in: an invoice over a coin in that one alone."""
    return COINS if invoice.asset is None else (invoice.asset,)


def _page(sim: SimCryptoPay, invoice: CryptoInvoice) -> str:
    status = invoice.status(sim.clock.now())
    buttons = "".join(
        f'<form method="post" action="{escape(sim.page_url)}{invoice.hash}/{coin}">'
        f"<button>Оплатить · Pay in {coin}</button></form>"
        for coin in _coins(invoice)
        if status == "active"
    )
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Crypto Pay песочницы · Sandbox Crypto Pay</title>"
        "<style>body{font:16px system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem}"
        "button{width:100%;padding:.7rem;margin:.2rem 0;font:inherit}</style>"
        "<h1>Crypto Pay песочницы · Sandbox Crypto Pay</h1>"
        "<p>Деньги не настоящие. No real money.</p>"
        f"<p>{escape(invoice.amount)} {escape(invoice.fiat or invoice.asset or '')}"
        f" · {escape(invoice.description or '')}</p><p>{_STATUSES[status]}</p>{buttons}"
    )
