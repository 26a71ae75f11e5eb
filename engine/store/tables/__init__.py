"""Every table. Below the shop, `shop_id` comes first in each primary, unique and foreign key."""

from engine.store.tables.base import metadata
from engine.store.tables.ledger import balances, books, daily, entries, postings
from engine.store.tables.orders import commissions, conflicts, order_facts, order_lines, orders, withdrawals
from engine.store.tables.people import (
    accounts,
    commands,
    confirmations,
    demo,
    enrolments,
    identities,
    leases,
    outbox,
    people,
    remarks,
    shops,
    staff,
)
from engine.store.tables.programme import (
    applications,
    group_history,
    groups,
    product_group_history,
    product_history,
    products,
    promoter_history,
    promoters,
    qr_codes,
    settings_versions,
)
from engine.store.tables.referrals import customers, invitations, locks, visits

__all__ = [
    "accounts", "applications", "balances", "books", "commands", "commissions", "confirmations", "conflicts",
    "customers", "daily", "demo", "enrolments", "entries", "group_history", "groups", "identities", "invitations",
    "leases", "locks", "metadata", "order_facts", "order_lines", "orders", "outbox", "people", "postings",
    "product_group_history", "product_history", "products", "promoter_history", "promoters", "qr_codes", "remarks",
    "settings_versions", "shops", "staff", "visits", "withdrawals",
]  # fmt: skip
