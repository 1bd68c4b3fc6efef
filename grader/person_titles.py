"""The titles by which tables of people call a name, an address or a number: rosters and platforms' exports, English and German.

German titles of Moodle: its language pack de, core and mod_assign.
"""

from __future__ import annotations

import re
import unicodedata

TITLES = {
    "student": ("student",),
    "name": ("name", "full name", "fullname", "student name", "vollständiger name", "display name", "first name last name"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
    "email": ("email", "e mail", "mail", "email address", "e mail address", "e mail adresse", "email adresse"),
    "github": ("github", "github username", "github login", "github user"),
    "login": ("login", "login id", "sis login id", "username", "user name", "anmeldename", "benutzername"),
    "number": (
        "sis user id", "id number", "idnumber", "id nummer", "matrikelnummer", "orgdefinedid", "org defined id", "sid",
        "student id", "student number",
    ),
    "lms_id": ("lms id", "id", "canvas user id", "user id"),
    "group": ("group", "groups", "group name", "gruppe", "gruppen", "team"),
    "role": ("role", "roles"),
    "identifier": ("identifier", "roster identifier"),
    "repository": ("student repository name",),
}  # fmt: skip
FIELDS = {title: field for field, titles in TITLES.items() for title in titles}


def plain_title(title: str) -> str:
    """Return a title as it stands in the tables: letters' case, white space, hyphens and brackets tell none apart."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).casefold())
    return re.sub(r"[\W_]+", " ", plain).strip()
