"""What a person opens by day or by event; everything else is incremental by content (a partition costs 40 ms a run)."""

import dagster as dg

#: Publish days in Asia/Shanghai. Dynamic: time-window partitions reject today and later days.
DAYS = dg.DynamicPartitionsDefinition(name="days")
#: `<contract>@<day>`.
EXTREME_MOVES = dg.DynamicPartitionsDefinition(name="extreme_moves")
#: `<subject>@<day>`.
RISK_EVENTS = dg.DynamicPartitionsDefinition(name="risk_events")
#: `<profile>@<day>`, for users' own profiles.
CUSTOM_TAGS = dg.DynamicPartitionsDefinition(name="custom_tags")
#: `<kind>:<subject>@<day>`, for kinds of reports that the house adds.
CUSTOM_REPORTS = dg.DynamicPartitionsDefinition(name="custom_reports")
