// Every word of the page, in both languages. `{n}` and the like are filled in by `word`.

const WORDS = {
  sandbox: ["песочница", "sandbox"],
  views: ["Что показать", "What to show"],
  chat: ["Чат", "Chat"],
  desk: ["Пульт", "Control desk"],
  desk_tab: ["Пульт", "Desk"],
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
  pay_with: ["Заплатить {n}", "Pay {n}"],
  successful_payment: ["Вы заплатили {n}", "You paid {n}"],
  refunded_payment: ["Вам вернули {n}", "You were refunded {n}"],
  picture: ["Картинка, нажмите, чтобы увеличить", "Picture, press to enlarge"],
  today: ["Сегодня", "Today"],
  unread: ["непрочитанных: {n}", "{n} unread"],

  wallet: ["Кошелёк покупателя", "Customer's wallet"],
  balance: ["Баланс", "Balance"],
  open_payment: ["Бот ждёт перевод", "The bot waits for a transfer"],
  amount: ["Сумма", "Amount"],
  address: ["Адрес", "Address"],
  comment: ["Комментарий", "Comment"],
  no_payment: ["Попросите у бота счёт в TON: он появится здесь.", "Ask the bot for a TON payment: it will appear here."],
  last_payment: ["Последний счёт", "The last bill"],
  pending: ["ждёт оплаты", "pending"],
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
  sent: ["Отправлено в сеть", "Sent to the chain"],

  nothing_to_pay: ["Платить пока не за что", "There is nothing to pay yet"],
  no_subscription: ["Подписки пока нет", "There is no subscription yet"],
  no_such_button: ["Такой кнопки больше нет", "That button is gone"],
  no_such_customer: ["Такого покупателя нет", "There is no such customer"],

  clock: ["Часы", "Clock"],
  ahead: ["впереди настоящего времени на {n}", "{n} ahead of real time"],
  real_time: ["идут вместе с настоящими", "in step with real time"],
  clock_hour: ["+1 час", "+1 hour"],
  clock_day: ["+1 день", "+1 day"],
  clock_month: ["+30 дней", "+30 days"],
  clock_to_last_day: ["До последнего дня подписки", "To the last day of the subscription"],
  moved: ["Часы переведены", "The clock has moved"],

  switches: ["Поломки", "Switches"],
  heal: ["Починить всё", "Heal all"],
  once: ["1×", "1×"],
  once_hint: ["только один раз", "just once"],
  worker_kill: ["Убить воркер", "Kill the worker"],
  worker_start: ["Запустить воркер", "Start the worker"],
  worker_running: ["Воркер работает", "The worker is running"],
  worker_dead: ["Воркер убит: деньги и доставка ждут", "The worker is dead: money and delivery wait"],
  all_well: ["Всё исправно", "All is well"],
  broken: ["Сломано: {n}", "Broken: {n}"],
  healed: ["Всё починено", "Everything is healed"],

  chain: ["Блокчейн", "Chain"],
  height: ["Высота", "Height"],
  lag: ["отстаёт", "lags"],
  no_transfers: ["На наш адрес ещё ничего не пришло.", "Nothing has come to our address yet."],
  deposit: ["пришло", "deposit"],
  own_send: ["ушло", "sent by us"],
  refund_bounced: ["возврат вернулся", "refund bounced"],
  internal: ["внутренний", "internal"],
  rejected: ["отклонён", "rejected"],
  fake_jetton: ["поддельный жетон", "fake jetton"],
  excesses: ["сдача", "excesses"],
  noise: ["пыль", "noise"],
  unsupported_asset: ["чужая монета", "unsupported asset"],
  review: ["на проверке", "to review"],
  without_comment: ["без комментария", "no comment"],

  panel: ["VPN-панель", "VPN panel"],
  no_accounts: ["На панели пока нет ни одного ключа.", "There are no keys on the panel yet."],
  until: ["до {n}", "until {n}"],
  no_expiry: ["бессрочно", "no expiry"],
  of: ["{a} из {b}", "{a} of {b}"],
  active: ["активен", "active"],
  disabled: ["выключен", "disabled"],
  limited: ["трафик исчерпан", "out of traffic"],
  expired: ["истёк", "expired"],
  on_hold: ["ждёт подключения", "on hold"],

  ledger: ["Книга", "Ledger"],
  balanced: ["Сходится", "Balanced"],
  unbalanced: ["НЕ СХОДИТСЯ", "NOT BALANCED"],
  no_entries: ["Деньги ещё не двигались.", "No money has moved yet."],
  entry_receipt: ["Деньги пришли", "Money arrived"],
  entry_credit: ["Зачислено на баланс", "Credited to balance"],
  entry_order: ["Заказ оплачен с баланса", "Order paid from balance"],
  entry_refund: ["Возврат", "Refund"],
  entry_adjustment: ["Правка", "Adjustment"],
};

const FAULTS = {
  "telegram.down": ["Telegram недоступен", "Telegram is down"],
  "telegram.429": ["Telegram: «слишком часто»", "Telegram: too many requests"],
  "telegram.500": ["Telegram: ошибка сервера", "Telegram: server error"],
  "telegram.timeout": ["Telegram молчит", "Telegram is silent"],
  "telegram.lose_answer": ["Telegram сделал, но ответ потерян", "Telegram did it, the answer is lost"],
  "chain.lag": ["Индексатор отстаёт", "The index lags"],
  "chain.hole": ["Пропала запись в середине", "A row in the middle is missing"],
  "chain.hide_newest": ["Не видно новейшей записи", "The newest row is hidden"],
  "chain.duplicate_page": ["Каждая запись дважды", "Every row comes twice"],
  "chain.shuffle": ["Записи вперемешку", "Rows in any order"],
  "chain.wrong_anchor": ["Начало из чужой истории", "First row of another history"],
  "chain.429": ["Индексатор: «слишком часто»", "The index: too many requests"],
  "chain.500": ["Индексатор: ошибка сервера", "The index: server error"],
  "chain.timeout": ["Связь рвётся на полуслове", "The connection breaks halfway"],
  "chain.html": ["HTML вместо JSON", "HTML in place of JSON"],
  "chain.cut_json": ["Половина ответа", "Half an answer"],
  "panel.down": ["Панель недоступна", "The panel is down"],
  "panel.500": ["Панель: ошибка сервера", "The panel: server error"],
  "panel.429": ["Панель: «слишком часто»", "The panel: too many requests"],
  "panel.html": ["HTML вместо JSON", "HTML in place of JSON"],
  "panel.cut_json": ["Половина ответа", "Half an answer"],
  "panel.lose_answer": ["Сделано, но ответ потерян", "Done, but the answer is lost"],
  "panel.timeout": ["Панель молчит", "The panel is silent"],
  "panel.token_expired": ["Токен панели истёк", "The panel's token has expired"],
  "redis.down": ["Redis пропал", "Redis is gone"],
  "redis.slow": ["Redis медлит", "Redis is slow"],
  "rates.down": ["Курсы недоступны", "Rates are unavailable"],
  "rates.stale": ["Курсы устарели", "Rates are stale"],
};

const PARTS = {
  telegram: ["Telegram", "Telegram"],
  chain: ["Блокчейн", "Chain"],
  panel: ["VPN-панель", "VPN panel"],
  redis: ["Redis", "Redis"],
  rates: ["Курсы", "Rates"],
};

const stored = localStorage.getItem("orbit.language");
let current = stored ?? (navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en");

export const language = () => current;

export function switchLanguage() {
  current = current === "ru" ? "en" : "ru";
  localStorage.setItem("orbit.language", current);
}

const pick = (pair) => pair[current === "ru" ? 0 : 1];

/** The word for *key*; an unknown key is shown as it is, which is better than nothing. */
export function word(key, values = {}) {
  const text = key in WORDS ? pick(WORDS[key]) : key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What a fault is called by people; the technical name when nobody has named it yet. */
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
