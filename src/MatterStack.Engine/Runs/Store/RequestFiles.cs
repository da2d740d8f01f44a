using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Requests as files, for runs on a file system that several machines share. Only the machine that drives a run writes to its
/// store, because other machines may see an old state of it.</summary>
internal static class RequestFiles
{
    // A request may name all tasks of a run.
    private const int MaxFileBytes = 1 << 24;
    private const int RandomBits = 20;
    private const string Suffix = ".json";

    /// <summary>Writes a request as a file, durably, and returns its future number in the store.</summary>
    public static long WriteRequest(RunFolder run, RunRequest request, IDisk disk, DateTimeOffset now)
    {
        // Numbers that the store itself assigns are small. These grow with time, and random bits keep two machines from choosing the same.
        var seq = now.ToUnixTimeMilliseconds() << RandomBits | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);
        var shared = new GroupSharedDisk(disk, run.Path, GroupPermissions.ReadAccess(run.Path));
        shared.CreateDirectory(run.RequestsFolder);
        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteString("at_utc", now.ToText());
            json.WriteString("kind", request.Kind.ToText());
            json.WriteString("task_id", request.Task?.Value);
            json.WriteString("attempt_id", request.Attempt?.Value);
            json.WriteBoolean("downstream", request.IncludesDownstream);
            json.WriteString("actor", request.Actor);
            json.WriteString("reason", request.Reason);
            json.WriteString("arguments", RequestArguments.Format(request));
            json.WriteEndObject();
        }

        shared.WriteAtomically(GetFilePath(run, seq), content.ToArray());
        return seq;
    }

    /// <summary>Whether the file of a request still exists: no process has imported it yet.</summary>
    public static bool IsNotImported(RunFolder run, long seq)
    {
        try
        {
            // List the folder: the file system may cache a single name longer than the file exists.
            return seq >> RandomBits > 0 && Directory.EnumerateFiles(run.RequestsFolder).Contains(GetFilePath(run, seq));
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Imports request files into the store and deletes them. A request that was imported before is not imported twice.</summary>
    public static void ImportRequests(RunFolder run, SqliteConnection connection, IDisk disk)
    {
        if (!Directory.Exists(run.RequestsFolder))
        {
            RemoteFileCache.InvalidateNames(run.Path);
            if (!Directory.Exists(run.RequestsFolder))
            {
                return;
            }
        }

        var left = ReadRequests(run);
        if (left.Count == 0)
        {
            return;
        }

        using (var transaction = connection.BeginTransaction())
        {
            using var insert = new SqlStatement(
                connection,
                """
                INSERT OR IGNORE INTO requests (seq, at_utc, kind, task_id, attempt_id, downstream, actor, reason, arguments) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                9
            );
            foreach (var (seq, at, request) in left)
            {
                insert.ExecuteNonQuery(
                    transaction,
                    seq,
                    at.ToText(),
                    request.Kind.ToText(),
                    request.Task?.Value,
                    request.Attempt?.Value,
                    request.IncludesDownstream ? 1L : 0L,
                    request.Actor,
                    request.Reason,
                    RequestArguments.Format(request)
                );
            }

            disk.Commit(transaction);
        }

        foreach (var (seq, _, _) in left)
        {
            DeleteFile(GetFilePath(run, seq), disk);
        }
    }

    private static List<(long Seq, DateTimeOffset At, RunRequest Request)> ReadRequests(RunFolder run)
    {
        var found = new List<(long, DateTimeOffset, RunRequest)>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(run.RequestsFolder, "*" + Suffix).Order(StringComparer.Ordinal))
            {
                if (
                    long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
                    && RegularFile.Read(path, MaxFileBytes) is { } bytes
                    && Parse(bytes) is var (at, request)
                )
                {
                    found.Add((seq, at, request));
                }
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Another machine may be changing the files; the next check finds them.
        }

        return found;
    }

    // Returns null for a file that cannot be parsed or has an unknown kind; it stays for a later version that may know it.
    private static (DateTimeOffset At, RunRequest Request)? Parse(byte[] bytes)
    {
        using var json = OutsideJson.Parse(bytes, JsonRule.Results, out _);
        if (
            json?.RootElement is not { ValueKind: JsonValueKind.Object } root
            || GetText(root, "kind") is not { } text
            || RequestKindText.Read(text).Value is not { } kind
            || !DateTimeOffset.TryParse(GetText(root, "at_utc"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
        )
        {
            return null;
        }

        var task = GetText(root, "task_id") is { } id && TaskId.TryParse(id, out var parsed) ? parsed : (TaskId?)null;
        var attempt = GetText(root, "attempt_id") is { } name && AttemptId.TryParse(name, out var known) ? known : (AttemptId?)null;
        return (
            at,
            RequestArguments.AddTo(
                new RunRequest(
                    kind,
                    task,
                    attempt,
                    root.TryGetProperty("downstream", out var downstream) && downstream.ValueKind == JsonValueKind.True,
                    UntrustedText.ToLine(GetText(root, "actor") ?? "unknown"),
                    UntrustedText.ToLineOrNull(GetText(root, "reason"))
                ),
                GetText(root, "arguments")
            )
        );
    }

    private static string GetFilePath(RunFolder run, long seq) =>
        Path.Combine(run.RequestsFolder, seq.ToString(CultureInfo.InvariantCulture) + Suffix);

    private static string? GetText(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void DeleteFile(string file, IDisk disk)
    {
        try
        {
            disk.DeleteFile(file);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The request is already in the store under its number; a second import changes nothing.
        }
    }
}
