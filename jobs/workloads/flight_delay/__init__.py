"""Will a flight that leaves New York arrive late? Real flights of 2013 with weather and aircraft.

Judged forward in time: fitted on January to July, decided on August and September, measured once
on October to December.
"""
