"""Who says what about where a price goes: holder, target, direction, horizon and grounds of a sentence."""
