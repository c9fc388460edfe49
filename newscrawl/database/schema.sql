CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
;
INSERT INTO alembic_version VALUES ('0026')
;
CREATE TABLE urls (
	"key" TEXT NOT NULL,
	url TEXT NOT NULL,
	host TEXT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	depth INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	rank FLOAT NOT NULL,
	via TEXT,
	modified_at FLOAT,
	state TEXT NOT NULL,
	due_at FLOAT,
	owner TEXT,
	attempts INTEGER NOT NULL,
	outcome TEXT,
	cause TEXT,
	detail TEXT,
	status INTEGER,
	settled_at FLOAT,
	seen_at TEXT,
	capture TEXT, added_at FLOAT, published_at FLOAT, announcement TEXT, first_at FLOAT, rhythm TEXT, target TEXT, over_limit INTEGER DEFAULT '0' NOT NULL, target_key TEXT, failures INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY ("key")
)
;
CREATE INDEX urls_due ON urls (host, priority, rank DESC, key) WHERE state = 'due'
;
CREATE INDEX urls_later ON urls (host, due_at) WHERE state = 'later'
;
CREATE INDEX urls_leased ON urls (owner, host) WHERE owner IS NOT NULL
;
CREATE INDEX urls_seeds ON urls (key) WHERE kind = 'seed'
;
CREATE INDEX urls_missed ON urls (seen_at, key) WHERE outcome = 'miss'
;
CREATE TABLE hosts (
	host TEXT NOT NULL,
	owner TEXT,
	leased_until FLOAT,
	gap FLOAT NOT NULL,
	hold_until FLOAT NOT NULL,
	next_due FLOAT, failures INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (host)
)
;
CREATE INDEX hosts_next_due ON hosts (next_due)
;
CREATE TABLE warcs (
	name TEXT NOT NULL,
	PRIMARY KEY (name)
)
;
CREATE TABLE captures (
	record_id TEXT NOT NULL,
	url TEXT NOT NULL,
	warc TEXT NOT NULL,
	"offset" BIGINT NOT NULL,
	length BIGINT NOT NULL,
	status INTEGER NOT NULL,
	payload_digest TEXT NOT NULL,
	captured_at TEXT NOT NULL,
	PRIMARY KEY (record_id)
)
;
CREATE INDEX captures_url ON captures (url, captured_at)
;
CREATE UNIQUE INDEX captures_place ON captures (warc, "offset")
;
CREATE TABLE articles (
	number INTEGER NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	url TEXT NOT NULL,
	source TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	published_at TEXT,
	captured_at TEXT NOT NULL,
	record_id TEXT NOT NULL,
	lacks INTEGER DEFAULT '0' NOT NULL, title TEXT, authors TEXT, language TEXT, publisher TEXT, section TEXT, kind TEXT, published_time FLOAT, labels TEXT DEFAULT '|' NOT NULL, publisher_id TEXT,
	PRIMARY KEY (number)
)
;
CREATE UNIQUE INDEX articles_id ON articles (id, revision)
;
CREATE UNIQUE INDEX articles_record_id ON articles (record_id)
;
CREATE INDEX urls_added_at ON urls (source, added_at)
;
CREATE INDEX articles_captured ON articles (source, captured_at, revision, lacks)
;
CREATE INDEX urls_settled ON urls (settled_at, source, kind, outcome, cause, status) WHERE settled_at IS NOT NULL
;
CREATE TABLE shapes (
	site TEXT NOT NULL,
	shape TEXT NOT NULL,
	articles INTEGER NOT NULL,
	others INTEGER NOT NULL,
	PRIMARY KEY (site, shape)
)
;
CREATE INDEX urls_hubs ON urls (source, "key") WHERE kind IN ('seed', 'section', 'feed', 'sitemap')
;
CREATE INDEX urls_duplicate ON urls (target) WHERE cause = 'duplicate'
;
CREATE TABLE records (
	place INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (place)
)
;
CREATE TABLE dictionaries (
	number INTEGER NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (number)
)
;
CREATE TABLE url_counts (
	source TEXT NOT NULL,
	via TEXT NOT NULL,
	kind TEXT NOT NULL,
	captured INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	cause TEXT NOT NULL,
	waits INTEGER NOT NULL,
	number INTEGER NOT NULL,
	last FLOAT NOT NULL,
	PRIMARY KEY (source, via, kind, captured, outcome, cause, waits)
)
 WITHOUT ROWID
;
CREATE TABLE url_ends (
	source TEXT NOT NULL,
	day INTEGER NOT NULL,
	is_hub INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	cause TEXT NOT NULL,
	status INTEGER NOT NULL,
	number INTEGER NOT NULL,
	last FLOAT NOT NULL,
	PRIMARY KEY (source, day, is_hub, outcome, cause, status)
)
 WITHOUT ROWID
;
CREATE TABLE article_hours (
	source TEXT NOT NULL,
	hour TEXT NOT NULL,
	lacks INTEGER NOT NULL,
	number INTEGER NOT NULL,
	PRIMARY KEY (source, hour, lacks)
)
 WITHOUT ROWID
;
CREATE TABLE article_counts (
	source TEXT NOT NULL,
	number INTEGER NOT NULL,
	articles INTEGER NOT NULL,
	PRIMARY KEY (source)
)
 WITHOUT ROWID
;
CREATE TABLE totals (
	name TEXT NOT NULL,
	number INTEGER NOT NULL,
	PRIMARY KEY (name)
)
 WITHOUT ROWID
;
INSERT INTO totals VALUES ('captures', 0)
;
CREATE TRIGGER url_counts_added AFTER INSERT ON urls BEGIN INSERT INTO url_counts SELECT NEW.source, coalesce(NEW.via, ''), NEW.kind, CASE WHEN NEW.first_at IS NOT NULL OR NEW.outcome = 'article' THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), CASE WHEN NEW.state <> 'done' THEN 1 ELSE 0 END, 1, coalesce(NEW.added_at, 0) WHERE 1 = 1 ON CONFLICT (source, via, kind, captured, outcome, cause, waits) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER url_counts_removed AFTER DELETE ON urls BEGIN INSERT INTO url_counts SELECT OLD.source, coalesce(OLD.via, ''), OLD.kind, CASE WHEN OLD.first_at IS NOT NULL OR OLD.outcome = 'article' THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), CASE WHEN OLD.state <> 'done' THEN 1 ELSE 0 END, -1, coalesce(OLD.added_at, 0) WHERE 1 = 1 ON CONFLICT (source, via, kind, captured, outcome, cause, waits) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER url_counts_changed AFTER UPDATE OF source, via, kind, first_at, outcome, cause, state, added_at ON urls WHEN (OLD.source, coalesce(OLD.via, ''), OLD.kind, CASE WHEN OLD.first_at IS NOT NULL OR OLD.outcome = 'article' THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), CASE WHEN OLD.state <> 'done' THEN 1 ELSE 0 END, 1 = 1, coalesce(OLD.added_at, 0)) IS NOT (NEW.source, coalesce(NEW.via, ''), NEW.kind, CASE WHEN NEW.first_at IS NOT NULL OR NEW.outcome = 'article' THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), CASE WHEN NEW.state <> 'done' THEN 1 ELSE 0 END, 1 = 1, coalesce(NEW.added_at, 0)) BEGIN INSERT INTO url_counts SELECT OLD.source, coalesce(OLD.via, ''), OLD.kind, CASE WHEN OLD.first_at IS NOT NULL OR OLD.outcome = 'article' THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), CASE WHEN OLD.state <> 'done' THEN 1 ELSE 0 END, -1, coalesce(OLD.added_at, 0) WHERE 1 = 1 ON CONFLICT (source, via, kind, captured, outcome, cause, waits) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); INSERT INTO url_counts SELECT NEW.source, coalesce(NEW.via, ''), NEW.kind, CASE WHEN NEW.first_at IS NOT NULL OR NEW.outcome = 'article' THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), CASE WHEN NEW.state <> 'done' THEN 1 ELSE 0 END, 1, coalesce(NEW.added_at, 0) WHERE 1 = 1 ON CONFLICT (source, via, kind, captured, outcome, cause, waits) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER url_ends_added AFTER INSERT ON urls BEGIN INSERT INTO url_ends SELECT NEW.source, CAST((NEW.settled_at / 86400) AS INTEGER), CASE WHEN NEW.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), coalesce(NEW.status, 0), 1, NEW.settled_at WHERE NEW.settled_at IS NOT NULL ON CONFLICT (source, day, is_hub, outcome, cause, status) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER url_ends_removed AFTER DELETE ON urls BEGIN INSERT INTO url_ends SELECT OLD.source, CAST((OLD.settled_at / 86400) AS INTEGER), CASE WHEN OLD.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), coalesce(OLD.status, 0), -1, OLD.settled_at WHERE OLD.settled_at IS NOT NULL ON CONFLICT (source, day, is_hub, outcome, cause, status) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER url_ends_changed AFTER UPDATE OF source, kind, outcome, cause, status, settled_at ON urls WHEN (OLD.source, CAST((OLD.settled_at / 86400) AS INTEGER), CASE WHEN OLD.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), coalesce(OLD.status, 0), OLD.settled_at IS NOT NULL, OLD.settled_at) IS NOT (NEW.source, CAST((NEW.settled_at / 86400) AS INTEGER), CASE WHEN NEW.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), coalesce(NEW.status, 0), NEW.settled_at IS NOT NULL, NEW.settled_at) BEGIN INSERT INTO url_ends SELECT OLD.source, CAST((OLD.settled_at / 86400) AS INTEGER), CASE WHEN OLD.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(OLD.outcome, ''), coalesce(OLD.cause, ''), coalesce(OLD.status, 0), -1, OLD.settled_at WHERE OLD.settled_at IS NOT NULL ON CONFLICT (source, day, is_hub, outcome, cause, status) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); INSERT INTO url_ends SELECT NEW.source, CAST((NEW.settled_at / 86400) AS INTEGER), CASE WHEN NEW.kind IN ('seed', 'section', 'feed', 'sitemap') THEN 1 ELSE 0 END, coalesce(NEW.outcome, ''), coalesce(NEW.cause, ''), coalesce(NEW.status, 0), 1, NEW.settled_at WHERE NEW.settled_at IS NOT NULL ON CONFLICT (source, day, is_hub, outcome, cause, status) DO UPDATE SET number = number + excluded.number, last = max(last, excluded.last); END
;
CREATE TRIGGER article_hours_added AFTER INSERT ON articles BEGIN INSERT INTO article_hours SELECT NEW.source, substr(NEW.captured_at, 1, 13), NEW.lacks, 1 WHERE NEW.revision = 1 AND NEW.lacks < 8 ON CONFLICT (source, hour, lacks) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER article_hours_removed AFTER DELETE ON articles BEGIN INSERT INTO article_hours SELECT OLD.source, substr(OLD.captured_at, 1, 13), OLD.lacks, -1 WHERE OLD.revision = 1 AND OLD.lacks < 8 ON CONFLICT (source, hour, lacks) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER article_hours_changed AFTER UPDATE OF source, captured_at, lacks, revision ON articles WHEN (OLD.source, substr(OLD.captured_at, 1, 13), OLD.lacks, OLD.revision = 1 AND OLD.lacks < 8) IS NOT (NEW.source, substr(NEW.captured_at, 1, 13), NEW.lacks, NEW.revision = 1 AND NEW.lacks < 8) BEGIN INSERT INTO article_hours SELECT OLD.source, substr(OLD.captured_at, 1, 13), OLD.lacks, -1 WHERE OLD.revision = 1 AND OLD.lacks < 8 ON CONFLICT (source, hour, lacks) DO UPDATE SET number = number + excluded.number; INSERT INTO article_hours SELECT NEW.source, substr(NEW.captured_at, 1, 13), NEW.lacks, 1 WHERE NEW.revision = 1 AND NEW.lacks < 8 ON CONFLICT (source, hour, lacks) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER article_counts_added AFTER INSERT ON articles BEGIN INSERT INTO article_counts SELECT NEW.source, 1, CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.id = NEW.id AND a.source = NEW.source AND a.number <> NEW.number) THEN 0 ELSE 1 END WHERE 1 = 1 ON CONFLICT (source) DO UPDATE SET number = number + excluded.number, articles = articles + excluded.articles; END
;
CREATE TRIGGER article_counts_removed AFTER DELETE ON articles BEGIN INSERT INTO article_counts SELECT OLD.source, -1, CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.id = OLD.id AND a.source = OLD.source AND a.number <> OLD.number) THEN 0 ELSE -1 END WHERE 1 = 1 ON CONFLICT (source) DO UPDATE SET number = number + excluded.number, articles = articles + excluded.articles; END
;
CREATE TRIGGER article_counts_changed AFTER UPDATE OF source, id ON articles WHEN (OLD.source, 1 = 1, OLD.id) IS NOT (NEW.source, 1 = 1, NEW.id) BEGIN INSERT INTO article_counts SELECT OLD.source, -1, CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.id = OLD.id AND a.source = OLD.source AND a.number <> OLD.number) THEN 0 ELSE -1 END WHERE 1 = 1 ON CONFLICT (source) DO UPDATE SET number = number + excluded.number, articles = articles + excluded.articles; INSERT INTO article_counts SELECT NEW.source, 1, CASE WHEN EXISTS (SELECT 1 FROM articles a WHERE a.id = NEW.id AND a.source = NEW.source AND a.number <> NEW.number) THEN 0 ELSE 1 END WHERE 1 = 1 ON CONFLICT (source) DO UPDATE SET number = number + excluded.number, articles = articles + excluded.articles; END
;
CREATE TRIGGER totals_added AFTER INSERT ON captures BEGIN INSERT INTO totals SELECT 'captures', 1 WHERE 1 = 1 ON CONFLICT (name) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER totals_removed AFTER DELETE ON captures BEGIN INSERT INTO totals SELECT 'captures', -1 WHERE 1 = 1 ON CONFLICT (name) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER totals_changed AFTER UPDATE OF record_id ON captures WHEN ('captures', 1 = 1) IS NOT ('captures', 1 = 1) BEGIN INSERT INTO totals SELECT 'captures', -1 WHERE 1 = 1 ON CONFLICT (name) DO UPDATE SET number = number + excluded.number; INSERT INTO totals SELECT 'captures', 1 WHERE 1 = 1 ON CONFLICT (name) DO UPDATE SET number = number + excluded.number; END
;
CREATE TRIGGER records_removed AFTER DELETE ON articles BEGIN DELETE FROM records WHERE place BETWEEN 8 * OLD.number AND 8 * OLD.number + 7; END
;
CREATE INDEX urls_placed ON urls (source, added_at) WHERE cause IN ('moved', 'duplicate')
;
CREATE INDEX urls_unread ON urls ("key") WHERE cause = 'not-extracted'
;
CREATE VIEW article_fields AS SELECT a.number, a.id, a.revision, a.url, a.source, a.title, a.authors, a.published_at, a.language, a.publisher, a.section, a.kind, a.captured_at, a.record_id, c.warc, c."offset", c.length, c.status FROM articles a LEFT JOIN captures c ON c.record_id = a.record_id
;
CREATE INDEX articles_published ON articles (published_time)
;
CREATE INDEX articles_revised ON articles (id, revision) WHERE revision > 1
;
CREATE TABLE left_out (
	via TEXT NOT NULL,
	cause TEXT NOT NULL,
	place TEXT NOT NULL,
	source TEXT NOT NULL,
	number INTEGER NOT NULL,
	at FLOAT NOT NULL,
	PRIMARY KEY (via, cause, place)
)
;
CREATE INDEX left_out_source ON left_out (source)
;
CREATE VIEW articles_flat AS SELECT a.number, a.id, a.revision, a.url, a.source, a.title, (SELECT group_concat(value, '; ') FROM json_each(a.authors)) AS authors, a.published_at, a.language, a.publisher, a.section, a.kind, a.captured_at, a.record_id, c.warc, c."offset" AS warc_offset, c.length AS warc_length, c.status, c.payload_digest FROM articles a LEFT JOIN captures c ON c.record_id = a.record_id
;
CREATE VIEW articles_latest AS SELECT a.number, a.id, a.revision, a.url, a.source, a.title, (SELECT group_concat(value, '; ') FROM json_each(a.authors)) AS authors, a.published_at, a.language, a.publisher, a.section, a.kind, a.captured_at, a.record_id, c.warc, c."offset" AS warc_offset, c.length AS warc_length, c.status, c.payload_digest FROM articles a LEFT JOIN captures c ON c.record_id = a.record_id WHERE NOT EXISTS (SELECT 1 FROM articles later WHERE later.id = a.id AND later.revision > a.revision)
;
CREATE VIEW captures_flat AS SELECT c.record_id, c.url, c.captured_at, c.warc, c."offset" AS warc_offset, c.length AS warc_length, c.status, c.payload_digest FROM captures c
;
CREATE VIEW misses_flat AS SELECT u.url, u.source, u.cause, u.detail, u.target, u.over_limit, u.status, u.seen_at, c.captured_at, c.record_id, c.warc, c."offset" AS warc_offset, c.length AS warc_length FROM urls u LEFT JOIN captures c ON c.record_id = u.capture WHERE u.outcome = 'miss'
;
CREATE TABLE stem_languages (
	code TEXT NOT NULL,
	PRIMARY KEY (code)
)
;
CREATE TABLE sources (
	name TEXT NOT NULL,
	file TEXT,
	definition TEXT,
	read_at FLOAT,
	paused_at FLOAT,
	PRIMARY KEY (name)
)
;
CREATE TABLE removed_urls (
	"key" TEXT NOT NULL,
	url TEXT NOT NULL,
	removed_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY ("key")
)
;
CREATE TABLE tombstones (
	record_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	url TEXT NOT NULL,
	payload_digest TEXT NOT NULL,
	captured_at TEXT NOT NULL,
	removed_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (record_id)
)
;
CREATE TABLE changes (
	number INTEGER NOT NULL,
	article TEXT NOT NULL,
	url TEXT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	field TEXT,
	"before" TEXT,
	"after" TEXT,
	from_revision INTEGER,
	to_revision INTEGER,
	not_before TEXT NOT NULL,
	not_after TEXT NOT NULL,
	record_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	words_in INTEGER NOT NULL,
	words_out INTEGER NOT NULL,
	words_moved INTEGER NOT NULL,
	noise TEXT,
	statement TEXT,
	from_article TEXT,
	position INTEGER NOT NULL,
	PRIMARY KEY (number)
)
;
CREATE UNIQUE INDEX changes_capture ON changes (record_id, position)
;
CREATE INDEX changes_article ON changes (article)
;
CREATE INDEX changes_former ON changes (from_article)
;
CREATE INDEX changes_time ON changes (not_after, number)
;
CREATE TABLE article_states (
	id TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	digest TEXT NOT NULL,
	is_other_page BOOLEAN NOT NULL,
	missing_since TEXT,
	missing_at TEXT,
	is_removed BOOLEAN NOT NULL,
	is_walled BOOLEAN NOT NULL,
	moved_to TEXT,
	moved_to_key TEXT,
	fields TEXT NOT NULL, has_new_address BOOLEAN DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
;
CREATE INDEX article_states_moved ON article_states (moved_to_key)
;
CREATE TABLE runs (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	what TEXT NOT NULL,
	host TEXT NOT NULL,
	process INTEGER NOT NULL,
	began_at FLOAT NOT NULL,
	seen_at FLOAT NOT NULL,
	ended_at FLOAT,
	ended TEXT,
	fetched INTEGER NOT NULL,
	found INTEGER NOT NULL,
	articles INTEGER NOT NULL,
	missed TEXT NOT NULL, noted_at FLOAT,
	PRIMARY KEY (id)
)
;
CREATE INDEX runs_by_time ON runs (began_at)
;
CREATE VIRTUAL TABLE articles_text USING fts5(body, title, authors, description, stems, language, content = '', tokenize = 'unicode61 remove_diacritics 2')
;
INSERT INTO articles_text (articles_text, rank) VALUES ('automerge', 8)
;
INSERT INTO articles_text (articles_text, rank) VALUES ('rank', 'bm25(1, 8, 3, 3, 1, 0)')
;
CREATE TABLE requisites (
	"key" TEXT NOT NULL,
	url TEXT NOT NULL,
	host TEXT NOT NULL,
	source TEXT NOT NULL,
	kind TEXT NOT NULL,
	page TEXT NOT NULL,
	depth INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	due_at FLOAT,
	owner TEXT,
	attempts INTEGER NOT NULL,
	outcome TEXT,
	cause TEXT,
	detail TEXT,
	status INTEGER,
	settled_at FLOAT,
	added_at FLOAT NOT NULL,
	PRIMARY KEY ("key")
)
;
CREATE INDEX requisites_waiting ON requisites (host, due_at) WHERE due_at IS NOT NULL
;
CREATE INDEX requisites_of_page ON requisites (page)
;
CREATE TABLE lineage_documents (
	number INTEGER NOT NULL,
	article TEXT NOT NULL,
	source TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	density INTEGER NOT NULL,
	story BIGINT NOT NULL,
	hashes BLOB NOT NULL,
	PRIMARY KEY (number)
)
;
CREATE UNIQUE INDEX lineage_documents_article ON lineage_documents (article)
;
CREATE INDEX lineage_documents_age ON lineage_documents (density, seen_at)
;
CREATE TABLE shingles (
	hash BIGINT NOT NULL,
	document INTEGER NOT NULL,
	PRIMARY KEY (hash, document)
)
 WITHOUT ROWID
;
CREATE TABLE stop_shingles (
	hash BIGINT NOT NULL,
	since TEXT NOT NULL,
	article TEXT NOT NULL,
	last TEXT NOT NULL,
	PRIMARY KEY (hash)
)
 WITHOUT ROWID
;
CREATE TABLE lineage_pending (
	article TEXT NOT NULL,
	seen_at TEXT NOT NULL,
	PRIMARY KEY (article)
)
;
CREATE INDEX lineage_pending_age ON lineage_pending (seen_at, article)
;
CREATE TABLE detachments (
	article TEXT NOT NULL,
	detached_at TEXT NOT NULL,
	PRIMARY KEY (article)
)
;
CREATE INDEX articles_publisher_id ON articles (publisher_id, revision)
;
CREATE TABLE "reuse" (
	earlier TEXT NOT NULL,
	later TEXT NOT NULL,
	label TEXT NOT NULL,
	reason TEXT NOT NULL,
	earlier_share FLOAT NOT NULL,
	later_share FLOAT NOT NULL,
	grams FLOAT,
	longest INTEGER NOT NULL,
	runs INTEGER NOT NULL,
	covered FLOAT,
	earlier_revision INTEGER NOT NULL,
	later_revision INTEGER NOT NULL,
	substitutions TEXT,
	reworded TEXT,
	reworded_source TEXT,
	rule TEXT NOT NULL,
	PRIMARY KEY (earlier, later)
)
 WITHOUT ROWID
;
CREATE INDEX reuse_later ON reuse (later)
;
CREATE INDEX reuse_reworded ON reuse (reworded_source) WHERE reworded_source IS NOT NULL
;
CREATE INDEX articles_language ON articles (language)
;
CREATE INDEX article_states_removed ON article_states (id) WHERE is_removed = 1
;
CREATE INDEX changes_statement ON changes (statement, kind, noise, article)
;
