"""Who may do what, to whose, written by hand from product.md; test_rights_table.py tries every cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = (
    "stranger", "carol", "bob", "dave", "审核", "财务", "客服", "老板", "老板娘", "feed", "tick", "operator",
)  # fmt: skip
"""carol is bob's customer; dave is another promoter, and 财务 promotes as well; 老板娘 owns the shop as 老板 does;
the last three are no people."""

DONE, OUTSIDER, LACKS, NOTHING, REFUSED, NEVER = "y", "o", "r", "-", "n", "!"
"""
y   done
o   NotStaff: the answer of an unknown word
r   LacksRight: 你没有…权限，请找店主
-   there is no such thing, or it is not his: the one refusal (named last, before any slash) or nothing found
n   refused for a reason of its own (named last, behind the slash)
!   EngineError: only a bug could ask for this
"""

TABLE = """
verb                       to what            stranger carol bob dave · 审 财 客 · 老板 老板娘 · feed tick op

contacts.follow            himself                        y y y y   y y y   y y   ! ! !
contacts.heard             himself                        y y y y   y y y   y y   ! ! !
contacts.unfollow          himself                        y y y y   y y y   y y   ! ! !
forgetting.forget          himself                        y y y y   y y y   y y   ! ! !
forgetting.drop_name       himself                        y y y y   y y y   y y   ! ! !
notices.seen               bob's notice                   - - y -   - - -   - -   ! ! !
notices.seen               none                           - - - -   - - -   - -   ! ! !
notices.bounced            his template message           y y y y   y y y   y y   ! ! !

enrolling.invite           a cashier                      o o o o   r r r   y y   ! ! y
enrolling.enrol            a cashier's fresh QR           y y y y   y n y   n n   ! ! !  /EnrolledAlready
enrolling.enrol            a used QR                      - - - -   - - -   - -   ! ! !   EnrolmentOver
enrolling.enrol            none                           - - - -   - - -   - -   ! ! !   EnrolmentOver
staffing.remark            财务                           o o o o   r r r   y y   ! ! y
staffing.remark            none                           o o o o   r r r   - -   ! ! -  NoSuchMember
staffing.propose           财务                           o o o o   r r r   y y   ! ! !
staffing.propose           财务's own roles               o o o o   r r r   n n   ! ! n  /RolesAlready
staffing.propose           老板 removed                   o o o o   r r r   y y   ! ! !
staffing.propose           none                           o o o o   r r r   - -   ! ! -  NoSuchMember
staffing.change            老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
staffing.change            none                           o o o o   r r r   - -   ! ! !   CodeUnknown
staffing.propose_hand_over 财务                           o o o o   r r r   y y   ! ! !
staffing.propose_hand_over 老板娘                         o o o o   r r r   n n   ! ! n  /OwnerAlready
staffing.propose_hand_over none                           o o o o   r r r   - -   ! ! -  NoSuchMember
staffing.hand_over         老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
staffing.hand_over         none                           o o o o   r r r   - -   ! ! !   CodeUnknown

pictures.want              bob's poster                   n n y !   y ! n   y y   ! ! !  /NotAPromoter
pictures.want              bob's printed poster           n n y !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              bob's product poster           n n y !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              bob's invitation               n n y !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              bob's chart                    n n y !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              bob's ranking                  n n y !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              nobody's chart                 n n ! !   n ! n   n n   ! ! !  /NotAPromoter
pictures.want              a material's picture           n n y y   n y n   n n   ! ! !  /NotAPromoter
pictures.want              samples of a poster            o o o o   r r r   y y   ! ! !
pictures.want              the shop's chart               o o o o   y y y   y y   ! ! !
pictures.want              the members' invitation        o o o o   r r r   y y   ! ! !
pictures.want              a staff QR                     o o o o   r r r   y y   ! ! !
pictures.want              bob's 收款码                   o o o o   r y r   y y   ! ! !
pictures.want_code         a page's                       o o o o   r r r   r r   ! y y
pictures.give              the poster's picture           o o o o   r r r   y y   ! ! !
pictures.give              none                           o o o o   r r r   - -   ! ! -  NoSuchSetting
pictures.judged            his own                        y y y y   y y y   y y   ! ! !

materials.add              a new one                      o o o o   r r r   y y   ! ! y
materials.add              for no product                 o o o o   r r r   - -   ! ! -  NoSuchProduct
materials.rewrite          on the shelf                   o o o o   r r r   y y   ! ! y
materials.rewrite          none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.assign           on the shelf                   o o o o   r r r   y y   ! ! y
materials.assign           none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.put_up           on the shelf                   o o o o   r r r   y y   ! ! y
materials.put_up           none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.take_down        on the shelf                   o o o o   r r r   y y   ! ! y
materials.take_down        none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.clear            on the shelf                   o o o o   r r r   y y   ! ! y
materials.clear            none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.delete           on the shelf                   o o o o   r r r   n n   ! ! n  /MaterialListed
materials.delete           off the shelf                  o o o o   r r r   y y   ! ! y
materials.delete           none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.give             on the shelf                   o o o o   r r r   y y   ! ! !
materials.give             none                           o o o o   r r r   - -   ! ! -  NoSuchMaterial
materials.keep             a picture that came            o o o o   r r r   r r   ! y y
materials.keep             none                           o o o o   r r r   r r   ! - -
materials.refuse           a picture that came            o o o o   r r r   r r   ! y y
materials.pass_on          on the shelf                   n n y y   n y n   n n   ! ! !  /NotAPromoter
materials.pass_on          off the shelf                  n n - -   n - n   n n   ! ! !  NoSuchMaterial/NotAPromoter
materials.pass_on          none                           n n - -   n - n   n n   ! ! !  NoSuchMaterial/NotAPromoter

wishes.give_portrait       his own                        n n y y   n y n   n n   ! ! !  /NotAPromoter
wishes.portrait_judged     his own                        y y y y   y y y   y y   ! ! !
wishes.skip_portrait       his own                        n n y y   n y n   n n   ! ! !  /NotAPromoter
wishes.choose              his own                        n n y y   n y n   n n   ! ! !  /NotAPromoter
wishes.choose              one that is not offered        n n - -   n - n   n n   ! ! !  LookNotOffered/NotAPromoter
wishes.take_down           dave's portrait                o o o o   y r r   y y   ! ! y
wishes.take_down           bob, who has none              o o o o   n r r   n n   ! ! n  /NoPortrait
wishes.take_down           none                           o o o o   - r r   - -   ! ! -  NoSuchPromoter
backdrops.draft            for the shop's poster          o o o o   r r r   y y   ! ! !
backdrops.use              老板's draft                     o o o o   r r r   y y   ! ! y
backdrops.use              none                           o o o o   r r r   - -   ! ! -  NoDraft
backdrops.drop             老板's draft                     o o o o   r r r   y y   ! ! y
backdrops.drop             none                           o o o o   r r r   - -   ! ! -  NoDraft

settings.change            the minimum                    o o o o   r r r   y y   ! ! y
settings.change            a rate                         o o o o   r r r   - -   ! ! -  NoSuchSetting
settings.change            none                           o o o o   r r r   - -   ! ! -  NoSuchSetting
settings.propose           a rate                         o o o o   r r r   y y   ! ! !
settings.propose           none                           o o o o   r r r   - -   ! ! -  NoSuchSetting
settings.confirm           老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
settings.confirm           none                           o o o o   r r r   - -   ! ! !   CodeUnknown
settings.acknowledge       the risk, again                o o o o   r r r   n n   ! ! n  /NothingChanged
settings.acknowledge       other words                    o o o o   r r r   n n   ! ! n  /NotAcknowledged
settings.set_up            a rate                         o o o o   r r r   r r   ! ! y
settings.set_up            none                           o o o o   r r r   r r   ! ! -  NoSuchSetting

products.put               a new product                  o o o o   r r r   y y   ! ! y
products.put               SKU1                           o o o o   r r r   y y   ! ! y
products.promote           SKU1                           o o o o   r r r   y y   ! ! y
products.promote           none                           o o o o   r r r   - -   ! ! -  NoSuchProduct
products.propose_rates     SKU1                           o o o o   r r r   y y   ! ! !
products.propose_rates     none                           o o o o   r r r   - -   ! ! -  NoSuchProduct
products.confirm_rates     老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
products.confirm_rates     none                           o o o o   r r r   - -   ! ! !   CodeUnknown
products.set_up            a new product                  o o o o   r r r   r r   ! ! y
specialrates.propose       SKU1 for 金牌                  o o o o   r r r   y y   ! ! !
specialrates.propose       none for 金牌                  o o o o   r r r   - -   ! ! -  NoSuchProduct
specialrates.propose       SKU1 for none                  o o o o   r r r   - -   ! ! -  NoSuchGroup
specialrates.confirm       老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
specialrates.confirm       none                           o o o o   r r r   - -   ! ! !   CodeUnknown

groups.create              银牌                           o o o o   r r r   y y   ! ! y
groups.create              金牌                           o o o o   r r r   n n   ! ! n  /GroupNameTaken
groups.rename              金牌                           o o o o   r r r   y y   ! ! y
groups.rename              none                           o o o o   r r r   - -   ! ! -  NoSuchGroup
groups.propose_rates       金牌                           o o o o   r r r   y y   ! ! !
groups.propose_rates       none                           o o o o   r r r   - -   ! ! -  NoSuchGroup
groups.confirm_rates       老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
groups.confirm_rates       none                           o o o o   r r r   - -   ! ! !   CodeUnknown
groups.propose_team        金牌                           o o o o   r r r   y y   ! ! !
groups.propose_team        none                           o o o o   r r r   - -   ! ! -  NoSuchGroup
groups.confirm_team        老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
groups.confirm_team        none                           o o o o   r r r   - -   ! ! !   CodeUnknown
groups.propose_members     bob into 金牌                  o o o o   r r r   y y   ! ! !
groups.propose_members     bob into none                  o o o o   r r r   - -   ! ! -  NoSuchGroup
groups.propose_members     nobody into 金牌               o o o o   r r r   - -   ! ! -  NoSuchPromoter
groups.confirm_members     老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
groups.confirm_members     none                           o o o o   r r r   - -   ! ! !   CodeUnknown
groups.propose_delete      金牌                           o o o o   r r r   y y   ! ! !
groups.propose_delete      none                           o o o o   r r r   - -   ! ! -  NoSuchGroup
groups.confirm_delete      老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
groups.confirm_delete      none                           o o o o   r r r   - -   ! ! !   CodeUnknown
groups.carry_on            one that was deleted           o o o o   r r r   r r   ! - -
groups.place               bob into 金牌                  o o o o   r r r   r r   ! ! y
groups.place               nobody into 金牌               o o o o   r r r   r r   ! ! -  NoSuchPromoter
groups.place               bob into none                  o o o o   r r r   r r   ! ! -  NoSuchGroup

recruiting.apply           himself                        y y n n   n n y   y y   ! ! !  /AlreadyPromoter|AlreadyApplied
recruiting.approve         mallory's application          o o o o   y r r   y y   ! ! y
recruiting.approve         审核's own application         o o o o   y r r   y y   ! ! y
recruiting.approve         none                           o o o o   - r r   - -   ! ! -  NoSuchApplication
recruiting.reject          mallory's application          o o o o   y r r   y y   ! ! y
recruiting.reject          none                           o o o o   - r r   - -   ! ! -  NoSuchApplication
recruiting.change_inviter  mallory's application          o o o o   r r r   y y   ! ! y
recruiting.change_inviter  none                           o o o o   r r r   - -   ! ! -  NoSuchApplication
recruiting.change_inviter  to nobody's code               o o o o   r r r   - -   ! ! -  NoSuchPromoter
members.invite             into 金牌                      o o o o   r r r   y y   ! ! y
members.invite             into none                      o o o o   r r r   - -   ! ! -  NoSuchGroup
members.end                老板's invitation              o o o o   r r r   y y   ! ! y
members.end                none                           o o o o   r r r   - -   ! ! -   InvitationOver
members.open               老板's invitation              y y y y   y y y   y y   ! ! !
members.open               none                           - - - -   - - -   - -   ! ! !   InvitationOver
points.print               for 前台                       n n y y   n y n   n n   ! ! !  /NotAPromoter

promoters.rename           himself                        n n y y   n y n   n n   ! ! !  /NotAPromoter
promoters.propose_freeze   bob                            o o o o   y r r   y y   ! ! !
promoters.propose_freeze   none                           o o o o   - r r   - -   ! ! -  NoSuchPromoter
promoters.freeze           审核's code                    o o o o   y r r   - -   ! ! !   CodeUnknown
promoters.freeze           老板's code                    o o o o   - r r   y -   ! ! !   CodeUnknown
promoters.freeze           none                           o o o o   - r r   - -   ! ! !   CodeUnknown
promoters.restore          frank, who is frozen           o o o o   y r r   y y   ! ! y
promoters.restore          bob, who is not                o o o o   n r r   n n   ! ! n  /WrongStatus
promoters.restore          none                           o o o o   - r r   - -   ! ! -  NoSuchPromoter
promoters.set_store        bob's                          o o o o   r r r   y y   ! ! y
promoters.set_store        none                           o o o o   r r r   - -   ! ! -  NoSuchPromoter
uplines.propose            dave under bob                 o o o o   r r r   y y   ! ! !
uplines.propose            alice under bob, her downline  o o o o   r r r   n n   ! ! n  /MakesCircle
uplines.propose            none                           o o o o   r r r   - -   ! ! -  NoSuchPromoter
uplines.change             老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
uplines.change             none                           o o o o   r r r   - -   ! ! !   CodeUnknown
handover.propose_terminate bob, dave follows              o o o o   r r r   y y   ! ! !
handover.propose_terminate none                           o o o o   r r r   - -   ! ! -  NoSuchPromoter
handover.terminate         老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
handover.terminate         none                           o o o o   r r r   - -   ! ! !   CodeUnknown
handover.carry_on          gina, who has left             o o o o   r r r   r r   ! y y

referrals.visit            by bob's code                  y y n y   y y y   y y   ! ! !  /OwnCode
referrals.visit            by nobody's code               - - - -   - - -   - -   ! ! !  NoSuchPromoter
referrals.came_by_link     bob's                          y y n y   y y y   y y   ! ! !  /OwnCode
referrals.came_by_link     none                           - - - -   - - -   - -   ! ! !  NoSuchPromoter
referrals.came             by bob's poster                y - - y   y y y   y y   ! ! !
referrals.came             by nobody's                    - - - -   - - -   - -   ! ! !
referrals.open_invitation  bob's                          y y n n   y n y   y y   ! ! !  /OwnCode|UplineIsMerchants
referrals.open_invitation  none                           - - - -   - - -   - -   ! ! !  NoSuchPromoter
referrals.undo             his last visit                 - y n -   - - -   - -   ! ! !   NothingToUndo/TooLateToUndo
referrals.undo_invitation  his last invitation            - - y -   - - -   - -   ! ! !   NothingToUndo
referrals.remark           carol                          n n y -   n - n   n n   ! ! !  NoSuchCustomer/NotAPromoter
referrals.remark           none                           n n - -   n - n   n n   ! ! !  NoSuchCustomer/NotAPromoter

customers.remark           carol                          o o o o   r r y   y y   ! ! y
customers.remark           none                           o o o o   r r -   - -   ! ! -  NoSuchCustomer
moving.propose_assign      carol to dave                  o o o o   r r y   y y   ! ! !
moving.propose_assign      carol to nobody                o o o o   r r -   - -   ! ! -  NoSuchPromoter
moving.propose_transfer    bob's to dave                  o o o o   r r y   y y   ! ! !
moving.propose_transfer    nobody's to dave               o o o o   r r -   - -   ! ! -  NoSuchPromoter
moving.move                客服's code                    o o o o   r r y   - -   ! ! !   CodeUnknown
moving.move                none                           o o o o   r r -   - -   ! ! !   CodeUnknown
moving.carry_on            alice's to dave                o o o o   r r r   r r   ! y y

orders.hear                a paid order                   o o o o   r r r   r r   y ! y
orders.visited             a page                         o o o o   r r r   r r   y ! y
orders.mature              what is due                    o o o o   r r r   r r   ! y y
claims.propose             a waiting order                o o o o   r r y   y y   ! ! !
claims.propose             bob's order, decided           o o o o   r r n   n n   ! ! n  /OrderDecided
claims.propose             none                           o o o o   r r -   - -   ! ! -  NoSuchOrder
claims.claim               客服's code                    o o o o   r r y   - -   ! ! !   CodeUnknown
claims.claim               none                           o o o o   r r -   - -   ! ! !   CodeUnknown
claims.carry_on            a phone's orders               o o o o   r r r   r r   ! - -
checking.settle_order      refunded too much              o o o o   r y r   y y   ! ! y
checking.settle_order      bob's order, all well          o o o o   r n r   n n   ! ! n  /NothingToCheck
checking.settle_order      none                           o o o o   r - r   - -   ! ! -  NoSuchOrder
checking.settle_message    told twice                     o o o o   r y r   y y   ! ! y
checking.settle_message    none                           o o o o   r - r   - -   ! ! -  NoSuchMessage
assigning.propose          bob's order to dave            o o o o   r r r   y y   ! ! !
assigning.propose          bob's order to nobody's code   o o o o   r r r   - -   ! ! -  NoSuchPromoter
assigning.propose          none                           o o o o   r r r   - -   ! ! -  NoSuchOrder
assigning.assign           老板's code                    o o o o   r r r   y -   ! ! !   CodeUnknown
assigning.assign           none                           o o o o   r r r   - -   ! ! !   CodeUnknown

phones.bind                his own                        y y y y   y y y   y y   ! ! !
phones.unbind              his own                        - y y y   y y -   - -   ! ! !   NoPhoneBound

withdrawals.request        his own money                  n n n y   n n n   n n   ! ! !  /NotAPromoter|WithdrawalOpen
withdrawals.give_picture   his own                        n n y y   n y n   n n   ! ! !  /NotAPromoter
withdrawals.picture_judged his own                        n n y y   n y n   n n   ! ! !  /NotAPromoter
withdrawals.cancel         bob's                          n n y -   n - n   n n   ! ! !  NoSuchWithdrawal/NotAPromoter
withdrawals.cancel         none                           n n - -   n - n   n n   ! ! !  NoSuchWithdrawal/NotAPromoter
withdrawals.approve        bob's                          o o o o   r y r   y y   ! ! y
withdrawals.approve        财务's own                     o o o o   r y r   y y   ! ! y
withdrawals.approve        none                           o o o o   r - r   - -   ! ! -  NoSuchWithdrawal
withdrawals.propose_reject bob's                          o o o o   r y r   y y   ! ! !
withdrawals.propose_reject none                           o o o o   r - r   - -   ! ! -  NoSuchWithdrawal
withdrawals.reject         财务's code                    o o o o   r y r   - -   ! ! !   CodeUnknown
withdrawals.reject         none                           o o o o   r - r   - -   ! ! !   CodeUnknown
withdrawals.take_in_hand   erin's, approved               o o o o   r y r   y y   ! ! !
withdrawals.take_in_hand   finn's, in 财务's hand         o o o o   r n r   n n   ! ! n  /WrongState
withdrawals.take_in_hand   none                           o o o o   r - r   - -   ! ! -  NoSuchWithdrawal
withdrawals.put_back       finn's, in 财务's hand         o o o o   r y r   y y   ! ! y
withdrawals.put_back       none                           o o o o   r - r   - -   ! ! -  NoSuchWithdrawal
withdrawals.propose_paid   finn's, in 财务's hand         o o o o   r y r   n n   ! ! !  /NotInYourHand
withdrawals.propose_paid   none                           o o o o   r - r   - -   ! ! -  NoSuchWithdrawal
withdrawals.mark_paid      财务's code                    o o o o   r y r   - -   ! ! !   CodeUnknown
withdrawals.mark_paid      none                           o o o o   r - r   - -   ! ! !   CodeUnknown
bookings.propose           to yesterday                   o o o o   r y r   y y   ! ! !
bookings.book              财务's code                    o o o o   r y r   - -   ! ! !   CodeUnknown
bookings.book              none                           o o o o   r - r   - -   ! ! !   CodeUnknown
bookings.carry_on          one that is through            o o o o   r r r   r r   ! y y
adjustments.adjust         bob                            o o o o   r r r   r r   ! ! y
adjustments.adjust         none                           o o o o   r r r   r r   ! ! -  NoSuchPromoter
reconciling.stop           payouts                        o o o o   r r r   r r   ! ! y
reconciling.resume         payouts that are stopped       o o o o   r r r   r r   ! ! y
"""
"""A word of this table is decided here and nowhere else: it is not derived from RIGHTS."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    verb: str
    what: str
    cells: tuple[str, ...]
    nothing: str
    refused: frozenset[str]


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines()[1:]:
        if not line.strip():
            continue
        words = line.split()
        first = next(
            n for n, word in enumerate(words[1:], 1) if words[n : n + 12] and _are_cells(words[n : n + 12])
        )
        cells, rest = words[first : first + 12], " ".join(words[first + 12 :])
        nothing, _, refused = rest.partition("/")
        yield Row(words[0], " ".join(words[1:first]), tuple(cells), nothing, frozenset(refused.split("|")))


def _are_cells(words: list[str]) -> bool:
    marks = {DONE, OUTSIDER, LACKS, NOTHING, REFUSED, NEVER}
    return len(words) == len(COLUMNS) and set(words) <= marks


ROWS = tuple(rows())
