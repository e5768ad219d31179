# Страница подключения. Простой текст, без тегов. «hint-<приложение>» и «hint-<платформа>» показываются там, где они есть.

## Состояние

state-active = Подписка активна
state-grace = Срок закончился, но ключ пока работает
state-ended = Подписка закончилась
state-exhausted = Трафик закончился
state-disabled = Подписка отключена
until = До { $day }
last-day = Последний день: { $day }
endless = Без срока
days-left =
    { $count ->
        [one] остался { $count } день
        [few] осталось { $count } дня
       *[many] осталось { $count } дней
    }
hours-left =
    { $count ->
        [one] остался { $count } час
        [few] осталось { $count } часа
       *[many] осталось { $count } часов
    }
traffic-left = Осталось { $left } из { $total }
traffic-limit = Трафик: { $total } на период
traffic-free = Трафик без ограничений
traffic-used = Использовано { $used }, без ограничений
gigabytes = { $amount } ГБ
megabytes = { $amount } МБ
devices-of = Устройства: { $count } из { $limit }
devices =
    { $count ->
        [one] Подключено { $count } устройство
        [few] Подключено { $count } устройства
       *[many] Подключено { $count } устройств
    }
advice-grace = Продлите, чтобы связь не прервалась.
advice-ended = После продления всё заработает само, настраивать заново не нужно.
advice-exhausted = Трафик появится с новым периодом или сразу после продления.
advice-disabled = Напишите в поддержку в боте: там объяснят причину.
renew = Продлить в боте
ask = Открыть бота

## Приложения

connect-ios = Подключить этот iPhone или iPad
connect-android = Подключить это устройство на Android
connect-windows = Подключить этот компьютер на Windows
connect-macos = Подключить этот Mac
connect-linux = Подключить этот компьютер на Linux
connect-tv = Подключить этот телевизор
connect-later = Всё равно настроить устройство
platform-ios = iPhone и iPad
platform-android = Android
platform-windows = Windows
platform-macos = macOS
platform-linux = Linux
platform-tv = Телевизор
open-in = Открыть в { $app }
no-app = Нет { $app }? Установите и вернитесь сюда:
paste-in = У { $app } нет такой кнопки: скопируйте ссылку ниже и вставьте её в приложении.
no-page = Нет { $app }? Найдите его в магазине приложений устройства.
other-devices = Другие устройства
store-app-store = App Store
store-app-store-ru = App Store (Россия)
store-google-play = Google Play
store-github = Скачать с GitHub
store-github-apk = APK с GitHub
store-site = Сайт
hint-ios = App Store пишет, что приложение недоступно в вашей стране? Возьмите другое или войдите в магазин с учётной записью другой страны.
hint-tv = Установите { $app } на телевизор и на телефон в той же сети. Добавьте подписку на телефоне. На телевизоре выберите импорт и отсканируйте его код из { $app } на телефоне.
hint-v2rayng = v2rayNG не обновляется сам: включите обновление в настройках подписки.

## Ссылка и QR-код

qr = QR-код для другого устройства
qr-steps = Наведите на код камеру другого устройства или отсканируйте его в приложении.
qr-label = QR-код со ссылкой на эту подписку
link = Ваша ссылка
link-steps = Приложение может взять её и из буфера обмена.
copy = Скопировать ссылку
copied = Скопировано
private = Ссылка личная. Тот, кто её знает, пользуется вашей подпиской.
languages = Язык
language-ru = Русский
language-en = English

## Страницы без подписки

missing-title = Здесь ничего нет
missing = В ссылке опечатка, или её заменила новая. Действующую ссылку показывает бот.
bare-title = Подписка на VPN
bare = Откройте эту ссылку в браузере того устройства, которое хотите подключить.
