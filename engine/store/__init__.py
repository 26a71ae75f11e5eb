"""The database: schema, transactions, commands."""
