"""The kinds of flags: what a person should know about a submission, as a code that pages and tools go by."""

from __future__ import annotations

import enum


class FlagKind(enum.StrEnum):
    """What a flag is about. A file of a later version may hold others, so a flag's kind is any text."""

    RENAMED = "renamed"
    BOTH = "both"
    UNUSED = "unused"
    UNRECOGNISED = "unrecognised"
    AMBIGUOUS = "ambiguous"
    SHARED = "shared"
    GROUP = "group"  # handed in alone as well as in a group, or in a group by the roster alone
    NOT_SHARED = "not_shared"  # nothing handed in, and another one of the same group did so alone
    LATE = "late"  # the platform says so
    UNREADABLE = "unreadable"
    UNCHECKED = "unchecked"  # at home alone
    UNGRADED = "ungraded"  # says why nobody has graded a row yet
    ELSEWHERE = "elsewhere"  # another shard of the run grades the row
    SYNTAX = "syntax"
    NEWER_PYTHON = "newer_python"
    NOT_RUN = "not_run"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    NOTE = "note"
    UNVERIFIED = "unverified"  # what a platform tells of a hand-in is not its own word
    # about a written answer, for the person who marks it
    UNCERTAIN = "uncertain"
    TOO_LONG = "too long"
    ADDRESSES_THE_GRADER = "addresses the grader"
    ODD_LETTERS = "odd letters"
    OTHER_LANGUAGE = "other language"
    COPIED = "copied"
    STUFFED = "stuffed"
    NAMES_BOTH = "names both"
    CONTRADICTS_ITSELF = "contradicts itself"
    UNFAMILIAR = "unfamiliar"
    OPPOSITE_CONVENTION = "opposite convention"
