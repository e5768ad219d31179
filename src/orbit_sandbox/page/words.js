// Every word of the page, in both languages. `{n}` and the like are filled in by `word`.

const WORDS = {
  sandbox: ["песочница", "sandbox"],
  views: ["Что показать", "What to show"],
  chat: ["Чат", "Chat"],
  control_panel: ["Панель управления", "Control panel"],
  control_panel_tab: ["Управление", "Controls"],
  customers: ["Покупатели", "Customers"],
  customer_language: ["Язык покупателя", "Customer's language"],
  new_customer: ["Добавить", "Add"],
  theme: ["Светлая или тёмная тема", "Light or dark theme"],
  language: ["Switch to English", "Переключить на русский"],
  close: ["Закрыть", "Close"],
  connecting: ["соединение…", "connecting…"],
  offline: ["нет связи с песочницей", "the sandbox does not answer"],
  bot: ["бот", "bot"],
  typing: ["печатает…", "typing…"],
  empty_title: ["Здесь пока пусто", "Nothing here yet"],
  empty_text: ["Нажмите «Старт», и настоящий бот Orbit ответит вам здесь.", "Press Start and the real Orbit bot will answer you here."],
  no_customers: ["Добавьте первого покупателя, чтобы начать.", "Add the first customer to begin."],
  start: ["СТАРТ", "START"],
  message: ["Сообщение", "Message"],
  send: ["Отправить", "Send"],
  edited: ["изменено", "edited"],
  copied: ["Скопировано", "Copied"],
  copy: ["Копировать", "Copy"],
  to_bottom: ["К последним сообщениям", "To the latest messages"],
  blocked: ["бот заблокирован", "bot blocked"],
  paid: ["Оплачено", "Paid"],
  pay_with: ["Оплатить {n}", "Pay {n}"],
  successful_payment: ["Вы заплатили {n}", "You paid {n}"],
  refunded_payment: ["Вам вернули {n}", "You were refunded {n}"],
  qr_code: ["QR-код со ссылкой из этого сообщения", "QR code with the link of this message"],
  enlarge: ["Увеличить QR-код", "Enlarge the QR code"],
  unread: ["непрочитанных: {n}", "{n} unread"],

  wallet: ["Кошелёк покупателя", "Customer's wallet"],
  balance: ["Баланс", "Balance"],
  open_payment: ["Бот ожидает перевод", "The bot is waiting for a transfer"],
  amount: ["Сумма", "Amount"],
  address: ["Адрес", "Address"],
  comment: ["Комментарий", "Comment"],
  no_payment: ["Запросите у бота счёт в TON: он появится здесь.", "Request a TON invoice from the bot: it will appear here."],
  last_payment: ["Последний счёт", "Latest invoice"],
  pending: ["ожидает оплаты", "pending"],
  confirmed: ["оплачен", "paid"],
  cancelled: ["отменён", "cancelled"],
  pay_exact: ["Отправить точно", "Send exactly"],
  pay_half: ["Половину", "Half"],
  pay_double: ["Вдвое больше", "Double"],
  pay_twice: ["Дважды", "Twice"],
  pay_no_comment: ["Без комментария", "Without comment"],
  pay_wrong_comment: ["С чужим комментарием", "Wrong comment"],
  pay_sloppy: ["Строчными, с пробелами", "Lower case, spaces"],
  pay_late: ["С опозданием", "Late"],
  pay_late_ask: ["Часы уйдут вперёд, за срок счёта. Отправить?", "The clock moves past the deadline. Send?"],
  sent: ["Отправлено в сеть", "Sent to the chain"],

  nothing_to_pay: ["Счёта для оплаты пока нет", "There is no invoice to pay yet"],
  no_subscription: ["Подписки пока нет", "There is no subscription yet"],
  no_such_button: ["Такой кнопки больше нет", "This button no longer exists"],
  no_such_customer: ["Такого покупателя нет", "There is no such customer"],

  money: ["Где деньги", "Where the money is"],
  money_balance: ["на балансе {n}", "balance {n}"],
  money_none: ["Покупатель ещё не просил счёта.", "The customer hasn't asked for an invoice yet."],
  money_came: ["пришло {n}", "{n} came"],
  method_bank: ["Карта (банк)", "Card (bank)"],
  method_yookassa: ["ЮKassa", "YooKassa"],
  where_awaited: ["ждём деньги", "awaited"],
  where_part: ["пришла часть, ждём остаток", "a part came, the rest is awaited"],
  where_bought: ["куплена подписка", "bought the subscription"],
  where_on_balance: ["зачислены на баланс", "put on the balance"],
  where_given_back: ["возвращены на баланс", "given back to the balance"],
  where_sending_back: ["отправляются обратно", "being sent back"],
  where_sent_back: ["отправлены обратно", "sent back"],
  where_never_came: ["не пришли", "never came"],
  where_unmatched: ["ничьи: ждут решения владельца", "nobody's yet: the owner decides"],
  refund_order: ["Вернуть на баланс", "Refund to the balance"],
  refund_order_done: ["Цена заказа снова на балансе", "The order's price is on the balance again"],
  refund_payment: ["Отправить обратно", "Send back"],
  refund_payment_done: ["Деньги отправлены обратно", "The money was sent back"],
  refund_spent: ["Этих денег уже нет на балансе", "This money has left the balance already"],
  refund_unsupported: ["Этот способ оплаты не умеет возвращать: деньги остаются на балансе", "This way to pay can't send back: the money stays on the balance"],
  refund_refused: ["Провайдер отказал: деньги снова на балансе", "The provider has refused: the money is on the balance again"],
  refund_unknown: ["Неизвестно, отправлены ли деньги. Нажмите ещё раз: дважды они не уйдут", "Nobody knows whether it was sent. Press again: it never goes twice"],
  refund_not_possible: ["Этот заказ вернуть нельзя", "This order can't be refunded"],

  bank: ["Банк", "Bank"],
  bank_full: ["Оплатить полностью", "Pay in full"],
  bank_half: ["Половину", "Half"],
  bank_twice: ["Дважды", "Twice"],
  bank_received: ["Получено {n}", "Received {n}"],
  bank_no_payment: ["Выберите у бота оплату картой: счёт появится здесь.", "Choose the bank card in the bot: its invoice will appear here."],
  bank_paid: ["Оплачено в банке", "Paid at the bank"],

  clock: ["Часы", "Clock"],
  ahead: ["опережают реальное время на {n}", "{n} ahead of real time"],
  real_time: ["показывают реальное время", "real time"],
  clock_hour: ["+1 час", "+1 hour"],
  clock_day: ["+1 день", "+1 day"],
  clock_month: ["+30 дней", "+30 days"],
  clock_to_last_day: ["До последнего дня подписки", "To the last day of the subscription"],
  moved: ["Часы переведены", "The clock has moved"],

  faults: ["Сбои", "Faults"],
  clear_faults: ["Устранить все сбои", "Clear all faults"],
  once: ["1×", "1×"],
  once_hint: ["только один раз", "just once"],
  worker_kill: ["Остановить воркер", "Kill the worker"],
  worker_start: ["Запустить воркер", "Start the worker"],
  worker_running: ["Воркер работает", "The worker is running"],
  worker_stopped: ["Воркер остановлен: платежи и доставка ждут", "The worker is stopped: payments and delivery wait"],
  worker_is_dead: ["Воркер остановлен", "Worker stopped"],
  no_faults: ["Сбоев нет", "No faults"],
  active_faults: ["Активных сбоев: {n}", "Active faults: {n}"],
  faults_cleared: ["Все сбои устранены", "All faults are cleared"],

  chain: ["Блокчейн", "Chain"],
  transactions: ["Транзакций", "Transactions"],
  lag: ["отстаёт", "lags"],
  no_transfers: ["Переводов на адрес магазина пока нет.", "No transfers to the shop's address yet."],
  deposit: ["поступление", "deposit"],
  own_send: ["отправлено магазином", "sent by the shop"],
  refund_bounced: ["возврат вернулся", "refund bounced"],
  internal: ["внутренний", "internal"],
  rejected: ["отклонён", "rejected"],
  fake_jetton: ["поддельный жетон", "fake jetton"],
  excesses: ["остаток газа", "excesses"],
  noise: ["нулевая сумма", "zero value"],
  unsupported_asset: ["неподдерживаемый актив", "unsupported asset"],
  review: ["на проверке", "to review"],
  without_comment: ["без комментария", "no comment"],
  transfer_link: ["Скопировать ссылку", "Copy the link"],

  panel: ["VPN-панель", "VPN panel"],
  no_accounts: ["На панели пока нет ни одного ключа.", "There are no keys on the panel yet."],
  until: ["до {n}", "until {n}"],
  no_expiry: ["бессрочно", "no expiry"],
  of: ["{a} из {b}", "{a} of {b}"],
  active: ["активен", "active"],
  disabled: ["выключен", "disabled"],
  limited: ["трафик исчерпан", "out of traffic"],
  expired: ["истёк", "expired"],
  on_hold: ["ожидает подключения", "on hold"],

  ledger: ["Журнал проводок", "Ledger"],
  balanced: ["Сходится", "Balanced"],
  unbalanced: ["НЕ СХОДИТСЯ", "NOT BALANCED"],
  no_entries: ["Проводок пока нет.", "No entries yet."],
  entry_receipt: ["Поступление", "Payment received"],
  entry_credit: ["Зачислено на баланс", "Credited to balance"],
  entry_order: ["Заказ оплачен с баланса", "Order paid from balance"],
  entry_refund: ["Возврат", "Refund"],
  entry_adjustment: ["Корректировка", "Adjustment"],
};

const FAULTS = {
  "telegram.down": ["Telegram недоступен", "Telegram is down"],
  "telegram.429": ["Telegram: слишком много запросов", "Telegram: too many requests"],
  "telegram.500": ["Telegram: ошибка сервера", "Telegram: server error"],
  "telegram.timeout": ["Telegram: тайм-аут", "Telegram: timeout"],
  "telegram.lose_answer": ["Telegram: выполнено, но ответ потерян", "Telegram: done, but the response is lost"],
  "chain.lag": ["Индексатор отстаёт", "The indexer lags"],
  "chain.hole": ["Пропущена запись в середине", "A row in the middle is missing"],
  "chain.hide_newest": ["Не видно новейшей записи", "The newest row is hidden"],
  "chain.duplicate_page": ["Каждая запись дважды", "Every row comes twice"],
  "chain.shuffle": ["Записи не по порядку", "Rows out of order"],
  "chain.wrong_anchor": ["Первая запись из другой истории", "First row from another history"],
  "chain.429": ["Индексатор: слишком много запросов", "The indexer: too many requests"],
  "chain.500": ["Индексатор: ошибка сервера", "The indexer: server error"],
  "chain.timeout": ["Соединение обрывается посреди ответа", "The connection drops mid-response"],
  "chain.html": ["HTML вместо JSON", "HTML instead of JSON"],
  "chain.cut_json": ["Обрезанный ответ", "Truncated response"],
  "bank.timeout": ["Банк: нет ответа, ничего не сделано", "The bank: no answer, nothing done"],
  "bank.cut": ["Банк: выполнено, ответ оборван", "The bank: done, the answer is cut"],
  "bank.http_500": ["Банк: выполнено, но ошибка 500", "The bank: done, but error 500"],
  "bank.duplicates": ["Банк: каждая запись дважды", "The bank: every row comes twice"],
  "bank.shuffle": ["Банк: записи не по порядку", "The bank: rows out of order"],
  "bank.hole": ["Банк: пропущена запись в середине", "The bank: a row in the middle is missing"],
  "bank.future": ["Банк: время на день вперёд", "The bank: times a day ahead"],
  "bank.webhook_lost": ["Банк: вебхук потерян", "The bank: the webhook is lost"],
  "bank.webhook_twice": ["Банк: вебхук дважды", "The bank: the webhook comes twice"],
  "cryptopay.timeout": ["Crypto Pay: нет ответа, ничего не сделано", "Crypto Pay: no answer, nothing done"],
  "cryptopay.cut": ["Crypto Pay: выполнено, ответ оборван", "Crypto Pay: done, the answer is cut"],
  "cryptopay.http_500": ["Crypto Pay: выполнено, но ошибка 500", "Crypto Pay: done, but error 500"],
  "cryptopay.duplicates": ["Crypto Pay: последняя запись дважды", "Crypto Pay: the last row comes twice"],
  "cryptopay.shuffle": ["Crypto Pay: записи не по порядку", "Crypto Pay: rows out of order"],
  "cryptopay.hole": ["Crypto Pay: пропущена запись в середине", "Crypto Pay: a row in the middle is missing"],
  "cryptopay.future": ["Crypto Pay: время на день вперёд", "Crypto Pay: times a day ahead"],
  "cryptopay.renamed": ["Crypto Pay: монета TON называется GRAM", "Crypto Pay: the coin TON is called GRAM"],
  "cryptopay.webhook_lost": ["Crypto Pay: вебхук потерян", "Crypto Pay: the webhook is lost"],
  "cryptopay.webhook_twice": ["Crypto Pay: вебхук дважды", "Crypto Pay: the webhook comes twice"],
  "yookassa.timeout": ["ЮKassa: нет ответа, ничего не сделано", "YooKassa: no answer, nothing done"],
  "yookassa.cut": ["ЮKassa: выполнено, ответ оборван", "YooKassa: done, the answer is cut"],
  "yookassa.http_500": ["ЮKassa: выполнено, но ошибка 500", "YooKassa: done, but error 500"],
  "yookassa.duplicates": ["ЮKassa: каждая запись дважды", "YooKassa: every row comes twice"],
  "yookassa.shuffle": ["ЮKassa: записи не по порядку", "YooKassa: rows out of order"],
  "yookassa.hole": ["ЮKassa: пропущена запись в середине", "YooKassa: a row in the middle is missing"],
  "yookassa.future": ["ЮKassa: время на день вперёд", "YooKassa: times a day ahead"],
  "yookassa.webhook_lost": ["ЮKassa: уведомление потеряно", "YooKassa: the notification is lost"],
  "yookassa.webhook_twice": ["ЮKassa: уведомление дважды", "YooKassa: the notification comes twice"],
  "panel.down": ["Панель недоступна", "The panel is down"],
  "panel.500": ["Панель: ошибка сервера", "The panel: server error"],
  "panel.429": ["Панель: слишком много запросов", "The panel: too many requests"],
  "panel.html": ["HTML вместо JSON", "HTML instead of JSON"],
  "panel.cut_json": ["Обрезанный ответ", "Truncated response"],
  "panel.lose_answer": ["Выполнено, но ответ потерян", "Done, but the response is lost"],
  "panel.timeout": ["Панель: тайм-аут", "The panel: timeout"],
  "panel.token_expired": ["Токен панели истёк", "The panel's token has expired"],
};

const PARTS = {
  telegram: ["Telegram", "Telegram"],
  chain: ["Блокчейн", "Chain"],
  bank: ["Банк", "Bank"],
  panel: ["VPN-панель", "VPN panel"],
};

const stored = localStorage.getItem("orbit.language");
let current = stored ?? (navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en");

export const language = () => current;

export function switchLanguage() {
  current = current === "ru" ? "en" : "ru";
  localStorage.setItem("orbit.language", current);
}

const pick = (pair) => pair[current === "ru" ? 0 : 1];

/** The word for *key*. An unknown key is shown as it is. */
export function word(key, values = {}) {
  const text = key in WORDS ? pick(WORDS[key]) : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The name of a fault; its technical name when it has no word yet. */
export const faultWord = (name) => (name in FAULTS ? pick(FAULTS[name]) : name);
export const partWord = (part) => (part in PARTS ? pick(PARTS[part]) : part);

/** Fill the words of the static part of the page. */
export function translate(root) {
  document.documentElement.lang = current;
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of root.querySelectorAll("[data-word-label]")) {
    node.setAttribute("aria-label", word(node.dataset.wordLabel));
    if (node.matches("button")) node.title = word(node.dataset.wordLabel);
  }
}
