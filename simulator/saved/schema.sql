PRAGMA application_id = 1397312850;

PRAGMA user_version = 1;

CREATE TABLE meta (
  "key" TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE run (
  id INTEGER NOT NULL,
  command TEXT NOT NULL,
  verdict TEXT NOT NULL,
  tool TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  snapshot_path TEXT NOT NULL,
  snapshot_digest TEXT,
  settings TEXT NOT NULL,
  summary TEXT NOT NULL,
  open_time TEXT NOT NULL,
  who TEXT,
  assumptions TEXT NOT NULL,
  rests_on TEXT NOT NULL,
  money TEXT,
  projection TEXT,
  fidelity TEXT,
  believed TEXT,
  views TEXT,
  queues TEXT,
  causes TEXT,
  reasons TEXT,
  choices TEXT,
  gate TEXT,
  attribution TEXT,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE rule_set (
  side TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  rules INTEGER NOT NULL,
  canonical TEXT NOT NULL,
  PRIMARY KEY (side)
)
 STRICT;

CREATE TABLE rule (
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  change TEXT NOT NULL,
  direct_edits INTEGER NOT NULL,
  indirect_edits INTEGER NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE rule_side (
  rule TEXT NOT NULL,
  side TEXT NOT NULL,
  events INTEGER NOT NULL,
  matched INTEGER NOT NULL,
  tickets INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  overwritten TEXT NOT NULL,
  only_here INTEGER NOT NULL,
  last_match INTEGER,
  on_today INTEGER NOT NULL,
  on_missing INTEGER NOT NULL,
  refusals TEXT NOT NULL,
  PRIMARY KEY (rule, side)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE ticket (
  id INTEGER NOT NULL,
  customer INTEGER,
  channel TEXT,
  created_at INTEGER NOT NULL,
  spam INTEGER NOT NULL,
  spam_today INTEGER NOT NULL,
  full_history INTEGER NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE outcome (
  ticket INTEGER NOT NULL,
  side TEXT NOT NULL,
  tags TEXT NOT NULL,
  priority TEXT NOT NULL,
  status TEXT NOT NULL,
  assignee INTEGER,
  team INTEGER,
  subject TEXT,
  spam INTEGER NOT NULL,
  snooze_at INTEGER,
  trashed INTEGER NOT NULL,
  custom_fields TEXT NOT NULL,
  PRIMARY KEY (ticket, side)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE edit (
  place INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  customer INTEGER,
  field TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  direct INTEGER NOT NULL,
  rules_before TEXT NOT NULL,
  rules_after TEXT NOT NULL,
  PRIMARY KEY (place)
)
 STRICT;

CREATE TABLE timing (
  place INTEGER NOT NULL,
  ticket INTEGER NOT NULL,
  customer INTEGER,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  before_at INTEGER NOT NULL,
  after_at INTEGER NOT NULL,
  rules_before TEXT NOT NULL,
  rules_after TEXT NOT NULL,
  PRIMARY KEY (place)
)
 STRICT;

CREATE TABLE change (
  ticket INTEGER NOT NULL,
  side TEXT NOT NULL,
  place INTEGER NOT NULL,
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  "trigger" TEXT NOT NULL,
  depth INTEGER NOT NULL,
  rule TEXT,
  branch TEXT NOT NULL,
  action TEXT NOT NULL,
  field TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  PRIMARY KEY (ticket, side, place)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE refusal (
  ticket INTEGER NOT NULL,
  side TEXT NOT NULL,
  place INTEGER NOT NULL,
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  "trigger" TEXT NOT NULL,
  depth INTEGER NOT NULL,
  rule TEXT NOT NULL,
  branch TEXT NOT NULL,
  action TEXT NOT NULL,
  field TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  reason TEXT NOT NULL,
  PRIMARY KEY (ticket, side, place)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE finding (
  id INTEGER NOT NULL,
  place INTEGER,
  caution_place INTEGER,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  rule TEXT,
  file TEXT,
  line INTEGER,
  "column" INTEGER,
  help TEXT,
  source TEXT,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE purchase (
  id INTEGER NOT NULL,
  customer INTEGER,
  created_at INTEGER NOT NULL,
  currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  paid_minor INTEGER,
  financial_status TEXT NOT NULL,
  test INTEGER NOT NULL,
  draft INTEGER NOT NULL,
  cancelled_at INTEGER,
  source TEXT NOT NULL,
  not_counted TEXT,
  gross_minor INTEGER NOT NULL,
  refunded_minor INTEGER NOT NULL,
  net_minor INTEGER NOT NULL,
  foreign_refunds INTEGER NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE attribution (
  order_id INTEGER NOT NULL,
  side TEXT NOT NULL,
  reason TEXT NOT NULL,
  ticket INTEGER,
  PRIMARY KEY (order_id, side)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE credit (
  ticket INTEGER NOT NULL,
  side TEXT NOT NULL,
  reported INTEGER NOT NULL,
  agent TEXT,
  team TEXT,
  basis TEXT,
  customer INTEGER,
  created_at INTEGER NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  tags TEXT NOT NULL,
  spam INTEGER NOT NULL,
  trashed_at INTEGER,
  merged_into INTEGER,
  from_agent INTEGER NOT NULL,
  assignee INTEGER,
  assignee_team INTEGER,
  full_history INTEGER NOT NULL,
  trash_recorded INTEGER NOT NULL,
  PRIMARY KEY (ticket, side)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX edit_by_ticket ON edit (ticket);
