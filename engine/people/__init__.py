"""Who is who: people, identities, staff, rights, one-time codes."""
