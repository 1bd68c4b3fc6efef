"""The checks of one exercise of the course, collected once for the tests of this folder."""

from __future__ import annotations

from helpers.collected import course, exercise, plans, recorded, stored

__all__ = ["course", "exercise", "plans", "recorded", "stored"]
