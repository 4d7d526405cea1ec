"""What a document is made of, facts that signing and verifying share: pages, fields, signatures, revisions, locks."""
