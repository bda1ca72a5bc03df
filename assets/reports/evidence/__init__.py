"""What a report may rest on: documents of the event, what each sentence of them is, rumours and contradictions."""
