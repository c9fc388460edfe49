"""Item pipelines: a page becomes an article, stage by stage; each stage is thin, over a pure room."""
