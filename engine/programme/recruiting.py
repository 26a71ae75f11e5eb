"""Applications (申请): apply, approve, reject; invitations decide the upline (上级)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import ApplicationId, PersonId, PromoterId
from engine.money import half_width
from engine.people import accounts, awaited
from engine.people.authority import Right, staff_with
from engine.people.names import Name, is_seen, name_of
from engine.people.reasons import reason_in
from engine.programme import members, promoters, settings, wording
from engine.programme.promoters import Status
from engine.programme.uplines import OneLevelOnly, fit
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import applications, invitations

INVITATION_LIFE = timedelta(days=30)
LONGEST_NAME = 20
LONGEST_ANSWER = 60
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_TAIL = re.compile(r"[0-9A-Za-z]{6}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the merchant's own questions, and what the applicant said."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application as staff reads it."""

    id: ApplicationId
    person: PersonId
    name: str
    phone: str
    state: str
    inviter: Name | None
    submitted_at: datetime
    reason: str
    answers: tuple[Answer, ...] = ()
    by_merchant: bool = False
    """He came by the merchant's own invitation (邀请成员)."""
    group: str = ""
    """The group that this invitation leads into."""
    store: str = ""
    """The store (门店) that it leads into."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the actor's own application stands (申请进度); state `none` when he never applied."""

    state: str
    submitted_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an application: `active` at once when nobody reviews."""

    application: ApplicationId
    promoter: PromoterId | None


@dataclass(eq=False)
class ProgrammeOff(Refusal):
    """The programme is switched off."""


@dataclass(eq=False)
class RecruitingClosed(Refusal):
    """Nobody is recruited at present."""


@dataclass(eq=False)
class AlreadyPromoter(Refusal):
    """He is a promoter already (perhaps a frozen one)."""


@dataclass(eq=False)
class AlreadyApplied(Refusal):
    """His application is being reviewed."""

    submitted_at: datetime


@dataclass(eq=False)
class BadApplicantName(Refusal):
    """A name has 1 to 20 characters."""


@dataclass(eq=False)
class BadPhone(Refusal):
    """No mobile number of mainland China."""

    typed: str


@dataclass(eq=False)
class AgreementChanged(Refusal):
    """The agreement was changed after it was shown."""


@dataclass(eq=False)
class QuestionsChanged(Refusal):
    """The merchant's questions were changed while they were being answered, or one was left out."""


@dataclass(eq=False)
class NoSuchApplication(Refusal):
    """There is no such application, or it was decided by somebody else."""


@dataclass(eq=False)
class ReasonMissing(Refusal):
    """A rejection needs a reason of 1 to 60 characters."""


class Recruiting(Room):
    """From the wish to join to the decision."""

    @question
    def may_apply(self, tx: Tx) -> None:
        """Raise the Refusal that an application would meet now."""
        _check_open(tx)

    @question
    def check_name(self, tx: Tx, name: str) -> str:
        """The name as it will be kept. Raises BadApplicantName."""
        return clean_name(name)

    @question
    def check_phone(self, tx: Tx, phone: str) -> str:
        """The phone as it will be kept. Raises BadPhone."""
        return clean_phone(phone)

    @question
    def inviter(self, tx: Tx) -> Name | None:
        """Whose invitation counts if the actor applied now."""
        found = None if _by_merchant(tx) else _inviter(tx)
        return promoters.one(tx, found).name if found else None

    @question
    def progress(self, tx: Tx) -> Progress:
        """The actor's newest application."""
        row = tx.run(
            select(applications)
            .where(applications.c.shop_id == tx.shop, applications.c.person_id == tx.actor.person)
            .order_by(applications.c.submitted_at.desc(), applications.c.id.desc())
            .limit(1)
        ).one_or_none()
        return Progress(row.state, row.submitted_at, row.reason or "") if row else Progress("none")

    @question
    def pending(self, tx: Tx, most: int) -> tuple[Application, ...]:
        """What waits for a decision, oldest first."""
        rows = tx.run(
            select(applications)
            .where(applications.c.shop_id == tx.shop, applications.c.state == "pending")
            .order_by(applications.c.submitted_at, applications.c.id)
            .limit(most)
        )
        return tuple(_read(tx, row) for row in rows)

    @question
    def get(self, tx: Tx, application: ApplicationId) -> Application:
        """One application, decided or not. Raises NoSuchApplication."""
        return _read(tx, _one(tx, application))

    @question
    def ending(self, tx: Tx, tail: str) -> Application:
        """The application whose id ends so, which is what a tapped line carries. Raises NoSuchApplication."""
        if not _TAIL.fullmatch(tail):
            raise NoSuchApplication()
        rows = tx.run(
            select(applications)
            .where(applications.c.shop_id == tx.shop, applications.c.id.like(f"%{tail.lower()}"))
            .limit(2)
        ).all()
        if len(rows) != 1:
            raise NoSuchApplication()
        return _read(tx, rows[0])

    @question
    def questions(self, tx: Tx) -> tuple[str, ...]:
        """What the merchant asks every applicant, beside name and phone."""
        return wording.questions(settings.current(tx).questions)

    @command
    def apply(self, tx: Tx, name: str, phone: str, agreement: str, answers: tuple[str, ...] = ()) -> Applied:
        """Submit the actor's application; `agreement` is the digest of the text he accepted."""
        _check_open(tx)
        rules = settings.current(tx)
        if agreement != digest_of(rules.agreement):
            raise AgreementChanged()
        name, phone = clean_name(name), clean_phone(phone)
        answered = _answered(rules.questions, answers)
        accounts.put_profile(tx, tx.actor.person, name=name, phone=phone)
        _bind_phone(tx, phone)
        application = ApplicationId(tx.ids.new("ap"))
        token = _by_merchant(tx)
        tx.run(
            insert(applications).values(
                shop_id=tx.shop, id=application, person_id=tx.actor.person, state="pending",
                form=tx.cipher.seal({"name": name, "phone": phone, "answers": answered}),
                agreement=agreement, agreed_at=tx.now,
                inviter=None if token else _inviter(tx), member_invitation=token, submitted_at=tx.now,
            )
        )  # fmt: skip
        tx.note["application"] = application
        returning = promoters.of_person(tx, tx.actor.person) is not None
        if rules.review or returning:
            for reviewer in staff_with(tx, Right.REVIEW):
                outbox.bundle(tx, reviewer, "todo")
            return Applied(application, None)
        return Applied(application, _accept(tx, application))

    @command
    def approve(self, tx: Tx, application: ApplicationId) -> Application:
        """He is a promoter from now on, and is told so."""
        _pending(tx, application)
        _accept(tx, application)
        outbox.put(
            tx, f"approved:{application}", "approved", {"application": application},
            to=_one(tx, application).person_id,
        )  # fmt: skip
        return _read(tx, _one(tx, application))

    @command
    def change_inviter(self, tx: Tx, application: ApplicationId, code: str) -> Application:
        """While it waits: who will be the upline; nobody, if the code is empty. The customer's lock is not touched."""
        if not settings.current(tx).pays_level2:
            raise OneLevelOnly()
        row = _pending(tx, application)
        above = fit(tx, promoters.of_person(tx, row.person_id), code) if code else None
        tx.run(
            update(applications)
            .where(applications.c.shop_id == tx.shop, applications.c.id == application)
            .values(inviter=above.id if above else None)
        )
        tx.note |= {"application": application, "above": above.code if above else "无"}
        return _read(tx, _one(tx, application))

    @command
    def reject(self, tx: Tx, application: ApplicationId, reason: str) -> Application:
        """Not this time, and why; he may apply again."""
        row = _pending(tx, application)
        reason = reason_in(reason)
        if not reason:
            raise ReasonMissing()
        _decide(tx, application, "rejected", reason)
        tx.note |= {"application": application, "reason": reason}
        outbox.put(tx, f"rejected:{application}", "rejected", {"application": application}, to=row.person_id)
        return _read(tx, _one(tx, application))


def _bind_phone(tx: Tx, phone: str) -> None:
    """He is known by this phone now, and by no other."""
    before = accounts.phone_of(tx, tx.actor.person)
    accounts.replace_phone(tx, tx.actor.person, phone)
    awaited.look_again(tx, "phone", *(tx.cipher.digest("phone", one) for one in (before, phone) if one))


def digest_of(agreement: str) -> str:
    """Which version of the agreement was accepted."""
    return hashlib.sha256(agreement.encode()).hexdigest()[:12]


def clean_name(name: str) -> str:
    """A person's name with single spaces; it will stand on his poster. Raises BadApplicantName, BannedWording."""
    cleaned = " ".join(name.split())
    if not is_seen(cleaned) or len(cleaned) > LONGEST_NAME:
        raise BadApplicantName()
    wording.check(cleaned)
    return cleaned


def clean_phone(phone: str) -> str:
    """Eleven digits of a mainland mobile number. Raises BadPhone."""
    match = _PHONE.fullmatch(re.sub(r"[\s-]", "", half_width(phone)))
    if not match or not match.group(1).isascii():
        raise BadPhone(phone)
    return match.group(1)


def _answered(asked: str, answers: tuple[str, ...]) -> list[list[str]]:
    """Each question with its answer, in one line and cut to what a screen takes. Raises QuestionsChanged."""
    expected = wording.questions(asked)
    said = [" ".join(answer.split())[:LONGEST_ANSWER] for answer in answers]
    if len(said) != len(expected) or not all(said):
        raise QuestionsChanged()
    return [list(pair) for pair in zip(expected, said, strict=True)]


def pending_count(tx: Tx) -> int:
    """How many applications wait."""
    found: int = tx.run(
        select(func.count()).where(applications.c.shop_id == tx.shop, applications.c.state == "pending")
    ).scalar_one()
    return found


def _check_open(tx: Tx) -> None:
    rules = settings.current(tx)
    if not rules.programme:
        raise ProgrammeOff()
    standing = promoters.of_person(tx, tx.actor.person)
    if standing and standing.status is not Status.TERMINATED:
        raise AlreadyPromoter()
    waiting = tx.run(
        select(applications.c.submitted_at).where(
            applications.c.shop_id == tx.shop,
            applications.c.person_id == tx.actor.person,
            applications.c.state == "pending",
        )
    ).scalar_one_or_none()
    if waiting:
        raise AlreadyApplied(waiting)
    if not rules.recruiting and members.called(tx, tx.actor.person) is None:
        raise RecruitingClosed()


def _by_merchant(tx: Tx) -> str | None:
    """The merchant's own invitation that the actor comes by: the last that he opened, or the only kind that counts.

    (While recruiting is closed, a promoter's invitation is none.)
    """
    called = members.called(tx, tx.actor.person)
    if called is None:
        return None
    last = _last_invitation(tx)
    later = last is not None and last.at > called.at
    return None if later and settings.current(tx).recruiting else called.token


def _last_invitation(tx: Tx) -> Any:
    return tx.run(
        select(invitations.c.promoter_id, invitations.c.at)
        .where(
            invitations.c.shop_id == tx.shop,
            invitations.c.person_id == tx.actor.person,
            invitations.c.voided_at.is_(None),
            invitations.c.at >= tx.now - INVITATION_LIFE,
        )
        .order_by(invitations.c.at.desc(), invitations.c.id.desc())
        .limit(1)
    ).one_or_none()


def _inviter(tx: Tx) -> PromoterId | None:
    """The last invitation opened within 30 days, if its promoter is active and two levels are paid."""
    row = _last_invitation(tx) if settings.current(tx).pays_level2 else None
    if row is None:
        return None
    inviter = promoters.one(tx, PromoterId(row.promoter_id))
    if inviter.status is not Status.ACTIVE or inviter.person == tx.actor.person:
        return None
    return inviter.id


def _accept(tx: Tx, application: ApplicationId) -> PromoterId:
    row = _one(tx, application)
    upline = PromoterId(row.inviter) if row.inviter else None
    if upline and promoters.one(tx, upline).status is Status.TERMINATED:
        upline = None  # he left while the application waited: a leaver gains nobody
    returning = promoters.of_person(tx, row.person_id)
    if returning and upline and promoters.makes_cycle(tx, returning.id, upline):
        upline = None
    made = promoters.enlist(tx, row.person_id, upline)
    group = members.group_of(tx, row.member_invitation) if row.member_invitation else None
    if group:
        promoters.change(tx, made, "", group=group.id)
    store = members.store_of(tx, row.member_invitation) if row.member_invitation else ""
    if store:
        promoters.put_store(tx, made, store)
    _decide(tx, application, "approved", None)
    outbox.put(tx, f"tag:{application}", "tag", {"person": row.person_id}, to=row.person_id)
    if upline:
        outbox.put(
            tx, f"joined:{application}", "joined", {"promoter": made}, to=promoters.one(tx, upline).person
        )
    tx.note |= {"application": application, "promoter": promoters.one(tx, made).code}
    return made


def _decide(tx: Tx, application: ApplicationId, state: str, reason: str | None) -> None:
    tx.run(
        update(applications)
        .where(applications.c.shop_id == tx.shop, applications.c.id == application)
        .values(state=state, reason=reason, decided_at=tx.now, decided_by=str(tx.actor))
    )


def _pending(tx: Tx, application: ApplicationId) -> Any:
    row = _one(tx, application)
    if row.state != "pending":
        raise NoSuchApplication()
    return row


def _one(tx: Tx, application: ApplicationId) -> Any:
    row = tx.run(
        select(applications).where(applications.c.shop_id == tx.shop, applications.c.id == application)
    ).one_or_none()
    if row is None:
        raise NoSuchApplication()
    return row


def _read(tx: Tx, row: Any) -> Application:
    form: dict[str, Any] = tx.cipher.open(row.form) if row.form else {"name": "", "phone": ""}
    inviter = name_of(tx, promoters.one(tx, PromoterId(row.inviter)).person) if row.inviter else None
    group = members.group_of(tx, row.member_invitation) if row.member_invitation else None
    return Application(
        row.id,
        row.person_id,
        form["name"],
        form["phone"],
        row.state,
        inviter,
        row.submitted_at,
        row.reason or "",
        tuple(Answer(question, answer) for question, answer in form.get("answers", ())),
        row.member_invitation is not None,
        group.name if group else "",
        members.store_of(tx, row.member_invitation) if row.member_invitation else "",
    )
