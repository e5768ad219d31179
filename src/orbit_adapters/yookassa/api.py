"""YooKassa's HTTP interface.

No call is repeated here. Each one may be: what changes something carries an idempotency key. What isn't a whole
answer, a 500 and "too many requests" are YooKassaUnavailable: then nobody knows what became of the call. Errors hold
a short reason, and neither the key nor anything of the answer.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import httpx

from orbit_adapters.payment_plugin.exchange import NoWholeAnswer, exchange
from orbit_adapters.payment_plugin.strict_json import (
    MalformedAnswerError,
    name_of,
    read_object,
    rows_of,
    text_of,
    time_of,
)
from orbit_adapters.yookassa.answers import (
    ShownPayment,
    ShownRefund,
    ShownShop,
    read_shown_payment,
    read_shown_refund,
    read_shown_shop,
)
from orbit_adapters.yookassa.rows import Json, Row, RowList
from orbit_adapters.yookassa.settings import YooKassaSettings

T = TypeVar("T")

MAX_ANSWER_BYTES = 2 * 1024 * 1024
MAX_PAGES = 300
"""Thirty thousand rows: a list that goes on longer goes round in circles."""
PAGE_ROWS = 100
_REFUSALS = frozenset({400, 401, 403, 404, 405, 415})
_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


class YooKassaUnavailable(Exception):
    """YooKassa gave no answer, or none that says what became of the call."""


class YooKassaRefused(Exception):
    """YooKassa says no, and nothing was done. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"YooKassa refuses: {code}")
        self.code = code


class YooKassaApi:
    """One shop's account at YooKassa. `source` is the name under which its payments are recorded."""

    def __init__(self, settings: YooKassaSettings, http: httpx.AsyncClient) -> None:
        self.source = f"yookassa:{settings.shop_id}"
        self._settings = settings
        self._http = http

    async def create(self, body: Json, key: str) -> ShownPayment:
        """The one payment of *key*. Raises YooKassaUnavailable, YooKassaRefused."""
        return await self._call("POST", "/payments", self._read_payment, body=body, key=key)

    async def payment(self, name: str) -> ShownPayment:
        """The payment of that name as it is now. Raises YooKassaUnavailable, YooKassaRefused."""

        def read(answer: Json) -> ShownPayment:
            shown = self._read_payment(answer)
            if shown.id != name:
                raise MalformedAnswerError("another payment than the one that was asked for")
            return shown

        return await self._call("GET", f"/payments/{name}", read)

    async def cancel(self, name: str, key: str) -> None:
        """Give back what is held for a payment. Raises YooKassaUnavailable; YooKassaRefused in any other status."""
        await self._call("POST", f"/payments/{name}/cancel", self._read_payment, body={}, key=key)

    async def refund(self, body: Json, key: str) -> ShownRefund:
        """The one refund of *key*. Raises YooKassaUnavailable, YooKassaRefused."""
        return await self._call("POST", "/refunds", read_shown_refund, body=body, key=key)

    async def refunds_of(self, name: str) -> tuple[ShownRefund, ...]:
        """Every refund of the payment of that name, in any status. Raises YooKassaUnavailable, YooKassaRefused."""
        return await self._pages("/refunds", {"payment_id": name}, read_shown_refund, max_pages=10)

    async def rows(self, of: RowList, since: datetime | None, max_pages: int = MAX_PAGES) -> tuple[Row, ...]:
        """All that has succeeded since then, in no order that counts. Raises YooKassaUnavailable, YooKassaRefused."""
        query = {"status": "succeeded"}
        if since is not None:
            query[f"{of.time_name}.gte"] = _stamp(since)
        return await self._pages(of.path, query, lambda row: of.read(row, self._settings), max_pages)

    async def newest_at(self, of: RowList) -> datetime | None:
        """When the newest of the list was created, in any status; None: there is none.

        Raises YooKassaUnavailable, YooKassaRefused.
        """

        def read(answer: Json) -> datetime | None:
            rows = rows_of(answer, "items", 1)
            return time_of(rows[0], "created_at") if rows else None

        return await self._call("GET", of.path, read, query={"limit": "1"})

    async def shop(self) -> ShownShop:
        """The account that the key opens. Raises YooKassaUnavailable, YooKassaRefused."""
        return await self._call("GET", "/me", read_shown_shop)

    def _read_payment(self, answer: Json) -> ShownPayment:
        return read_shown_payment(answer, self._settings)

    async def _pages(
        self, path: str, query: Mapping[str, str], read: Callable[[Json], T], max_pages: int
    ) -> tuple[T, ...]:
        """The rows of every page, one page after the other."""

        def read_page(answer: Json) -> tuple[list[T], str | None]:
            rows = [read(row) for row in rows_of(answer, "items", PAGE_ROWS)]
            return rows, None if answer.get("next_cursor") is None else name_of(answer, "next_cursor")

        rows: list[T] = []
        cursor: dict[str, str] = {}
        for _ in range(max_pages):
            page, following = await self._call(
                "GET", path, read_page, query={**query, "limit": str(PAGE_ROWS), **cursor}
            )
            rows += page
            if following is None:
                return tuple(rows)
            cursor = {"cursor": following}
        raise YooKassaUnavailable(f"a list of more than {max_pages} pages")

    # ---- one exchange

    async def _call(
        self,
        method: str,
        path: str,
        read: Callable[[Json], T],
        *,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> T:
        """What *read* makes of the answer. Raises YooKassaUnavailable, YooKassaRefused."""
        headers = {} if key is None else {"Idempotence-Key": key}
        try:
            status, raw = await exchange(
                self._http,
                method,
                self._settings.api_url + path,
                timeout_s=self._settings.timeout_s,
                max_bytes=MAX_ANSWER_BYTES,
                headers=headers,
                auth=httpx.BasicAuth(self._settings.shop_id, self._settings.secret_key.get_secret_value()),
                json=body,
                params=query,
            )
        except NoWholeAnswer as error:
            raise YooKassaUnavailable(str(error)) from None
        return _checked(status, raw, read)


def _checked(status: int, raw: bytes, read: Callable[[Json], T]) -> T:
    try:
        if status == httpx.codes.OK:
            return read(read_object(raw))
        if status in _REFUSALS and _CODE.fullmatch(code := text_of(read_object(raw), "code", 40)):
            raise YooKassaRefused(code)
    except MalformedAnswerError as error:
        raise YooKassaUnavailable(f"status {status}: {error}") from None
    raise YooKassaUnavailable(f"status {status}")


def _stamp(at: datetime) -> str:
    """*at* as YooKassa writes times: whole milliseconds, never later than *at*."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
