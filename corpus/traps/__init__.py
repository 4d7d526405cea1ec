"""Pages that are easy to search wrongly, each with the count and the place of its tag, and why."""
