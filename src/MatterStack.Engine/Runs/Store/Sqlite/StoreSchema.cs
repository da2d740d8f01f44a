namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Tables of <c>state.sqlite</c>. Columns named in the documentation are read by people and stay; others may change with
/// <see cref="Version"/>.</summary>
internal static class StoreSchema
{
    /// <summary>Schema version, stored in <c>user_version</c>.</summary>
    public const int Version = 8;

    /// <summary>File type, stored in <c>application_id</c>: "MStk".</summary>
    public const int ApplicationId = 0x4d53746b;

    private const string Fingerprints =
        "TABLE fingerprints (attempt_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, parts TEXT NOT NULL, looked_up TEXT NOT NULL, "
        + "origin TEXT) WITHOUT ROWID;";

    // Requested ends: the subject is the id of an attempt, or the word "run".
    private const string Ends =
        "TABLE ends (subject TEXT PRIMARY KEY, asked_at_utc TEXT NOT NULL, asked_by TEXT NOT NULL, kind TEXT NOT NULL, "
        + "reason TEXT NOT NULL, told_at_utc TEXT, trouble TEXT, over_at_utc TEXT) WITHOUT ROWID;";

    // Codes of the wiring that an attempt's command uses.
    private const string AttemptCodes =
        "TABLE attempt_codes (attempt_id TEXT NOT NULL, code TEXT NOT NULL, code_sha256 TEXT NOT NULL, version TEXT, "
        + "PRIMARY KEY (attempt_id, code)) WITHOUT ROWID;";

    // Files that an ended attempt leaves for the next one, and those that an attempt began with.
    private const string CarriedColumns =
        "(attempt_id TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, "
        + "origin_attempt_id TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (attempt_id, path)) WITHOUT ROWID;";
    private const string LeftFiles = "TABLE left_files " + CarriedColumns;
    private const string CarriedFiles = "TABLE carried_files " + CarriedColumns;

    // Changes of tasks after they were planned: what changed, and the definition before.
    private const string Amendments =
        "TABLE amendments (seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, task_id TEXT NOT NULL, attempt_id TEXT, actor TEXT NOT NULL, "
        + "reason TEXT, changes TEXT NOT NULL, previous TEXT NOT NULL);";

    // Tags and notes that people set on the run.
    private const string Annotations =
        "TABLE annotations (seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, actor TEXT NOT NULL, tags TEXT, note TEXT);";

    // Who keeps the run moving: timers, crontab lines, follower jobs.
    private const string Drivers =
        "TABLE drivers (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, machine TEXT NOT NULL, actor TEXT NOT NULL, "
        + "every_seconds INTEGER NOT NULL, details TEXT, installed_at_utc TEXT NOT NULL, removed_at_utc TEXT);";

    // Copies of outputs in the project's folder: what was copied, or was about to be; without a time the present output is not there.
    private const string Published =
        "TABLE published (path TEXT PRIMARY KEY, task_id TEXT NOT NULL, attempt_id TEXT, output TEXT NOT NULL, "
        + "sha256 TEXT, size INTEGER, at_utc TEXT) WITHOUT ROWID;";
    private const string PendingPublished = "INDEX published_pending ON published (path) WHERE at_utc IS NULL;";

    // Attempts whose use of resources the accounting of their cluster has not told yet.
    private const string PendingUsage = "INDEX attempts_usage_pending ON attempts (seq) WHERE usage_source = 'pending';";

    // Earlier versions recorded no cause of an end, and no awaited answer beside the text for people. Their texts begin with these words,
    // as written by their operators and planners.
    private const string CauseOfEarlierEnd = "CASE WHEN reason LIKE 'OUT_OF_MEMORY%' THEN 'OUT_OF_MEMORY' END";
    private const string AwaitedByEarlierAttempt =
        "(SELECT CASE WHEN t.reason LIKE 'waits for %' THEN substr(t.reason, 11) ELSE t.reason END FROM tasks t WHERE t.task_id = "
        + "attempts.task_id)";

    // Earlier versions read these values from the definition, and counted the ends of attempts.
    private const string SetEarlierPolicies = """
        UPDATE tasks SET policy = nullif(json_patch('{}', json_object(
            'memory_factor', json_extract(definition, '$.retry_memory_factor'),
            'memory_gb', json_extract(definition, '$.memory_gb'),
            'time_limit_minutes', json_extract(definition, '$.time_limit_minutes'))), '{}')
        WHERE json_valid(definition);
        """;
    private const string SetEarlierHistories = """
        UPDATE tasks SET history = json_patch('{}', json_object(
            'own', ended.count,
            'memory_growths', CASE WHEN json_extract(tasks.policy, '$.memory_factor') > 1 AND ended.out_of_memory > 0 THEN ended.out_of_memory END,
            'cause', ended.end_cause))
        FROM (
            SELECT task_id, count(*) AS count, sum(end_cause IS 'OUT_OF_MEMORY') AS out_of_memory, max(seq), end_cause
            FROM attempts WHERE state IN ('FAILED', 'FAILED_INIT') GROUP BY task_id) AS ended
        WHERE ended.task_id = tasks.task_id AND tasks.state <> 'COMPLETED';
        """;

    private const string ColumnsOfVersion2 = ", cacheable INTEGER NOT NULL DEFAULT 0, anew INTEGER NOT NULL DEFAULT 0";
    private const string ColumnsOfVersion4 = ", end_cause TEXT, waiting_for TEXT";
    private const string AttemptsOfVersion6 = ColumnsOfVersion4 + ", given TEXT, carried_sha256 TEXT, not_carried TEXT, node TEXT";
    private const string AddedToRunsByVersion7 = ", selection TEXT, tags TEXT, note TEXT";
    private const string AddedToTasksByVersion7 = ", priority INTEGER NOT NULL DEFAULT 0, pattern INTEGER";
    private const string AddedToAttemptsByVersion8 =
        ", started_at_utc TEXT, queue_seconds REAL, wall_seconds REAL, cpu_seconds REAL, peak_memory_bytes INTEGER, usage_source TEXT, "
        + "usage_note TEXT";
    private const string MissingColumnsOfTasks = "0 AS priority, NULL AS pattern";
    private const string MissingColumnsOfRuns = "NULL AS selection, NULL AS tags, NULL AS note";
    private const string MissingColumnsOfAttempts =
        "NULL AS carried_sha256, NULL AS not_carried, NULL AS node, NULL AS definition, " + MissingUsage;
    private const string MissingUsage =
        "NULL AS started_at_utc, NULL AS queue_seconds, NULL AS wall_seconds, NULL AS cpu_seconds, NULL AS peak_memory_bytes, "
        + "NULL AS usage_source, NULL AS usage_note";

    private const string RequestsOfVersion5 = """
        CREATE TABLE requests (
            seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, kind TEXT NOT NULL, task_id TEXT, attempt_id TEXT, downstream INTEGER NOT NULL DEFAULT 0, actor TEXT NOT NULL, reason TEXT,
            answered_at_utc TEXT, done INTEGER, answer TEXT)
        """;

    // What a version added to runs stands behind the other columns.
    private const string ColumnsOfVersion6 =
        ", failure_class TEXT, failed_before INTEGER NOT NULL DEFAULT 0, ended_before INTEGER NOT NULL DEFAULT 0";

    // Version 5 added a column behind the others.
    private static string BuildTasksOfVersion4(string more) =>
        $"""
            CREATE TABLE tasks (
                seq INTEGER PRIMARY KEY, task_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT, operator_key TEXT NOT NULL, command TEXT NOT NULL,
                current_attempt_id TEXT, iteration INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
                cores INTEGER NOT NULL, max_attempts INTEGER NOT NULL, allow_failure INTEGER NOT NULL, allow_dependency_failure INTEGER NOT NULL,
                cacheable INTEGER NOT NULL DEFAULT 0, anew INTEGER NOT NULL DEFAULT 0, definition TEXT NOT NULL{more})
            """;

    private static string AddColumns(string table, string columns) =>
        string.Concat(columns.Split(", ").Skip(1).Select(column => $"ALTER TABLE {table} ADD COLUMN {column}; "));

    // SQLite appends an added column behind the others.
    private static string[] BuildEarlierTables(string ofRuns, string ofTasks, string ofAttempts = "") =>
        [
            $"""
                CREATE TABLE runs (
                    run_id TEXT PRIMARY KEY, workspace_slug TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, created_at_utc TEXT NOT NULL,
                    definition_sha256 TEXT NOT NULL, ended_at_utc TEXT, engine_version TEXT NOT NULL, program_path TEXT, noted_definition_sha256 TEXT, declaration TEXT, campaign_class TEXT{ofRuns})
                """,
            $"""
                CREATE TABLE tasks (
                    seq INTEGER PRIMARY KEY, task_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT, operator_key TEXT NOT NULL, command TEXT NOT NULL,
                    current_attempt_id TEXT, iteration INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
                    cores INTEGER NOT NULL, max_attempts INTEGER NOT NULL, allow_failure INTEGER NOT NULL, allow_dependency_failure INTEGER NOT NULL,
                    definition TEXT NOT NULL{ofTasks})
                """,
            $"""
                CREATE TABLE attempts (
                    seq INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, attempt_index INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT,
                    operator_key TEXT NOT NULL, wiring_sha256 TEXT NOT NULL, operator_sha256 TEXT NOT NULL, external_id TEXT, exit_code INTEGER,
                    created_at_utc TEXT NOT NULL, submitted_at_utc TEXT, ended_at_utc TEXT, relative_path TEXT NOT NULL, cached_from TEXT, results TEXT{ofAttempts})
                """,
        ];

    /// <summary>Statements that upgrade each version to the next; the first entry upgrades version 1 to 2. They only add, so that no record
    /// is lost.</summary>
    public static IReadOnlyList<string> Upgrades { get; } =
    [
        "ALTER TABLE runs ADD COLUMN program_sha256 TEXT; ALTER TABLE tasks ADD COLUMN cacheable INTEGER NOT NULL DEFAULT 0; "
            + "ALTER TABLE tasks ADD COLUMN anew INTEGER NOT NULL DEFAULT 0; CREATE "
            + Fingerprints,
        "CREATE " + Ends + " CREATE INDEX ends_open ON ends (subject) WHERE over_at_utc IS NULL;",
        $"ALTER TABLE attempts ADD COLUMN end_cause TEXT; ALTER TABLE attempts ADD COLUMN waiting_for TEXT; "
            + $"UPDATE attempts SET end_cause = {CauseOfEarlierEnd} WHERE ended_at_utc IS NOT NULL; "
            + $"UPDATE attempts SET waiting_for = {AwaitedByEarlierAttempt} WHERE ended_at_utc IS NULL AND state = 'WAITING_EXTERNAL';",
        "ALTER TABLE tasks ADD COLUMN needs TEXT; ALTER TABLE attempts ADD COLUMN given TEXT; CREATE " + AttemptCodes,
        "ALTER TABLE tasks ADD COLUMN policy TEXT; ALTER TABLE tasks ADD COLUMN history TEXT; "
            + "ALTER TABLE attempts ADD COLUMN carried_sha256 TEXT; ALTER TABLE attempts ADD COLUMN not_carried TEXT; "
            + $"ALTER TABLE attempts ADD COLUMN node TEXT; CREATE {LeftFiles} CREATE {CarriedFiles} CREATE {Amendments} "
            + "ALTER TABLE requests ADD COLUMN arguments TEXT; ALTER TABLE runs ADD COLUMN failure_class TEXT; "
            + "ALTER TABLE runs ADD COLUMN failed_before INTEGER NOT NULL DEFAULT 0; "
            + "ALTER TABLE runs ADD COLUMN ended_before INTEGER NOT NULL DEFAULT 0; "
            + SetEarlierPolicies
            + SetEarlierHistories,
        "ALTER TABLE attempts ADD COLUMN definition TEXT; ALTER TABLE tasks ADD COLUMN priority INTEGER NOT NULL DEFAULT 0; "
            + "ALTER TABLE tasks ADD COLUMN pattern INTEGER; "
            + "ALTER TABLE runs ADD COLUMN selection TEXT; ALTER TABLE runs ADD COLUMN tags TEXT; ALTER TABLE runs ADD COLUMN note TEXT; "
            + $"CREATE {Annotations} CREATE {Drivers}",
        AddColumns("attempts", AddedToAttemptsByVersion8) + $"CREATE {PendingUsage} CREATE {Published} CREATE {PendingPublished}",
    ];

    /// <summary>Statements with which a reader adds temporary tables and views for the tables and columns that a store of each version
    /// lacks; the store itself is not changed.</summary>
    public static IReadOnlyList<string> MissingTables { get; } =
    [
        $"CREATE TEMP VIEW runs AS SELECT *, NULL AS program_sha256, {MissingColumnsOfRuns} FROM main.runs; CREATE TEMP {Fingerprints}",
        "CREATE TEMP " + Ends,
        $"CREATE TEMP VIEW attempts AS SELECT *, {CauseOfEarlierEnd} AS end_cause, NULL AS given, {MissingColumnsOfAttempts} "
            + "FROM main.attempts;",
        $"CREATE TEMP VIEW IF NOT EXISTS attempts AS SELECT *, NULL AS given, {MissingColumnsOfAttempts} FROM main.attempts; "
            + "CREATE TEMP "
            + AttemptCodes,
        $"CREATE TEMP VIEW IF NOT EXISTS attempts AS SELECT *, {MissingColumnsOfAttempts} FROM main.attempts; "
            + $"CREATE TEMP VIEW IF NOT EXISTS tasks AS SELECT *, NULL AS policy, NULL AS history, {MissingColumnsOfTasks} "
            + "FROM main.tasks; "
            + $"CREATE TEMP {LeftFiles} CREATE TEMP {CarriedFiles} CREATE TEMP {Amendments}",
        $"CREATE TEMP VIEW IF NOT EXISTS attempts AS SELECT *, NULL AS definition, {MissingUsage} FROM main.attempts; "
            + $"CREATE TEMP VIEW IF NOT EXISTS tasks AS SELECT *, {MissingColumnsOfTasks} FROM main.tasks; "
            + $"CREATE TEMP VIEW IF NOT EXISTS runs AS SELECT *, {MissingColumnsOfRuns} FROM main.runs; "
            + $"CREATE TEMP {Annotations} CREATE TEMP {Drivers}",
        $"CREATE TEMP VIEW IF NOT EXISTS attempts AS SELECT *, {MissingUsage} FROM main.attempts; CREATE TEMP {Published}",
    ];

    /// <summary>Tables of stores that earlier versions created, as created and as upgraded.</summary>
    public static IReadOnlyList<string> EarlierTables { get; } =
    [
        .. BuildEarlierTables("", ""),
        .. BuildEarlierTables(", program_sha256 TEXT", ColumnsOfVersion2, ColumnsOfVersion4),
        .. BuildEarlierTables("", $"{ColumnsOfVersion2}, needs TEXT"),
        .. BuildEarlierTables(
            ", program_sha256 TEXT" + ColumnsOfVersion6,
            $"{ColumnsOfVersion2}, needs TEXT, policy TEXT, history TEXT",
            ColumnsOfVersion4 + ", given TEXT"
        ),
        .. BuildEarlierTables(
            ", program_sha256 TEXT" + ColumnsOfVersion6 + AddedToRunsByVersion7,
            $"{ColumnsOfVersion2}, needs TEXT, policy TEXT, history TEXT{AddedToTasksByVersion7}",
            AttemptsOfVersion6
        ),
        .. BuildEarlierTables("", "", AttemptsOfVersion6 + ", definition TEXT"),
        BuildTasksOfVersion4(""),
        BuildTasksOfVersion4(", needs TEXT"),
        BuildTasksOfVersion4(", needs TEXT, policy TEXT, history TEXT"),
        RequestsOfVersion5,
    ];

    public const string CreateTablesSql = $"""
        CREATE TABLE runs (
            run_id TEXT PRIMARY KEY, workspace_slug TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, created_at_utc TEXT NOT NULL,
            definition_sha256 TEXT NOT NULL, ended_at_utc TEXT, engine_version TEXT NOT NULL, program_path TEXT, noted_definition_sha256 TEXT, declaration TEXT, campaign_class TEXT,
            program_sha256 TEXT, failure_class TEXT, failed_before INTEGER NOT NULL DEFAULT 0, ended_before INTEGER NOT NULL DEFAULT 0,
            selection TEXT, tags TEXT, note TEXT);
        CREATE TABLE iterations (iteration INTEGER PRIMARY KEY, state TEXT, tasks INTEGER NOT NULL, completed INTEGER, planned_at_utc TEXT NOT NULL, analyzed_at_utc TEXT);
        CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY, task_id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT, operator_key TEXT NOT NULL, command TEXT NOT NULL,
            current_attempt_id TEXT, iteration INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
            cores INTEGER NOT NULL, max_attempts INTEGER NOT NULL, allow_failure INTEGER NOT NULL, allow_dependency_failure INTEGER NOT NULL,
            cacheable INTEGER NOT NULL DEFAULT 0, anew INTEGER NOT NULL DEFAULT 0, definition TEXT NOT NULL, needs TEXT, policy TEXT, history TEXT,
            priority INTEGER NOT NULL DEFAULT 0, pattern INTEGER);
        CREATE TABLE dependencies (task_seq INTEGER NOT NULL, depends_on_seq INTEGER NOT NULL, PRIMARY KEY (task_seq, depends_on_seq)) WITHOUT ROWID;
        CREATE TABLE attempts (
            seq INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL UNIQUE, task_id TEXT NOT NULL, attempt_index INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT,
            operator_key TEXT NOT NULL, wiring_sha256 TEXT NOT NULL, operator_sha256 TEXT NOT NULL, external_id TEXT, exit_code INTEGER,
            created_at_utc TEXT NOT NULL, submitted_at_utc TEXT, ended_at_utc TEXT, relative_path TEXT NOT NULL, cached_from TEXT, results TEXT, end_cause TEXT, waiting_for TEXT, given TEXT,
            carried_sha256 TEXT, not_carried TEXT, node TEXT, definition TEXT, started_at_utc TEXT, queue_seconds REAL, wall_seconds REAL, cpu_seconds REAL, peak_memory_bytes INTEGER,
            usage_source TEXT, usage_note TEXT);
        CREATE INDEX attempts_live ON attempts (seq) WHERE ended_at_utc IS NULL;
        CREATE TABLE outputs (attempt_id TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (attempt_id, path)) WITHOUT ROWID;
        CREATE {AttemptCodes}
        CREATE {LeftFiles}
        CREATE {CarriedFiles}
        CREATE {Amendments}
        CREATE {Annotations}
        CREATE {Drivers}
        CREATE {PendingUsage}
        CREATE {Published}
        CREATE {PendingPublished}
        CREATE {Fingerprints}
        CREATE {Ends}
        CREATE INDEX ends_open ON ends (subject) WHERE over_at_utc IS NULL;
        CREATE TABLE events (seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, kind TEXT NOT NULL, task_id TEXT, attempt_id TEXT, actor TEXT, details TEXT);
        CREATE TABLE requests (
            seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, kind TEXT NOT NULL, task_id TEXT, attempt_id TEXT, downstream INTEGER NOT NULL DEFAULT 0, actor TEXT NOT NULL, reason TEXT,
            answered_at_utc TEXT, done INTEGER, answer TEXT, arguments TEXT);
        CREATE TABLE hooks (
            seq INTEGER PRIMARY KEY, at_utc TEXT NOT NULL, hook TEXT NOT NULL, operator_key TEXT, attempt_id TEXT, once TEXT, event TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
            outcome TEXT, done_at_utc TEXT);
        CREATE INDEX hooks_open ON hooks (seq) WHERE done_at_utc IS NULL;
        CREATE TABLE run_inputs (kind TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, source TEXT NOT NULL, snapshot_relpath TEXT, recorded_at_utc TEXT NOT NULL);
        """;
}
