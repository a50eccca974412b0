"""统计: R1 to R10 of domain 7.1.

`figures.py` declares every figure once, `conditions.py` and `facts.py` turn its conditions into SQL, `counting.py` counts
them in one grouped query, `reports.py` says what stands in which report, `statements.py` puts a report together.
"""
