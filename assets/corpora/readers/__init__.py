"""One reader per file format; each turns bytes into stored text or a stated refusal."""
