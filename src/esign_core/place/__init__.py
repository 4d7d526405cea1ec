"""Which box on which page: decided once, stored as JSON, resolved against the page when signing."""
