package store

// steps make the schema: each leads from one version to the next.
var steps = []string{`
CREATE TABLE submissions (
	seq      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	key      TEXT UNIQUE,
	dir      TEXT NOT NULL,
	token    TEXT NOT NULL,
	payload  BLOB NOT NULL,
	sum      BLOB NOT NULL,
	accepted INTEGER NOT NULL,
	revision TEXT NOT NULL DEFAULT '',
	settled  INTEGER NOT NULL DEFAULT 0,
	reason   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX submissions_waiting ON submissions (seq) WHERE revision = '' AND reason = '';
CREATE INDEX submissions_dir ON submissions (dir);
CREATE INDEX submissions_token ON submissions (token) WHERE settled = 0 AND token <> '';
CREATE INDEX submissions_accepted ON submissions (accepted) WHERE settled = 1;
CREATE TABLE blobs (
	seq  INTEGER NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (hash, seq)
);
CREATE INDEX blobs_seq ON blobs (seq);
CREATE TABLE counters (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
);
`, `
CREATE TABLE deliveries (
	seq      INTEGER PRIMARY KEY,
	hook     TEXT NOT NULL,
	id       TEXT NOT NULL,
	headers  TEXT NOT NULL,
	body     BLOB NOT NULL,
	received INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	state    TEXT NOT NULL,
	reason   TEXT NOT NULL DEFAULT '',
	UNIQUE (hook, id)
);
CREATE INDEX deliveries_due ON deliveries (due, seq) WHERE state = 'waiting';
CREATE INDEX deliveries_received ON deliveries (received);
CREATE TABLE alerts (
	hook    TEXT NOT NULL,
	key     TEXT NOT NULL,
	dir     TEXT NOT NULL,
	state   TEXT NOT NULL,
	changed INTEGER NOT NULL,
	PRIMARY KEY (hook, key)
);
CREATE INDEX alerts_dir ON alerts (dir);
CREATE TABLE intakes (
	name     TEXT PRIMARY KEY,
	revision TEXT NOT NULL,
	noted    INTEGER NOT NULL
);
`, `
CREATE INDEX deliveries_aside ON deliveries (seq) WHERE state = 'aside';
CREATE INDEX submissions_aside ON submissions (seq) WHERE reason <> '';
CREATE INDEX submissions_noted ON submissions (revision) WHERE settled = 0 AND revision <> '';
`, `
ALTER TABLE intakes ADD COLUMN instance INTEGER NOT NULL DEFAULT 0;
`, `
CREATE TABLE secrets (
	name  TEXT PRIMARY KEY,
	value BLOB NOT NULL
);
CREATE TABLE spent (
	name  TEXT PRIMARY KEY,
	until INTEGER NOT NULL
);
CREATE INDEX spent_until ON spent (until);
CREATE TABLE outbox (
	seq       INTEGER PRIMARY KEY,
	event     TEXT NOT NULL,
	recipient TEXT NOT NULL,
	state     TEXT NOT NULL,
	added     INTEGER NOT NULL,
	due       INTEGER NOT NULL,
	tries     INTEGER NOT NULL DEFAULT 0,
	address   TEXT NOT NULL DEFAULT '',
	changed   INTEGER NOT NULL,
	reason    TEXT NOT NULL DEFAULT '',
	UNIQUE (event, recipient)
);
CREATE INDEX outbox_due ON outbox (due, seq) WHERE state = 'waiting';
CREATE INDEX outbox_unsent ON outbox (seq) WHERE state IN ('failed', 'late');
CREATE INDEX outbox_address ON outbox (address, changed) WHERE address <> '';
`, `
CREATE TABLE followers (
	seq       INTEGER PRIMARY KEY,
	recipient INTEGER NOT NULL,
	token     TEXT NOT NULL UNIQUE,
	medium    TEXT NOT NULL,
	address   TEXT NOT NULL,
	follows   TEXT NOT NULL,
	language  TEXT NOT NULL,
	secret    BLOB,
	asked     INTEGER NOT NULL,
	confirmed INTEGER NOT NULL DEFAULT 0,
	UNIQUE (medium, address, follows)
);
CREATE INDEX followers_recipient ON followers (recipient);
CREATE TABLE calls (
	seq      INTEGER PRIMARY KEY,
	follower INTEGER NOT NULL,
	event    TEXT NOT NULL,
	state    TEXT NOT NULL,
	added    INTEGER NOT NULL,
	due      INTEGER NOT NULL,
	tries    INTEGER NOT NULL DEFAULT 0,
	changed  INTEGER NOT NULL,
	status   INTEGER NOT NULL DEFAULT 0,
	reason   TEXT NOT NULL DEFAULT '',
	UNIQUE (event, follower)
);
CREATE INDEX calls_waiting ON calls (follower, seq) WHERE state = 'waiting';
CREATE INDEX calls_follower ON calls (follower, seq);
CREATE INDEX calls_failed ON calls (follower) WHERE state = 'failed';
CREATE TABLE reports (
	incident TEXT NOT NULL,
	mark     TEXT NOT NULL,
	PRIMARY KEY (incident, mark)
);
CREATE TABLE reported (
	incident TEXT PRIMARY KEY,
	key      BLOB NOT NULL,
	waiting  INTEGER NOT NULL,
	due      INTEGER NOT NULL
);
`}
