"""退回意见: what a unit has to mend, explain and fill in, on one page."""
