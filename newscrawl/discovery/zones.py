"""Offsets of zone names, in minutes east of UTC.

Names that are in common use for several offsets (IST, AST, ADT, GST, ECT, WST) are left out: a time
with such a name is a time without a zone. CST, MST, EST and PST are what RFC 5322 says they are.
"""

from __future__ import annotations

OFFSETS = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
    "BST": 60, "CET": 60, "MEZ": 60, "WAT": 60, "WEST": 60,
    "CEST": 120, "MESZ": 120, "EET": 120, "CAT": 120, "SAST": 120,
    "EEST": 180, "EAT": 180, "MSK": 180, "TRT": 180, "IDT": 180,
    "PKT": 300, "NPT": 345,
    "ICT": 420, "WIB": 420,
    "AWST": 480, "HKT": 480, "PHT": 480, "SGT": 480, "WITA": 480, "MYT": 480,
    "JST": 540, "KST": 540, "WIT": 540,
    "ACST": 570, "AEST": 600, "ACDT": 630, "AEDT": 660,
    "NZST": 720, "NZDT": 780,
    "NST": -210, "NDT": -150, "BRT": -180, "ART": -180, "CLT": -240, "VET": -240,
    "EDT": -240, "EST": -300, "CDT": -300, "PET": -300,
    "CST": -360, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480,
    "AKDT": -480, "AKST": -540, "HST": -600,
}  # fmt: skip
