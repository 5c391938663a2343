"""The functions that fill the search columns find one another by name no longer, but for good.

A dump is restored with an empty search path, where they found nothing: no dump of the database could be restored. With
the body of the standard's form the names are resolved when the function is made.
"""

from django.db import migrations

RESOLVED = r"""
CREATE OR REPLACE FUNCTION char_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(word, i, 2)), '{}')
    FROM unnest(char_words(words)) word, LATERAL generate_series(1, length(word)) i
);

CREATE OR REPLACE FUNCTION char_pairs_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT string_agg(DISTINCT
        '''' || replace(replace(pair, '\', '\\'), '''', '''''') || '''' ||
        CASE WHEN length(pair) = 1 THEN ':*' ELSE '' END, ' & ')::tsquery
    FROM unnest(char_words(words)) word,
         LATERAL (SELECT substr(word, i, 2) AS pair FROM generate_series(1, greatest(length(word) - 1, 1)) i) p
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0021_headers_of_kept_answers"),
    ]

    operations = [migrations.RunSQL(RESOLVED, migrations.RunSQL.noop)]
