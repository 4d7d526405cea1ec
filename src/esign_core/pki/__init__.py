"""CMS and X.509: the only room that knows their syntax. Pure functions over DER; no judgement is made here."""
