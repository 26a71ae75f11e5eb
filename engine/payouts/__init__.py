"""Withdrawals (提现) and payouts (打款)."""
