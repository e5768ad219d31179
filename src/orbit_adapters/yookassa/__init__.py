"""YooKassa: bank cards, SBP and SberPay on its own page, in roubles."""
