namespace MatterStack.Engine.Tests.Faults;

/// <summary>Statements that make a store of an earlier version from one of this version.</summary>
internal static class EarlierStores
{
    /// <summary>Makes a store of version 7.</summary>
    public const string RemoveVersion8 =
        "DROP TABLE published; DROP INDEX attempts_usage_pending; ALTER TABLE attempts DROP COLUMN started_at_utc; "
        + "ALTER TABLE attempts DROP COLUMN queue_seconds; ALTER TABLE attempts DROP COLUMN wall_seconds; "
        + "ALTER TABLE attempts DROP COLUMN cpu_seconds; ALTER TABLE attempts DROP COLUMN peak_memory_bytes; "
        + "ALTER TABLE attempts DROP COLUMN usage_source; ALTER TABLE attempts DROP COLUMN usage_note; PRAGMA user_version = 7; ";

    /// <summary>Makes a store of version 6.</summary>
    public const string RemoveVersion7 =
        RemoveVersion8
        + "DROP TABLE annotations; DROP TABLE drivers; ALTER TABLE tasks DROP COLUMN priority; ALTER TABLE tasks DROP COLUMN pattern; "
        + "ALTER TABLE attempts DROP COLUMN definition; "
        + "ALTER TABLE runs DROP COLUMN selection; ALTER TABLE runs DROP COLUMN tags; ALTER TABLE runs DROP COLUMN note; "
        + "PRAGMA user_version = 6; ";

    /// <summary>Makes a store of version 5.</summary>
    public const string RemoveVersion6 =
        RemoveVersion7
        + "DROP TABLE left_files; DROP TABLE carried_files; DROP TABLE amendments; ALTER TABLE attempts DROP COLUMN carried_sha256; "
        + "ALTER TABLE attempts DROP COLUMN not_carried; ALTER TABLE attempts DROP COLUMN node; ALTER TABLE tasks DROP COLUMN policy; "
        + "ALTER TABLE tasks DROP COLUMN history; ALTER TABLE requests DROP COLUMN arguments; "
        + "ALTER TABLE runs DROP COLUMN failure_class; ALTER TABLE runs DROP COLUMN failed_before; "
        + "ALTER TABLE runs DROP COLUMN ended_before; PRAGMA user_version = 5; ";
}
