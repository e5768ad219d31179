# The bot's texts. Texts with tags are shown in messages; keys that begin with "b-" are button labels.

## Remaining time

left-days =
    { $count ->
        [one] { $count } day left
       *[other] { $count } days left
    }
left-hours =
    { $count ->
        [one] { $count } hour left
       *[other] { $count } hours left
    }
left-minutes =
    { $count ->
        [one] { $count } minute left
       *[other] { $count } minutes left
    }

## Buttons

b-back = ‹ Back
b-home = 🏠 Home
b-connect = 🔌 Connect
b-buy = 🛒 Buy
b-renew = 🔄 Renew
b-trial = 🎁 Try it for free
b-balance = 💰 Balance: { $balance }
b-balance-plain = 💰 Balance
b-invite = 🤝 Invite
b-help = 💬 Help
b-settings = ⚙️ Settings
b-auto-renewal = 🔁 Auto-renewal
b-auto-renewal-on = ✅ Switch on
b-auto-renewal-off = ✖️ Switch off
b-pay-missing = 💳 Pay { $missing }
b-plans = 🛒 Plans
b-offer = { $title } · { $price }
b-offer-saving = { $title } · { $price } · −{ $percent }%
b-offer-discount = { $title } · { $price } instead of { $full }
b-offer-current = ✓ { $offer }
b-method = { $method } · { $due }
b-method-only = 💳 Pay · { $method }
b-method-plain = { $method }
b-method-renewing = 🔁 { $method } · renew by itself
b-card = 🔁 Renews by { $card }
b-card-settings = 🔁 About the card
b-forget-card = ✖️ Don't renew by itself
b-renew-by-hand = 🔄 Pay myself
b-pay-balance = 💰 Pay from balance · { $price }
b-refresh = 🔄 Check again
b-open-wallet = 👛 Open wallet
b-open-page = 💳 Pay on the page
b-pay-in-app = Pay { $amount }
b-copy-amount = 📋 Amount
b-copy-address = 📋 Address
b-copy-comment = 📋 Comment
b-paid = ✅ I have paid
b-cancel-payment = ✖️ Cancel
b-new-invoice = 🔄 New invoice
b-open-invoice = 🧾 Open the invoice
b-finish-order = ✅ Finish the order
b-open-order = 🧾 Back to the order
b-keys = 🗝 My keys
b-add-key = ➕ Add a key
b-rename-key = ✏️ Rename
b-delete-key = 🗑 Delete
b-delete-key-now = 🗑 Delete “{ $name }” for ever
b-any-region = ✨ Auto: the fastest now
b-any-place = ✨ Don't wait: any place
b-install = ⬇️ Install { $app }
b-open-app = 🚀 Open on this device
b-copy-link = 📋 Copy the link
b-devices = 📱 My devices
b-remove-device = ✖️ { $name }
b-new-link = 🔑 Somebody else has my link
b-replace-link = 🔑 Replace the link
b-copy-import = 📋 Link for { $app }
b-tv-page = 📺 Send to the TV
b-topup = +{ $amount }
b-topup-balance = 💰 Top up the balance
b-renew-balance = 🔄 Renew from the balance · { $price }
b-other-plan = 🛒 Another plan
b-copy-command = 📋 Copy the command
b-write-to = ✍️ Write to { $name }
b-promo = 🎟 Promo code
b-take-free = 🎁 Take it for free
b-custom-amount = ✏️ Another amount
b-share = 📨 Send to a friend
b-support = ✍️ Write to support
b-terms = 📄 Terms
b-payment-problem = 💸 I paid and see nothing
b-no-comment = 🙋 I paid without the comment
b-give-to = ✅ Give it to { $name }
b-reject = ✖️ Reject
b-write-again = ✍️ Write again
b-platform-ios = 📱 iPhone and iPad
b-platform-android = 🤖 Android
b-platform-windows = 💻 Windows
b-platform-macos = 💻 macOS
b-platform-linux = 🐧 Linux
b-platform-tv = 📺 TV
b-language-ru = Русский
b-language-en = English
b-chosen = ✓ { $name }

## Commands

command-start = Home
command-buy = Buy or renew
command-connect = Connect a device
command-balance = Balance and top-up
command-help = Help
command-language = Language
command-paysupport = Questions about a payment

## Home

home-none =
    👋 <b>Hello!</b>

    Get your VPN here: one key for your phone, computer and TV.

    You have no subscription yet.
home-none-yet = You have no subscription yet.
home-trial =
    🎁 <b>Free trial</b>: { $left }, until { $end }.

    If you like it, choose a plan: the new time is added to what is left.
home-active =
    🟢 <b>Your subscription is active</b>: { $left }, until { $end }.
home-grace =
    🟡 <b>Your subscription ended on { $end }</b>

    Your key still works: { $left }. Renew now and you stay connected.
home-expired =
    🔴 <b>Your subscription ended on { $end }</b>

    Renew it and your key works again: there is nothing to set up anew.
home-balance = Your balance is { $balance }.
home-hint = 🤖 I can't read messages, but I understand buttons. Here is where to start:
home-outdated = This button is out of date. Here is the start.
home-unknown-link = 🔗 This link leads nowhere any more. Here is where to start:

## Plans

plans =
    🛒 <b>Choose a plan</b>
plans-renew =
    🛒 <b>Choose a plan</b>

    Now: { $left }, until { $end }. The new time is added to what is left.
plans-saving = The percentages are what you save over paying month by month.
plans-code = 🎟 The code { $code } has lowered the price already.
plan-unlimited = Traffic is unlimited.
plan-traffic = { $title }: { $gigabytes } GB per 30 days.
plan-keys = { $title }: up to { $count ->
    [one] one key
   *[other] { $count } keys
}.
plans-none =
    🛒 <b>Nothing is on sale just now</b>

    Running subscriptions work as before. Look in later: plans will appear here.

## Order

checkout =
    🧾 <b>{ $title }</b>

    Price: <b>{ $price }</b>
    Your subscription will last until { $end }.
checkout-keys = Keys: up to { $count }. You add them under “My keys”.
checkout-keys-off = ⚠️ This plan gives fewer keys than you have. The oldest work on, these are switched off: { $names }. You can delete another one instead.
checkout-discount = Instead of { $full }: { $amount } off by the code { $code }.
checkout-lost = The code { $code } has ended meanwhile, so this is the price without it. You weren't charged.
checkout-free = There is nothing to pay.
checkout-covered = Your balance is { $balance }: that is enough. { $rest } will be left.
checkout-missing = Your balance is { $balance }, { $missing } is missing.
checkout-debt = That includes { $owed } that you owe for a payment that went back to you.
checkout-renewing = With “renew by itself” your card is kept at the payment service. A day before each period ends, no more than { $price } is taken from it; if there is enough on your balance, nothing. You can stop that at any time: Balance, then the card.
checkout-choose = How would you like to pay?
checkout-one = One step left: your payment.
checkout-no-method = You can't pay right now: payments are paused for a little while. Your order is kept and your balance is safe. Check again in a couple of minutes.
checkout-paid =
    ✅ <b>{ $title }: this order is paid</b>

    You won't be charged a second time.
checkout-cancelled =
    <b>{ $title }: this order is closed</b>

    You weren't charged for it. If you have already sent money, it will come to your balance. To buy, choose a plan again.
checkout-refunded =
    <b>{ $title }: this order was refunded</b>

    The money was given back: to your balance, or to where it came from.

## Promo codes

promo-ask =
    🎟 <b>Type the promo code</b>

    Capitals don't matter.
promo-percent = { $percent }%
promo-discount =
    🎟 <b>The code { $code } works: { $value } off</b>

    It counts once, for your next purchase. It is used when you pay, so that you may look around first.
promo-plans = It is for: { $plans }.
promo-days =
    🎟 <b>The code { $code } works: +{ $count ->
        [one] { $count } day
       *[other] { $count } days
    }</b>

    Your subscription lasts until { $end }.
promo-balance =
    🎟 <b>The code { $code } works: { $amount } on your balance</b>

    Your balance: { $balance }.

## Gifts

b-give = 🎁 Give a plan
b-my-gifts = 🎁 My gifts
b-gift = 🎁 Show the gift
b-gift-pay = 💳 Pay · { $price }
b-gift-message = ✍️ Words to go with it
b-gift-no-message = ✖️ Without words
b-gift-card = 💌 A card to forward
b-gift-give-up = ↩️ Change my mind
b-gift-give-up-now = ↩️ Money back to my balance
b-gift-waits = 🎁 { $title } · { $day }
b-gift-taken = ✅ { $title } · { $day }
b-gift-refunded = ↩️ { $title } · { $day }
b-open-gift = 🎁 Take the gift
b-take-gift = 🎁 Take it
gift-plans =
    🎁 <b>Give a plan</b>

    Choose a plan and pay as usual. You get a link: whoever opens it first has the gift. You can add a few words of your own before you pay or after.
checkout-gift =
    🎁 <b>{ $title } as a gift</b>

    Price: <b>{ $price }</b>
    You get a link once it is paid. The time starts when the gift is taken.
gift-ready =
    🎁 <b>{ $title }: your gift is ready</b>

    Send this link to whoever it is for. It can be taken once, and it doesn't expire.
    { $link }
gift-words = Your words:
gift-unreadable =
    🎁 <b>{ $title }: your gift is waiting</b>

    The link can't be shown right now. One that you have sent still works. If you don't have it any more, you can change your mind and get the money back to your balance.
gift-open =
    🎁 <b>{ $title } as a gift</b>

    It isn't paid yet. You get the link once it is.
gift-taken-by =
    ✅ <b>{ $title }: your gift was taken</b>

    Taken by { $name } on { $day }.
gift-refunded =
    ↩️ <b>{ $title }: this gift is cancelled</b>

    Its price was given back, and the link opens nothing any more.
gift-somebody = your friend
gift-card = 🎁 <b>A gift for you: VPN, { $title }</b>
gift-card-link =
    Open this to take it:
    { $link }
gift-share = I have a gift for you: a VPN. Open the link and take it
gifts = 🎁 <b>My gifts</b>
gifts-none =
    🎁 <b>No gifts yet</b>

    The gifts that you have paid will be here, with their links until they are taken.
gift-line-waits = • <b>{ $title }</b>: waiting, paid on { $day }
gift-line-taken = • <b>{ $title }</b>: taken on { $day } by { $name }
gift-line-refunded = • <b>{ $title }</b>: cancelled, the money is back
gift-ask-message =
    ✍️ <b>Write a few words to go with your gift</b>

    Up to { $maximum } characters. Whoever opens the link will see them.
gift-ask-give-up =
    ↩️ <b>{ $title }: change your mind?</b>

    { $price } goes back to your balance. The link stops working, even if you have sent it.
gift-given-up =
    ↩️ <b>{ $title }: this gift is cancelled</b>

    { $price } is back. Your balance is { $balance }. The link opens nothing any more.
gift-from = 🎁 <b>A gift from { $name }</b>
gift-from-somebody = 🎁 <b>A gift for you</b>
gift-own = 🎁 <b>This gift is from you. You can take it yourself</b>
gift-what =
    VPN, <b>{ $title }</b>. There is nothing to pay.
    If you take it now, your subscription will last until { $end }.
gift-what-more =
    VPN, <b>{ $title }</b>. There is nothing to pay.
    No time of yours is lost: if you take it now, your subscription with this plan will last until { $end }. It can wait, too.
gift-yours =
    🎉 <b>The gift is yours: { $title }</b>

    Your subscription lasts until { $end }. A message about your key comes below, usually within seconds.

## Invoice

payment-for-order = “{ $title }”
payment-for-balance = { $amount } for your balance
payment-ask =
    💎 <b>Payment: { $purpose }</b>

    Send exactly <b>{ $amount }</b>
    to { $address }
    with the comment { $comment }, or we can't tell that the money is yours.

    ⏳ To pay: { $left }. A late transfer is credited, what is missing can follow, what is too much stays on your balance.
payment-part =
    💎 <b>A part has arrived: { $received }</b>

    Send <b>{ $amount }</b> more to the address
    { $address }
    with the same comment { $comment }

    ⏳ To pay: { $left }. If you don't make it, all that arrived stays on your balance.
payment-arrived =
    ⏳ <b>{ $received } has arrived</b>

    There is nothing more to send. The transfer is being checked, which usually takes a minute; then you get a message. The money is yours in any case.
payment-ask-page =
    💳 <b>Payment: { $purpose }</b>

    Pay <b>{ $amount }</b> on the payment page: { $url }

    ⏳ To pay: { $left }. If you pay later, it is credited to you all the same.
payment-part-page =
    💳 <b>A part has arrived: { $received }</b>

    Pay <b>{ $amount }</b> more on the same page.

    ⏳ To pay: { $left }. If you don't make it, all that arrived stays on your balance.
payment-ask-in-app =
    ⭐ <b>Payment: { $purpose }</b>

    Pay <b>{ $amount }</b> right here in Telegram: tap the button below. Telegram asks us first, so nothing is taken for an invoice that is paid or closed.

    ⏳ To pay: { $left }. After that take a new invoice.
payment-in-app-repeats = 🔁 This subscription renews by itself: Telegram takes { $amount } every 30 days, also when our price changes. Stop it whenever you like: here in the bot under Settings → Auto-renewal, or in Telegram under Settings → My Stars. What is paid stays yours.
payment-part-in-app =
    ⭐ <b>A part has arrived: { $received }</b>

    Cancel this invoice: what has arrived goes to your balance, and a new invoice asks for the rest only.
payment-over =
    ⌛ <b>This invoice has expired</b>

    If you have sent the money already, don't send it again: we will see a transfer with the comment { $comment } and credit it.

    If you haven't, get a new invoice: it has an up-to-date amount.
payment-over-part =
    ⌛ <b>This invoice has expired</b>

    { $received } has arrived: it is yours and goes to your balance. The rest can be paid with a new invoice.
payment-confirmed-order =
    ✅ <b>The money has arrived</b>

    “{ $title }” is paid: there is nothing more to send for this invoice. The receipt and the key are messages of their own.
payment-confirmed-gift =
    ✅ <b>The money is here</b>

    The gift “{ $title }” is paid, and nothing more is to be sent for this invoice. The receipt is a message of its own.
payment-confirmed-balance =
    ✅ <b>The money has arrived</b>

    It was added to your balance. There is nothing more to send for this invoice.
payment-confirmed-waiting =
    ✅ <b>The money has arrived</b>

    It is on your balance, but the order “{ $title }” isn't paid yet. Go back to it to see what is missing.
payment-not-needed =
    ✅ <b>This invoice isn't needed any more</b>

    “{ $title }” is paid already: send nothing for this invoice. Money that is on its way comes to your balance.
payment-replaced =
    ⬇️ <b>This invoice was replaced by a new one</b>

    The current invoice is below: send nothing for this one. If you have already sent money with the comment { $comment }, don't send it again: it will be credited to you.
payment-cancelled-title = ✖️ <b>This invoice is cancelled</b>
payment-cancelled-part = { $received } has arrived for it: it goes to your balance.
payment-cancelled =
    Send nothing more for it. Money with the comment { $comment } that is on its way comes to your balance and stays there: it won't pay the order by itself. We'll tell you when it arrives; if it is enough, you can finish the order with one tap.
payment-cancelled-topup =
    Send nothing more for it. Money with the comment { $comment } that is on its way comes to your balance.
payment-not-seen = Payment not received yet. It usually takes up to a minute, check again.
payment-part-toast = Only a part has arrived. The screen says how much is left.

## Refusal before a payment in Stars

pre-checkout-unknown = We have no such invoice. Nothing was taken. Get a new invoice in the bot.
pre-checkout-foreign = This invoice is somebody else's. Nothing was taken. Get your own invoice in the bot.
pre-checkout-changed = The amount of this invoice has changed. Nothing was taken. Get a new invoice in the bot.
pre-checkout-paid = This invoice is paid already. Nothing was taken a second time.
pre-checkout-not-needed = The order is paid already, or closed. Nothing was taken.
pre-checkout-cancelled = This invoice was cancelled or replaced by a new one. Nothing was taken. Get a new invoice in the bot.
pre-checkout-expired = The time of this invoice is over. Nothing was taken. Get a new invoice in the bot.
pre-checkout-in-progress = This invoice is being paid right now. Nothing was taken a second time. Wait a minute and check the invoice in the bot.

## Paid

paid =
    ✅ <b>Paid: { $title }</b>

    Your subscription lasts until { $end }.

    The receipt and a message about your key follow below, usually within seconds.
trial-started =
    🎁 <b>Your free trial has begun</b>

    It lasts until { $end }. Your key is being made: it comes in a message of its own, usually within seconds.

## Connecting

connect =
    🔌 <b>Connect</b>: { $left }, until { $end }.

    Your subscription link. Tap to copy:
    { $url }

    Choose your device for the app and the steps. Or open the app and point its camera at the QR code.

    The link is personal. Whoever knows it uses your key.
connect-grace =
    🟡 <b>Your time ended on { $end }</b>, but your key still works: { $left }. Renew to stay connected.

    Your subscription link. Tap to copy:
    { $url }

    The link is personal. Whoever knows it uses your key.
new-link =
    🔑 <b>Replace your subscription link?</b>

    If somebody else has got your link, replace it. The old one stops working for everybody, in your own apps too: you add the new one in each of them. Your time stays.
devices =
    📱 <b>Your devices: { $count } of { $limit }</b>

    Some apps name the device that they run on; these are counted. A tap frees the place of a device. It comes back by itself while it uses the link and there is a place. To shut somebody out, replace the link.
devices-none = No app has named its device yet.
device = • { $name }, last seen { $day }
device-nameless = Device without a name
connect-preparing =
    ⏳ <b>Your key is being prepared</b>

    It usually takes seconds. When the server is busy it takes longer: we keep trying until it works. The key comes in a message of its own; your time is already yours.
connect-no-keys =
    🗝 <b>You have no key now</b>

    You have deleted your keys. Your time is still yours: open “My keys” and add one. It takes seconds.
connect-beyond =
    🗝 <b>This key is switched off</b>

    Your plan has no room for it. Delete one of the keys that work, and this one works in its place, or choose a bigger plan.
connect-none =
    🔌 <b>There is nothing to connect yet</b>

    You need a subscription first: your key appears right after you pay.
connect-expired =
    🔴 <b>Your subscription ended on { $end }</b>

    Your key is switched off but kept. Renew and it works again by itself, with nothing to set up.
platform =
    <b>{ $platform }</b>

    1. Install { $app } with the button below.
    2. Copy your link with “{ $copy }”.
    3. In the app tap “+” and choose to paste from the clipboard.
    4. Switch the VPN on and open any site: done.

    Quicker: paste this line into the browser's address bar on the same device, and the app adds the key by itself:
    { $import }
platform-tv =
    <b>{ $platform }</b>

    1. Install { $app } on the TV (from the TV's app store) and on your phone.
    2. Add your key to { $app } on the phone and put both devices on one network.
    3. Choose import on the TV: it shows a QR code.
    4. Scan it from { $app } on the phone and send the subscription.

    No { $app } on your phone? Open the page with the button, enter the code from the TV and paste the link:
    { $import }

## Keys

keys =
    🗝 <b>Your keys: { $count } of { $limit }</b>
keys-plain =
    🗝 <b>Your keys</b>
keys-none =
    🗝 <b>No keys yet</b>

    A key comes with your subscription.
key-ready = • <b>{ $name }</b>: works until { $end }
key-preparing = • <b>{ $name }</b>: being prepared
key-off = • <b>{ $name }</b>: switched off, its time ended on { $end }
key-beyond = • <b>{ $name }</b>: switched off, your plan has no room for it
key-waits = • <b>{ $name }</b>: waits for a free place in { $region }
key-place = Place: { $place }
key-used = used: { $used } GB
key-used-of = used: { $used } of { $limit } GB
keys-more = { $left ->
    [one] Your plan gives one more key: for your family, or for another device.
   *[other] Your plan gives { $left } more keys: for your family, or for other devices.
}
keys-beyond = { $limit ->
    [one] Your plan gives one key: the oldest one works.
   *[other] Your plan gives { $limit } keys: the oldest ones work.
} Delete one of these and the next one works in its place, or choose a bigger plan.
keys-deleted = You have deleted your keys. Add one: it takes seconds, and your time is still yours.
key-added = Your new key is being made: it comes in a message, usually within seconds.
key-deleted = The key is deleted: it stops working now.
key-region =
    🌍 <b>Where should the key be?</b>

    “Auto” chooses the best place, and another one if that fails. A key in a place that you choose stays there: if there is no room, it waits and asks you.
ask-key-name =
    ✏️ <b>What should “{ $name }” be called?</b>

    Type a name of up to { $maximum } characters. For example: Mum's phone
ask-delete-key =
    🗑 <b>Delete “{ $name }”?</b>

    It stops working at once on every device that uses it, and can't be brought back. Your time stays. A key that you add later is another one.
ask-delete-last-key = ⚠️ It is your only key: you'll have no VPN until you add another one.

## Balance

balance =
    💰 <b>Your balance: { $balance }</b>
balance-debt = You owe { $owed } for a payment that went back to you. Your next top-up pays that first.
balance-none = Nothing has happened here yet. Money on your balance never expires and pays for any plan.
statement = The latest (times in UTC):
statement-receipt = { $amount } · received · { $moment }
statement-credit = { $amount } · top-up · { $moment }
statement-credit-by = { $amount } · top-up · { $method } · { $moment }
statement-order = { $amount } · purchase from the balance · { $moment }
statement-order-of = { $amount } · purchase from the balance: { $title } · { $moment }
statement-refund = { $amount } · refund to the balance · { $moment }
statement-refund-of = { $amount } · refund to the balance: { $title } · { $moment }
statement-debt = { $amount } · paid what was owed · { $moment }
statement-sent-back = { $amount } · sent back to where it came from · { $moment }
statement-sent-back-by = { $amount } · sent back by { $method } · { $moment }
statement-adjustment = { $amount } · adjustment by hand · { $moment }
statement-promo = { $amount } · gift by the code { $code } · { $moment }
statement-referral = { $amount } · reward for an invitation · { $moment }
statement-referral-returned = { $amount } · a reward went back, the purchase was refunded · { $moment }
statement-reason = { $line } · { $reason }
balance-topup = Top up:
balance-no-method = Topping up isn't possible just now. Your balance is safe.
ask-amount =
    ✏️ <b>How much would you like to add?</b>

    Type an amount from { $minimum } to { $maximum }. For example: 450 or 450.50
topup =
    💰 <b>Top up { $amount }</b>

    How would you like to pay?

## Invitation

invite =
    🤝 <b>Invite a friend</b>

    Your link. Tap to copy:
    { $link }
invite-figures =
    Came by your link: { $came }
    Of them rewarded: { $rewarded }, you earned { $earned }
invite-rules =
    • You get { $inviter } and your friend { $invited } on the balance when your friend's first purchase is delivered.
    • It counts from { $least } on and is paid with real money: trials and gifts earn nothing.
    • An invitation counts once, when your friend opens the bot for the first time. You yourself don't count.
    • If that purchase is refunded, the rewards go back.
invite-share = Try this VPN: it takes a minute to connect

## Language

settings =
    ⚙️ <b>Settings</b>

    Choose your language, how your subscription goes on, and what we write to you.
language-changed = Language changed

## Deleting the account

b-delete-account = 🗑 Delete my account
deletion =
    🗑 <b>Delete your account?</b>

    <b>We erase:</b> your name and language, keys and link, the list of devices, our messages and your questions. We forget your card and switch auto-renewal off.

    <b>We must keep:</b> orders, payments and the records of money. They stay under a number, without your name.
deletion-time = ⏳ You lose the rest of your subscription: { $left }, until { $end }.
deletion-balance = 💰 There is { $balance } on your balance. If you want it back, write to us first. Otherwise it stays under your number, and is yours again if you return.
deletion-pending = 🧾 An invoice of { $amount } is still open. If you have paid it, wait until the money arrives.
deletion-claims = 🔎 We are still looking for your transfer. Better wait for our answer.
deletion-chat = This chat stays with you: you can delete it in Telegram.
b-deletion-payment = 🧾 Open the invoice
b-deletion-go-on = Go on and delete
deletion-ask =
    🗑 <b>Really delete it?</b>

    Your keys stop working at once, and they can't be brought back. There is no second free trial.
b-deletion-yes = 🗑 Yes, delete it for good
b-deletion-no = No, keep it
deleted =
    👋 <b>Your account is deleted</b>

    Your name, keys and messages are gone. If a transfer you sent earlier still arrives, the money isn't lost: it waits for you under your number.

    If you want to come back, tap the button.
deleted-toast = Account deleted
b-start-again = ↩️ Start again
deletion-outdated-title = Something has changed
deletion-outdated = Some time has passed since we showed what would be lost, or your balance has changed. Nothing was deleted: please look again.
staff-stays-title = You work here
staff-stays = While you have a role in the shop, your account can't be deleted. Ask the owner to take the role back. Nothing has changed.
order-underway-title = Your order is on its way
order-underway = You have paid for an order, and its key is nearly ready. You can delete your account after that. If it takes long, write to us and get your money back. Nothing has changed.
account-deleted-title = This customer has deleted the account
account-deleted = Nothing can be sold or given to them until they come back themselves. Nothing has changed.
card-deleted = 🗑 Deleted the account on { $day }

## Notices: what to write, and when

b-notices = 🔔 Notices
b-notices-on = 🔔 { $name }: on
b-notices-off = 🔕 { $name }: off
b-quiet-hours = 🌙 Quiet hours: { $hours }
b-quiet-end = ✖️ No quiet hours
b-quiet-begin-earlier = Start − 1 h
b-quiet-begin-later = Start + 1 h
b-quiet-end-earlier = End − 1 h
b-quiet-end-later = End + 1 h
b-clock = 🕐 My time: { $time }
b-clock-other = 🕐 My time is different
b-clock-minutes = The minutes are different here
b-no-news = 🔕 Don't send me news
b-renew-missing = 🔄 Renew · { $missing } to pay
notices =
    🔔 <b>Notices</b>

    Choose what you want to hear about. You always hear about money, keys and answers from support, so that you don't miss anything you have paid for.

    During quiet hours urgent messages come without a sound, and the rest when they are over.
notices-reminders = Renewal reminders
notices-news = News and offers
notices-rewards = Rewards for friends
notices-reminders-on = We'll tell you when your subscription is about to end
notices-reminders-off = No more reminders before your subscription ends
notices-news-on = We'll send you news and offers
notices-news-off = You won't get news any more
notices-rewards-on = We'll tell you about each reward for a friend
notices-rewards-off = No more messages about rewards: they still come to your balance
quiet-hours =
    🌙 <b>Quiet hours</b>

    During this time we won't disturb you: money, keys and answers from support come without a sound, and everything else waits until the quiet hours are over.
quiet-hours-off = They are off now. When shouldn't we disturb you?
quiet-hours-on = We won't disturb you <b>{ $hours }</b>. It is { $time } where you are.
quiet-none = off
clock-unknown = not set
clock-ask = 🕐 <b>What time is it with you?</b> Tap the nearest one: a minute or two doesn't matter.

## For the staff: what a customer was told

b-told = 🔔 Notices
told = 🔔 <b>Notices to { $number }</b> (UTC)
told-none = Nothing was written to this customer yet.
told-off = 🔕 Switched off: { $groups }
told-quiet = 🌙 Quiet hours: { $hours }, it is { $time } there now
told-unreachable = 📵 The bot has been blocked since { $day }: nothing reaches this customer, the service goes on.
told-next = <b>Reminders to come if nothing changes</b>
told-next-none = <b>No reminders to come</b>
told-reminder = • { $moment } · { $what }
told-reminder-three-days = three days before the end
told-reminder-one-day = a day before the end
told-reminder-at-end = at the end
told-reminder-day-after = a day after the end
told-line = { $mark } { $moment } · { $what } — { $state }
told-sent = sent
told-held = waits until then
told-waits = waits for its turn
told-retried = failed, will be tried again at that time
told-outdated = not sent: out of date
told-switched-off = not sent: the customer has switched it off
told-dropped = not sent
told-given-up = not delivered: the customer can't be reached
notice-kind-order_paid = order paid
notice-kind-order_refunded = order refunded
notice-kind-balance_adjusted = balance adjusted
notice-kind-days_granted = days as a gift
notice-kind-adjustment_asked = a second admin asked
notice-kind-key_ready = key ready
notice-kind-payment_short = part of a payment came
notice-kind-invoice_changed = invoice updated
notice-kind-money_credited = money on the balance
notice-kind-period_ending = renewal reminder
notice-kind-unmatched_money = money without an owner
notice-kind-key_delayed = key delayed
notice-kind-delivery_delayed = delivery delayed
notice-kind-scan_stopped = reading of payments stopped
notice-kind-suspicious_transfer = suspicious transfer
notice-kind-settlement_failing = payment can't be credited
notice-kind-backup_overdue = backups can't be relied on
notice-kind-replay_ended = the shop was restored
notice-kind-backup_copy_overdue = copies of backups missing
notice-kind-money_unconfirmed = money not confirmed
notice-kind-reader_changed = another source of payments
notice-kind-money_update_received = news of money
notice-kind-payout_sent = money sent back
notice-kind-payout_returned = what was sent came back
notice-kind-payout_problem = odd transfer of the shop
notice-kind-payout_address_wanted = where to send money back
notice-kind-payout_address_given = address for money back
notice-kind-receipt_claimed = a transfer was claimed
notice-kind-claim_rejected = claim rejected
notice-kind-announcement = broadcast
notice-kind-broadcast_over = broadcast over
notice-kind-customer_wrote = a customer's question
notice-kind-owner_answered = answer from support
notice-kind-money_reversed = payment reversed
notice-kind-money_taken_back = payment taken back
notice-kind-card_kept = card for renewals
notice-kind-card_not_charged = card not charged
notice-kind-not_renewed = not renewed from the balance
notice-kind-recurrence_changed = renewal with stars
notice-kind-renewal_answered = answer about renewal
notice-kind-promo_withdrawn = promo code ended
notice-kind-referral_reward = reward for a friend
notice-kind-gift_accepted = gift taken
notice-kind-gift_taken_back = gift taken back
notice-kind-day_summary = summary of the day
notice-kind-order_happened = a sale or a trial
notice-kind-staff_acted = something the staff did
notice-kind-shop_chat_lost = a chat that is lost
notice-kind-other = message

## Help

help =
    💬 <b>Help</b>

    <b>It doesn't connect.</b> Open “Connect”, refresh the subscription in your app and switch the VPN on again. Try another network: sometimes that is the cause.

    <b>A new device.</b> The key is the same: open “Connect” and choose the device.

    <b>You paid and have no subscription.</b> Tap “{ $problem }”: money doesn't get lost.

    <b>How to pay with { $coin }.</b> With any wallet: scan the QR code of the invoice, or copy amount, address and comment.
help-number = Your number is { $number }. Please mention it when you write to us.
paysupport =
    💸 <b>You paid and don't see it?</b>

    Your balance is { $balance }.

    1. Wait a minute: a payment needs time to be confirmed.
    2. Open the invoice and tap “{ $paid }”.
    3. If you sent a transfer, compare the comment: without it the money isn't lost, but only a person can find out that it is yours.

    Don't send anything twice. Money that arrived doesn't vanish: it is booked as yours already, or waits for you.
paysupport-write = If nothing helps, or for any other question about a payment, write to us: we answer, not Telegram. Your number { $number } will help, and with it the link to the transfer in your wallet or, for Stars, a screenshot of the payment.

## A transfer without a comment

claim-ask =
    🙋 <b>Which transfer is yours?</b>

    Send one of these:
    • the link of the transaction from your wallet or an explorer;
    • the hash of the transaction;
    • the address you paid from.
claim-passed-on =
    📨 <b>Passed on to the shop's owner</b>

    A person decides: everyone can see transfers, so they have to be compared by hand. The answer comes here. Your money isn't lost: all that arrived is booked. Don't send anything twice.
claim-assigned =
    ✅ <b>Given: { $amount }</b>

    Customer: { $who }, who has been told.
claim-assigned-toast = The money was given
claim-rejected =
    ✖️ <b>Claim rejected</b>

    Customer { $who } will be told. The transfer stays among the money without an owner.
claim-rejected-toast = Claim rejected

## A question to the owner

question-ask =
    ✍️ <b>What would you like to ask?</b>

    Write it in one message. We read it, and the answer comes here.
question-passed-on =
    📨 <b>We have your question</b>

    The answer comes here.
answer-ask =
    ✍️ <b>What is your answer to customer { $who }?</b>

    Write it in one message and the bot passes it on.
answer-sent = 📨 <b>Answer sent</b>

## Cases: what customers ask, and what the staff answers

b-cases = 💬 Questions
b-case = 💬 The whole chat
b-case-close = ✔️ Close
b-answer = ✍️ Answer
b-solved = 👍 Solved, thanks
b-report-payment = 🆘 I paid, the money isn't there
b-see-invoice = 🧾 Invoice for { $amount }
paysupport-seen = <b>What we see:</b>
paysupport-nothing = <b>We see no request to pay from you.</b> If you sent a transfer by hand, use “I paid without the comment”.
paysupport-pending = • { $amount }, { $method }, { $moment }: nothing has come yet. Open the invoice and compare the amount and the comment. What you have sent we find by ourselves.
paysupport-confirmed = • { $amount }, { $method }, { $moment }: it came and is booked as yours. Look at “Connect” and at your balance.
paysupport-expired = • { $amount }, { $method }, { $moment }: the time is over and nothing came. If you did pay, the money goes to your balance as soon as it arrives.
paysupport-cancelled = • { $amount }, { $method }, { $moment }: cancelled. If you did pay, the money goes to your balance as soon as it arrives.
missed-money-told =
    🆘 <b>We know, and will look</b>

    We can already see your payments. If you have the link to the transfer or its number, send it now in one message: it is quicker that way. The answer comes here. Please don't pay twice.
question-reply = ↩️ <i>Reply to this message, and the customer gets your words from the shop.</i>
own-case-open = 💬 <b>We have your question</b>
own-case-answered = 💬 <b>We have answered</b>
own-case-write = Anything to add? Write it in one message. The answer comes here.
own-case-mine = <b>You:</b> { $text }
own-case-shops = <b>We:</b> { $text }
case-solved =
    👍 <b>Glad it worked out</b>

    If anything else comes up, write to us from “Help”.
cases =
    { $waiting ->
        [0] 💬 <b>Customers' questions</b>
       *[other] 💬 <b>Customers' questions, unanswered: { $waiting }</b>
    }

    Those who have waited longest are on top.
cases-none =
    💬 <b>Customers' questions</b>

    Nobody waits, everything is answered.
case-waits-minutes = { $count } min
case-waits-hours = { $count } h
case-waits-days = { $count } d
case =
    💬 <b>{ $who }</b>
    Since { $moment } (UTC)
case-open = 🟠 Waits for an answer: { $waits }
case-answered = ✅ Answered
case-closed = ⚪️ Closed
case-of-customer =
    👤 <i>{ $moment }</i>
    { $text }
case-of-shop =
    🛒 <i>{ $moment }</i>
    { $text }
case-missed-money = 🆘 I paid, the money isn't there
case-closed-toast = Closed
notice-missed-money =
    🆘 <b>A customer paid and doesn't see the money</b>

    Customer: { $who }
    { $text }
facts = <b>The customer's invoices:</b>
facts-no-payments = • none lately
facts-payment = • { $amount }, { $method }: { $state }, { $moment }, comment { $comment }
facts-nearby = <b>Money without an owner, of about that amount:</b>
facts-money = • { $amount }, { $moment }, comment { $comment }

## Chats of the staff

b-shop-chats = 📡 Shop chats
b-chat-to-me = { $mark } To me: { $purpose }
b-chat-purpose = { $mark } { $purpose }
b-event = { $mark } { $kind }
chat-purpose-support = Customers' questions
chat-purpose-alerts = Alerts
chat-purpose-events = Shop events
chat-purpose-summary = Daily summary
event-kind-sale = Sales
event-kind-trial = Trials
event-kind-staff = Staff
shop-chats =
    📡 <b>Shop chats</b>

    Where the shop writes to you and your staff:
shop-chat-owner = • { $purpose }: to the owner
shop-chat-nobody = • { $purpose }: nowhere
shop-chat-me = • { $purpose }: to a private chat
shop-chat-in = • { $purpose }: { $title }
shop-chat-lost = • { $purpose }: ⚠️ { $title } can't be written to since { $day }, it goes to the owner
shop-chats-how =
    To choose a group:
    1. Add this bot to it.
    2. Write { $command } there, in the topic you want if it has topics.
    3. Tap what to send there.

    In a group with topics let the bot be an admin who may manage topics: then each customer gets a topic of their own.
chat-here =
    📡 <b>What should come to this chat?</b>

    Tap to switch. Whoever is in this chat reads it; who may answer is decided by the role.
chat-here-forum =
    📡 <b>What should come to this topic?</b>

    Tap to switch. Whoever is in this chat reads it; who may answer is decided by the role. Each customer who writes gets a topic of their own, if the bot may manage topics.
chat-answer-sent = ✅ The customer has your answer.
chat-answer-not-permitted = ✋ Not sent: your role doesn't allow answering customers. The owner gives roles in /admin.
chat-answer-not-text = ✋ Not sent: it takes one text message of at most { $maximum } characters.
chat-lost =
    ⚠️ <b>A shop chat can't be written to any more</b>

    { $purpose }: { $title }

    The bot was removed there, or lost its rights, or the topic was deleted. Nothing is lost: it comes to you here until you choose a chat again.
event-sale = 💰 <b>Sale:</b> { $title } · { $price } · { $who }
event-trial = 🎁 <b>Trial:</b> { $who }
event-staff =
    🛠 { $who } { $what }: { $subject }
    { $reason }
summary =
    📈 <b>{ $day }</b>

    New customers: { $users }
    Trials: { $trials }
    Sales: { $sales } for { $total }, of them renewals: { $renewals }
summary-arrived = <b>Money received:</b>
summary-method = • { $method }: { $amount }, payments: { $count }
summary-nothing-arrived = • none
summary-waits =
    <b>Waits for you now:</b>
    • money without an owner: { $unmatched }
    • paid orders without a key: { $undelivered }
    • questions without an answer: { $cases }
summary-nothing-waits = ✅ Nothing waits for you.

## Refusals: a title and a text

no-user-title = Let's get to know each other
no-user = Press /start and everything will work.
no-language-title = We don't speak this language
no-language = We speak Russian and English. Nothing has changed, choose one of the two.
amount-too-small-title = Amount too small
amount-too-small = Receipt { $ref } is worth too little today to be credited. Nothing has changed.

receipt-already-assigned-title = It isn't among the money without an owner
receipt-already-assigned = Receipt { $ref } has an owner already, or never existed. Nothing has changed.
not-a-transfer-title = This doesn't look like a transfer
not-a-transfer = Send one thing: the link of the transaction (<code>tonviewer.com</code>, <code>tonscan.org</code>), its hash, or the address you paid from, without other words. Nothing has changed and your money is safe.
too-many-claims-title = Your requests are still waiting
too-many-claims = The owner hasn't decided about the earlier ones yet, and at most { $maximum } may wait. Your money isn't lost: please wait for the answer.
no-claim-title = There is no such claim
no-claim = Nothing has changed.
claim-decided-open-title = The claim is still open
claim-decided-open = Nothing has changed.
claim-decided-approved-title = Decided before: the money was given
claim-decided-approved = This claim was decided earlier. Nothing has changed.
claim-decided-rejected-title = Decided before: the claim was rejected
claim-decided-rejected = This claim was decided earlier. Nothing has changed.
not-assigned-not-arrived-title = No such transfer has arrived yet
not-assigned-not-arrived = It isn't among the money without an owner. When it arrives you get a new message. Nothing has changed.
not-assigned-taken-title = This money has an owner already
not-assigned-taken = It can't be given a second time. Nothing has changed; the claim can be rejected.
not-assigned-no-rate-title = There is no rate now
not-assigned-no-rate = Without a rate we can't tell how much to credit. Nothing has changed: tap the same button again in a couple of minutes.
not-assigned-too-small-title = Amount too small
not-assigned-too-small = At today's rate it is worth too little to be credited. Nothing has changed; the claim can be rejected.
admins-only-title = Only the shop's owner decides this
admins-only = Nothing has changed.
not-a-question-title = Please write it as text
not-a-question = It takes one text message of at most { $maximum } characters. Try again.
too-many-questions-title = Your messages were passed on
too-many-questions = We have passed on enough for this hour. The answer comes here; to add something, write in an hour.
nobody-to-ask-title = Nobody can answer just now
nobody-to-ask = The shop's owner hasn't said yet who answers customers. Your money and subscription are safe. Keep your number { $number } and the link of the transfer: the money is found by them.
no-plan-title = This plan is no longer sold
no-plan = You weren't charged. Choose another plan: your subscription and balance are untouched.
nothing-to-renew-title = There is nothing to renew yet
nothing-to-renew = You weren't charged. Auto-renewal buys your plan again: choose one first.
no-order-title = You have no such order
no-order = You weren't charged. Choose a plan and we will make a new order.
order-paid-title = This order is paid already
order-paid = You won't be charged a second time. Your key is under “Connect”.
order-closed-title = This order is closed
order-closed = You weren't charged for it. Choose a plan again. If you have already sent a transfer, it will come to your balance.
not-refundable-title = This order can't be refunded
not-refundable =
    { $reason ->
        [refunded] Its price is on the balance already.
        [free] It has cost nothing.
        [plan_changed] It changed the plan, or the plan was changed since: its time can't be told from other time.
       *[not_paid] It isn't paid, so nothing was taken for it.
    }
not-adjusted-title = The balance wasn't changed
not-adjusted =
    { $reason ->
        [decided] This request is decided already: { $number }.
        [second] Whoever asked for it can't confirm it: { $number }.
        [taken] Another adjustment has this number: { $number }.
       *[unknown] Nobody has asked for it: { $number }.
    }
day-not-over-title = This day isn't over
day-not-over = The figures of { $day } may still change. They stand firm when the day is over in UTC.
not-booked-title = Nothing was booked
not-booked =
    { $reason ->
        [recorded] This record is booked already: { $ref }.
       *[unknown] The provider doesn't show this record: { $ref }.
    }
order-already-covered-title = There is nothing left to pay
order-already-covered = Your balance covers the order: pay it from there.
trial-used-title = You have had your free trial
trial-used = It is given once, and yours began on { $day }. From here, any plan you like.
renewal-outdated-title = This offer is out of date
renewal-outdated = You have renewed since, or the price has changed: it is { $price } now. You weren't charged. Until when your subscription lasts stands on the home screen; to add more time, choose a plan.
no-promo-title = There is no such code
no-promo = Nothing was changed. Check how it is written: letters of the Latin alphabet and digits; capitals don't matter. Ask whoever gave it to you, or choose a plan without it.
promo-unusable-title = This code gives nothing
promo-unusable = { $code }: { $reason }. Nothing was changed. Try another code, or choose a plan without one.
promo-unusable-plans-title = This code isn't for your plan
promo-unusable-plans = { $code } is only for: { $plans }. Nothing was changed, and the code isn't used up.
promo-lost-title = The price has changed
promo-lost = { $code }: { $reason }. You weren't charged. The order costs { $price } without it: open it and decide.
too-many-codes-title = Too many codes
too-many-codes = Codes can be tried again after { $moment } (UTC). Your money and subscription are safe, and you can buy without a code.
bad-promo-title = Such a code can't be added
bad-promo =
    { $fault ->
        [code] A code has 3 to 32 characters: Latin letters, digits, - and _, a letter or digit first.
        [value] The value doesn't fit: 1 to 100 percent, 1 to 3650 days, or a sum above zero.
        [uses] The number of uses must be above zero.
        [day] Send the day in numbers, <code>2030-12-31</code> for example.
        [times] It would end before it begins, or is over already.
       *[plans] A plan is unknown, or the code gives money, which is for no plan.
    } Nothing has changed.
promo-exists-title = There is such a code
promo-exists = { $code } was added before, and its uses are counted. Choose another name. Nothing has changed.
promo-not-yet = it isn't valid yet
promo-expired = it has expired
promo-stopped = it isn't valid any more
promo-used-up = all of its uses are taken
promo-used = you have used it already
promo-other-plan = the plans that it is for aren't sold now
no-gift-title = There is no such gift
no-gift = Check whether the whole link was copied. If you are the giver, the gift is in “My gifts”. Nothing has changed.
gift-taken-title = This gift is taken
gift-taken = It was taken on { $day }, and a gift can be taken once. Ask whoever sent you the link.
gift-withdrawn-title = This gift is cancelled
gift-withdrawn = Its price was given back, so the link opens nothing any more. Your money and your subscription haven't changed.
not-a-gift-message-title = These words don't fit
not-a-gift-message = It takes a text of 1 to { $maximum } characters, and this has { $count }. Write it again: the words from before are still there.
referrals-off-title = Invitations aren't rewarded now
referrals-off = Nothing was changed, and all that you have earned stays on your balance. You can tell friends of the bot as before.
no-payment-title = You have no such invoice
no-payment = You weren't charged. If you have already sent a transfer with our comment, it will come to your balance.
amount-out-of-range-title = Amount out of range
amount-out-of-range = You can add from { $minimum } to { $maximum }. You weren't charged, choose another amount.
no-method-title = { $method }: not available just now
no-method = You can't pay this way right now: it is paused for a little while, or switched off. Your order and balance are untouched. Try again in a couple of minutes or choose another way.
refund-refused-title = { $method }: the refund was refused
refund-refused = The provider sends nothing back, and won't when asked again. Nothing has changed: refund the order to the balance, or send the money by hand.
no-refund-title = { $method }: no refund by itself
no-refund = Money can't be sent back this way automatically. Nothing has changed: send it back by hand, or refund the order to the balance.
no-panel-title = There is no such panel
no-panel = Nothing has changed. The list of panels shows those that the shop has.
no-node-title = There is no such node now
no-node = Nothing has changed. The panel doesn't name this node any more, or doesn't answer; look at its page again in a minute.
panel-exists-title = There is such a panel already
panel-exists = Nothing has changed. Choose another name for the new one.
panel-has-keys-title = Keys live on this panel
panel-has-keys =
    Nothing has changed: { $keys ->
        [one] one key lives there and would stop working
       *[other] { $keys } keys live there and would stop working
    }. Move them to another panel first.
panel-has-accounts-title = Accounts are still to be removed there
panel-has-accounts =
    Nothing has changed: { $accounts ->
        [one] one account of a key that lives elsewhere is
       *[other] { $accounts } accounts of keys that live elsewhere are
    } still to be removed on this panel.
no-payout-title = There is no such payout
no-payout = Nothing has changed. The list of payouts shows those that wait.
payout-closed-title = This payout doesn't wait any more
payout-closed =
    { $state ->
        [sent] It was sent.
        [returned] It was sent and came back: its worth is on the balance.
       *[cancelled] It was cancelled: its worth is on the balance.
    }
payout-exists-title = This payment has a payout already
payout-exists =
    { $state ->
        [sent] It was sent back. Nothing has changed.
       *[waiting] It waits for another transfer. Cancel it first; nothing has changed.
    }
bad-destination-title = { $method }: nothing can be sent there
bad-destination =
    { $reason ->
        [own] This is an account of the shop itself.
        [token] This is a contract of the token, not anybody's wallet.
        [memo] The comment is empty, longer than 100 characters, or has characters that can't be shown.
       *[address] This isn't an address of this shop's network.
    }
not-amount-title = This doesn't look like an amount
not-amount = We couldn't read “{ $typed }”. Type the amount as a number, for example 450 or 450.50. You weren't charged.
not-amount-empty = Type the amount as a number, for example 450 or 450.50. You weren't charged.
short-balance-title = Your balance isn't enough
short-balance = It takes { $price }, and your balance is { $balance }. You weren't charged: add { $missing }, or choose a plan and pay another way.
no-key-title = There is no such key
no-key = It was deleted, or it isn't yours. Nothing has changed: look at your keys.
key-limit-title = Your plan gives no more keys
key-limit = { $limit ->
    [one] Your plan gives one key, and you have it.
   *[other] Your plan gives { $limit } keys, and you have them all.
} Delete one that you don't need, or choose a plan with more.
no-time-for-keys-title = Your subscription is over
no-time-for-keys = A new key would work only with time to use it. Renew first, then add the key. Your other keys are kept.
too-many-new-keys-title = Too many new keys
too-many-new-keys = You have deleted and added keys often lately. The next one can be added on { $day }. If you need it earlier, ask us: see “Help”.
key-awaited-title = This key is being prepared
key-awaited = You have just paid for it, and it is your only one. Wait until it is ready, usually for seconds; then you can delete it.
no-region-title = No room there just now
no-region = No server in that place can take a key now, so none was made. Add it with “Auto”, or try again later.
not-a-key-name-title = This can't be a name
not-a-key-name = Type a text of up to { $maximum } characters with letters, digits or emoji. For example: Mum's phone
refused-title = That didn't work
refused = This can't be done. Nothing has changed, your money and subscription are safe.
failed =
    <b>Something went wrong</b>

    It is on our side. Your money and subscription are safe. Try again in a minute.

    If it happens again, tell support the number { $number }.
failed-toast = Something went wrong. Your money is safe.

## Notices

notice-paid =
    ✅ <b>Paid: { $title }</b>

    Amount: { $price }
    { $parts }
    Your subscription lasts until { $end }.
    Left on your balance: { $balance }.

    A message about your key follows, usually within seconds.
notice-refunded =
    ↩️ <b>Refunded: { $title }</b>

    { $price } are back on your balance. There is { $balance } on it now.
    The time of this purchase was taken back: { $over ->
        [yes] your subscription has ended.
       *[no] your subscription lasts until { $end }.
    }
notice-adjusted =
    { $change ->
        [more] 💰 <b>{ $amount } were put on your balance</b>
       *[less] 💰 <b>{ $amount } were taken off your balance</b>
    }

    Reason: { $reason }
    There is { $balance } on it now.
notice-gift-paid =
    ✅ <b>Gift paid: { $title }</b>

    Amount: { $price }
    { $parts }
    Your balance is { $balance } now.

    The link is ready: open the gift and send it.
notice-gift-refunded =
    ↩️ <b>Refund for a gift: { $title }</b>

    { $price } is back on your balance, which is { $balance } now.
    The gift is cancelled: nobody can take it any more, and if it was taken, its time is taken back.
notice-gift-accepted =
    🎉 <b>Your gift was taken: { $title }</b>

    By { $name }.
notice-gift-taken-back =
    ↩️ <b>Gift cancelled: { $title }</b>

    Its price went back to whoever gave it, so its time is taken back: { $over ->
        [yes] your subscription is over.
       *[no] your subscription lasts until { $end }.
    }
paid-repeats = 🔁 It renews by itself every 30 days. You can stop it at any time with the button below, or in Telegram under Settings → My Stars.
notice-recurrence-active =
    🔁 <b>Your subscription renews by itself again</b>

    Telegram takes the Stars when the paid time ends. There is nothing to do.
notice-recurrence-canceled =
    🔕 <b>Your subscription doesn't renew by itself any more</b>

    Telegram takes no more Stars for it.
notice-recurrence-failed =
    ⚠️ <b>Telegram couldn't take the Stars for the next month</b>

    Nothing was taken. Add Stars and renew the subscription in Telegram, under Settings → My Stars, or pay another way.
recurrence-until = What you paid for lasts until { $end }.
paid-with = Paid with: { $method }
paid-part = { $method }: { $amount }
method-balance = From the balance
method-name-stars_monthly = Stars, every month
method-name-bank = Bank card (sandbox)
method-name-cryptopay = Crypto (CryptoBot)
method-name-yookassa = Card, SBP, SberPay
notice-key-new =
    🗝 <b>Your key is ready</b> and works until { $end }.

    Your subscription link. Tap to copy:
    { $url }

    Tap “Connect” for the app and the steps on your device.

    The link is personal. Whoever knows it uses your key.
notice-key-linkless =
    🗝 <b>Your key is ready</b> and works until { $end }.

    Tap “Connect” for the link and the steps on your device.
notice-key-renewed =
    🗝 <b>Your subscription now lasts until { $end }</b>

    The key is the same: there is nothing to set up.
notice-short =
    💎 <b>A part of the payment has arrived: { $received }</b>

    Still to send: { $amount }
    with the same comment
    { $comment }

    The address is in the invoice. If you don't make it, all that arrived stays on your balance.
notice-credited =
    💰 <b>{ $credited } credited</b>

    Your balance is { $balance }.
notice-credited-missing = Your order is waiting: { $missing } is missing.
notice-credited-covered = It stays on your balance, and that is enough for your order: finish it with one tap.
notice-promo-withdrawn =
    🎟 <b>Your code had ended before the money came</b>

    { $code }: { $reason }. Your money is on your balance, nothing was taken from it. The order costs { $price } now: open it and decide.
notice-referral-earned-inviter =
    🤝 <b>You earned { $amount }</b>

    A friend whom you invited has bought a subscription. Your balance: { $balance }.
notice-referral-earned-invited =
    🎁 <b>{ $amount } for you</b>

    You came by a friend's invitation: this is for your first purchase. Your balance: { $balance }.
notice-referral-returned-inviter =
    ↩️ <b>A reward went back: { $amount }</b>

    The purchase of the friend whom you invited was refunded. Your balance: { $balance }.
notice-referral-returned-invited =
    ↩️ <b>A reward went back: { $amount }</b>

    Your first purchase was refunded, and the reward belonged to it. Your balance: { $balance }.
notice-three-days =
    ⏰ <b>Your subscription ends soon</b>

    It lasts until { $end }. Renew in good time: the new time is added to what is left.
notice-one-day =
    ⏰ <b>Less than a day left</b>

    Your subscription lasts until { $end }. Renew now and you stay connected.
notice-at-end =
    🟡 <b>Your subscription has ended</b>

    It ended on { $end }. Your key works for one more day: renew now and you stay connected.
notice-day-after =
    🔴 <b>Your subscription is over</b>

    Your key is switched off but kept. Renew and it works again by itself, with nothing to set up.
notice-renewal-covered = Your balance is { $balance }: that is enough for “{ $title }” at { $price }, one tap renews.
notice-renewal-short = Your balance is { $balance }. “{ $title }” costs { $price }: { $missing } is missing.
notice-unmatched =
    🔎 <b>Money came, and nobody knows whose it is</b>

    Amount: { $amount }
    Comment: { $comment }
    Why: { $why }

    The money is booked and waits for its owner. Comments are public, so “it's mine” isn't enough: compare the transfer before you assign it.

    Next: give it to the customer by the button, or find it among the money without an owner.
notice-unmatched-like = It looks like the comment { $suggestion }.
notice-unmatched-like-whose = It looks like the comment { $suggestion } of customer { $who }.
notice-claimed =
    🙋 <b>A customer says: I paid without the comment</b>

    Customer: { $who }
    Sent us: { $typed }
claim-transfer =
    Transfer: { $amount }
    When: { $moment } (UTC)
    From: { $sender }
    Comment: { $comment }
claim-fits = It matches an invoice of this customer: “{ $title }”, { $price }.
claim-fits-balance = It matches an invoice of this customer: { $price } for the balance.
claim-fits-none = The amount matches no invoice of this customer.
claim-others =
    { $count ->
        [one] ⚠️ { $count } more customer claims this transfer.
       *[other] ⚠️ { $count } more customers claim this transfer.
    }
claim-advice = The link alone proves nothing: everyone can see transfers. Compare sender, time and amount, and ask the customer when in doubt.
claim-not-arrived = No such transfer is among the money without an owner. If it arrives, you get a new message with a button to give it.
notice-claim-rejected =
    ✖️ <b>The transfer wasn't found to be yours</b>

    You sent: { $typed }

    The shop's owner compared it and didn't find that it is yours. The money isn't lost. If this is a mistake, write to us: the button below leads to where a person answers.
notice-question =
    ✉️ <b>A customer writes</b>

    Customer: { $who }

    { $text }
notice-answer =
    ✉️ <b>Answer of the shop</b>

    { $text }
no-comment = none
memo-missing = there is no comment
memo-unknown = we never gave out this comment
memo-garbled = the comment is garbled
memo-unreadable = the comment can't be read
memo-other = the comment didn't match
notice-key-delayed =
    ⏳ <b>Your key is late</b>

    { $paid } We know and are working on it: the key comes here by itself, there is nothing for you to do.
notice-renewal-delayed =
    ⏳ <b>Your renewal is late</b>

    { $paid } We know and are working on it: your key stays the same and gets its new end by itself, there is nothing for you to do.
key-delayed-paid = “{ $title }” is paid and your money is safe.
key-delayed-trial = Your free trial is yours.
notice-delayed =
    🚨 <b>Paid, and still no key</b>

    Customer: { $who }
    Plan: { $plan }
    Waiting since { $when } (UTC)
    Why: { $why }

    The customer has been told. The money is booked and Orbit keeps trying. Next: look at the order and the panel by the buttons below.
plan-not-told = not told
error-unavailable = the panel { $panel } can't be reached: { $detail }
error-unknown = the panel { $panel } gave no answer that could be read, and may have done it: Orbit looks again by itself ({ $detail })
error-login = the panel { $panel } doesn't let Orbit in: { $detail }. Correct its login (<code>orbit panel set</code>, or the settings for the panel that is there), then run <code>orbit panel test</code>
error-refused = the panel { $panel } refuses: { $detail }
error-placement = the panel { $panel } has no place for the key: { $detail }
error-no-node = no node can take the key: all are full, switched off or unreachable
error-too-slow = the panel didn't answer in time
error-none = no error is recorded: the key waits for its turn. Is the worker running?
error-other = { $detail }
error-no-rate = there is no rate of the coin now: the sources don't answer or disagree
error-bug = an error in the program, { $name }; the log of the worker says more
notice-money-update =
    ⭐ <b>Telegram says: { $event }</b>

    Amount: { $amount }
    User: { $user }
    Number: { $ref }

    Orbit has stored this message as it came and has changed no balance by it. Next: compare it with your bot's balance in Telegram, then settle it with the user.
notice-money-returned =
    ↩️ <b>A payment was given back: { $amount }</b>

    Paid by: { $method }
    User: { $user }
    Number: { $ref }

    Orbit has changed no balance by it, and the key goes on working. Next: settle it with the user.
notice-reversed =
    ↩️ <b>Money went back to a payer: { $amount }</b>

    Paid by: { $method }
    Customer: { $user }
    Number: { $ref }
reversed-unmatched = It was money without an owner, so no balance has changed.
reversed-value = { $value } was taken off the customer's balance.
reversed-stopped = Purchases that ended with it: { $count }.
reversed-shortened = Purchases that a change of plan had joined: { $count }. Time of the same worth was taken from them.
reversed-owed = The customer owes the shop { $owed } now. What they pay next goes there first.
reversed-next = Next: { $command }
notice-taken-back =
    ↩️ <b>Your payment went back to you</b>

    { $method }: { $value }. That sum is off your balance.
taken-back-over = What it had paid for has ended, and your keys are off.
taken-back-until = What it had paid for has ended. Your subscription lasts until { $end }.
taken-back-balance = Balance: { $balance }
taken-back-owed = A part of it was spent already: { $owed }. Your next top-up pays that first.
money-in-stars = { $units } ⭐
money-in-units = { $units } { $asset } (in the smallest units)
money-not-told = not told
money-event-paid = a payment was made
money-event-refunded = a payment was refunded
money-event-gift = a gift was sent
money-event-other = money has moved
unknown-sender = unknown
notice-payout-sent =
    ↩️ <b>Your money is on its way back: { $amount }</b>

    It was sent to the address that you named, with the comment { $comment }. A wallet shows it within a minute; an exchange may take longer.
notice-payout-returned =
    ↩️ <b>Your money came back to us</b>

    The address that you named didn't take it. { $amount } are on your balance again. Name another address to try once more.
notice-payout-problem =
    ⚠️ <b>A payout isn't as it should be</b>

    What: { $problem }
    The transfer: { $amount } ({ $ref })
    The payout: { $asked }, comment { $comment }
    Customer: { $who }

    No customer's money has changed by this transfer unless it came back. Next:
    { $command }
payout-problem-amount = another amount was sent than the payout asks for, so it isn't done
payout-problem-destination = it was sent to another address than the payout names, so it isn't done
payout-problem-came-back = it was sent and came back; its worth is on the customer's balance again
payout-problem-sent = it was sent a second time
payout-problem-cancelled = it was sent after it was cancelled: the customer has the money twice
payout-problem-returned = it was sent again after it had come back
payout-problem-other = something unexpected
notice-settlement =
    ⚠️ <b>A payment can't be credited yet</b>

    Customer: { $who }
    Why: { $why }

    The money is in the ledger, nothing is lost. Orbit tries again at growing intervals; other payments go on. Next: open the customer's card to see what was paid and when.

notice-unconfirmed =
    🚨 <b>Two indexes disagree about { $amount }</b>

    Customer: { $who }
    Transfer: { $ref }
    Read: { $amount }
    { $reader } shows: { $shown }

    It is booked and buys nothing: one of the two is wrong. Compare it with a block explorer and replace the index that is wrong ({ $first } or { $second }). Orbit goes on asking, and credits it by itself once both show the same. The card shows what this customer bought.
notice-unconfirmed-silent =
    ⚠️ <b>{ $amount } wait for the other index</b>

    Customer: { $who }
    Transfer: { $ref }
    Silent: { $reader }

    So much is delivered only when both indexes show it. Orbit goes on asking and credits it by itself; smaller transfers don't wait. You have to do nothing. If the index stays down, replace it ({ $first } or { $second }; { $off } in the second means that one index is enough). The card shows everything about the customer.
shown-nothing = no such transfer
shown-otherwise = { $amount }, but with another sender, comment, time or hash
notice-reader-down =
    ⚠️ <b>The second index reads the chain now</b>

    Account: { $source }
    Down: { $reader }
    Since: { $since }

    Sales go on. A large transfer waits until both indexes show it, and is credited by itself then. Orbit returns to the first index as soon as it answers; { $command } says why it doesn't.
notice-reader-back =
    ✅ <b>The first index reads the chain again</b>

    Account: { $source }
    Back: { $reader }
    It was down since: { $since }

    Nothing was lost meanwhile. There is nothing to do; { $command } shows both indexes.
notice-scan =
    🚨 <b>Reading the chain has stopped</b>

    Account: { $source }
    Why: { $alarm }
    Last record: { $lt }

    No customer's money is lost: it comes as soon as the history is complete again. Check the data source: { $command } says more.
# ---- backups: the alert to the owner
notice-replay-ended =
    🗄 <b>Your shop is whole again</b>

    It was restored from a backup on { $when }. The panels are being compared with the keys now.
notice-replay-read = Everything that was paid since the backup has been read again and booked once.
notice-replay-nameless = Without an owner: { $count ->
        [one] one payment
       *[other] { $count } payments
    }. The backup doesn't know who asked for it: please give the money to its customer, or wait until they write to you.
notice-replay-unread = Not read yet: { $sources }. What was paid there will be booked once it can be read.
notice-backup-none =
    🗄 <b>Your shop has no verified backup</b>

    If the server were lost now, everything in the shop would be lost with it.
notice-backup-old =
    🗄 <b>The last verified backup is more than a day old</b>

    It was taken: { $when }
    If the server were lost now, everything recorded since then would have to be pieced together.
notice-backup-next = Next: run { $command } on the server. It says what is in the way, and makes a backup once nothing is.
backup-problem-no-key = Why: no public key is set, and nothing is written unencrypted.
backup-problem-bad-key = Why: the key can't be used.
backup-problem-no-shop = Why: the bot's token isn't set where backups are made.
backup-problem-no-backup = Why: there is no archive.
backup-problem-no-room = Why: the disk is full.
backup-problem-folder = Why: the folder for backups can't be written to.
backup-problem-running = Why: another process was at work.
backup-problem-database = Why: the database couldn't be copied.
backup-problem-no-scratch = Why: the database role may not create a database to try the backup out in.
backup-problem-broken = Why: the archive is damaged; the disk may be failing.
backup-problem-other-shop = Why: the archive belongs to another shop.
backup-problem-newer = Why: a newer version of Orbit made it.
backup-problem-different = Why: the restored copy wasn't the same.
backup-problem-interrupted = Why: it was interrupted before it could be verified.
backup-problem-other = Why: the server's log says more.
# ---- copies of backups: the alert, and the file in the chat
notice-copy-none =
    🗄 <b>No backup has reached { $where } yet</b>

    The backups on the server are fine. But if the server is lost, they are lost with it: that's what this copy is for.
notice-copy-old =
    🗄 <b>The backups in { $where } have fallen behind</b>

    The backups on the server are fine. The newest one in { $where } was taken { $when }.
notice-copy-large =
    🗄 <b>The backup is too large for Telegram</b>

    The backup itself is fine. But bots may only send files of up to a certain size, usually 50 MB, and yours is larger, so it isn't sent any more. An S3 store takes any size: the setting is { $setting }.
copy-place-s3 = the S3 store
copy-place-telegram = Telegram
copy-place-other = the other place
copy-problem-unreachable = Why: the other side couldn't be reached. The next backup tries again.
copy-problem-denied = Why: the store doesn't accept the access key, or the key isn't allowed to write there.
copy-problem-missing = Why: the store has no such bucket.
copy-problem-refused = Why: the other side refused the file.
copy-problem-wrong-size = Why: the store kept a file of another size than was sent.
copy-problem-different = Why: the store kept something else than was sent.
copy-problem-spoilt = Why: the file on the server has changed since it was verified; the disk may be failing.
copy-problem-no-chat = Why: the bot isn't allowed to write to the chosen chat.
copy-problem-slow-down = Why: Telegram asked for a pause. The next backup tries again.
copy-problem-folder = Why: the folder for backups can't be read.
copy-problem-unknown = Why: the connection broke off while the file was being sent, so it may have arrived.
copy-problem-other = Why: the server's log says more.
backup-caption =
    🗄 <b>Backup of your shop</b>

    Taken: { $when }
    Size: { $size }, { $rows } { $rows ->
        [one] row
       *[other] rows
    }
    ✅ Verified: it was restored and compared. The file is encrypted and opens with your key alone.
size-b = { $count } B
size-kb = { $count } KB
size-mb = { $count } MB
notice-forged =
    🎭 <b>A message speaks of tokens that don't count here</b>

    Account: { $source }
    Transaction: { $ref }

    Nothing was booked: it is forged, or about tokens that the shop doesn't take. Look into your wallet before you believe who shows you this transfer as a payment. You hear of such messages once a day.
notice-unexplained =
    🚨 <b>Your token wallet was changed, and not by a payment</b>

    Wallet: { $source }
    Transaction: { $ref }
    It speaks of: { $amount }

    The token's issuer can take tokens away and lock a wallet. No customer's balance was changed. Next: open the transaction in an explorer, and ask the issuer.
notice-list =
    🚨 <b>Reading a provider's list has stopped</b>

    List: { $source }
    Why: { $alarm }
    Last record: { $lt }

    No customer's money is lost: it comes as soon as the list adds up again, which is tried all the time. { $command } says whether the provider answers. If this lasts, ask the provider what has changed in the list.
alarm-hole = there is a hole in the history
alarm-anchor-missing = a record that was read is gone
alarm-tail-mismatch = the newest records don't match the state of the account
alarm-hash-conflict = one record has two different hashes
alarm-time-ahead = the data source shows a time in the future, or the shop's clock is slow
alarm-other = the history doesn't add up

## Rate limit

rate-limit-ban =
    { $minutes ->
        [one] ⏳ Too many requests at once. Come back in { $minutes } minute: everything will work again by itself. Your money and subscription are safe.
       *[other] ⏳ Too many requests at once. Come back in { $minutes } minutes: everything will work again by itself. Your money and subscription are safe.
    }

## Statistics

stats =
    📊 <b>Statistics</b>
    { $moment } (UTC)
stats-users = 👥 <b>Customers: { $count }</b>
stats-users-new = New: { $today } today · { $week } in 7 days · { $month } in 30 days
stats-users-subscribed = Subscribed: { $count }
stats-users-trial = On trial: { $count }
stats-users-unreachable = Can't be written to: { $count }
stats-payments = 💳 <b>Paid invoices: { $count } · { $amount }</b>
stats-payments-today = Today: { $count } · { $amount }
stats-payments-week = 7 days: { $count } · { $amount }
stats-payments-month = 30 days: { $count } · { $amount }
stats-payments-unpaid = Waiting to be paid: { $pending } · expired: { $expired }
stats-method = • { $method }: { $count } · { $amount }
stats-keys = 🗝 <b>Keys: { $count }</b>
stats-keys-state = Active: { $active } · waiting for a panel: { $unconfirmed }
stats-panel = • { $panel }: { $count }
stats-no-panel = • no place yet: { $count }
stats-more = … and { $count } more

# How the shop is: /health.
b-health = 🩺 Is all well?
b-health-again = 🔄 Check again
health =
    🩺 <b>{ $status ->
        [healthy] All is well
        [degraded] The shop works, but not everything is well
        [unhealthy] The shop can’t work
       *[unknown] The shop works, but not everything has answered
    }</b>
health-line = { $status ->
        [healthy] ✅
        [degraded] 🟡
        [unhealthy] 🔴
       *[unknown] ❔
    } { $part ->
        [database] Database
        [redis] Cache
        [telegram] Telegram
        [panel] Panel { $name }
       *[other] { $part }
    }: { $status ->
        [healthy] works
        [degraded] has a problem
        [unhealthy] doesn’t work
       *[unknown] no answer yet
    } · { $milliseconds } ms
health-more = … and { $count } more
health-means-database = Without the database the bot can’t answer customers. No money is lost: whatever arrives is booked later.
health-means-redis = Without its cache the shop is slower. Nothing gets lost.
health-means-telegram = While Telegram is silent, messages wait. Payments are booked and keys delivered all the same.
health-means-panel = Keys on this panel wait and are delivered by themselves. <code>orbit doctor</code> on the server says what has happened.
health-lost = ✉️ { $count ->
        [one] { $count } message of the last day
       *[other] { $count } messages of the last day
    } couldn’t be sent: some process of the shop runs an older version. <code>orbit doctor</code> on the server says more.

# What the bot's process has counted: /metrics.
b-metrics = 📈 Performance
metrics =
    📈 <b>How the bot is doing</b>
    Running for { $uptime }.
metrics-uptime = { $days ->
        [0] { $hours ->
            [0] { $minutes } min
           *[other] { $hours } h { $minutes } min
        }
       *[other] { $days } d { $hours } h
    }
metrics-requests = <b>Requests: { $count }</b>, about { $hourly } an hour
metrics-succeeded = ✅ answered: { $count } ({ $share })
metrics-failed = 🔴 failed: { $count }
metrics-limited = ✋ too many from one person: { $count }
metrics-malformed = ❔ made no sense: { $count }
metrics-postponed = ⏳ put off until the database answers: { $count }
metrics-times = ⏱ Average answer: { $average } ms · { $known ->
        [yes] 95 in 100 take no longer than { $most } ms
       *[no] more than 5 in 100 take longer than 30 seconds
    }
metrics-cache = 🗃 The cache already had the answer: { $share }
metrics-percent = { $whole }.{ $tenths }%
metrics-of = These are the figures of the process that answered you, since it was started. If the bot runs as several processes, each counts its own.

# The picture of a month or a year.
trends =
    📊 <b>{ $span ->
        [year] 365 days
       *[month] 30 days
    }</b>
    { $begin } — { $end } (UTC)
trends-revenue = 💳 <b>Revenue: { $amount }</b> · payments: { $count }
trends-method = • { $method }: { $amount }
trends-no-revenue = 💳 No invoice was paid in this time.
trends-users = 👥 New customers: { $count }
trends-trials =
    🎁 Trial → purchase: <b>{ $share }</b> ({ $paid } of { $decided }){ $running ->
        [0] {""}
       *[other] {""}, still deciding: { $running }
    }
trends-no-trials = 🎁 Trial → purchase: nobody began a trial in this time.
trends-churn = 🚪 Customers who left: <b>{ $share }</b> ({ $lost } of { $customers })
trends-no-churn = 🚪 Customers who left: nobody had bought before that, so nobody could leave.
percent = { $percent }%
b-details = 🔢 All figures
b-span =
    { $shown ->
        [yes] ✅{" "}
       *[no] {""}
    }{ $span ->
        [year] 365 days
       *[month] 30 days
    }
chart-title =
    { $span ->
        [year] The last 365 days
       *[month] The last 30 days
    }
chart-revenue = Revenue, { $currency }
chart-revenue-none = No invoice was paid in this time
chart-others = Others
chart-users = New customers
chart-users-none = Nobody new came in this time
tile-revenue = Revenue
tile-payments = payments: { $count }
tile-users = New
tile-count = { NUMBER($count) }
tile-trials = Trial → purchase
tile-churn = Left
tile-of = { $part } of { $of }

## Renewal from the balance

auto-renewal = 🔁 <b>Auto-renewal</b>
auto-renewal-off = Off. When it is on, “{ $title }” is bought again for { $price } about a day before your period ends, from your balance: nothing to tap, no break. Nothing is ever taken from a card for it.
auto-renewal-on = On. On { $day } “{ $title }” renews from your balance for { $price }. Should the price change, the reminder three days before the end names the new one.
auto-renewal-waits = On. Your period is over: after the next purchase “{ $title }” renews from your balance again, { $price } today.
auto-renewal-covered = ✅ Your balance is { $balance }: that is enough.
auto-renewal-short = ⚠️ Your balance is { $balance }: { $missing } are missing. Top it up by then; otherwise we will write to you, and nothing is taken.
auto-renewal-nothing = You have no plan yet that could be bought again. Choose one: then you can switch this on here.
auto-renewal-by-card = Your subscription renews by itself already: about a day before the end, from your balance and, for what is missing, from { $card }.
auto-renewal-by-stars = Your subscription renews by itself already: Telegram takes the stars each month. The button below says when, and stops it.
auto-renewal-switched-on = Auto-renewal is on
auto-renewal-switched-off = Auto-renewal is off: we will remind you before the end
notice-renews-from-balance = Auto-renewal is on: about a day before the end the plan is bought again from your balance, as far as there is enough.
notice-not-renewed =
    ⚠️ <b>Your subscription wasn't renewed</b>

    It works until { $end }. Nothing was taken.
not-renewed-short = It takes { $price }; { $missing } are missing on your balance. As soon as they are there, it renews by itself: also when you pay by the button below.
not-renewed-plan = Your plan is no longer sold. Choose another one, so that your VPN goes on working.

## A card that renews the subscription

card =
    🔁 <b>Your subscription renews by itself</b>

    Card: { $card }. A day before the period ends, the price is taken from your balance, and what is missing from the card: no more than { $limit } for a period. If the plan costs more one day, nothing is taken, and we write to you.
card-none =
    🔁 <b>Your subscription doesn't renew by itself</b>

    No card is kept. We will remind you before the period ends.
notice-renews-by-card = You don't have to do anything: about a day before the end it renews by itself, from your balance and, for what is missing, from { $card }. If that doesn't work, we will write to you.
notice-card-kept =
    🔁 <b>Your subscription renews by itself from now on</b>

    Card: { $card }. A day before the period ends, no more than { $limit } is taken from it. You can stop that at any time.
notice-card-not-charged =
    ⚠️ <b>Your subscription wasn't renewed by the card</b>

    Card: { $card }.
card-not-charged-declined = The bank didn't let the payment of { $price } through. We won't try again: please pay yourself, by the card or in another way.
card-not-charged-revoked = The bank doesn't allow payments from this card any more, so we have forgotten it. Please pay { $price } yourself.
card-not-charged-unknown = The payment service didn't say what became of the payment of { $price }. We won't try again. If the money was taken after all, it comes to your balance or pays the renewal by itself; otherwise please pay yourself.
card-not-charged-price = The plan costs { $price } now, more than you have agreed to. Nothing was taken, and the card is forgotten. To go on, choose a plan.

## Where money goes back to

b-payout-address = 📮 Name the address
b-payout-sender = ↩️ To where it came from
b-payout-confirm = ✅ Yes, send it there
b-payout-other = ✏️ Another address
b-payout-take = 🔗 Get the link
b-payout-wallet = 👛 Open the wallet
notice-payout-address-wanted =
    ↩️ <b>We want to send { $amount } back to you</b>

    Tell us where to: the address of your own wallet for this currency, on the same network. Nothing is sent before you have confirmed it.
payout-address-ask =
    📮 <b>Where is { $amount } to go?</b>

    Send the address as a message: it begins with UQ or EQ, or with 0:. If it is an exchange's, send the memo (comment) that the exchange demands in a second line: without it the money doesn't reach you.
payout-address-sender =
    The payment came from { $address }

    Choose it only if that is your own wallet. If you paid from an exchange, it isn't yours: what is sent there is lost. We can't see whose it is.
payout-address-given-before =
    You have named { $address }

    You may still name another one.
payout-address-confirm =
    📮 <b>Send { $amount } here?</b>

    { $address }

    Compare it with your wallet, character by character: what is sent to a wrong address can't be fetched back. A wallet has its address in several forms; EQ… and UQ… name the same one, and then the last characters differ.
payout-address-memo = With the comment { $memo }
payout-address-of-exchange = ⚠️ The payment came from there. If you paid from an exchange, this address isn't yours: name the one that your exchange shows you for deposits, with its memo.
payout-address-given =
    ✅ <b>Recorded: { $amount } go back to</b>

    { $address }

    You may name another one until the shop's owner takes the link to send it. We write to you when it is sent.
notice-payout-address-given =
    📮 <b>Customer { $who } has named where { $amount } are to go back</b>

    { $address }

    Given in Telegram by the customer, who may still change it. With the button you get the link for your wallet: the money then leaves the balance, and the address stays as it is.
payout-link =
    🔗 <b>Send { $amount } back to customer { $who }</b>

    To: { $address }
    Comment: { $comment }

    { $giver ->
        [customer] The customer has given this address in Telegram, and confirmed it.
       *[owner] This address was typed by the shop, not by the customer.
    } The link fills everything in; send it exactly so. It is done when the transfer is seen. To take it back: orbit payouts cancel.
address-not-taken-title = Nothing was recorded
address-not-taken =
    { $problem ->
        [not-asked] We aren't asking for an address any more: the shop's owner has the link already, or the payment needs none. If it is wrong, write to us at once.
        [not-shown] This button belongs to another address than the one that you have sent last. Please send the address again.
        [too-often] You have changed it very often. Please write to us.
        [not-given] The customer hasn't named an address yet, or the payout was cancelled: ask again.
       *[changed] The customer has changed the address just now. Take the link again.
    }

## A subscription that Telegram charges again

b-renewal = 🔁 Renewal in Stars
b-renewal-stop = ✖️ Don't renew by itself
b-renewal-stop-yes = ✖️ Yes, stop it
b-renewal-stop-no = ‹ No, let it renew
b-renewal-allow = 🔁 Renew by itself again
b-renewal-check = 🔄 Check again
renewal-active =
    🔁 <b>Your subscription renews by itself</b>

    Telegram takes { $amount } next on { $next }, and then every 30 days.
renewal-failed =
    ⚠️ <b>Telegram couldn't take { $amount }</b>

    It may still take them when you have enough Stars. If you don't want that, stop it.
renewal-again = Until { $next } you can take it up again.
renewal-none =
    🔕 <b>You have no subscription that Telegram renews for Stars</b>

    To renew, choose a plan. We remind you before your time ends.
renewal-ask-stop =
    ✖️ <b>Stop the renewal?</b>

    Telegram then doesn't take { $amount } on { $next }. Nothing changes before that: your key works until the end of what you paid for.
renewal-waits-stop = ⏳ You want it to stop. Telegram hasn't answered yet: we ask again until it does, and write to you then. If it charges you before that, the charge buys its month.
renewal-waits-allow = ⏳ You want to take it up again. Telegram hasn't answered yet: we ask again until it does, and write to you then.
renewal-done-stop = ✅ <b>Stopped: Telegram takes no more Stars for this subscription.</b>
renewal-done-allow = ✅ <b>Telegram offers it to you again.</b> Open Settings → My Stars in Telegram, choose this subscription and renew it there. Until you do, nothing is taken.
renewal-refused-stop = ⚠️ <b>Telegram doesn't let us stop it.</b> Please stop it yourself: in Telegram under Settings → My Stars.
renewal-refused-allow = ⚠️ <b>Telegram doesn't let us take it up again.</b> When your time ends, choose a plan.
renewal-as-it-stands = This button is out of date. This is how it stands.

## What a VPN app shows in place of nodes, and above them

link-ended = Subscription ended: { $end }
link-off = Subscription is switched off
link-devices = Too many devices: the limit is { $limit }
link-remove-device = Remove one in the bot
link-renew = Renew it in the bot
link-grace = Your subscription ended on { $end } and works for one more day. Renew it in the bot.
link-traffic-used = The traffic of this period is used up. Renew in the bot, or wait for the next period.

## Staff: the menu of /admin

b-admin = 🛠 Admin
b-find = 🔎 Find a customer
b-find-again = 🔎 Search again
b-waiting = ⏳ Undelivered
b-nameless = ❓ No owner
b-adjustments = ⚖️ Second admin
b-stats = 📊 Statistics
b-panels = 🖥 Panels
b-audit = 📜 Who did what
b-staff = 👥 Staff
b-page-back = ‹ Newer
b-page-on = Older ›
role-customer = customer
role-support = support
role-admin = admin
role-owner = owner
admin-menu =
    🛠 <b>Running the shop</b>

    Your role: { $role }. Choose what to do.
not-permitted-title = Your role doesn't allow this
not-permitted = Nothing has changed. If your role was changed a moment ago, ask the owner.
already-done-title = Already done
already-done =
    { $known ->
        [yes] Already done by { $who }, { $moment }. Nothing has changed now.
       *[no] Someone was faster. Nothing has changed now.
    }
somebody = somebody
audit = 📜 <b>Who did what</b> (UTC)
audit-none = Nobody has done anything yet.
audit-line =
    { $moment } · { $who }: { $what }
    { $subject } · { $reason }
action-assign-receipt = gave money without an owner
action-request-adjustment = asked to change a balance
action-adjust-balance = changed a balance
action-confirm-adjustment = agreed to change a balance
action-reject-adjustment = refused to change a balance
action-refund-order = refunded an order
action-refund-payment = sent a payment back
action-mend-keys = mended keys
action-grant-days = gave days
action-ban-customer = banned
action-unban-customer = let back in
action-change-role = changed a role
action-retry-delivery = tried delivery again
action-change-panel = changed a panel
action-add-panel = added a panel
action-remove-panel = removed a panel
action-evacuate-panel = moved all keys off a panel
action-start-evacuation = began to move all keys off a panel
action-stop-evacuation = stopped moving keys off a panel
action-end-evacuation = has moved all keys off a panel
action-start-rebalance = began to spread keys
action-stop-rebalance = stopped spreading keys
action-end-rebalance = has spread the keys
action-start-sweep = had the panels checked
action-agree-sweep = had the panels checked and agreed to mend all
action-end-sweep = has checked the panels
action-change-setting = changed a setting
action-reset-setting = reset a setting
action-add-plan = added a plan
action-change-plan = changed a plan
action-add-promo = added a promo code
action-stop-promo = stopped a promo code
action-start-broadcast = started a broadcast
action-pause-broadcast = paused a broadcast
action-resume-broadcast = let a broadcast go on
action-stop-broadcast = stopped a broadcast
action-write = wrote to a customer
action-delete-account = deleted their own account
action-close-case = closed a question
action-choose-chat = chose a shop chat
action-drop-chat = gave up a shop chat
action-mute-event = muted an event
action-unmute-event = unmuted an event
action-ask-payout-address = asked where to send money back
action-request-payout = began a payout
action-cancel-payout = cancelled a payout
action-reject-claim = rejected a claim
action-book-record = booked a record by hand
action-reset-chain = started to read payments anew
# To whom or to what it was done.
subject-user = customer { $name }
subject-plan = plan { $name }
subject-promo = promo code { $name }
subject-panel = panel { $name }
subject-case = question { $name }
subject-broadcast = broadcast { $name }
subject-setting = setting “{ $name }”
subject-chat = shop chat, { $name }

## Staff: plans and the trial

offers =
    🛒 <b>Plans</b>

    In this order customers see them. Tap a plan to change or hide it.
offer-line-trial = • <b>{ $title }</b>: free, { $days }, { $state }
offer-line = • <b>{ $title }</b>: { $price }, { $days }, { $state }
offer-state-on = on sale
offer-state-off = hidden
trial-state-on = on
trial-state-off = off
b-see-offer = { $title }
b-see-hidden-offer = 🙈 { $title }
b-new-plan = ➕ New plan
offer =
    🛒 <b>{ $title }</b> · { $code }

    Now { $state }.
offer-reading = Customers see:
offer-hidden = Customers don't see it.
trial-reading =
    { $days ->
        [one] New customers are offered a free trial of { $days } day.
       *[other] New customers are offered a free trial of { $days } days.
    }
trial-off = There is no trial now: new customers aren't offered any.
offer-saved = Done: the new terms are in force
plan-field-title = Title ({ $language })
plan-field-price = Price
plan-field-days = Duration
plan-field-traffic = Traffic
plan-field-keys = Keys
plan-field-position = Place in the list
plan-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
plan-gigabytes =
    { $count ->
        [0] unlimited
       *[other] { $count } GB per 30 days
    }
plan-fact = { $name }: { $value }
plan-fact-changed = { $name }: { $old } → <b>{ $new }</b>
plan-new = ➕ <b>New plan</b>
plan-change = ✏️ <b>{ $title }</b>
plan-now = Now: { $value }
plan-ask-code = Send a short name for links: Latin letters, digits, - and _, up to 32 characters. Customers don't see it, and it can't be changed later.
plan-ask-title = Send the title, up to 40 characters. Language: { $language }
plan-ask-price = Send the price, 4.99 for example
plan-ask-days = Send how many days it lasts, 30 for example
plan-ask-traffic = Send how many gigabytes each key gets per 30 days. 0 is unlimited
plan-ask-keys = Send how many keys a customer gets: 1 to 20
plan-ask-position = Send its place in the list: the smallest number comes first
trial-effect = This is for new customers. Whoever has started trying keeps what there is.
plan-effect = This is for new orders. Whoever has bought or opened an order keeps what it was made with.
plan-raise-effect =
    Nobody pays more than they saw:
    • open orders and invoices stay at { $old };
    • renewal from the balance takes the new price only where the reminder three days before has named it;
    • a card that was kept at a lower price isn't charged any more: its customer is told and decides;
    • subscriptions in Stars keep their own price.
plan-cut-effect =
    New orders and automatic renewal take less. Open orders, invoices and subscriptions in Stars stay at the price that was shown: { $old }.
plan-hidden-effect = There will be no new orders; open ones can be paid. What was bought lasts until its end but doesn't renew by itself: customers with automatic renewal are told. Subscriptions in Stars go on until they are cancelled.
plan-offered-effect = The plan comes back to the list, and automatic renewal works with it again.
trial-hidden-effect = New customers aren't offered it any more. Those who have started it keep it.
trial-offered-effect = New customers see the button at home. Everyone can try once.
b-plan-save = ✅ Save
b-plan-add = ✅ Start selling
b-plan-hide = 🙈 Hide the plan
b-plan-offer = ✅ Sell it again
b-trial-hide = 🙈 Switch the trial off
b-trial-offer = ✅ Switch the trial on
bad-plan-title = It can't be sold like this
bad-plan =
    { $fault ->
        [code] A name has 1 to 32 characters: Latin letters, digits, - and _.
        [title] A title has 1 to 40 ordinary characters, in one line.
        [price] The price must be above zero. Only the trial is free.
        [days] Send a whole number of days from 1 to 3650.
        [traffic] Send a whole number of gigabytes up to 100,000. Zero is unlimited.
        [keys] Send a whole number of keys from 1 to 20.
        [position] Send a whole number from 0 to 999.
       *[other] The trial is free, and it isn't in the list of plans.
    } Nothing has changed.
plan-exists-title = That plan exists already
plan-exists = The name { $code } is taken, even if the plan is hidden: old orders are known by it. Choose another one.
plan-changed-title = The plan was changed just now
plan-changed = While you were deciding, someone else changed it. Nothing was saved: look how it reads now and decide again.
b-offers = 🛒 Plans and prices
no-trial-title = There is no trial now
no-trial = Nothing was charged. Choose a plan, or look in later.

## Staff: promo codes

b-promos = 🎟 Promo codes
promos = 🎟 <b>Promo codes</b>
promos-none =
    🎟 <b>There are no promo codes yet</b>

    A code gives a discount, days or money on the balance, once to each customer.
promo-line = • { $code }: { $gift }, { $state }, used { $of ->
    [0] { $uses }
   *[other] { $uses } of { $of }
}
b-see-promo = { $code }
b-see-ended-promo = ⏹ { $code }
b-new-promo = ➕ New code
promo-code = 🎟 <b>Promo code</b> { $code }: { $state }
promo-gives = Gives: { $gift }
promo-uses =
    { $of ->
        [0] Used: { $uses }, for any number of customers
       *[other] Used: { $uses } of { $of }
    }
promo-from = Begins on { $day }
promo-until = Last day: { $day } (UTC)
promo-endless = No end date
promo-for-plans = For the plans: { $plans }
promo-for-all = For all plans
promo-gift-percent = { $percent }% off
promo-gift-amount = { $amount } off
promo-gift-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
promo-gift-balance = { $amount } on the balance
promo-state-works = active
promo-state-not-yet = not started yet
promo-state-expired = over
promo-state-stopped = stopped
promo-state-used-up = used up
promo-new = ➕ <b>New promo code</b>
promo-new-code = Code: { $code }
promo-ask-code = Send the code: 3 to 32 Latin letters, digits, - and _. Capitals don't matter, and a code can never be reused.
promo-ask-kind = What does it give?
promo-ask-percent = Send the discount in percent: 1 to 100
promo-ask-amount = Send the discount as a sum, 0.50 for example
promo-ask-days = Send how many days it gives: 1 to 3650
promo-ask-balance = Send how much it puts on the balance, 1 for example
promo-ask-until = Send its last day, <code>2030-12-31</code> for example
promo-ask-uses = Send how many customers may use it, 100 for example
promo-ask-plans = For which plans is it?
promo-new-effect = Each customer can use it once. It can't be changed later, but stopped at any moment.
b-promo-percent = Discount in percent
b-promo-amount = Discount in money
b-promo-days = Days
b-promo-balance = Money on the balance
b-promo-endless-until = ♾ No end date
b-promo-endless-uses = ♾ For all customers
b-promo-all-plans = For all plans
b-promo-plans-done = ✅ For the marked ones
b-add-promo = ✅ Add the code
b-stop-promo = ⏹ Stop
b-stop-promo-now = ⏹ Stop it now
promo-stop-ask =
    ⏹ <b>Stop the code { $code }?</b>

    { $uses ->
        [0] Nobody has used it yet.
       *[other] Used: { $uses }; what customers got stays with them.
    } It gives nothing to anybody any more, and orders made with it cost the full price again. It can't be started again.
promo-added = Done: the code is active
promo-ended = Done: the code is stopped

## Staff: roles

staff = 👥 <b>Staff</b>
staff-line = • { $who }: { $role }
staff-owner = The first owner is named on the server, and no button changes that.
b-hire = ➕ Give someone a role
person-ask =
    👥 <b>Who is to get a role?</b>

    Send their number or @name. They must have pressed /start here.
people-found = Whom did you mean? Next you choose the role.
people-none = <b>Nobody found.</b> They must have pressed /start here: ask them to, then search again.
person =
    👤 <b>{ $who }</b>

    Now: { $role }. Choose the new role; it counts from the next tap on.
roles-explained =
    Support finds customers, answers their questions and tries deliveries again.
    An admin also moves money, refunds, gives days, bans, sends broadcasts, changes the welcome, and sees statistics and the log.
    An owner also changes plans, promo codes and the shop's settings, chooses chats, runs panels and gives roles.
b-role-customer = 🚪 Take the role away
b-role-support = Make: support
b-role-admin = Make: admin
b-role-owner = Make: owner
role-given = Done: the role has changed
owner-stays-title = The owner stays the owner
owner-stays = This owner is named on the server, and no button takes that role. Nothing has changed.

## Staff: customers

search-ask =
    🔎 <b>Whom are you looking for?</b>

    Send one thing: a number, an @name, the comment of a payment, a transaction or receipt number, or the name of a key.
search-found =
    { $count ->
        [one] Found one customer:
       *[other] Found { $count } customers:
    }
search-none = <b>Nothing found.</b> Check the text, or try another thing: the number, the comment, the transaction.
card-head = 👤 <b>{ $who }</b>
card-number = Number: { $number }
card-since = Here since { $day } · { $language }
card-role = 🛠 Works here: { $role }
card-invited = Invited by { $number }
card-banned = ⛔️ Banned since { $day }
card-unreachable = 📵 Can't be written to since { $day }
card-time-none = No subscription yet
card-time-trial = 🎁 Trial until { $end }
card-time-active = 🟢 Active until { $end }
card-time-grace = 🟡 Ended on { $end }, the keys still work
card-time-expired = 🔴 Ended on { $end }
card-balance = 💰 Balance: { $balance }
card-debt = Owes { $owed } for money that went back
card-orders = <b>Last orders</b>
card-payments = <b>Last payments</b>
card-keys = <b>Keys</b>
card-nothing = none
card-order = • { $title } · { $price } · { $state } · { $day }
card-payment = • { $amount } · { $method } · { $state } · { $comment } · { $day }
card-no-place = no place yet
card-key-works = • { $name } · { $place } · works
card-key-waits = • { $name } · { $place } · waits for the panel
card-key-off = • { $name } · { $place } · off
order-state-open = not paid
order-state-paid = paid, not delivered
order-state-delivered = delivered
order-state-cancelled = cancelled
order-state-refunded = refunded
payment-state-pending = waits for money
payment-state-confirmed = paid
payment-state-expired = expired
payment-state-cancelled = cancelled
b-customer = 👤 The card
b-story = 🕓 What happened
b-write = ✍️ Write
b-retry = 🔁 Try again
b-staff-action-credit = ➕ Add money
b-staff-action-debit = ➖ Take money
b-staff-action-days = 🎁 Give days
b-staff-action-ban = ⛔️ Ban
b-staff-action-unban = ✅ Let back in
b-staff-action-refund = ↩️ Refund { $title } · { $price }
staff-action-credit = ➕ <b>Put money on the balance of { $who }</b>
staff-action-debit = ➖ <b>Take money off the balance of { $who }</b>
staff-action-days = 🎁 <b>Give days to { $who }</b>
staff-action-refund = ↩️ <b>Refund an order of { $who }</b>
staff-action-ban = ⛔️ <b>Ban { $who }</b>
staff-action-unban = ✅ <b>Let { $who } back in</b>
staff-action-ask-amount = Balance now: { $balance }. Send the amount, for example 450 or 450.50
staff-action-ask-days = Send how many days, for example 7
staff-action-ask-reason = Send the reason in one message. It goes into the log, and the customer reads it where money or days are concerned.
staff-action-reason = Reason: { $reason }
staff-action-effect-money = The balance changes by { $change }, it is { $balance } now. The customer is told with the reason.
staff-action-effect-waits = ⚖️ That is above what one admin moves alone: it waits for a second admin.
staff-action-effect-days =
    { $days ->
        [0] The time grows, keys follow it, and the customer is told.
        [one] The time grows by { $days } day, keys follow it, and the customer is told.
       *[other] The time grows by { $days } days, keys follow it, and the customer is told.
    }
staff-action-effect-refund = { $price } for “{ $title }” goes back to the balance. The order's time is taken back, and keys without time stop working.
staff-action-effect-ban =
    { $keys ->
        [0] Nothing is sold to them any more.
        [one] Nothing is sold to them any more, and { $keys } key stops working, though it is paid.
       *[other] Nothing is sold to them any more, and { $keys } keys stop working, though they are paid.
    }
    The bot answers with one sentence. The balance ({ $balance }) stays theirs, and money that still arrives is booked. A subscription in Telegram Stars goes on until they cancel it.
staff-action-effect-unban = They may buy again, and keys work for the time that is left.
b-do-credit = ✅ Put it on the balance
b-do-debit = ✅ Take it off
b-do-ask = ⚖️ Ask a second admin
b-do-days = ✅ Give the days
b-do-refund = ✅ Refund
b-do-ban = ⛔️ Ban
b-do-unban = ✅ Let back in
staff-action-waits = Asked: a second admin decides
staff-action-done-credit = Done: the balance has grown
staff-action-done-debit = Done: taken off the balance
staff-action-done-days = Done: the days are given
staff-action-done-refund = Done: the price is back on the balance
staff-action-done-ban = Done: banned
staff-action-done-unban = Done: let back in
staff-action-retried =
    { $count ->
        [0] Nothing waits: every panel has confirmed
       *[other] Being tried again, keys: { $count }
    }
debit-too-large-title = There isn't that much on the balance
debit-too-large = It is { $balance } now, and never falls below zero. Nothing has changed.
user-locked-title = The database doesn't allow this
user-locked = The shop's account in the database makes no owners: only the owner of the database does. Nothing has changed. You can make this person an admin.
no-case-title = There is no such question
no-case = It may have been closed a long time ago. Nothing has changed.
no-shop-chat-title = No chat was chosen for this
no-shop-chat = Choose one first: “Shop chats” says how. Nothing has changed.
draft-over-title = This question is over
draft-over = Nothing has changed. Open the staff's menu and begin again.
not-days-title = That isn't a number of days
not-days = Send a whole number from 1 to { $maximum }. Nothing has changed.
not-a-reason-title = That isn't a reason
not-a-reason = Send a text of at most { $maximum } characters. Nothing has changed.
staff-not-banned-title = They work here
staff-not-banned = Take the role away first. Nothing has changed.
no-rate-now-title = There is no rate now
no-rate-now = Without a rate nobody knows what to put on the balance. Nothing has changed: tap the same button in a few minutes.
customer-banned-title = The shop is closed to you
customer-banned = Nothing was taken, your balance is safe. Questions: { $support }
customer-banned-write = write to us with the button below.
customer-banned-help = write to the shop's support.
pre-checkout-banned = The shop has closed your access. Nothing was taken.
story = 🕓 <b>What happened to { $number }</b> (UTC)
event = { $moment } · { $what } { $values }
event-user = first /start
event-order-opened = 🛒 order
event-order-paid = 🛒 order paid
event-order-delivered = 🛒 order delivered
event-payment = 💳 invoice
event-payment-confirmed = 💳 invoice paid
event-money = 💸 money arrived:
event-balance = 💰 balance
event-time = ⏱ time
event-key = 🗝 key
event-notice = ✉️ message dropped
event-notice-sent = ✉️ message sent
event-notice-waiting = ✉️ message waits
event-notice-failed = ✉️ message given up
event-admin = 🛠 staff
event-debt = ⚠️ owes now
event-other = event
event-hours =
    { $sign ->
        [minus] −{ $count } h
       *[plus] +{ $count } h
    }

## Staff: what waits

nameless =
    { $count ->
        [0] ✅ <b>Every payment has an owner</b>
       *[other] ❓ <b>Money without an owner: { $count }</b>
    }
nameless-line =
    { $number }. <b>{ $amount }</b>, { $moment } (UTC)
    Comment: { $comment }
nameless-meant = Did they mean { $comment }? That is { $who }.
b-give-number = ✅ { $number }: give to { $name }
b-whose = 🙋 { $number }: whose is it?
whose-ask =
    🙋 <b>Whose is { $amount }?</b> It arrived on { $moment } (UTC).

    Send their number, @name, comment or key name.
whose-found =
    🙋 <b>Whose is { $amount }?</b> It arrived on { $moment } (UTC).

    A tap puts it on that balance, pays their waiting order if it covers it, and tells them. This can't be undone by a button.
whose-none =
    <b>Nobody found</b> for { $amount } of { $moment } (UTC).

    Send another thing: a number, an @name, a comment.
waiting =
    { $count ->
        [0] ✅ <b>Every paid order is delivered</b>
       *[other] ⏳ <b>Paid, not delivered: { $count }</b>
    }
waiting-line =
    • { $who }, “{ $title }”, paid { $moment } (UTC)
    { $why }
adjustments = ⚖️ <b>Waits for a second admin</b>
adjustments-none = ✅ <b>Nothing waits for a second admin</b>
adjustment-line =
    { $number }. { $change } for { $who }
    Asked by { $admin }: { $reason }
b-agree = ✅ { $number }: agree
b-refuse = ✖️ { $number }: refuse
adjustment-agreed = Done: the balance has moved
adjustment-refused = Done: refused
notice-adjustment-asked =
    ⚖️ <b>A second admin is needed</b>

    { $admin } asks to change the balance of { $who }: { $change }.
    Reason: { $reason }
b-agree-plain = ✅ Agree
b-refuse-plain = ✖️ Refuse
notice-days-granted =
    { $days ->
        [one] 🎁 <b>You were given { $days } day</b>
       *[other] 🎁 <b>You were given { $days } days</b>
    }

    Your subscription lasts until { $end }.
    Reason: { $reason }

## Staff: panels, their nodes, and keys that move

panels = 🖥 <b>Panels</b>
panels-none = 🖥 <b>There are no panels.</b> They are added on the server.
panel-line =
    • <b>{ $name }</b> · { $number } · { $state }
    { $capacity ->
        [0] Keys: { $keys }, no limit
       *[other] Keys: { $keys } of { $capacity }
    }
panel-on = takes new keys
panel-off = switched off
panel-drained = takes no new keys
panel-evacuated = is being emptied
panel-evacuates = 🚚 Keys still to move: <b>{ $keys }</b>. It goes on by itself; come back whenever you like.
panel-leaving = Keys on their way, served here until their new home has them: { $count }
panel-removing = Accounts still to be removed here: { $count }
panel-drains = ⏸ <b>No new keys on { $name }?</b> Those that live there work on and are renewed there. New ones go to the other panels.
panel-fills = ▶️ <b>Let { $name } take new keys again?</b> It gets its share from the next purchase on.
panel-fills-stops = The move of its keys to other panels stops with that.
panel-is-last = ⚠️ <b>No other panel takes new keys.</b> What customers pay for from then on waits until one does.
nodes = <b>Nodes</b>
nodes-title = 🧩 <b>Nodes of { $name }</b>
nodes-help = A node that is switched off gets no new keys; those that live there work on.
nodes-none = The panel doesn't answer just now, so its nodes aren't known. Keys that live there may work nevertheless.
nodes-off = The panel is switched off; it isn't asked for its nodes.
node-line =
    • { $name } · { $state } · keys: { $keys }{ $gigabytes ->
        [-1] {""}
       *[other] {" "}· { $gigabytes } GB in 30 days
    }
node-on = works
node-silent = ⚠️ not connected
node-excluded = gets no new keys
evacuation = 🚚 <b>Move all keys away from { $name }</b>
evacuation-move = • to { $name }: { $keys }
evacuation-others = • to other panels: { $keys }
evacuation-stay = • no place elsewhere yet: { $keys }. They stay and are tried again until there is one
evacuation-old = • without time left: { $keys }. They stay; their customers get a new place when they buy again
evacuation-first = Of the first keys; the rest were not looked at:
evacuation-empty = No key with time left lives here: there is nothing to move.
evacuation-effect =
    The panel gets no new keys from then on. Each key works on where it is until its new home has it; customers have nothing to do.

    Keys that have moved don't come back by themselves. The move can be stopped at any time.
rebalance = 🔀 <b>Spread keys over the panels</b>
rebalance-runs = ▶️ Running since { $moment } (UTC). Moved so far: { $moved }
rebalance-move = • { $source } → { $target }: { $keys }
rebalance-pace = In all: { $keys }, which takes about { $hours } h. Each key works on where it is until its new home has it.
rebalance-spread = The freest panel carries { $before }% less than the busiest now, and { $after }% less afterwards.
rebalance-even = Nothing to move: the freest panel carries { $before }% less than the busiest. A difference of up to a tenth is left alone, and so are keys that have moved within a week.
rebalance-waits = ⏳ Waits for the panel { $panel }: it should take keys and doesn't answer.
sweep =
    🧹 <b>Do the panels hold what was sold?</b>
    Every account is compared with its key, and what differs is mended. That happens by itself once a day; here you can have it done now.
sweep-runs = ⏳ It has been running since { $moment } (UTC). With many keys it takes a few minutes.
sweep-last = <b>Last check:</b> { $moment } (UTC), accounts: { $accounts }
sweep-clean = ✅ Everything was right.
sweep-mended = 🔧 Differed and mended: { $count }
sweep-ownerless = 👻 Accounts of the shop without a key: { $count }. They are left alone
sweep-unread = ⚠️ Panels that couldn't be read to the end: { $count }
sweep-waiting = ✋ Would be disabled, deleted or taken from where they are served: { $count }. That is a lot, so none of it was done. Agree only if you know why: customers of these accounts may lose their connection.
b-sweep = 🧹 Check the panels
b-sweep-start = 🧹 Check now
b-sweep-agree = ⚠️ Check, and mend these { $count } too
b-reload = 🔄 Refresh
b-rebalance = 🔀 Spread keys
b-rebalance-start = ▶️ Start
b-rebalance-stop = ✋ Stop
b-drain = ⏸ No new keys here
b-drain-yes = ⏸ Yes, no new keys
b-fill = ▶️ Take new keys again
b-fill-yes = ▶️ Yes, take new keys
b-nodes = 🧩 Nodes
b-node-off = ⏸ { $name }
b-node-on = ▶️ { $name }
b-evacuation = 🚚 Move all keys away
b-evacuation-yes = 🚚 Yes, move them
b-evacuation-stop = ✋ Stop the move

## Staff: old data
b-clean-up = 🧹 Old data
b-clean-up-start = 🧹 Clean up now
clean-up =
    🧹 <b>Old data</b>
    The shop clears away what nobody needs any more by itself, bit by bit. Orders, payments, balances and the log of actions stay for ever.
clean-up-would = <b>Could go now:</b>
clean-up-nothing = ✅ There is nothing to clear away.
clean-up-runs = ⏳ The clean-up has been running since { $moment } (UTC). The shop works as usual meanwhile.
clean-up-last = <b>Cleared away last time, { $moment } (UTC):</b>
clean-up-last-nothing = • nothing: it was all gone already
clean-up-notices = • sent notices older than 14 days: { $more ->
    [yes] more than { $count }
   *[no] { $count }
}
clean-up-dead-notices = • undelivered notices older than 90 days: { $more ->
    [yes] more than { $count }
   *[no] { $count }
}
clean-up-raw-records = • original texts of transfers older than 90 days (the transfers stay): { $more ->
    [yes] more than { $count }
   *[no] { $count }
}
clean-up-money-updates = • original texts of payment messages older than 90 days: { $more ->
    [yes] more than { $count }
   *[no] { $count }
}
clean-up-key-links = • links of deleted keys whose panel has been silent for over 30 days: { $more ->
    [yes] more than { $count }
   *[no] { $count }
}
action-start-clean-up = started a clean-up of old data
action-end-clean-up = finished the clean-up of old data
action-restore-shop = restored the shop from a backup
action-end-replay = ended reading again after a restore

## Staff: backups
b-backups = 🗄 Backups
b-backup-start = 🗄 Make one now
backups =
    🗄 <b>Backups</b>
    Each one is encrypted to your key, then restored elsewhere and compared before it counts as verified.
backups-newest = <b>The newest ones</b> (UTC):
backups-none = There are none yet.
backups-unseen = The latest backups can’t be seen from here: the worker keeps them on another machine. Run { $command } there to see them all.
backups-more = … and { $count } more, { $total } in all
backup-line = { $verified ->
        [yes] ✅
       *[no] ⚠️
    } { $moment } · { $size } · { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    }{ $verified ->
        [yes] {""}
       *[no] {" "}· not verified
    }
backup-size = { $unit ->
        [b] { $whole } bytes
        [kb] { $whole }.{ $tenths } KB
        [mb] { $whole }.{ $tenths } MB
       *[gb] { $whole }.{ $tenths } GB
    }
backup-no-key =
    ⚠️ <b>Nothing is being backed up: there is no key yet</b>
    Run { $command } on the server, put what it prints into { $variable } and restart the shop. Keep the secret key well away from the server.
backup-asked = ⏳ A backup was requested on { $moment } (UTC). { $long ->
        [yes] It still hasn’t begun: check that a worker is running. If it works on another machine, the result will show up here once it’s done.
       *[no] The worker will begin in a few seconds.
    }
backup-busy = ⏳ A backup is being made or checked right now.
backup-runs-already = A backup is already on its way
backup-progress =
    ⏳ <b>A backup is being made</b>
    { $bar } { $percent }%
backup-progress-phase = { $phase ->
        [writing] 1 of 3 · writing the archive
        [restoring] 2 of 3 · restoring it to check
       *[comparing] 3 of 3 · comparing the copy
    }
backup-progress-table = Table { $table }, { $number } of { $tables }
backup-progress-size = { $size } · { $elapsed } so far
backup-made = { $verified ->
        [yes] ✅ <b>Backed up and verified</b>
       *[no] ⚠️ <b>Backed up, but not verified</b>
    }
    { $moment } (UTC) · { $size } · { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    } · took { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
backup-failed =
    ❌ <b>The last attempt left no backup</b>
    { $moment } (UTC). The older ones are untouched.
backup-findings = The ledger audit has { $count ->
        [one] one remark
       *[other] { $count } remarks
    } on it: { $command }.
backup-place-data = 📁 Kept in the shop’s data folder. If that disk dies, they die with it: keep copies on another machine.
backup-place-chosen = 📁 Kept in the folder you chose. Keep copies on another machine as well.
backup-next = 🕐 Next one: { $moment } (UTC)
backup-next-now = 🕐 The next one is due now.
backup-next-never = 🕐 The worker makes none by itself: { $variable } is 0.
action-start-backup = asked for a backup
action-end-backup = finished the backup

## The shop's settings

b-shop-settings = ⚙️ Shop settings
shop-settings =
    ⚙️ <b>Shop settings</b>

    Changes work at once, without a restart. Tap what you want to change.
shop-setting-line = • <b>{ $name }</b>: { $value } ({ $origin })
setting-name-welcome-ru = Welcome in Russian
setting-name-welcome-en = Welcome in English
setting-name-support = Support
setting-name-terms = Terms
setting-name-payment-methods = Ways to pay
setting-name-referrals = Invitations
setting-name-referral-inviter = Inviter's reward
setting-name-referral-invited = Friend's reward
setting-about-welcome-ru = Everyone who has no subscription yet and uses the bot in Russian sees this.
setting-about-welcome-en = Everyone who has no subscription yet and uses the bot in English sees this.
setting-about-support = Who your customers write to when they need help. Without this account the bot passes their questions on to the owner.
setting-about-terms = A button with this link stands in the help, in the customer's settings, and on the home screen of newcomers.
setting-about-payment-methods =
    Customers see the ways to pay in this order. Tap one to take it away or bring it back, and the arrow to move it up.

    A way that you take away isn't offered for new payments. Money for invoices that are open already is accepted as usual. Cards that it has saved renew no subscriptions either.
setting-about-referrals = On: every customer has a link of their own, and both get a reward for the friend's first purchase. Off: customers see nothing of it, and new purchases earn no rewards. What was given stays.
setting-about-referral-inviter = The inviter gets this much on the balance when the friend's first purchase is delivered.
setting-about-referral-invited = The friend gets this much on the balance when their first purchase is delivered.
shop-setting = ⚙️ <b>{ $name }</b>
shop-setting-now = Now: { $value }
shop-setting-text-now = Now:
shop-setting-given-default = By default: { $value }
shop-setting-given-environment = In <code>.env</code>: { $value }
origin-default = default
origin-environment = <code>.env</code>
origin-stored = { $who }, { $day }
shop-setting-origin = Set by: { $origin }
setting-on = on
setting-off = off
setting-none-text = the bot's usual welcome
setting-none-account = none, questions go to the owner
setting-none-link = no link
setting-ask-text = ✍️ Send the new text. Bold words, links and emoji stay as you type them.
setting-ask-account = ✍️ Send the name of the account, for example <code>@my_shop_help</code>.
setting-ask-link = ✍️ Send a link that begins with <code>https://</code>
setting-ask-amount = ✍️ Send the amount, for example 50 or 49.90.
setting-preview =
    👀 <b>{ $name }</b>

    Below is what customers will see. If it's right, save it. If not, send another one.
setting-preview-support = The button “{ $button }” will open a chat with { $account }. Try it below.
setting-preview-terms = The button “{ $button }” will open this link. Try it below.
setting-referrals-off = Invitations are off now, so customers don't see this.
setting-saved = Saved
b-save-setting = ✅ Save
b-turn-on = ✅ Turn on
b-turn-off = ✖️ Turn off
b-method-on = ✅ { $method }
b-method-off = ➕ { $method }
b-method-up = ⬆️ Up
b-reset-default = ↩️ Back to the default
b-reset-environment = ↩️ Back to the server's value
no-setting-title = There is no such setting
no-setting = Choose one from the list. Nothing has changed.
setting-not-taken-empty-title = The text is empty
setting-not-taken-empty = Send the words that customers will see. Nothing has changed.
setting-not-taken-too-long-title = Too long
setting-not-taken-too-long = No more than { $maximum } characters fit here. Send a shorter one: nothing has changed yet.
setting-not-taken-broken-html-title = The markup can't be read
setting-not-taken-broken-html = Telegram won't show this text. Close every tag and send it again: nothing has changed yet.
setting-not-taken-account-title = That isn't an account's name
setting-not-taken-account = A name looks like <code>@my_shop_help</code>: 5 to 32 Latin letters, digits and “_”, a letter first. Nothing has changed.
setting-not-taken-link-title = That isn't a link
setting-not-taken-link = A link begins with <code>https://</code> and leads to a site, for example <code>https://example.org/terms</code>. Nothing has changed.
setting-not-taken-methods-title = There is no such way to pay
setting-not-taken-methods = This way to pay isn't set up any more. Open the list again. Nothing has changed.
setting-not-taken-switch-title = It's either on or off
setting-not-taken-switch = Use the button below the setting. Nothing has changed.
setting-not-taken-amount-title = That amount doesn't fit
setting-not-taken-amount = Send a number from 0 to { $maximum }, for example 50 or 49.90. Nothing has changed.
setting-not-taken-last-method-title = It's the last way to pay
setting-not-taken-last-method = At least one way to pay has to stay, or the shop sells nothing. Turn another one on first.

## Broadcasts

b-broadcasts = 📣 Broadcasts
b-new-broadcast = ✍️ { $segment } · { $count }
b-broadcast-start = 📣 Send to { $count }
b-broadcast-pause = ⏸ Pause
b-broadcast-resume = ▶️ Go on
b-broadcast-stop = ⏹ Stop for good
segment-everyone = Everyone
segment-active = With a subscription
segment-trial = On trial
segment-expired = Subscription over
segment-never = Never had one
broadcast-mark-draft = ✍️
broadcast-mark-running = ▶️
broadcast-mark-paused = ⏸
broadcast-mark-stopped = ⏹
broadcast-mark-done = ✅
broadcasts =
    📣 <b>Broadcasts</b>

    Choose whom you want to write to, or look at one of the last.
broadcasts-none =
    📣 <b>Broadcasts</b>

    Choose whom you want to write to. You will see the message first; nobody gets it before you say so.
broadcast-ask =
    ✍️ <b>A new broadcast</b>

    For: { $whom }. There are { $count } of them now.

    Send the text with any formatting and links, up to { $limit } characters, or a picture with a caption of up to { $caption }. The buttons below narrow down who gets it; tap one again to undo it.
broadcast =
    📣 <b>Broadcast</b>

    For: { $whom }.
broadcast-draft = Above is what everyone will get. It goes to about { $recipients } people, no faster than Telegram allows; money and keys go first.
broadcast-running =
    { $bar }
    Sent: { $sent } of about { $recipients }. Not reached: { $lost }. On their way: { $waiting }.
broadcast-paused =
    { $bar }
    Paused. Sent: { $sent } of about { $recipients }. Not reached: { $lost }. Still on their way: { $waiting }.
broadcast-stopped =
    { $bar }
    Stopped. Sent: { $sent } of about { $recipients }. Not sent: { $lost }.
broadcast-done =
    { $bar }
    Over. Sent: { $sent }. Not reached: { $lost }.
no-broadcast-title = There is no such broadcast
no-broadcast = Nothing has changed. The list shows the last ones.
not-steered-title = That isn't possible any more
not-steered =
    { $state ->
        [running] It is running already.
        [paused] It is paused.
        [stopped] It was stopped. Write a new one.
        [done] It is over.
       *[draft] It hasn't begun yet.
    }
not-a-broadcast-title = { $has ->
        [yes] The caption is too long
       *[no] This message can't be sent
    }
not-a-broadcast = { $has ->
        [yes] There is room for { $limit } characters below a picture. Nobody has got anything: send it with a shorter caption.
       *[no] It needs a text of up to { $limit } characters with its formatting, or a picture with a caption. Nobody has got anything: send it again.
    }

# Broadcasts: a picture, buttons, the preview, and a narrower audience.
broadcast-picture = 🖼 Picture
broadcast-days = { $days }+ days ago
broadcast-unseen = Telegram hasn't taken this message yet as it is now. Tap “Show it to me”: once you have seen it, it can go to everyone.
b-broadcast-days = { $days }+ days
b-broadcast-me = 👁 Show it to me
b-broadcast-buttons = 🔘 Buttons below it
b-broadcast-bare = ✖️ No buttons
broadcast-ask-buttons =
    🔘 <b>Buttons below the message</b>

    Send them in one message, each on its own line: a label, a hyphen, and where it leads. Up to { $maximum } buttons, a label of up to { $label } characters.

    <code>Choose a plan - plans</code>
    <code>Set it up - connect</code>
    <code>Invite a friend - invite</code>
    <code>Top up - balance</code>
    <code>Take the discount - promo SPRING20</code>
    <code>Our channel - https://example.org</code>
not-a-button-title = This button can't be sent
not-a-button =
    The line: { $line }

    { $fault ->
        [label] The button has no label, or too long a one.
        [link] A link begins with <code>https://</code> and leads to a real address; instead of one you can write: plans, connect, invite, balance.
        [promo] There is no such promo code, or it was stopped.
        [count] There are too many buttons.
       *[shape] Each line needs a label, a hyphen between spaces, and where the button leads.
    } The buttons haven't changed: send them again.
not-previewed-title = Look at it yourself first
not-previewed = Telegram hasn't taken this message yet as it is now, so nobody has got it. Open the broadcast and tap “Show it to me”.
preview-failed-title = { $fault ->
        [later] Telegram doesn't answer right now
       *[other] Telegram didn't take the message
    }
preview-failed = { $fault ->
        [markup] It didn't like the formatting, or a link in the text.
        [length] The text is too long.
        [picture] It didn't like the picture.
        [button] It didn't like a button: check where it leads.
        [later] The message didn't reach you.
       *[other] It didn't say what is wrong.
    } Nobody has got anything. { $fault ->
        [later] Open the broadcast a little later and tap “Show it to me”.
       *[other] Change it and send it again.
    }
notice-broadcast-over =
    📣 <b>The broadcast is over</b>

    Sent: { $sent }. Not reached: { $lost }.
