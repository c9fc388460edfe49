"""The records again, from captures alone: no network, no clock, the same rooms as a crawl.

`Replay(inputs, config, execution, observer).run(sink)` reads the files that `ReplayInput` names, within the
limits of `ReplayConfig`, by the processes of `Execution`, tells an `Observer` how it goes, and gives the
results to a sink:

* `RecordSink` hands on each record,
* `ArchiveSink` makes an archive folder, `ParquetSink` tables,
* `ComparisonSink` compares with the records beside the captures,
* `AdoptionSink` puts the new records of an archive in force.

`Selection` chooses among captures; `select` makes one of what a user says.
"""

from newscrawl.replay.adoption_sink import Adoption, AdoptionSink
from newscrawl.replay.archive_sink import ArchiveSink
from newscrawl.replay.comparison import Comparison, Difference
from newscrawl.replay.comparison_sink import ComparisonSink
from newscrawl.replay.config import Execution, ReplayConfig, ReplayInput
from newscrawl.replay.engine import Replay
from newscrawl.replay.observer import Observer, ShardProgress
from newscrawl.replay.parquet_sink import ParquetSink
from newscrawl.replay.record_sink import RecordSink
from newscrawl.replay.selection import Selection, select
from newscrawl.replay.sink import Sink

__all__ = [
    "Adoption",
    "AdoptionSink",
    "ArchiveSink",
    "Comparison",
    "ComparisonSink",
    "Difference",
    "Execution",
    "Observer",
    "ParquetSink",
    "RecordSink",
    "Replay",
    "ReplayConfig",
    "ReplayInput",
    "Selection",
    "ShardProgress",
    "Sink",
    "select",
]
