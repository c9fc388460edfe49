"""Names the words in the documentation that tools/prose.toml does not want, with their lines.

python -m tools.lint_prose [FILE...]            # without files: README, docs/ and the texts of --help
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
_RULES = Path(__file__).with_name("prose.toml")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def rules() -> dict[re.Pattern[str], str]:
    """By pattern, what to write instead."""
    table = tomllib.loads(_RULES.read_text("utf-8"))["instead"]
    return {re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE): use for pattern, use in table.items()}


def faults(text: str, wanted: dict[re.Pattern[str], str]) -> Iterator[tuple[int, str, str]]:
    """Line, words found and what to write instead; code is passed over."""
    # Lines stay where they are.
    prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    for pattern, use in wanted.items():
        for found in pattern.finditer(prose):
            yield prose.count("\n", 0, found.start()) + 1, " ".join(found[0].split()), use


def pages() -> list[Path]:
    """What a user reads."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def main() -> int:
    wanted = rules()
    count = 0
    for path in [Path(name) for name in sys.argv[1:]] or pages():
        for line, words, use in sorted(faults(path.read_text("utf-8"), wanted)):
            count += 1
            print(
                f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}: {words!r}: {use}"
            )
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main())
