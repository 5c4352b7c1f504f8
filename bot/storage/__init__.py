"""The only place that speaks SQL: models and queries; rows never leave it."""
