"""Regions of registration. The code says where a car was first registered, never where its owner lives."""

from __future__ import annotations

# Standard of 2012. Plates did not change when regions were split in 2018 and 2022.
NUMBERS = {
    1: "Astana",
    2: "Almaty",
    3: "Akmola",
    4: "Aktobe",
    5: "Almaty Region",
    6: "Atyrau",
    7: "West Kazakhstan",
    8: "Zhambyl",
    9: "Karaganda",
    10: "Kostanay",
    11: "Kyzylorda",
    12: "Mangystau",
    13: "Turkistan",
    14: "Pavlodar",
    15: "North Kazakhstan",
    16: "East Kazakhstan",
    17: "Shymkent",
    18: "Abai",
    19: "Zhetisu",
    20: "Ulytau",
}

# Standard of 1993, valid until worn out. O and W stood for two regions: the letter alone does not decide.
LETTERS = {
    "A": (2,),
    "B": (5,),
    "C": (3,),
    "D": (4,),
    "E": (6,),
    "F": (16,),
    "H": (8,),
    "K": (9,),
    "L": (7,),
    "M": (9,),
    "N": (11,),
    "O": (3, 15),
    "P": (10,),
    "R": (12,),
    "S": (14,),
    "T": (15,),
    "U": (16,),
    "V": (5,),
    "W": (3, 10),
    "X": (13,),
    "Z": (1,),
}
