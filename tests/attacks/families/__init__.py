"""The families of attacks; each module holds a tuple ``ATTACKS``, and a new family is a new module in this list."""

from __future__ import annotations

from attacks.attack import Attack
from attacks.families import (
    channel,
    files,
    hogs,
    imports,
    models,
    network,
    parsing,
    patching,
    processes,
    reports,
    secrets,
    tensorflow,
    training,
)

ATTACKS: tuple[Attack, ...] = (
    *processes.ATTACKS,
    *files.ATTACKS,
    *network.ATTACKS,
    *hogs.ATTACKS,
    *secrets.ATTACKS,
    *patching.ATTACKS,
    *channel.ATTACKS,
    *imports.ATTACKS,
    *parsing.ATTACKS,
    *reports.ATTACKS,
    *models.ATTACKS,
    *training.ATTACKS,
    *tensorflow.ATTACKS,
)
