"""The programme: people, promoters, locks, orders, commission, ledger, withdrawals, reports. A library."""
