"""Where do the rules of a run lie?"""

from __future__ import annotations

from pathlib import Path

#: A value of the setting for a run without rules, whatever lies beside the sources.
NONE = "none"
_FILE, _FOLDER = "rules.toml", "rules"


def locate(named: str | Path | None, sources: str | Path | None) -> Path | None:
    """The file or folder of rules: the one that is `named`, else the one beside the file of sources.

    Without such a file, the one beside `sources.toml` in the working directory. None if there is none, or if
    it is called `none`.
    """
    if named:
        return None if str(named) == NONE else Path(named)
    beside = Path(sources).parent if sources else Path()
    if (beside / _FILE).is_file():
        return beside / _FILE
    folder = beside / _FOLDER
    return folder if folder.is_dir() and any(folder.glob("*.toml")) else None
