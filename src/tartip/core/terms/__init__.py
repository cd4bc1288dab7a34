"""Terms of the law as pure arithmetic: rules, calendars, zones. Stands below the law tables and the clocks."""
