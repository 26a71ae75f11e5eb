"""The open questions: for each state the handler that asks again with what was gathered (继续)."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.customer import applying, phones, privacy, referrals
from handlers.matching import Handler
from handlers.merchant import (
    applications,
    customers,
    goods,
    groups,
    leaving,
    materials,
    moving,
    orders,
    payouts,
    posters,
    rules,
    uplines,
    withdrawals,
)
from handlers.merchant import promoters as people
from handlers.promoter import customers as mine
from handlers.promoter import pictures, portraits, withdrawing

QUESTIONS: Mapping[str, Handler] = {
    # -- customer -----------------------------------------------------------------------------------
    referrals.CODE: referrals.ask_code,
    phones.PHONE: phones.ask,
    privacy.CONFIRM: privacy.about,
    applying.AGREEMENT: applying.ask_agreement,
    applying.NAME: applying.ask_name,
    applying.PHONE: applying.ask_phone,
    applying.QUESTION: applying.ask_question,
    applying.CONFIRM: applying.ask_confirm,
    # -- promoter -----------------------------------------------------------------------------------
    pictures.NAME: pictures.ask_name,
    portraits.PORTRAIT: portraits.ask_portrait,
    mine.REMARK: mine.ask_remark_again,
    withdrawing.AMOUNT: withdrawing.begin,
    withdrawing.CHANNEL: withdrawing.ask_channel,
    withdrawing.ACCOUNT: withdrawing.ask_account,
    withdrawing.NAME: withdrawing.ask_name,
    withdrawing.CONFIRM: withdrawing.ask_confirm,
    # -- merchant -----------------------------------------------------------------------------------
    applications.REASON: applications.ask_again,
    withdrawals.REASON: withdrawals.ask_again,
    payouts.PROOF: payouts.ask_proof_again,
    people.REASON: people.ask_again,
    leaving.WHO: leaving.ask_who,
    leaving.SUCCESSOR: leaving.ask_again,
    leaving.UPLINE: leaving.ask_again,
    leaving.REASON: leaving.ask_again,
    moving.TO: moving.ask_again,
    moving.HOW: moving.ask_again,
    moving.REASON: moving.ask_again,
    customers.REMARK: customers.ask_remark_again,
    uplines.WHO: uplines.ask_again,
    uplines.REASON: uplines.ask_again,
    uplines.INVITER: uplines.ask_inviter_again,
    orders.TO: orders.ask_again,
    orders.REASON: orders.ask_again,
    rules.TEXT: rules.ask_text_again,
    rules.RISK: rules.ask_risk,
    rules.PICTURE: rules.ask_picture_again,
    posters.BACKDROP: posters.ask_again,
    groups.NAME: groups.ask_name,
    materials.TEXT: materials.ask_text_again,
    materials.WORDS: materials.ask_words_again,
    materials.PICTURES: materials.ask_pictures_again,
    **dict.fromkeys(goods.STATES.values(), goods.ask_again),
}
