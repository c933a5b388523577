"""Write the invented tables of this case: `ledgers.csv` and `options.csv`.

Four people, five ways to spend one fund. All of it is made up for teaching: no wage, distance, cost or gain
here was observed. Published prices are never written here; the notebook reads those from the evidence tables.

Run `python make_ledgers.py` in this folder. Nothing is random, so the files come out the same each time.
"""

import pandas as pd

#: Pay an hour, miles one way to the room where the spray or drip is given, and a taxi there and back for
#: whoever has nobody to drive.
LEDGERS = [
    ("Ailsa", "Scotland", "pounds", 13.20, 58, 0),
    ("Bernadette", "England", "pounds", 13.50, 41, 96),
    ("Wendell", "United States", "US dollars", 24.00, 168, 0),
    ("Tamsin", "Australia", "Australian dollars", 34.00, 255, 0),
]

#: Money in crowns, an invented currency. `start` and `gain` are good months in a year for a typical person
#: reached. The numbers were chosen so that every option comes first under some rule.
OPTIONS = [
    ("The chair", "clinic", 0, 4000, 4.0, 3.0, 0),
    ("The road", "clinic", 0, 6000, 2.0, 3.0, 1),
    ("The box", "remote", 0, 1500, 3.0, 1.6, 0),
    ("The visit", "alone", 100000, 1400, 1.0, 0.9, 0),
    ("The list", "other", 0, 900, 7.0, 1.3, 0),
]

pd.DataFrame(
    LEDGERS, columns=["person", "country", "currency", "pay_per_hour", "miles_one_way", "taxi_per_visit"]
).to_csv("ledgers.csv", index=False, lineterminator="\n")
pd.DataFrame(
    OPTIONS, columns=["option", "setting", "fixed", "per_person", "start", "gain", "brought_near"]
).to_csv("options.csv", index=False, lineterminator="\n")
