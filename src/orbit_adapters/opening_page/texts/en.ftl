# The opening page. Plain text, no tags. "hint-<app>" and "hint-<platform>" are shown where there is one.

## State

state-active = Subscription active
state-grace = Subscription ended, the key still works
state-ended = Subscription ended
state-exhausted = The traffic is used up
state-disabled = Subscription switched off
until = Until { $day }
last-day = Last day: { $day }
endless = No end date
days-left =
    { $count ->
        [one] { $count } day left
       *[other] { $count } days left
    }
hours-left =
    { $count ->
        [one] { $count } hour left
       *[other] { $count } hours left
    }
traffic-left = { $left } of { $total } left
traffic-limit = Traffic: { $total } a period
traffic-free = Unlimited traffic
traffic-used = { $used } used, no limit
gigabytes = { $amount } GB
megabytes = { $amount } MB
devices-of = Devices: { $count } of { $limit }
devices =
    { $count ->
        [one] { $count } device connected
       *[other] { $count } devices connected
    }
advice-grace = Renew it so that the connection doesn't break.
advice-ended = After a renewal everything works again by itself. Nothing has to be set up anew.
advice-exhausted = Traffic comes again with the next period, or at once with a renewal.
advice-disabled = Write to support in the bot: they will tell you why.
renew = Renew in the bot
ask = Open the bot

## Apps

connect-ios = Connect this iPhone or iPad
connect-android = Connect this Android device
connect-windows = Connect this Windows computer
connect-macos = Connect this Mac
connect-linux = Connect this Linux computer
connect-tv = Connect this TV
connect-later = Set up a device all the same
platform-ios = iPhone and iPad
platform-android = Android
platform-windows = Windows
platform-macos = macOS
platform-linux = Linux
platform-tv = TV
open-in = Open in { $app }
no-app = No { $app } yet? Install it and come back here:
paste-in = { $app } has no button: copy the link below and paste it there.
no-page = No { $app } yet? Look for it in the device's app store.
other-devices = Other devices
store-app-store = App Store
store-app-store-ru = App Store (Russia)
store-google-play = Google Play
store-github = Download from GitHub
store-github-apk = APK from GitHub
store-site = Website
hint-ios = The App Store says that an app isn't available in your country? Take the other one, or sign in to the store with an account of another country.
hint-tv = Install { $app } on the TV and on a phone in the same network. Add the subscription on the phone. On the TV choose import, and scan its code from { $app } on the phone.
hint-v2rayng = v2rayNG doesn't update by itself: switch that on in the subscription's settings.

## Link and QR code

qr = QR code for another device
qr-steps = Point the camera of the other device at the code, or scan it inside the app.
qr-label = QR code with the link of this subscription
link = Your link
link-steps = An app can also take it from the clipboard.
copy = Copy the link
copied = Copied
private = The link is personal. Whoever knows it uses your subscription.
languages = Language
language-ru = Русский
language-en = English

## Pages without a subscription

missing-title = There is nothing here
missing = The link is mistyped, or a newer one has taken its place. The bot shows the present one.
bare-title = VPN subscription
bare = Open this link in the browser of the device that you want to connect.
