"""The programme: people, promoters, locks, orders, commission, ledger, withdrawals, reports. A library.

`Engine` is built once; `engine.at(shop, actor, reference)` gives a `Desk`, from which every verb is called:
`desk.withdrawals.request(amount, payee)`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from engine.cipher import Cipher
from engine.clock import Clock
from engine.ids import Ids, PersonId, ShopId
from engine.leases import Leases
from engine.ledger.audit import is_of_our_key
from engine.orders.assigning import Assigning
from engine.orders.cards import OrderCards
from engine.orders.checking import Checking
from engine.orders.claims import Claims
from engine.orders.intake import Orders
from engine.orders.phones import Phones
from engine.orders.quoting import Quotes
from engine.orders.refunds import Refunds
from engine.orders.views import OrderBook
from engine.outbox import Notices
from engine.payouts.adjusting import Adjustments
from engine.payouts.bookings import Bookings
from engine.payouts.reconciling import Reconciling
from engine.payouts.withdrawals import Withdrawals
from engine.people import accounts, authority, forgetting
from engine.people.confirmations import Confirmations
from engine.people.contacts import Contacts
from engine.people.enrolling import Enrolling
from engine.people.forgetting import Forgetting
from engine.people.staffing import Staffing
from engine.post import Post
from engine.programme import codes
from engine.programme.backdrops import Backdrops
from engine.programme.codes import Codes, QrCode
from engine.programme.groups import Groups
from engine.programme.materials import Materials
from engine.programme.members import Members
from engine.programme.pictures import Pictures
from engine.programme.points import Points
from engine.programme.products import Products
from engine.programme.promoters import Promoters
from engine.programme.recruiting import Recruiting
from engine.programme.settings import SettingsRoom
from engine.programme.special_rates import SpecialRates
from engine.programme.uplines import Uplines
from engine.programme.who import Who, known, who
from engine.programme.wishes import WishesRoom
from engine.referrals.customers import CustomersRoom
from engine.referrals.handover import Handover
from engine.referrals.moving import Moving
from engine.referrals.visits import Referrals
from engine.reports.charts import Charts
from engine.reports.details import Details
from engine.reports.earnings import EarningsRoom
from engine.reports.overview import Reports
from engine.reports.rankings import Rankings
from engine.reports.teams import Teams
from engine.reports.why import WhyRoom
from engine.store.actors import FEED, OPERATOR, SYSTEM, Actor, someone
from engine.store.base import Bell, SilentBell, Store, Tx
from engine.store.commands import drop_results

__all__ = [
    "FEED", "OPERATOR", "SYSTEM", "Actor", "Bell", "Cipher", "Desk", "Engine", "SilentBell", "Store", "someone",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """Where, who and which delivery, bound once; every room of the programme is reached from here."""

    store: Store
    shop: ShopId
    actor: Actor
    reference: str

    def authorise(self, tx: Tx, verb: str) -> None:
        """Raise a Refusal when the actor may not do this."""
        authority.authorise(tx, verb)

    def item(self, which: int | str) -> Desk:
        """The same desk for one item of several, such as one of 通过 1-8."""
        return Desk(self.store, self.shop, self.actor, f"{self.reference}#{which}")

    @property
    def confirmations(self) -> Confirmations:
        return Confirmations(self)

    @property
    def contacts(self) -> Contacts:
        return Contacts(self)

    @property
    def enrolling(self) -> Enrolling:
        return Enrolling(self)

    @property
    def staffing(self) -> Staffing:
        return Staffing(self)

    @property
    def forgetting(self) -> Forgetting:
        return Forgetting(self)

    @property
    def notices(self) -> Notices:
        return Notices(self)

    @property
    def settings(self) -> SettingsRoom:
        return SettingsRoom(self)

    @property
    def products(self) -> Products:
        return Products(self)

    @property
    def special_rates(self) -> SpecialRates:
        return SpecialRates(self)

    @property
    def groups(self) -> Groups:
        return Groups(self)

    @property
    def promoters(self) -> Promoters:
        return Promoters(self)

    @property
    def recruiting(self) -> Recruiting:
        return Recruiting(self)

    @property
    def members(self) -> Members:
        return Members(self)

    @property
    def materials(self) -> Materials:
        return Materials(self)

    @property
    def points(self) -> Points:
        return Points(self)

    @property
    def uplines(self) -> Uplines:
        return Uplines(self)

    @property
    def codes(self) -> Codes:
        return Codes(self)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self)

    @property
    def backdrops(self) -> Backdrops:
        return Backdrops(self)

    @property
    def wishes(self) -> WishesRoom:
        return WishesRoom(self)

    @property
    def referrals(self) -> Referrals:
        return Referrals(self)

    @property
    def customers(self) -> CustomersRoom:
        return CustomersRoom(self)

    @property
    def moving(self) -> Moving:
        return Moving(self)

    @property
    def handover(self) -> Handover:
        return Handover(self)

    @property
    def orders(self) -> Orders:
        return Orders(self)

    @property
    def quotes(self) -> Quotes:
        return Quotes(self)

    @property
    def order_cards(self) -> OrderCards:
        return OrderCards(self)

    @property
    def claims(self) -> Claims:
        return Claims(self)

    @property
    def checking(self) -> Checking:
        return Checking(self)

    @property
    def assigning(self) -> Assigning:
        return Assigning(self)

    @property
    def phones(self) -> Phones:
        return Phones(self)

    @property
    def refunds(self) -> Refunds:
        return Refunds(self)

    @property
    def order_book(self) -> OrderBook:
        return OrderBook(self)

    @property
    def withdrawals(self) -> Withdrawals:
        return Withdrawals(self)

    @property
    def bookings(self) -> Bookings:
        return Bookings(self)

    @property
    def adjustments(self) -> Adjustments:
        return Adjustments(self)

    @property
    def reconciling(self) -> Reconciling:
        return Reconciling(self)

    @property
    def earnings(self) -> EarningsRoom:
        return EarningsRoom(self)

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def details(self) -> Details:
        return Details(self)

    @property
    def reports(self) -> Reports:
        return Reports(self)

    @property
    def rankings(self) -> Rankings:
        return Rankings(self)

    @property
    def teams(self) -> Teams:
        return Teams(self)

    @property
    def why(self) -> WhyRoom:
        return WhyRoom(self)


class Engine:
    """The programme of one Official Account."""

    def __init__(self, url: str, *, clock: Clock, ids: Ids, cipher: Cipher, bell: Bell | None = None) -> None:
        self.store = Store(url, clock=clock, ids=ids, cipher=cipher, bell=bell)
        self.leases = Leases(self.store)

    def at(self, shop: ShopId, actor: Actor, reference: str) -> Desk:
        """A desk for one delivery."""
        return Desk(self.store, shop, actor, reference)

    def looking(self) -> AbstractContextManager[None]:
        """Within it this thread's questions are asked of one snapshot, until it writes something."""
        return self.store.looking()

    def open_shop(self, app_id: str, name: str) -> ShopId:
        """The account's shop, made on the first call."""
        return self.store.write(ShopId(""), SYSTEM, lambda tx: accounts.open_account(tx, app_id, name))

    def shops(self) -> tuple[ShopId, ...]:
        """Every shop that the database holds."""
        with self.store.read(ShopId(""), SYSTEM) as tx:
            return accounts.every_shop(tx)

    def is_of_our_key(self, shop: ShopId) -> bool:
        """Is the shop's book written with our DATA_KEY? With another one nobody would be known again."""
        with self.store.read(shop, SYSTEM) as tx:
            return is_of_our_key(tx)

    def post(self, shop: ShopId) -> Post:
        """The worker's side of the outbox."""
        return Post(self.store, shop)

    def meet(self, shop: ShopId, openid: str) -> Who:
        """Who is speaking; a person whom nobody knows yet is made."""
        with self.store.read(shop, SYSTEM) as tx:
            person = known(tx, openid)
            if person:
                return who(tx, person)
        made = self.store.write(shop, SYSTEM, lambda tx: forgetting.meet_again(tx, openid))
        return self.look(shop, made)

    def find(self, shop: ShopId, openid: str) -> PersonId | None:
        """The person behind an openid, if we ever met: for whoever leaves, which is no reason to meet him."""
        with self.store.read(shop, SYSTEM) as tx:
            return next(iter(accounts.find(tx, "openid", openid)), None)

    def drop_results(self, shop: ShopId) -> int:
        """Empty what was answered to people long ago; gives how much that was."""
        return self.store.write(shop, SYSTEM, drop_results)

    def look(self, shop: ShopId, person: PersonId) -> Who:
        """A person whom we know."""
        with self.store.read(shop, SYSTEM) as tx:
            return who(tx, person)

    def openid_of(self, shop: ShopId, person: PersonId) -> str | None:
        """Where to send a message to this person."""
        with self.store.read(shop, SYSTEM) as tx:
            return accounts.openid_of(tx, person)

    def remember_code(self, shop: ShopId, made: QrCode) -> None:
        """Keep a QR code that WeChat made."""
        self.store.write(shop, SYSTEM, lambda tx: codes.remember(tx, made))

    def shift_clock(self, by: timedelta) -> timedelta:
        """Move the demo's clock; gives the whole offset."""
        return self.leases.shift(by)
