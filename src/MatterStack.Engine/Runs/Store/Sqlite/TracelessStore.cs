using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Reads a store without changing a file: neither the store, nor the log and the shared memory beside it, nor their
/// times.</summary>
/// <remarks>
/// A usual reader creates <c>-shm</c> and <c>-wal</c>, and deletes them when it is the last one. SQLite has two ways around that
/// (<see href="https://www.sqlite.org/wal.html#read_only_databases"/>): <c>readonly_shm</c> reads the shared memory that a writer has left
/// or still uses, and takes part in its locks; <c>immutable</c> reads the store alone, which is right only while it has no log.
/// </remarks>
internal static class TracelessStore
{
    private const int MaxTries = 5;

    /// <summary>Opens a store.</summary>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static SqliteConnection Open(string path)
    {
        StoreGuard.CheckFiles(path);
        var files = FileSystem.FromFolder(Path.GetDirectoryName(path)!);
        // A journal with content belongs to a transaction that must be rolled back, which is done in a copy.
        return files.IsShared || HasUnfinishedJournal(path) ? SharedStore.CopyToMemory(path, files)
            : File.Exists(path + "-shm") ? OpenInPlace(path, "readonly_shm")
            : HasContent(path + "-wal") ? SharedStore.CopyToMemory(path, files)
            : OpenInPlace(path, "immutable");
    }

    /// <summary>Copies one state of a store into a private database of this process.</summary>
    /// <exception cref="ProblemException">The store cannot be read.</exception>
    public static SqliteConnection CopyToMemory(string path)
    {
        for (var tries = 1; ; tries++)
        {
            var before = ReadStamp(path);
            try
            {
                using var source = Open(path);
                var copy = SharedStore.CopyInto(source, path);
                // A writer that began meanwhile may have changed pages that were read without its locks.
                if (before == ReadStamp(path) || tries == MaxTries)
                {
                    return copy;
                }

                copy.Dispose();
            }
            catch (ProblemException e) when (e.InnerException is SqliteException && tries < MaxTries)
            {
                // For example, the last writer has just deleted the shared memory.
            }
            catch (ProblemException e) when (e.InnerException is SqliteException && File.Exists(path + "-shm"))
            {
                // The shared memory says too little for a reader that may not write to it.
                return SharedStore.CopyToMemory(path, FileSystem.FromFolder(Path.GetDirectoryName(path)!));
            }
        }
    }

    private static SqliteConnection OpenInPlace(string path, string option)
    {
        var connection = StoreConnection.OpenConnection(
            path,
            SqliteOpenMode.ReadOnly,
            $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?{option}=1"
        );
        _ = SQLitePCL.raw.sqlite3_db_config(connection.Handle!, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        return connection;
    }

    // Null while a log exists: then SQLite's own locks give one state.
    private static (long Length, DateTime Time)? ReadStamp(string path) =>
        HasContent(path + "-wal") || new FileInfo(path) is not { Exists: true } file ? null : (file.Length, file.LastWriteTimeUtc);

    private static bool HasUnfinishedJournal(string path)
    {
        if (!HasContent(path + "-journal"))
        {
            return false;
        }

        using var journal = RegularFile.OpenHandle(path + "-journal");
        return !StoreJournal.IsEmpty(journal);
    }

    private static bool HasContent(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };
}
