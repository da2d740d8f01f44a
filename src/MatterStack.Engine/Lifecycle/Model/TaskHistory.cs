using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What the failed attempts of a task mean for its next attempt. The store keeps it with the task, so that a new process decides
/// as the last one would have.</summary>
internal sealed record TaskHistory
{
    /// <summary>A task without a failed attempt.</summary>
    public static TaskHistory None { get; } = new();

    /// <summary>Number of failures that are the task's own, since the start or a person's retry.</summary>
    public int OwnFailures { get; init; }

    /// <summary>Number of failures of nodes and of the scheduler, since the start or a person's retry.</summary>
    public int InfrastructureFailures { get; init; }

    /// <summary>How many times the memory has grown.</summary>
    public int MemoryGrowths { get; init; }

    /// <summary>How many times the time limit has grown.</summary>
    public int TimeGrowths { get; init; }

    /// <summary>Whether the memory cannot grow: the scheduler refused more.</summary>
    public bool IsMemoryCapped { get; init; }

    /// <summary>Whether the time limit cannot grow: the scheduler refused more.</summary>
    public bool IsTimeCapped { get; init; }

    /// <summary>Growth of the last request that the operator has not accepted yet.</summary>
    public RequestGrowth LastGrowth { get; init; }

    /// <summary>How many times the campaign's class has answered with another task.</summary>
    public int Answers { get; init; }

    /// <summary>Time before which no attempt starts, UTC; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Digest of the files that the next attempt carries (<see cref="LeftFile.ComputeDigest"/>); null if there are none.</summary>
    public Sha256? LeftHash { get; init; }

    /// <summary>Text of the cause of the last end; null if the last attempt completed or none has ended.</summary>
    public string? LastCause { get; init; }

    /// <summary>Number of the attempt during which the task was amended, so that its end says nothing about the amended request; 0 if there
    /// is none.</summary>
    public int AmendedAttempt { get; init; }

    /// <summary>Parses the stored form.</summary>
    /// <exception cref="FormatException">The text is not a stored form.</exception>
    public static TaskHistory Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var stored = document.RootElement;
            return new TaskHistory
            {
                OwnFailures = FindCount(stored, "own"),
                InfrastructureFailures = FindCount(stored, "infrastructure"),
                MemoryGrowths = FindCount(stored, "memory_growths"),
                TimeGrowths = FindCount(stored, "time_growths"),
                IsMemoryCapped = stored.TryGetProperty("memory_capped", out var memory) && memory.GetBoolean(),
                IsTimeCapped = stored.TryGetProperty("time_capped", out var time) && time.GetBoolean(),
                LastGrowth = FindText(stored, "last_growth") switch
                {
                    "memory" => RequestGrowth.Memory,
                    "time" => RequestGrowth.Time,
                    _ => RequestGrowth.None,
                },
                Answers = FindCount(stored, "answers"),
                NotBefore = FindText(stored, "not_before_utc") is { } due ? Timestamps.Parse(due) : null,
                LeftHash = FindText(stored, "left_sha256") is { } left ? Sha256.Parse(left) : null,
                LastCause = FindText(stored, "cause"),
                AmendedAttempt = FindCount(stored, "amended_attempt"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{text}' does not say how the attempts of a task ended", e);
        }
    }

    /// <summary>The stored form: a JSON object without default values; null if it would be empty.</summary>
    public string? ToJson()
    {
        if (this == None)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteCount("own", OwnFailures);
            WriteCount("infrastructure", InfrastructureFailures);
            WriteCount("memory_growths", MemoryGrowths);
            WriteCount("time_growths", TimeGrowths);
            WriteFlag("memory_capped", IsMemoryCapped);
            WriteFlag("time_capped", IsTimeCapped);
            WriteText(
                "last_growth",
                LastGrowth switch
                {
                    RequestGrowth.Memory => "memory",
                    RequestGrowth.Time => "time",
                    _ => null,
                }
            );
            WriteCount("answers", Answers);
            WriteText("not_before_utc", NotBefore?.ToText());
            WriteText("left_sha256", LeftHash?.Hex);
            WriteText("cause", LastCause);
            WriteCount("amended_attempt", AmendedAttempt);
            json.WriteEndObject();

            void WriteCount(string name, int count)
            {
                if (count != 0)
                {
                    json.WriteNumber(name, count);
                }
            }

            void WriteFlag(string name, bool flag)
            {
                if (flag)
                {
                    json.WriteBoolean(name, true);
                }
            }

            void WriteText(string name, string? text)
            {
                if (text is not null)
                {
                    json.WriteString(name, text);
                }
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static int FindCount(JsonElement stored, string name) => stored.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private static string? FindText(JsonElement stored, string name) =>
        stored.TryGetProperty(name, out var value) ? value.GetString() : null;
}
