-- compatible_from: 1
-- How mails of this installation leave it: one row, the platform's. Only the platform reads it, for it holds sealed credentials.
CREATE TABLE mail_settings (
    organization_id uuid PRIMARY KEY REFERENCES organizations, -- always the platform
    transport       text NOT NULL CHECK (transport IN ('none', 'smtp', 'graph')),
    sender_address  text,
    sender_name     text,
    smtp_host       text,
    smtp_port       integer,
    smtp_start_tls  boolean,
    smtp_user       text,
    smtp_password   bytea, -- sealed
    smtp_last4      text,
    smtp_secret_at  timestamptz,
    graph_cloud     text,
    graph_tenant    uuid,
    graph_client    text,
    graph_secret    bytea, -- sealed
    graph_last4     text,
    graph_secret_at timestamptz,
    version         bigint NOT NULL,
    updated_at      timestamptz NOT NULL
);
SELECT protect_own('mail_settings');
GRANT SELECT, INSERT, UPDATE ON mail_settings TO anteroom_app;

-- One row for each event that has to be told by mail: at most one mail for it (docs/decisions/0014-mail.md). The outbox holds its id alone.
CREATE TABLE mails (
    organization_id uuid NOT NULL REFERENCES organizations,
    mail_id         uuid NOT NULL,
    event_key       text NOT NULL CHECK (length(event_key) BETWEEN 1 AND 200),
    template        text NOT NULL,
    user_id         uuid,
    content         bytea, -- sealed: recipient, values and link; gone when it is over
    state           text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    attempts        integer NOT NULL DEFAULT 0,
    reason          text,
    until           timestamptz NOT NULL, -- not tried after it
    created_at      timestamptz NOT NULL,
    attempted_at    timestamptz,
    done_at         timestamptz,
    PRIMARY KEY (organization_id, mail_id)
);
CREATE UNIQUE INDEX mails_event ON mails (organization_id, event_key);
SELECT protect_own('mails');
GRANT SELECT, INSERT, UPDATE, DELETE ON mails TO anteroom_app;
SELECT put_keys_last();
