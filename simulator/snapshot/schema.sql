PRAGMA application_id = 1397312853;

PRAGMA user_version = 1;

CREATE TABLE meta (
  "key" TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE source_file (
  sha256 TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (sha256, kind)
)
 STRICT;

CREATE TABLE skipped (
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  example TEXT,
  PRIMARY KEY (kind, reason)
)
 STRICT;

CREATE TABLE ticket (
  id INTEGER NOT NULL,
  customer_id INTEGER,
  channel TEXT,
  via TEXT,
  from_agent INTEGER,
  language TEXT,
  subject TEXT,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  spam INTEGER,
  assignee_user_id INTEGER,
  assignee_team_id INTEGER,
  tags TEXT NOT NULL,
  custom_fields TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  opened_at INTEGER,
  closed_at INTEGER,
  snooze_at INTEGER,
  trashed_at INTEGER,
  updated_at INTEGER,
  merged_into INTEGER,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE message (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  from_agent INTEGER,
  public INTEGER,
  channel TEXT,
  via TEXT,
  integration_id INTEGER,
  rule_id INTEGER,
  subject TEXT,
  text TEXT,
  sender_email TEXT,
  receiver_email TEXT,
  source_address TEXT,
  source_name TEXT,
  intents TEXT NOT NULL,
  sentiments TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE customer (
  id INTEGER NOT NULL,
  email TEXT,
  name TEXT,
  firstname TEXT,
  lastname TEXT,
  language TEXT,
  data TEXT,
  custom_fields TEXT NOT NULL,
  integrations TEXT NOT NULL,
  merged_into INTEGER,
  updated_at INTEGER,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE customer_address (
  customer_id INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (customer_id, address)
)
 STRICT;

CREATE TABLE shop_profile (
  customer_id INTEGER NOT NULL,
  integration_id INTEGER NOT NULL,
  shop_customer_id INTEGER,
  created_at INTEGER,
  orders_count INTEGER,
  total_spent TEXT,
  currency TEXT,
  tags TEXT NOT NULL,
  orders TEXT NOT NULL,
  PRIMARY KEY (customer_id, integration_id)
)
 STRICT;

CREATE TABLE shop_order (
  id INTEGER NOT NULL,
  name TEXT,
  shop_customer_id INTEGER,
  email TEXT,
  created_at INTEGER NOT NULL,
  cancelled_at INTEGER,
  updated_at INTEGER,
  currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  outstanding_minor INTEGER,
  financial_status TEXT NOT NULL,
  fulfillment_status TEXT,
  first_fulfilled_at INTEGER,
  last_fulfilled_at INTEGER,
  tags TEXT NOT NULL,
  test INTEGER NOT NULL,
  draft INTEGER NOT NULL,
  source_name TEXT,
  origin TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE order_refund (
  id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  at INTEGER,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE agent (
  id INTEGER NOT NULL,
  email TEXT,
  name TEXT,
  active INTEGER,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE team (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE tag (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE event (
  id INTEGER NOT NULL,
  ticket_id INTEGER,
  type TEXT NOT NULL,
  object_type TEXT,
  object_id INTEGER,
  user_id INTEGER,
  context TEXT,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE survey (
  id INTEGER NOT NULL,
  ticket_id INTEGER NOT NULL,
  customer_id INTEGER,
  score INTEGER,
  scored_at INTEGER,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE rule (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  code TEXT,
  code_ast TEXT,
  event_types TEXT NOT NULL,
  priority INTEGER NOT NULL,
  type TEXT,
  settings TEXT,
  deactivated_at INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE macro (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  archived INTEGER NOT NULL,
  actions TEXT NOT NULL,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE "view" (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  filters TEXT,
  filters_ast TEXT,
  PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE external_row (
  table_name TEXT NOT NULL,
  "row" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  at INTEGER,
  columns TEXT NOT NULL,
  PRIMARY KEY (table_name, "row")
)
 STRICT;

CREATE INDEX event_by_ticket ON event (ticket_id, created_at, id);

CREATE INDEX external_by_key ON external_row (table_name, "key");

CREATE INDEX message_by_ticket ON message (ticket_id, created_at, id);

CREATE INDEX refund_by_order ON order_refund (order_id, at);
