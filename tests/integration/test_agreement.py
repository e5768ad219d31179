"""Memory, SQLite and PostgreSQL give equal answers to any operations in any order."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from orbit_adapters.sql.migrate import migrate
from orbit_domain.access.repository import PanelRecord
from orbit_domain.errors import Refusal
from orbit_domain.ids import Nonce, OrderId, PanelId, PaymentId, PlanCode, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.notice.notice import Notice
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import CardUse, Method
from orbit_domain.payment.payout import PayoutState
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.payment.recurrence import Recurrence, RenewalWish
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, ReceiptKey
from orbit_domain.storage import AdminAction, Transaction
from orbit_domain.subscription.subscription import Grant
from orbit_testing import samples
from orbit_testing.notice_strategies import notices
from orbit_testing.samples import MINUTE, NOW
from tests.integration.agreeing_gifts import AgreeingGifts
from tests.integration.agreeing_keys import KeySteps
from tests.integration.agreeing_links import AgreeingLinks
from tests.integration.agreeing_offers import AgreeingOffers
from tests.integration.agreeing_old_data import AgreeingOldData
from tests.integration.agreeing_people import AgreeingPeople
from tests.integration.agreeing_referrals import AgreeingReferrals
from tests.integration.agreeing_storages import MADE, Step, failures, minutes, numbers, people
from tests.integration.storage.readings import COMMENTS, INVOICES, METHODS, PEOPLE, READINGS, SOURCES
from tests.support.servers.databases import Databases

CURSORS = [None, *(Cursor(source, at, mark) for source in SOURCES for at in ("", "1:a") for mark in (None, NOW))]


class Agreement(
    AgreeingPeople, KeySteps, AgreeingLinks, AgreeingOffers, AgreeingReferrals, AgreeingGifts, AgreeingOldData
):
    """The same steps in every storage: equal answers, equal refusals, and in the end equal rows."""

    def __init__(self, template: Path, folder: Path, databases: Databases, postgres_template: str) -> None:
        super().__init__(template, folder, databases, postgres_template)
        self.claimed: list[OutboxMessage] = []

    def teardown(self) -> None:
        try:
            self.everything()
        finally:
            super().teardown()

    @rule(number=numbers, nonce=numbers, tg_id=people, fails=failures)
    def order(self, number: int, nonce: int, tg_id: TelegramId, fails: bool) -> None:
        order = samples.order(number, tg_id, nonce=Nonce(f"n{nonce}"))
        self.all(lambda tx: tx.orders.add_if_absent(order), fails=fails)

    @rule(number=numbers, action=st.sampled_from(["pay", "deliver", "cancel"]), at=minutes, fails=failures)
    def move_order(self, number: int, action: str, at: datetime, fails: bool) -> None:
        async def step(tx: Transaction) -> Order:
            order = await tx.orders.lock(OrderId(samples.identity(number)))
            changed = order.cancel() if action == "cancel" else getattr(order, action)(at)
            await tx.orders.save(changed)
            return changed

        self.all(step, fails=fails)

    @rule(
        number=numbers,
        tg_id=people,
        method=st.sampled_from(METHODS),
        comment=st.sampled_from(COMMENTS),
        order=st.none() | numbers,
        source=st.sampled_from(SOURCES),
        fails=failures,
    )
    def add_payment(
        self,
        number: int,
        tg_id: TelegramId,
        method: Method,
        comment: str,
        order: int | None,
        source: str,
        fails: bool,
    ) -> None:
        order_id = OrderId(samples.identity(order)) if order else None
        payment = samples.payment(number, tg_id, method=method, comment=comment, order_id=order_id, source=source)
        self.all(lambda tx: tx.payments.add(payment), fails=fails)

    @rule(
        number=numbers,
        address=st.sampled_from(["here", "there"]),
        invoice=st.none() | st.sampled_from(INVOICES),
        fails=failures,
    )
    def open_payment(self, number: int, address: str, invoice: str | None, fails: bool) -> None:
        self.all(lambda tx: tx.payments.open(PaymentId(samples.identity(number)), address, invoice), fails=fails)

    @rule(
        number=numbers,
        action=st.sampled_from(["reopen", "cancel", "supersede", "charge", "wish"]),
        at=minutes,
        fails=failures,
    )
    def move_payment(self, number: int, action: str, at: datetime, fails: bool) -> None:
        async def step(tx: Transaction) -> None:
            payment = await tx.payments.lock(PaymentId(samples.identity(number)))
            moved = {
                "reopen": samples.payment(number),
                "cancel": payment.cancel(at),
                "supersede": payment.supersede(),
                "charge": replace(payment, recurrence=Recurrence().charge(at)),
                "wish": replace(payment, recurrence=Recurrence().ask(RenewalWish.STOP)),
            }
            await tx.payments.save(moved[action])

        self.all(step, fails=fails)

    @rule(number=numbers, card=st.sampled_from([CardUse.KEEP, CardUse.KEPT, CardUse.FAILED]), fails=failures)
    def mark_card(self, number: int, card: CardUse, fails: bool) -> None:
        async def step(tx: Transaction) -> None:
            payment = await tx.payments.lock(PaymentId(samples.identity(number)))
            # Another charge of an order is refused where it is recorded, not where it is marked.
            await tx.kept_cards.mark(payment.id, CardUse.KEPT if payment.order_id else card, f"card {number}")

        self.all(step, fails=fails)

    @rule(tg_id=people, fails=failures)
    def forget_card(self, tg_id: TelegramId, fails: bool) -> None:
        self.all(lambda tx: tx.kept_cards.forget(tg_id), fails=fails)

    @rule(
        number=numbers,
        source=st.sampled_from(SOURCES),
        tg_id=st.none() | people,
        payment=st.none() | numbers,
        at=minutes,
        fails=failures,
    )
    def add_receipt(
        self, number: int, source: str, tg_id: TelegramId | None, payment: int | None, at: datetime, fails: bool
    ) -> None:
        payment_id = PaymentId(samples.identity(payment)) if payment else None
        receipt = samples.receipt(number, source=source, tg_id=tg_id, payment_id=payment_id, occurred_at=at)
        self.all(lambda tx: tx.receipts.add(receipt), fails=fails)

    @rule(
        number=numbers,
        source=st.sampled_from(SOURCES),
        fork=st.integers(0, 9),
        comment=st.sampled_from(COMMENTS),
        meaning=st.sampled_from(Meaning),
        at=minutes,
        of=st.none() | numbers,
        fails=failures,
    )
    def read_source(
        self,
        number: int,
        source: str,
        fork: int,
        comment: str,
        meaning: Meaning,
        at: datetime,
        of: int | None,
        fails: bool,
    ) -> None:
        said = Comment(CommentKind.TEXT, comment)
        read = samples.source_record(number, source=source, meaning=meaning, comment=said, occurred_at=at)
        if of is not None:
            read = replace(read, reverses=ReceiptKey(source, str(of)))
        if fork == 0:
            read = replace(read, digest="f" * 64)
        self.all(lambda tx: tx.source_records.add(read, NOW), fails=fails)

    @rule(number=numbers, payment=numbers, state=st.sampled_from(PayoutState), tg_id=people, fails=failures)
    def pay_out(self, number: int, payment: int, state: PayoutState, tg_id: TelegramId, fails: bool) -> None:
        asked = samples.payout(number, tg_id, payment_id=PaymentId(samples.identity(payment)))
        self.all(lambda tx: tx.payouts.add(asked), fails=fails)
        self.all(lambda tx: tx.payouts.save(replace(asked, state=state)), fails=fails)

    @rule(number=numbers, payment=numbers, step=st.sampled_from(AddressStep), tg_id=people, fails=failures)
    def say_where(self, number: int, payment: int, step: AddressStep, tg_id: TelegramId, fails: bool) -> None:
        line = replace(samples.address_line(payment, tg_id, step=step), number=number)
        self.all(lambda tx: tx.payout_addresses.add(line), fails=fails)

    @rule(number=numbers, at=minutes, fails=failures)
    def record_rate(self, number: int, at: datetime, fails: bool) -> None:
        self.all(lambda tx: tx.rate_history.add(TON, RUB, samples.rate(number, at=at)), fails=fails)

    @rule(number=numbers, minute=st.integers(0, 5), fails=failures)
    def request_settlement(self, number: int, minute: int, fails: bool) -> None:
        at = NOW + timedelta(minutes=minute)
        self.all(lambda tx: tx.payments_due.add(samples.payment(number).id, at), fails=fails)

    @rule(minute=st.integers(0, 9), ending=st.sampled_from(["finish", "postpone", "lease"]), fails=failures)
    def settle(self, minute: int, ending: str, fails: bool) -> None:
        at = NOW + timedelta(minutes=minute)

        async def claim_and_end(tx: Transaction) -> list[object]:
            claimed = await tx.payments_due.claim(at, at + timedelta(minutes=2), 2)
            ends: list[object] = [claimed]
            for due in claimed:
                if ending == "finish":
                    ends.append(await tx.payments_due.finish(due, at))
                elif ending == "postpone":
                    ends.append(await tx.payments_due.postpone(due, at + timedelta(minutes=3), "no rate"))
            return ends

        self.all(claim_and_end, fails=fails)

    @rule(old=st.sampled_from(CURSORS), new=st.sampled_from(CURSORS[1:]), fails=failures)
    def move_cursor(self, old: Cursor | None, new: Cursor, fails: bool) -> None:
        self.all(lambda tx: tx.cursors.move(old, new), fails=fails)

    @rule(
        number=numbers,
        units=st.integers(-300, 300).filter(bool) | st.just(10**18),
        tg_id=people,
        kind=st.sampled_from([EntryKind.CREDIT, EntryKind.ORDER]),
        fails=failures,
    )
    def post(self, number: int, units: int, tg_id: TelegramId, kind: EntryKind, fails: bool) -> None:
        entry = samples.gift(number, units, tg_id, kind)
        if kind is EntryKind.ORDER:
            entry = replace(entry, ref=str(samples.identity(number)))

        async def step(tx: Transaction) -> str:
            try:
                return str(await tx.ledger.post(entry))
            except Refusal as refused:  # The transaction goes on, as paying from the balance does.
                await tx.users.set_language(PEOPLE[0], "en")
                return repr(refused)

        self.all(step, fails=fails)

    @rule(
        receipts=st.lists(st.tuples(st.sampled_from(SOURCES), numbers, st.booleans()), max_size=5),
        coins=st.integers(1, 300),
        tg_id=people,
        fails=failures,
    )
    def credit(self, receipts: list[tuple[str, int, bool]], coins: int, tg_id: TelegramId, fails: bool) -> None:
        refs = [f"{source}|{number}{'|surplus' * is_surplus}" for source, number, is_surplus in receipts]
        entries = [
            money_credited(ref, tg_id, Money(coins + place, TON), rub(7 * coins + place), NOW)
            for place, ref in enumerate(refs)
        ]
        self.all(lambda tx: tx.ledger.post_all(entries), fails=fails)

    @rule(cause=numbers, tg_id=people, seconds=st.integers(-90, 90), at=minutes, fails=failures)
    def give_time(self, cause: int, tg_id: TelegramId, seconds: int, at: datetime, fails: bool) -> None:
        async def step(tx: Transaction) -> bool:
            grant = Grant(f"cause:{cause}", tg_id, seconds, at)
            given = await tx.grants.add(grant)
            if given and cause != 4:  # The fourth isn't added to the subscription, for the audit to find.
                await tx.subscriptions.save((await tx.subscriptions.get(tg_id)).extend(grant, PlanCode("p1")))
            return given

        self.all(step, fails=fails)

    @rule(tg_id=people, at=minutes, returns=st.booleans(), fails=failures)
    def leave(self, tg_id: TelegramId, at: datetime, returns: bool, fails: bool) -> None:
        async def step(tx: Transaction) -> None:
            await tx.subscription_links.remove(tg_id)
            await tx.outbox.erase(tg_id, at)
            await tx.users.erase(tg_id, at)
            if returns:
                await tx.users.bring_back(tg_id, "Zoë\0", "en")

        self.all(step, fails=fails)

    @rule(number=numbers, priority=numbers, fails=failures)
    def set_up(self, number: int, priority: int, fails: bool) -> None:
        record = PanelRecord(PanelId(f"m{number}"), "marzban", f"é{number}", priority=priority, regions=("de",))
        self.all(lambda tx: tx.panels.remove(record.id) if priority == 1 else tx.panels.put(record), fails=fails)

    @rule(number=numbers, dedupe=numbers, tg_id=people, notice=notices(), at=minutes, fails=failures)
    def message(self, number: int, dedupe: int, tg_id: TelegramId, notice: Notice, at: datetime, fails: bool) -> None:
        message = OutboxMessage(samples.identity(number), tg_id, f"d{dedupe}", notice, at)
        self.all(lambda tx: tx.outbox.add(message), fails=fails)

    @rule(at=minutes, lease=st.integers(0, 3), limit=st.integers(0, 3), fails=failures)
    def claim(self, at: datetime, lease: int, limit: int, fails: bool) -> None:
        claimed = self.all(lambda tx: tx.outbox.claim(at, at + lease * MINUTE, limit), fails=fails)
        if isinstance(claimed, tuple) and not fails:
            self.claimed.extend(claimed)

    @rule(
        which=st.integers(0, 5),
        action=st.sampled_from(["mark_done", "postpone", "hold", "set_aside", "dead_letter", "drop"]),
        at=minutes,
        fails=failures,
    )
    def finish(self, which: int, action: str, at: datetime, fails: bool) -> None:
        if which < len(self.claimed):
            message, words = self.claimed[-1 - which], () if action in ("mark_done", "hold") else ("why\0",)
            self.all(lambda tx: getattr(tx.outbox, action)(message, at, *words), fails=fails)

    @rule(number=numbers, subject=numbers, at=minutes, fails=failures)
    def note(self, number: int, subject: int, at: datetime, fails: bool) -> None:
        record = AdminAction(samples.identity(number), "owner", "act", f"user:{subject}", "why", at)
        self.all(lambda tx: tx.admin_log.add(record), fails=fails)

    @rule(read=st.sampled_from(READINGS))
    def some(self, read: Step) -> None:
        self.all(read)

    def everything(self) -> None:
        for read in READINGS:
            self.all(read)


@pytest.fixture
async def template(tmp_path: Path) -> Path:
    """An empty shop's database file."""
    file = tmp_path / "template.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


def test_storages_agree(template: Path, tmp_path: Path, databases: Databases, migrated_template: str) -> None:
    """For any operations in any order, with any transactions failing, all storages give equal answers."""
    run_state_machine_as_test(
        lambda: Agreement(template, tmp_path, databases, migrated_template),
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    assert next(MADE) >= 10
