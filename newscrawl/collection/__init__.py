"""What lies in an archive folder and how it is kept: commits, recovery, record files, generations."""
