using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Prevents a store of unknown origin from executing code and from using more memory and time than a store needs.</summary>
internal static class StoreGuard
{
    /// <summary>Largest text that is read from a store, in bytes.</summary>
    public const int MaxTextBytes = 128 << 20;

    /// <summary>Longest time that a query may take to find the next row.</summary>
    public static readonly TimeSpan QueryTimeout = TimeSpan.FromMinutes(1);

    private const int InstructionsPerCheck = 1_000_000;
    private const int EnableTrigger = 1003;
    private const int Defensive = 1010;
    private const int EnableView = 1015;
    private const int TrustedSchema = 1017;
    private const int LimitLength = 0;
    private const int LimitAttached = 7;

    // A journal that ends with these bytes names another file, which SQLite would delete.
    private static ReadOnlySpan<byte> SuperJournalMark => [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

    /// <summary>Checks the files of a store before SQLite opens them.</summary>
    /// <exception cref="ProblemException">A file is not regular, or would make SQLite change a file outside of the store.</exception>
    public static void CheckFiles(string path)
    {
        foreach (var file in new[] { path, path + "-wal", path + "-shm", path + "-journal" })
        {
            if (FileKind.FindKind(file) is { IsRegular: false })
            {
                throw CreateRefusal(path, $"{file} is not a regular file");
            }
        }

        if (File.Exists(path + "-journal") && FileEndsWith(path + "-journal", SuperJournalMark))
        {
            throw CreateRefusal(path, $"{path}-journal names another file, which the journal of a run's store never does");
        }
    }

    /// <summary>Makes SQLite trust nothing in the store. Must be called before the first query.</summary>
    public static void DisableTrust(SqliteConnection connection)
    {
        foreach (var (option, value) in new[] { (EnableTrigger, 0), (EnableView, 0), (TrustedSchema, 0), (Defensive, 1) })
        {
            _ = sqlite3_db_config(connection.Handle!, option, value, out _);
        }
    }

    /// <summary>Limits the memory and time of queries.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="patience">Longest time that a query may take to find the next row.</param>
    public static QueryTimeLimit LimitResources(SqliteConnection connection, TimeSpan patience)
    {
        var db = connection.Handle!;
        sqlite3_limit(db, LimitLength, MaxTextBytes);
        sqlite3_limit(db, LimitAttached, 0);
        var clock = new QueryTimeLimit(patience);
        sqlite3_progress_handler(db, InstructionsPerCheck, static clock => ((QueryTimeLimit)clock).HasPassed ? 1 : 0, clock);
        return clock;
    }

    /// <summary>Checks that a store contains only tables and indices that MatterStack creates.</summary>
    /// <exception cref="ProblemException">It contains something else.</exception>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public static void CheckSchema(SqliteConnection connection, string path)
    {
        if (StoreSchemaCheck.FindForeignObject(connection) is { } stranger)
        {
            throw CreateRefusal(path, $"{path} was not made by MatterStack: {stranger} is not part of a store");
        }
    }

    private static ProblemException CreateRefusal(string path, string why) =>
        new(
            new Problem(
                RunCodes.StoreUnusable,
                why,
                "Restore state.sqlite from a copy. If it comes from somebody else, do not open it with other programs either.",
                new SourcePosition(path)
            )
        );

    private static bool FileEndsWith(string file, ReadOnlySpan<byte> bytes)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var end = new byte[bytes.Length];
        var length = RandomAccess.GetLength(handle);
        return length >= end.Length && RandomAccess.Read(handle, end, length - end.Length) == end.Length && bytes.SequenceEqual(end);
    }
}
