using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>Requests as files, for runs on a file system that several machines share: only the machine that moves a run writes to its store, since another one's view of it may be old.</summary>
internal static class RequestFiles
{
    private const int Largest = 1 << 17;
    private const int RandomBits = 20;
    private const string Suffix = ".json";

    /// <summary>Leaves a request beside the store, durably; returns the number that it will have there.</summary>
    public static long Put(RunFolder run, RunRequest request, DateTimeOffset now)
    {
        // Numbers of the store itself are small. These follow the time, and two machines do not choose the same.
        var seq = now.ToUnixTimeMilliseconds() << RandomBits | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);
        var access = SharedFolder.Of(run.Path);
        Directory.CreateDirectory(run.Requests);
        SharedFolder.Open(run.Requests, access);
        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("at_utc", now.ToText());
            json.WriteString("kind", request.Kind.ToString());
            json.WriteString("task_id", request.Task?.Value);
            json.WriteString("attempt_id", request.Attempt?.Value);
            json.WriteBoolean("downstream", request.Downstream);
            json.WriteString("actor", request.Actor);
            json.WriteString("reason", request.Reason);
            json.WriteEndObject();
        }

        var file = FileOf(run, seq);
        new SharedDisk(RealDisk.Instance, run.Path, access).WriteAtomically(file, content.ToArray());
        return seq;
    }

    /// <summary>Whether nobody has taken a request into the store yet.</summary>
    public static bool IsLeft(RunFolder run, long seq)
    {
        try
        {
            // By the folder's list: a name that was seen once is remembered longer than it is there.
            return seq >> RandomBits > 0 && Directory.EnumerateFiles(run.Requests).Contains(FileOf(run, seq));
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Takes what others have left into the store. What was taken before is not taken twice.</summary>
    public static void TakeIn(RunFolder run, SqliteConnection connection, IDisk disk)
    {
        if (!Directory.Exists(run.Requests))
        {
            FreshView.RenewNames(run.Path);
            if (!Directory.Exists(run.Requests))
            {
                return;
            }
        }

        var left = Read(run);
        if (left.Count == 0)
        {
            return;
        }

        using (var transaction = connection.BeginTransaction())
        {
            using var insert = new Statement(connection, """
                INSERT OR IGNORE INTO requests (seq, at_utc, kind, task_id, attempt_id, downstream, actor, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, 8);
            foreach (var (seq, at, request) in left)
            {
                insert.Run(transaction, seq, at.ToText(), request.Kind.ToString(), request.Task?.Value, request.Attempt?.Value, request.Downstream ? 1L : 0L, request.Actor, request.Reason);
            }

            disk.Commit(transaction);
        }

        foreach (var (seq, _, _) in left)
        {
            Delete(FileOf(run, seq));
        }
    }

    private static List<(long Seq, DateTimeOffset At, RunRequest Request)> Read(RunFolder run)
    {
        var found = new List<(long, DateTimeOffset, RunRequest)>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(run.Requests, "*" + Suffix).Order(StringComparer.Ordinal))
            {
                if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && RegularFile.Read(path, Largest) is { } bytes && Parse(bytes) is var (at, request))
                {
                    found.Add((seq, at, request));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another machine sees to its files just now; the next look finds them.
        }

        return found;
    }

    // A kind that a later version knows is left to it, as is what cannot be read.
    private static (DateTimeOffset At, RunRequest Request)? Parse(byte[] bytes)
    {
        using var json = OutsideJson.Parse(bytes, JsonRule.Results, out _);
        if (json?.RootElement is not { ValueKind: JsonValueKind.Object } root || !Enum.TryParse<RequestKind>(Text(root, "kind"), out var kind) || !Enum.IsDefined(kind)
            || !DateTimeOffset.TryParse(Text(root, "at_utc"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at))
        {
            return null;
        }

        var task = Text(root, "task_id") is { } id && TaskId.TryParse(id, out var parsed) ? parsed : (TaskId?)null;
        var attempt = Text(root, "attempt_id") is { } name && AttemptId.TryParse(name, out var known) ? known : (AttemptId?)null;
        return (at, new RunRequest(kind, task, attempt, root.TryGetProperty("downstream", out var downstream) && downstream.ValueKind == JsonValueKind.True,
            OutsideText.ToLine(Text(root, "actor") ?? "unknown"), OutsideText.ToLineOrNull(Text(root, "reason"))));
    }

    private static string FileOf(RunFolder run, long seq) => Path.Combine(run.Requests, seq.ToString(CultureInfo.InvariantCulture) + Suffix);

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stands in the store by its number; a second time changes nothing.
        }
    }
}
