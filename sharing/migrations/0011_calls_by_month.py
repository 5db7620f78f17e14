"""The record of calls is kept by month, so that years of it cost no more than the months asked for.

Months begin in Asia/Shanghai. `sharing_call_partition(day)` makes the partition of a month, a job
does so ahead (sharing/months.py); what falls into no month yet goes into `sharing_servicecall_rest`,
so that a call is never refused for want of a partition, and moves when its month is made. Keys are
(at, id): a primary key of a partitioned table has the column that it is divided by.

There is no way back: the calls would have to be copied again.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION sharing_call_partition(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    first date := date_trunc('month', day)::date;
    lower timestamptz := first::timestamp AT TIME ZONE 'Asia/Shanghai';
    upper timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai';
    part text := 'sharing_servicecall_' || to_char(first, 'YYYY_MM');
BEGIN
    PERFORM pg_advisory_xact_lock(1363694925);
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE sharing_servicecall INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
    LOCK TABLE sharing_servicecall_rest IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM sharing_servicecall_rest WHERE at >= lower AND at < upper) THEN
        ALTER TABLE sharing_servicecall_rest DISABLE TRIGGER append_only;
        EXECUTE format(
            'WITH moved AS (DELETE FROM sharing_servicecall_rest WHERE at >= %L AND at < %L RETURNING *)'
            ' INSERT INTO %I SELECT * FROM moved', lower, upper, part);
        ALTER TABLE sharing_servicecall_rest ENABLE TRIGGER append_only;
    END IF;
    EXECUTE format(
        'ALTER TABLE sharing_servicecall ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        part, lower, upper);
    EXECUTE format(
        'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I'
        ' FOR EACH STATEMENT EXECUTE FUNCTION sharing_refuse_change()', part);
    RETURN true;
END
$$;
"""
TABLE = """
ALTER TABLE sharing_servicecall RENAME TO servicecall_before;
ALTER TABLE servicecall_before RENAME CONSTRAINT sharing_servicecall_pkey TO servicecall_before_pkey;
ALTER SEQUENCE sharing_servicecall_id_seq RENAME TO servicecall_before_id_seq;
DROP INDEX call_by_authorization, call_by_consumer, call_by_provider, call_by_time;

CREATE TABLE sharing_servicecall
    (LIKE servicecall_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
CREATE SEQUENCE sharing_servicecall_id_seq OWNED BY sharing_servicecall.id;
ALTER TABLE sharing_servicecall ALTER COLUMN id SET DEFAULT nextval('sharing_servicecall_id_seq');
SELECT setval('sharing_servicecall_id_seq', coalesce(max(id), 0) + 1, false) FROM servicecall_before;
CREATE TABLE sharing_servicecall_rest PARTITION OF sharing_servicecall DEFAULT;
"""
FILL = """
SELECT sharing_call_partition(day) FROM (
    SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date FROM servicecall_before
    UNION
    SELECT (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') + n * interval '1 month')::date
    FROM generate_series(0, 1) n
) months(day) ORDER BY day;
INSERT INTO sharing_servicecall SELECT * FROM servicecall_before;
DROP TABLE servicecall_before;
"""
KEYS = """
ALTER TABLE sharing_servicecall ADD PRIMARY KEY (at, id);
CREATE INDEX call_by_authorization ON sharing_servicecall (authorization_id, at);
CREATE INDEX call_by_consumer ON sharing_servicecall (consumer_id, at);
CREATE INDEX call_by_provider ON sharing_servicecall (provider_id, at);
ALTER TABLE sharing_servicecall
    ADD FOREIGN KEY (authorization_id) REFERENCES sharing_authorization DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (code_id) REFERENCES sharing_authorizationcode DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (service_id) REFERENCES sharing_interfaceservice DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (consumer_id) REFERENCES organizations_department DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (provider_id) REFERENCES organizations_department DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sharing_servicecall
    FOR EACH ROW EXECUTE FUNCTION sharing_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON sharing_servicecall
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON sharing_servicecall_rest
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0010_codes_bound_and_signed")]

    operations = [
        migrations.RunSQL(TABLE),
        migrations.RunSQL(FUNCTION),
        migrations.RunSQL(FILL),
        migrations.RunSQL(
            KEYS,
            state_operations=[
                migrations.RemoveIndex(model_name="servicecall", name="call_by_time"),
            ],
        ),
    ]
