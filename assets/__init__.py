"""The data flow: one room per stage, in the order the data walks."""
