"""申请推广员: agreement, name, phone, a last look; 招募说明 and 申请进度."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Refusal
from engine.programme.recruiting import (
    LONGEST_ANSWER,
    AgreementChanged,
    QuestionsChanged,
    RecruitingClosed,
    digest_of,
)
from handlers import menus
from handlers.texts import applying as texts
from handlers.texts import earnings, referrals
from handlers.texts.marks import plain
from handlers.texts.people import called
from handlers.texts.refusals import sorry
from handlers.typed import forgiven
from handlers.types import Ask, Reply, Text

AGREEMENT, NAME, PHONE, CONFIRM = "apply.agreement", "apply.name", "apply.phone", "apply.confirm"
QUESTION = "apply.question"


def recruit(ask: Ask) -> Reply:
    """招募说明"""
    if not ask.who.recruiting:
        return Text(sorry(RecruitingClosed()))
    may_apply = ask.who.promoter is None
    return Text(referrals.recruit(ask.desk.settings.now(), may_apply=may_apply))


def apply(ask: Ask) -> Reply:
    """申请推广员"""
    try:
        ask.desk.recruiting.may_apply()
    except Refusal as refusal:
        return Text(sorry(refusal))
    return _agreement(ask, 1, {})


def agreement_answered(ask: Ask) -> Reply:
    """下一页, or 同意 on the last one."""
    agreement = ask.desk.settings.now().agreement
    if digest_of(agreement) != ask.remembered("agreement"):
        return _agreement(ask, 1, ask.talk.memory, texts.CHANGED)
    number, said = int(ask.remembered("page") or 1), forgiven(ask.text)
    last = number >= len(texts.pages(agreement))
    if said == texts.NEXT and not last:
        return _agreement(ask, number + 1, ask.talk.memory)
    if said != texts.AGREE:
        return Text(texts.READ_IT, AGREEMENT, ask.talk.memory) if last else ask_agreement(ask)
    if not last:
        return _agreement(ask, number, ask.talk.memory, texts.NOT_READ)
    return _next_question(ask, ask.talk.memory) if ask.remembered("phone") else ask_name(ask)


def name_answered(ask: Ask) -> Reply:
    """The name, as it will stand on posters."""
    if forgiven(ask.text) in texts.TAPPED:
        return ask_name(ask)  # a line of the question before, tapped twice
    try:
        name = ask.desk.recruiting.check_name(plain(ask.text))
    except Refusal as refusal:
        return Text(sorry(refusal), NAME, ask.talk.memory)
    return Text(texts.ASK_PHONE, PHONE, {**ask.talk.memory, "name": name})


def phone_answered(ask: Ask) -> Reply:
    """The phone; typing it is the consent."""
    try:
        phone = ask.desk.recruiting.check_phone(forgiven(ask.text))
    except Refusal as refusal:
        return Text(sorry(refusal), PHONE, ask.talk.memory)
    return _next_question(ask, {**ask.talk.memory, "phone": phone})


def question_answered(ask: Ask) -> Reply:
    """One of the merchant's own questions."""
    said = plain(ask.text, LONGEST_ANSWER)
    if not said or forgiven(ask.text) in texts.TAPPED:
        return ask_question(ask)
    number = len(_answers(ask.talk.memory))
    return _next_question(ask, {**ask.talk.memory, f"answer{number}": said})


def confirm_answered(ask: Ask) -> Reply:
    """确认提交, 邀请人不对 or 重填."""
    said = forgiven(ask.text)
    if said == texts.SUBMIT:
        return _submit(ask)
    if said == texts.WRONG_INVITER:
        return _without_inviter(ask)
    return _again(ask) if said == texts.AGAIN else ask_confirm(ask)


def progress(ask: Ask) -> Reply:
    """申请进度"""
    if ask.who.promoter:
        return Text(earnings.FROZEN) if ask.who.frozen else _joined(ask)
    may_apply = ask.who.recruiting
    return Text(texts.progress(ask.desk.recruiting.progress(), may_apply=may_apply))


def ask_agreement(ask: Ask) -> Reply:
    """The same page again."""
    return _agreement(ask, int(ask.remembered("page") or 1), ask.talk.memory)


def ask_name(ask: Ask) -> Reply:
    """What to call him."""
    return Text(texts.ASK_NAME, NAME, ask.talk.memory)


def ask_phone(ask: Ask) -> Reply:
    """His phone, and what it is for."""
    return Text(texts.ASK_PHONE, PHONE, ask.talk.memory)


def ask_question(ask: Ask) -> Reply:
    """The open one of the merchant's own questions."""
    return _next_question(ask, ask.talk.memory)


def ask_confirm(ask: Ask) -> Reply:
    """Everything once more."""
    return _confirm(ask, ask.talk.memory)


def _agreement(ask: Ask, number: int, memory: Mapping[str, str], note: str = "") -> Reply:
    agreement = ask.desk.settings.now().agreement
    pages = texts.pages(agreement)
    number = min(number, len(pages))
    kept = {**memory, "page": str(number), "agreement": digest_of(agreement)}
    return Text(texts.agreement(pages[number - 1], number, len(pages), note), AGREEMENT, kept)


def _confirm(ask: Ask, memory: Mapping[str, str], note: str = "") -> Reply:
    inviter = ask.desk.recruiting.inviter()
    asked = zip(ask.desk.recruiting.questions(), _answers(memory), strict=False)
    shown = texts.confirm(memory.get("name", ""), memory.get("phone", ""), tuple(asked), inviter, note)
    return Text(shown, CONFIRM, memory)


def _next_question(ask: Ask, memory: Mapping[str, str], note: str = "") -> Reply:
    """The first of the merchant's questions that is not answered yet, or the last look."""
    questions, number = ask.desk.recruiting.questions(), len(_answers(memory))
    if number >= len(questions):
        return _confirm(ask, memory)
    return Text(texts.ask_question(questions[number], number + 1, len(questions), note), QUESTION, memory)


def _answers(memory: Mapping[str, str]) -> tuple[str, ...]:
    """What was answered so far, in the order of the questions."""
    return tuple(memory[name] for name in sorted(memory) if name.startswith("answer"))


def _without_answers(memory: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in memory.items() if not name.startswith("answer")}


def _again(ask: Ask) -> Reply:
    """重填: from the name on."""
    return Text(texts.ASK_NAME, NAME, _without_answers(ask.talk.memory))


def _without_inviter(ask: Ask) -> Reply:
    if ask.desk.recruiting.inviter() is None:
        return _confirm(ask, ask.talk.memory, texts.NO_INVITER)
    try:
        who = ask.desk.referrals.undo_invitation()
    except Refusal as refusal:
        return _confirm(ask, ask.talk.memory, sorry(refusal))
    return _confirm(ask, ask.talk.memory, texts.not_invited_by(called(who)))


def _submit(ask: Ask) -> Reply:
    name, phone, agreement = (ask.remembered(part) for part in ("name", "phone", "agreement"))
    try:
        applied = ask.desk.recruiting.apply(name, phone, agreement, _answers(ask.talk.memory))
    except AgreementChanged:
        return _agreement(ask, 1, ask.talk.memory, texts.CHANGED)
    except QuestionsChanged as changed:
        return _next_question(ask, _without_answers(ask.talk.memory), sorry(changed))
    except Refusal as refusal:
        return Text(sorry(refusal))
    return _joined(ask) if applied.promoter else Text(texts.submitted())


def _joined(ask: Ask) -> Reply:
    """His code and the whole menu as lines: WeChat shows the new menu bar only after minutes."""
    rules, me = ask.desk.settings.now(), ask.desk.promoters.mine()
    words = menus.promoter_words(two_level=rules.pays_level2)
    return Text(texts.joined(rules.shop_name, me.code, words))
