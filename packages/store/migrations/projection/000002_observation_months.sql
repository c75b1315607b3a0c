-- Up Migration
-- Makes the partitions of the given month and the ones after it. A month whose rows already went to the default partition stays there.
CREATE FUNCTION make_observation_months(from_month date, months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date;
BEGIN
  FOR month IN SELECT generate_series(date_trunc('month', from_month), date_trunc('month', from_month) + (months - 1) * interval '1 month', interval '1 month') LOOP
    BEGIN
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF observations FOR VALUES FROM (%L) TO (%L)',
                     'observations_' || to_char(month, 'YYYY_MM'), month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    EXCEPTION WHEN check_violation THEN
      RAISE NOTICE 'rows of % stay in the default partition', month;
    END;
  END LOOP;
END $$;
COMMENT ON FUNCTION make_observation_months IS 'Makes the monthly partitions of observations from a month on.';

-- Down Migration
DROP FUNCTION make_observation_months;
