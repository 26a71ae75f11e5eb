"""Visits (访问), locks (锁客) and carers (跟进人)."""
