"""What the statements of a report say of each other: sums, differences, rates, counts, repeats; judged one by one.

Every claim is an interval: a claim fits where any plausible pair of figures makes it true, and is doubted only where
none does and a slip of the hand would mend it, or where the form of the sentence leaves no other reading.
"""
