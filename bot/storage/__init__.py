"""The database: its tables, and all queries; no row leaves this package."""
